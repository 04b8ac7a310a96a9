"""The platform's bill of a day, fetched and read: what was paid and given back, to the fen."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.days import at_minute, beijing_day
from channel_gateway.domain.errors import Unavailable
from payment.ports import BillLate, BillSource, BillWrong
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.entries import Movement
from tests.journeys.gateway.citizen import log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.nontax.registry import PLUGIN, UNIT, issue, pay

SPOILED = {
    "nontax_bill_changed_column": "line 1: does not begin with the column 交易时间",
    "nontax_bill_duplicate_line": "line 6, 总交易单数: is not the sum of the lines",
    "nontax_bill_missing_line": "line 4, 总交易单数: is not the sum of the lines",
    "nontax_bill_wrong_amount": "line 5, 总交易额: is not the sum of the lines",
}
SHORT = "nontax_bill_short_line"


def bills(house: House) -> BillSource:
    source: BillSource = house.gateway.table.offered(BillSource)[PLUGIN]
    return source


async def one_payment(house: House, amount_fen: int = 20_000) -> dict[str, Any]:
    citizen = await log_in(house, WECHAT_PAY)
    order = await citizen.order(await issue(house, amount_fen))
    await pay(citizen, order)
    await house.becomes(order["order_id"], "receipted")
    return order


async def six_the_next_morning(house: House) -> date:
    day = beijing_day(house.now())
    await house.advance(at_minute(day + timedelta(days=1), 360) - house.now())
    return day


async def test_a_days_bill_says_what_moved(house: House, tmp_path: Path) -> None:
    await house.control("POST", "/wechat/nontax/settings", fee_rate=60)
    order = await one_payment(house)
    await give_back(house, order, 7_000)
    await house.pass_time(minutes=2)
    day = await six_the_next_morning(house)

    (bill,) = await bills(house).fetch(day, tmp_path)
    paid, back = list(bills(house).entries(bill))

    kept = await house.order(order["order_id"])
    assert (paid.movement, back.movement) == (Movement.PAYMENT, Movement.REFUND)
    assert (paid.order_id, paid.transaction) == (kept.id, kept.transaction)
    assert (paid.amount_fen, paid.fee_e5, paid.unit_code) == (20_000, 120_000, UNIT)
    assert (back.order_id, back.refund_no) == (kept.id, kept.refunds[0].number)
    assert (back.amount_fen, back.fee_e5, back.state) == (7_000, -42_000, "done")
    assert bills(house).settled_fen([bill]) == 20_000 - 7_000 - 120 + 42


async def test_a_day_without_business_has_no_bill(house: House, tmp_path: Path) -> None:
    assert await bills(house).fetch(await six_the_next_morning(house), tmp_path) == ()


async def test_before_six_in_the_morning_there_is_none_yet(house: House, tmp_path: Path) -> None:
    await one_payment(house)
    day = await six_the_next_morning(house)

    with pytest.raises(BillLate):
        await bills(house).fetch(day + timedelta(days=1), tmp_path)

    await house.fault("wechat", "nontax_bill_late", "nontax.downloadbill")
    with pytest.raises(BillLate):
        await bills(house).fetch(day, tmp_path)
    assert len(await bills(house).fetch(day, tmp_path)) == 1


@pytest.mark.parametrize(("fault", "says"), SPOILED.items())
async def test_a_spoiled_bill_is_named_with_its_line(
    house: House, tmp_path: Path, fault: str, says: str
) -> None:
    await one_payment(house)
    await one_payment(house)
    day = await six_the_next_morning(house)
    await house.fault("wechat", fault, "nontax.downloadbill")

    with pytest.raises(BillWrong) as wrong:
        list(bills(house).entries((await bills(house).fetch(day, tmp_path))[0]))

    assert str(wrong.value) == says


async def test_a_line_nobody_can_read_is_set_aside_and_named(house: House, tmp_path: Path) -> None:
    await one_payment(house)
    await one_payment(house)
    day = await six_the_next_morning(house)
    await house.fault("wechat", SHORT, "nontax.downloadbill")
    (bill,) = await bills(house).fetch(day, tmp_path)
    said: list[str] = []

    (piece,) = bills(house).columns(bill, said.append)

    assert len(piece.numbers) == 1
    assert said == [
        "账单有一行读不出，已搁置，未计入渠道合计（line 2: has 26 cells instead of 27）",
        "按账单自报的合计，搁置的行应为：总交易额 200.00 元",
    ]


async def test_a_bill_of_which_nothing_can_be_read_stops(house: House, tmp_path: Path) -> None:
    await one_payment(house)
    day = await six_the_next_morning(house)
    await house.fault("wechat", SHORT, "nontax.downloadbill")
    (bill,) = await bills(house).fetch(day, tmp_path)

    with pytest.raises(BillWrong, match="line 2: has 26 cells instead of 27"):
        list(bills(house).entries(bill))


async def test_a_bill_is_fetched_anew_when_the_line_breaks_or_the_token_dies(
    house: House, tmp_path: Path
) -> None:
    await one_payment(house)
    day = await six_the_next_morning(house)
    await house.fault("wechat", "truncated_reply", "nontax.downloadbill")

    with pytest.raises(Unavailable):
        await bills(house).fetch(day, tmp_path)

    await house.fault("wechat", "token_killed", "access_token")
    assert len(await bills(house).fetch(day, tmp_path)) == 1


async def test_what_no_bank_tells_of_is_not_missed_at_the_bank(house: House) -> None:
    await one_payment(house)
    day = await six_the_next_morning(house)
    await house.pass_time(hours=6)
    desk = next(iter(house.gateway.table.offered(ReconciliationDesk).values()))

    for _ in range(2):
        ran = await desk.running.run(day, PLUGIN)
        assert (ran.state, ran.kinds, ran.bank_fen) == ("balanced", (), None)
        await house.advance(timedelta(days=28))
