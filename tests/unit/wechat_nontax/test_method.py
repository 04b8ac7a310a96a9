"""Our number and the platform's orders under it: written down first, found again, never twice."""

from dataclasses import replace
from typing import Any

import pytest

from channel_gateway.domain.errors import Malformed, Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.wire import Headers, HttpResponse
from payment.connectors.wechat_nontax.kept import KeptOrders
from payment.facts import PaymentStatus, RefundStatus
from payment.ports import AlreadyPaid, ClosesByItself, OrderClosed, Repayment
from tests.unit.wechat_nontax.conftest import Desk, payable
from tests.unit.wechat_nontax.platform_side import (
    ORDER,
    ORDER_ID,
    PAID,
    fails,
    says,
)

RESTED = {"refund_order_id": "RF1", "refund_finish_time": 1767585700}


def repayment(fen: int = 20_600, refund_no: str = "FEE1R1") -> Repayment:
    transaction = str(PAID["trans_id"])
    return Repayment("FEE1", transaction, refund_no, Fen(fen), Fen(20_600), "重复缴费")


async def ordered(desk: Desk) -> str:
    return await desk.method.prepare(payable())


async def test_an_order_is_placed_under_our_number_and_not_the_notices(desk: Desk) -> None:
    await ordered(desk)

    ((name, body),) = desk.platform.sent
    assert (name, body["order_no"]) == ("unifiedorder", "FEE1")
    assert "payment_notice_no" not in body


async def test_preparing_again_asks_and_orders_nothing_anew(desk: Desk) -> None:
    handle = await ordered(desk)
    desk.platform.has(ORDER)

    assert await ordered(desk) == handle

    assert desk.platform.calls() == ["unifiedorder", "getorderlist", "getorder"]


async def test_an_order_whose_answer_was_lost_is_paid_though_we_never_saw_its_number(
    desk: Desk,
) -> None:
    desk.platform.lost = ["unifiedorder"]
    with pytest.raises(Unavailable):
        await ordered(desk)
    desk.platform.has(PAID)

    fact = await desk.method.ask("FEE1")

    assert (fact.status, fact.transaction) == (PaymentStatus.PAID, PAID["trans_id"])
    assert desk.platform.sent[1] == (
        "getorderlist",
        {
            "appid": "wx1",
            "region_code": "330199",
            "department_code": "330199021",
            "order_no": "FEE1",
        },
    )
    with pytest.raises(AlreadyPaid):
        await ordered(desk)


async def test_after_a_lost_answer_a_second_order_makes_it_payable(desk: Desk) -> None:
    desk.platform.lost = ["unifiedorder"]
    with pytest.raises(Unavailable):
        await ordered(desk)
    desk.platform.has(ORDER)

    await ordered(desk)

    calls = ["unifiedorder", "getorderlist", "getorder", "unifiedorder"]
    assert desk.platform.calls() == calls


async def test_the_first_page_counts_when_two_answers_come(desk: Desk) -> None:
    """Two taps on two processes: both are given one page."""
    handle = await ordered(desk)

    assert await KeptOrders(desk.store).answered("FEE1", "another handle") == handle


async def test_of_several_orders_under_one_number_the_open_one_speaks(desk: Desk) -> None:
    await ordered(desk)
    closed = says(**ORDER | {"status": 12})
    desk.platform.answers["getorderlist"] = says(order_id_list=["A", "B"], paid_order_id="")
    desk.platform.answers["getorder"] = closed

    assert (await desk.method.ask("FEE1")).status is PaymentStatus.CLOSED

    def second_is_open() -> None:
        asked = desk.platform.sent[-1][1]["order_id"]
        desk.platform.answers["getorder"] = says(**ORDER) if asked == "B" else closed

    desk.platform.acts["getorder"] = second_is_open
    assert (await desk.method.ask("FEE1")).status is PaymentStatus.UNPAID


async def test_of_several_orders_under_one_number_the_paid_one_speaks(desk: Desk) -> None:
    await ordered(desk)
    desk.platform.answers["getorderlist"] = says(order_id_list=["A", "B"], paid_order_id="B")

    def second_is_paid() -> None:
        asked = desk.platform.sent[-1][1]["order_id"]
        desk.platform.answers["getorder"] = says(**(PAID if asked == "B" else ORDER))

    desk.platform.acts["getorder"] = second_is_paid

    assert (await desk.method.ask("FEE1")).status is PaymentStatus.PAID


async def test_what_the_platform_does_not_list_it_has_never_heard_of(desk: Desk) -> None:
    desk.platform.lost = ["unifiedorder"]
    with pytest.raises(Unavailable):
        await ordered(desk)
    desk.platform.has()

    assert (await desk.method.ask("FEE1")).status is PaymentStatus.ABSENT
    await desk.method.close("FEE1")


async def test_what_was_never_sent_is_not_asked_for(desk: Desk) -> None:
    assert (await desk.method.ask("NEVER")).status is PaymentStatus.ABSENT
    assert (await desk.method.ask_refund("NEVER", "R")).status is RefundStatus.ABSENT
    with pytest.raises(Refused):
        await desk.method.refund(replace(repayment(), order_id="NEVER"))
    assert desk.platform.sent == []


async def test_an_answer_about_another_order_is_not_believed(desk: Desk) -> None:
    await ordered(desk)
    desk.platform.has(PAID | {"order_no": "FEE2"})

    with pytest.raises(Malformed):
        await desk.method.ask("FEE1")


