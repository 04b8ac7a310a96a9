"""The plug-in."""

from channel_gateway.ports import SignatureExplainer, Tools
from channel_gateway.service import Readiness, Table
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.bills import WechatBills
from payment.connectors.wechat_pay.explain import Explainer
from payment.connectors.wechat_pay.method import WechatPay
from payment.connectors.wechat_pay.settings import Settings
from payment.ports import BillSource, PaymentMethod

__all__ = ["Settings", "build"]


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    account = settings.account()
    api = Api(account, tools.http, tools.clock, tools.randomness)
    notify_url = f"{tools.public_url}/callbacks/{tools.name}"
    method = WechatPay(
        account, api, name=tools.name, channel=settings.channel, notify_url=notify_url
    )
    table.offer(PaymentMethod, tools.name, method)
    bills = WechatBills(api, tools.clock, tools.randomness, name=tools.name)
    table.offer(BillSource, tools.name, bills)
    table.offer(SignatureExplainer, tools.name, Explainer(tools.name, account, api))
    table.readiness.append(Readiness(f"{tools.name} keys", api.ready))
