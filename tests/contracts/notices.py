"""A notice to pay, for whoever needs any: nothing in it is about anybody."""

from datetime import date

from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Confirmation, FeeItem, GivenBack, Notice, NoticeState
from channel_gateway.domain.people import PersonName


def notice(amount_fen: int = 100) -> Notice:
    fen = Fen(amount_fen)
    return Notice(
        region="330199",
        pay_code="33019926010000000001",
        unit_code="330199021",
        unit_name="示例市不动产登记中心",
        payer_name=PersonName("林示例"),
        items=(FeeItem("103043211", "不动产登记费", "件", 1, fen),),
        due_on=date(2099, 1, 1),
        principal_fen=fen,
        late_fee_fen=NOTHING,
        valid_until=None,
        state=NoticeState.UNPAID,
    )


def given_back(paid: Confirmation, number: str, amount_fen: int) -> GivenBack:
    return GivenBack(number, Fen(amount_fen), "错缴退付", paid.paid_at)
