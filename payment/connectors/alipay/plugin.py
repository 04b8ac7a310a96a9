"""The plug-in."""

from adapters.alipay.open_platform.client import OpenPlatform
from channel_gateway.ports import SignatureExplainer, Tools
from channel_gateway.service import Table
from payment.connectors.alipay.bills import AlipayBills
from payment.connectors.alipay.explain import Explainer
from payment.connectors.alipay.method import AlipayMethod
from payment.connectors.alipay.settings import Settings
from payment.ports import BillSource, PaymentMethod

__all__ = ["Settings", "build"]


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    platform = OpenPlatform(settings.account(tools.clock.now()), tools.http, tools.clock)
    method = AlipayMethod(
        platform,
        name=tools.name,
        channel=settings.channel,
        seller_id=settings.seller_id,
        id_mode=settings.id_mode,
        notify_url=f"{tools.public_url}/callbacks/{tools.name}",
    )
    table.offer(PaymentMethod, tools.name, method)
    bills = AlipayBills(platform, tools.http, tools.clock, tools.randomness, name=tools.name)
    table.offer(BillSource, tools.name, bills)
    explainer = Explainer(tools.name, platform, seller_id=settings.seller_id)
    table.offer(SignatureExplainer, tools.name, explainer)
