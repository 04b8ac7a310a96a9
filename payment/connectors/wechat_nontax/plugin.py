"""The plug-in."""

from adapters.wechat.access_token import PLATFORM_TOKENS
from channel_gateway.ports import Tools
from channel_gateway.service import Callback, Table
from payment.connectors.wechat_nontax.answers import refusal
from payment.connectors.wechat_nontax.bill_source import NontaxBills
from payment.connectors.wechat_nontax.fee_questions import FeeQuestions
from payment.connectors.wechat_nontax.kept import NONTAX_ORDERS, KeptOrders
from payment.connectors.wechat_nontax.line import Line
from payment.connectors.wechat_nontax.method import WechatNontax
from payment.connectors.wechat_nontax.settings import Settings
from payment.orders import Orders
from payment.ports import BillSource, PaymentMethod

__all__ = ["COLLECTIONS", "Settings", "build"]

COLLECTIONS = (PLATFORM_TOKENS, NONTAX_ORDERS)


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    account = settings.account()
    line = Line(account.app, tools)
    kept = KeptOrders(tools.store)
    method = WechatNontax(
        account, line, kept, tools.clock, name=tools.name, channel=settings.channel
    )
    table.offer(PaymentMethod, tools.name, method)
    table.offer(BillSource, tools.name, NontaxBills(account, line, tools.clock, name=tools.name))
    questions = FeeQuestions(account, kept, Orders(tools.store), tools.randomness)
    table.callbacks.append(
        Callback(
            f"{tools.name}_queryfee",
            f"/{tools.name}/queryfee",
            questions.answer,
            "WeChat's non-tax platform asks what an order of ours owes",
            refusal=refusal(),
        )
    )