async def test_a_closed_order_and_one_of_another_amount_are_not_ordered_again(desk: Desk) -> None:
    await ordered(desk)
    desk.platform.has(ORDER | {"status": 12})

    with pytest.raises(OrderClosed):
        await ordered(desk)
    other = payable(amount_fen=Fen(1), lines=())
    with pytest.raises(Refused):
        await desk.method.prepare(other)


@pytest.mark.parametrize(
    ("status", "error"), [(1, ClosesByItself), (3, AlreadyPaid), (12, None)], ids=str
)
async def test_closing_says_what_the_platform_does_by_itself(
    desk: Desk, status: int, error: type[Exception] | None
) -> None:
    await ordered(desk)
    desk.platform.has((PAID if status == 3 else ORDER) | {"status": status})

    if error is None:
        await desk.method.close("FEE1")
        return
    with pytest.raises(error):
        await desk.method.close("FEE1")


async def test_a_whole_refund_names_no_amount_and_a_part_does(desk: Desk) -> None:
    await ordered(desk)
    desk.platform.has(PAID)
    desk.platform.answers["refund"] = says(refund_order_id="RF1")

    whole = await desk.method.refund(repayment())
    part = await desk.method.refund(repayment(7_000, "FEE1R2"))

    first, second = (body for name, body in desk.platform.sent if name == "refund")
    assert (first["order_id"], first["refund_out_id"]) == (ORDER_ID, "FEE1R1")
    assert "refund_fee" not in first
    assert second["refund_fee"] == 7_000
    # Taken, but the query does not tell of it yet.
    assert (whole.status, part.status) == (RefundStatus.PROCESSING, RefundStatus.PROCESSING)
    assert (whole.amount_fen, part.amount_fen) == (20_600, 7_000)


async def test_the_rest_after_a_part_is_a_part_though_the_last(desk: Desk) -> None:
    part = {"refund_out_id": "FEE1R1", "refund_fee": 600, "refund_status": 5, **RESTED}
    await ordered(desk)
    desk.platform.has(PAID | {"partial_refund_info": [part]})
    desk.platform.answers["refund"] = says(refund_order_id="RF2")

    await desk.method.refund(repayment(20_000, "FEE1R2"))

    asked = next(body for name, body in desk.platform.sent if name == "refund")
    assert asked["refund_fee"] == 20_000


async def test_after_a_part_the_whole_is_asked_for_by_its_amount(desk: Desk) -> None:
    """Without one the platform might give the rest back under this number."""
    part = {"refund_out_id": "FEE1R1", "refund_fee": 600, "refund_status": 5, **RESTED}
    await ordered(desk)
    desk.platform.has(PAID | {"partial_refund_info": [part]})
    desk.platform.answers["refund"] = fails(40097)

    with pytest.raises(Refused):
        await desk.method.refund(repayment(20_600, "FEE1R2"))

    assert desk.platform.sent[-1][1]["refund_fee"] == 20_600


async def test_a_refund_the_platform_does_not_say_it_took_is_unknown(desk: Desk) -> None:
    await ordered(desk)
    desk.platform.has(PAID)
    desk.platform.answers["refund"] = HttpResponse(200, Headers(), b"{}")

    with pytest.raises(Unavailable):
        await desk.method.refund(repayment())


async def test_a_refund_always_gives_a_reason(desk: Desk) -> None:
    await ordered(desk)
    desk.platform.has(PAID)
    desk.platform.answers["refund"] = says(refund_order_id="RF1")

    await desk.method.refund(replace(repayment(), reason=" "))

    asked = next(body for name, body in desk.platform.sent if name == "refund")
    assert asked["reason"] == "退款"


async def test_a_refund_that_is_known_is_not_sent_again(desk: Desk) -> None:
    await ordered(desk)
    part = {"refund_out_id": "FEE1R1", "refund_fee": 7_000, "refund_status": 6}
    desk.platform.has(PAID | {"partial_refund_info": part})

    again = await desk.method.refund(repayment(7_000))
    with pytest.raises(Refused):
        await desk.method.refund(repayment(6_000))

    assert (again.status, again.amount_fen) == (RefundStatus.PROCESSING, 7_000)
    assert "refund" not in desk.platform.calls()


@pytest.mark.parametrize(
    ("errcode", "error"),
    [(232, AlreadyPaid), (299, Unavailable), (236, Refused), (-1, Unavailable)],
)
async def test_the_platforms_refusals_are_ours(
    desk: Desk, errcode: int, error: type[Exception]
) -> None:
    desk.platform.answers["unifiedorder"] = fails(errcode)

    with pytest.raises(error):
        await ordered(desk)


class TestWhenTheFeeIsCompared:
    """`check_fee`: the platform, and finance behind it, must have the notice as we have."""

    @pytest.fixture
    def section(self, section: dict[str, Any]) -> dict[str, Any]:
        return section | {"check_fee": True}

    async def test_the_same_total_is_ordered(self, desk: Desk) -> None:
        desk.platform.answers["queryfee"] = says(fee=20_600)

        await ordered(desk)

        (name, asked), _ = desk.platform.sent
        assert (name, asked["payment_notice_no"]) == ("queryfee", "33019926010000000001")

    async def test_another_total_is_not(self, desk: Desk) -> None:
        desk.platform.answers["queryfee"] = says(fee=20_000)

        with pytest.raises(Refused):
            await ordered(desk)

        assert desk.platform.calls() == ["queryfee"]
        assert await desk.store.get("nontax_orders", "FEE1") is None

    async def test_a_notice_paid_elsewhere_is_paid(self, desk: Desk) -> None:
        desk.platform.answers["queryfee"] = fails(232)

        with pytest.raises(AlreadyPaid):
            await ordered(desk)
