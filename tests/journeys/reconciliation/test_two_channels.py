"""A notice paid at both tills: the second payment stands on its day's report until it is back."""

import pytest

from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.tills import TILLS
from tests.journeys.reconciliation.office import kinds, next_morning, noon


@pytest.fixture
def other(till):
    (other,) = [each for each in TILLS if each.plugin != till.plugin]
    return other


async def paid_at_both(house, till, other):
    """Paid at one till, then at the other; returns both orders."""
    notice = await issue(house, 16_000)
    payers = [await log_in(house, each) for each in (till, other)]
    orders = [await payer.order(notice) for payer in payers]
    for payer, order in zip(payers, orders, strict=True):
        await payer.pay(order)
    return [str(order["order_id"]) for order in orders]


async def test_the_second_payment_is_named_with_the_order_that_settled(house, office, till, other):
    day = await noon(house)
    first, second = await paid_at_both(house, till, other)
    await next_morning(house)

    assert (await office.clerk.run(day, till))["kinds"] == []
    await office.clerk.run(day, other)
    (found,) = await office.clerk.differences(day, other)
    assert (found["kind"], found["order_id"], found["state"]) == ("M7", second, "healed")
    assert first in found["detail"]
    assert found["remarks"][-1]["words"] == "后付的一笔已原路退回"


async def test_it_is_healed_when_the_money_is_back_and_a_case_until_then(
    house, office, till, other
):
    day = await noon(house)
    stuck = await house.fault(
        other.stand_in, "server_error", other.operations["refund"], times=None
    )
    _, second = await paid_at_both(house, till, other)
    await next_morning(house)
    view = await office.clerk.run(day, other)
    (found,) = await office.clerk.differences(day, other)
    assert (view["state"], found["state"], found["case_state"]) == ("diff_open", "open", "open")
    assert found["remarks"][-1]["words"] == "后付的一笔正在退回，渠道尚未答复退成"

    await house.control("DELETE", f"/faults/{stuck}")
    await next_morning(house)
    await house.becomes(second, "returned")
    await office.clerk.run(day, other)
    found = await office.clerk.differences(day, other)
    assert kinds(found) == {"M7": 1}
    assert (found[0]["state"], found[0]["case_state"]) == ("healed", "settled")
