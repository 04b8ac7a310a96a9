"""A plug-in that plays channel, platform and finance without a delay: what remains is ours."""

from datetime import date, datetime

from pydantic import BaseModel

from channel_gateway.domain.days import next_midnight
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import FeeItem, LateRule, Notice, NoticeState
from channel_gateway.domain.people import PersonName
from channel_gateway.ports import Channel, NoticeAuthority, Tools
from channel_gateway.service import Table
from channel_gateway.world import WallClock
from payment.ports import Payable, PaymentMethod
from tests.unit.payment.fakes import FakeFinance, FakePlatform

APP = "wx1"
TOTAL_FEN = Fen(20_000)


class Settings(BaseModel):
    pass


class Lobby:
    name, app = "wechat", APP


class Platform(FakePlatform):
    async def prepare(self, order: Payable) -> str:
        return f"handle-{order.order_id}"

    def pay_parameters(self, handle: str, *, now: datetime, nonce: str) -> dict[str, str]:
        return {"package": f"prepay_id={handle}", "nonceStr": nonce}


class Finance(FakeFinance):
    """Every code is a notice of its own."""

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        return Notice(
            region="330199",
            pay_code=pay_code,
            unit_code="330199011",
            unit_name="交警支队",
            payer_name=PersonName("林示例"),
            items=(FeeItem("103050101", "交通违法罚款", "次", 1, TOTAL_FEN, LateRule(300)),),
            due_on=date(2099, 1, 1),
            principal_fen=TOTAL_FEN,
            late_fee_fen=NOTHING,
            valid_until=next_midnight(WallClock().now()),
            state=NoticeState.UNPAID,
        )


def build(table: Table, tools: Tools) -> None:
    table.offer(Channel, "wechat", Lobby())
    table.offer(NoticeAuthority, "finance", Finance(WallClock()))  # type: ignore[arg-type]
    table.offer(PaymentMethod, "wechat_pay", Platform())
