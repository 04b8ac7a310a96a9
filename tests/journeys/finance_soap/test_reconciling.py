"""A day on a public payment platform: what it told us when it was paid, and what it says after."""

import pytest

from channel_gateway.domain.notices import NoticeState
from channel_gateway.ports import Role
from channel_gateway.stories import tell_story
from tests.journeys.finance_soap.conftest import Town
from tests.journeys.gateway.tills import TILLS
from tests.journeys.reconciliation.office import Worker, hire, next_morning, noon

SEARCH = "GetSearchPay_Info"
(TILL, OTHER) = sorted(TILLS, key=lambda till: till.plugin)  # nobody's money is on the first's page


@pytest.fixture
async def clerk(town: Town) -> Worker:
    return await hire(town.house, "clerk-lin", Role.FINANCE_CLERK)


async def questions(town: Town) -> int:
    return len((await town.house.control("GET", "/requests?platform=finance_soap"))["requests"])


async def test_a_day_on_which_nothing_went_wrong_balances(town: Town, clerk: Worker) -> None:
    day = await noon(town.house)
    unpaid = await town.issued("N0")
    for number in ("N1", "N2"):
        await town.pay(await town.issued(number))
    await town.pulled()
    await next_morning(town.house)

    for till in (TILL, OTHER):
        view = await clerk.run(day, till)
        assert (view["state"], view["kinds"], view["waiting"]) == ("balanced", [], "")
    asked = await questions(town)
    await clerk.run(day, TILL)
    assert await questions(town) == asked
    assert await town.state(unpaid) is NoticeState.UNPAID


async def test_what_the_platform_forgot_or_changed_or_did_not_push_is_found(
    town: Town, clerk: Worker
) -> None:
    house, day = town.house, await noon(town.house)
    await town.pay(await town.issued("N1"))
    forgotten, other, lost = [await town.issued(number) for number in ("N2", "N3", "N4")]
    await house.fault(
        "finance_soap", "notify_lost", "GetPay_Info", order=lost.notice.pay_code, times=None
    )
    for notice in (forgotten, other, lost):
        await town.pay(notice)
    await house.quiet()
    faults = [
        await house.fault(
            "finance_soap",
            kind,
            SEARCH,
            order=notice.notice.pay_code,
            times=None,
            parameters=parameters,
        )
        for kind, notice, parameters in (
            ("search_behind", forgotten, {}),
            ("search_other_amount", other, {"by_fen": -1}),
        )
    ]
    await next_morning(house)

    await clerk.run(day, TILL)
    found = {each["kind"]: each for each in await clerk.differences(day, TILL)}

    assert {kind: each["pay_code"] for kind, each in found.items()} == {
        "M4": forgotten.notice.pay_code,
        "M5": lost.notice.pay_code,
        "M6": other.notice.pay_code,
    }
    sums = {kind: (each["gateway_fen"], each["finance_fen"]) for kind, each in found.items()}
    assert sums == {"M4": (8000, None), "M5": (None, 8000), "M6": (8000, 7999)}
    assert {each["channel_fen"] for each in found.values()} == {None}
    assert [kind for kind in sorted(found) if found[kind]["state"] == "healed"] == ["M5"]

    assert len(await town.heard(lost)) == 1  # it was told on as a push is
    for each in faults:
        await house.control("DELETE", f"/faults/{each}")
    await house.pass_time(hours=1)
    assert (await clerk.run(day, TILL))["state"] == "balanced"


async def test_what_was_paid_with_too_little_is_said_with_both_amounts(
    town: Town, clerk: Worker
) -> None:
    day = await noon(town.house)
    issued = await town.issued()
    await town.pay(issued, money="79.99")
    await next_morning(town.house)

    await clerk.run(day, TILL)

    (found,) = await clerk.differences(day, TILL)
    assert (found["kind"], found["pay_code"]) == ("M6", issued.notice.pay_code)
    assert (found["gateway_fen"], found["finance_fen"]) == (8000, 7999)


async def test_the_first_methods_day_waits_for_a_platform_that_does_not_answer(
    town: Town, clerk: Worker
) -> None:
    day = await noon(town.house)
    await town.pay(await town.issued())
    await town.house.quiet()
    away = await town.house.fault("finance_soap", "connection_cut", SEARCH, times=None)
    await next_morning(town.house)

    view = await clerk.run(day, TILL)
    assert (view["state"], view["waiting"].partition(":")[0]) == ("file_ok", "unavailable")
    assert (await clerk.run(day, OTHER))["state"] == "balanced"

    await town.house.control("DELETE", f"/faults/{away}")
    assert (await clerk.run(day, TILL))["state"] == "balanced"


async def test_the_story_of_a_notice_has_the_platforms_own_word(town: Town, clerk: Worker) -> None:
    day = await noon(town.house)
    issued = await town.issued()
    pay_code = issued.notice.pay_code
    await town.pay(issued)
    await town.house.quiet()
    await town.house.fault("finance_soap", "search_behind", SEARCH, order=pay_code, times=None)
    await next_morning(town.house)
    await clerk.run(day, TILL)

    told = await tell_story(town.house.gateway.table, pay_code, "the store")

    said = [line.text for line in told if "own word" in line.text]
    assert [line.partition(": it ")[2].partition(", and")[0] for line in said] == [
        "has it as paid: 80.00 yuan",
        "does not have it as paid",
    ]
