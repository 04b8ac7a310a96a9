"""Ordinary business around midnight, days in a row: nothing of it is a difference to work on."""

from datetime import timedelta

from channel_gateway.domain.days import BEIJING
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import kinds, next_morning, noon


async def late_evening(house):
    """Go on to three minutes before midnight."""
    now = house.now().astimezone(BEIJING)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    await house.pass_time(seconds=(midnight - now).total_seconds() - 180)


async def test_days_in_a_row_with_late_payments_and_late_bookings_balance(
    house, office, business, till
):
    days = []
    over_midnight = set()
    for _ in range(3):
        days.append(await noon(house))
        await business.paid(20_000)
        await late_evening(house)
        await business.paid(5_000)
        over_midnight.add(await planting.paid_over_midnight(business))
        await next_morning(house)
    await next_morning(house)
    for day in days:
        view = await office.clerk.run(day, till)
        found = await office.clerk.differences(day, till)
        assert kinds(found) == {"M9": 1}, day
        assert view["state"] == "balanced", day
        over_midnight -= {each["order_id"] for each in found}
    assert over_midnight == set()
    assert (await office.clerk.ask("GET", "/cases"))["cases"] == []


async def test_what_finance_books_days_later_is_no_difference_of_the_later_day(
    house, office, business, till
):
    """Nobody told us of a payment for two days, and finance not of a refund."""
    first = await noon(house)
    lost, deaf = await planting.paid_unheard(business)
    refunded = await business.paid(9_000)
    untold = await house.fault("finance", "server_error", "refunds.report", times=None)
    await business.given_back(refunded, 4_000)
    await next_morning(house)
    second = await noon(house)
    await business.paid(6_000)
    await next_morning(house)
    third = await noon(house)
    await business.mended([*deaf, untold])
    await office.clerk.run(first, till)
    await house.pass_time(minutes=5)
    await house.becomes(lost, "receipted")
    await next_morning(house)
    await next_morning(house)
    for day in (second, third):
        view = await office.clerk.run(day, till)
        assert (view["state"], kinds(await office.clerk.differences(day, till))) == ("balanced", {})
    await office.clerk.run(first, till)
    about = {
        (each["kind"], each["order_id"], each["state"])
        for each in await office.clerk.differences(first, till)
        if each["state"] != "gone"
    }
    assert about == {
        ("M1", lost, "healed"),
        ("M9", lost, "healed"),
        ("M9", refunded, "healed"),
    }
