"""A day does not balance before the bank has told what came in, or should have."""

import pytest

from tests.journeys.reconciliation.office import kinds, next_morning, noon


async def test_a_day_waits_for_the_credit_that_comes_later_in_the_morning(
    house, office, business, till
):
    day = await noon(house)
    await business.paid(20_000)
    await next_morning(house, hour=10.6)
    view = await office.clerk.run(day, till)
    assert (view["state"], view["kinds"]) == ("matched", [])
    refused = await office.clerk.call("POST", f"/days/{day}/{till.plugin}/close")
    assert (refused.status, refused.json()["code"]) == (409, "bank_awaited")
    await house.pass_time(minutes=60)
    view = await office.clerk.run(day, till)
    assert (view["state"], view["waiting"]) == ("balanced", "")


@pytest.mark.parametrize("fault", ["credit_withheld", "credit_missing"])
async def test_what_the_bank_did_not_get_is_found_though_all_else_agreed_before(
    house, office, business, till, fault
):
    day = await noon(house)
    await business.paid(20_000)
    await house.fault("bank", fault, times=None)
    await next_morning(house, hour=10.6)
    assert (await office.clerk.run(day, till))["state"] == "matched"
    for _ in range(4):
        await next_morning(house)
    assert (await office.clerk.run(day, till))["state"] == "diff_open"
    assert kinds(await office.clerk.differences(day, till)) == {"M10": 1}
