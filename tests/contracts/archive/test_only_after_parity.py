"""On every store: no row goes unless days are closed, and store, journal and finance agree."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.ports import StatementLine
from payment.archive.part import PartState
from payment.archive.refusals import ArchiveDamaged, DaysNotClosed, DayTooYoung, NotInParity
from payment.archive.resting import Unrest
from payment.orders import ORDERS
from payment.reconciliation.days.days import DAYS
from tests.contracts.archive.cellar import FIRST, METHOD, SECOND, Cellar, cellar
from tests.unit.days.samples import DAY, NOW, difference

Spoil = Callable[[Cellar], Awaitable[None]]


async def store_differs(house: Cellar) -> None:
    await house.store.mutate(ORDERS.name, FIRST, lambda order: order | {"amount_fen": 1})


async def store_lacks_it(house: Cellar) -> None:
    await house.store.delete(ORDERS.name, FIRST)


async def journal_lacks_it(house: Cellar) -> None:
    for link in [link async for link in house.journal.links()]:
        if (link.what, link.fields.get("order_id")) == ("confirmed", FIRST):
            await house.store.delete("journal_links", f"{link.number:012d}")


async def journal_has_another(house: Cellar) -> None:
    [number] = [
        f"{link.number:012d}"
        async for link in house.journal.links()
        if (link.what, link.fields.get("order_id")) == ("confirmed", FIRST)
    ]

    def changed(link: dict[str, object]) -> dict[str, object]:
        return link | {"fields": {**link["fields"], "amount_fen": 1}}  # type: ignore[dict-item]

    await house.store.mutate("journal_links", number, changed)


async def finance_has_another(house: Cellar) -> None:
    house.books.lines[FIRST] = StatementLine(FIRST, Fen(1), NOW)


async def finance_lacks_it(house: Cellar) -> None:
    del house.books.lines[FIRST]


async def finance_is_silent(house: Cellar) -> None:
    house.books.down = True


async def the_signature_is_not_ours(house: Cellar) -> None:
    def changed(day: dict[str, object]) -> dict[str, object]:
        return day | {"signature": {**day["signature"], "by": "somebody"}}  # type: ignore[dict-item]

    await house.store.mutate(DAYS.name, f"{DAY}|{METHOD}", changed)


async def the_day_is_open_again(house: Cellar) -> None:
    await house.store.mutate(DAYS.name, f"{DAY}|{METHOD}", lambda day: day | {"state": "balanced"})


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (store_differs, NotInParity),
        (store_lacks_it, NotInParity),
        (journal_lacks_it, NotInParity),
        (journal_has_another, NotInParity),
        (finance_has_another, NotInParity),
        (finance_lacks_it, NotInParity),
        (finance_is_silent, Unavailable),
        (the_signature_is_not_ours, DaysNotClosed),
        (the_day_is_open_again, DaysNotClosed),
    ],
)
async def test_no_row_goes_where_anything_differs(
    house: Cellar, spoil: Spoil, refusal: type[GatewayError]
) -> None:
    """Not even of the other order, which is as it should be."""
    await house.receipted(FIRST)
    await house.receipted(SECOND)
    await house.close()
    house.wait()
    await spoil(house)
    before = await house.everything()
    with pytest.raises(refusal) as told:
        await house.archiving.put_away(DAY, "operator-he")
    assert await house.everything() == before
    assert not list(house.folder.glob("*"))
    if refusal is NotInParity:
        assert FIRST in str(told.value)


async def test_a_day_on_which_money_went_back_must_be_closed_too(house: Cellar) -> None:
    order = await house.receipted()
    await house.close()
    house.refunds.clock.move(days=1)
    house.finance.clock.move(days=1)
    await house.given_back(order)
    house.wait()
    with pytest.raises(DaysNotClosed, match="2026-03-03 is not closed"):
        await house.archiving.put_away(DAY, "operator-he")
    assert await house.store.find(ORDERS.name) != []


async def test_a_late_refund_the_journal_does_not_know_keeps_everything(house: Cellar) -> None:
    """Its day is closed without it, and finds it neither in the journal nor among new orders."""
    order = await house.receipted()
    await house.close()
    for clock in (house.refunds.clock, house.finance.clock):
        clock.move(days=30)
    await house.refunds.approved(order, 6000)
    await house.refunds.work()
    await house.close(DAY + timedelta(days=30))
    house.wait()
    with pytest.raises(NotInParity, match="the journal has no refund_done of 2026-04-01"):
        await house.archiving.put_away(DAY, "operator-he")
    assert await house.store.get(ORDERS.name, order.id) is not None


async def test_it_goes_when_that_day_is_closed_as_well(house: Cellar) -> None:
    order = await house.receipted()
    await house.close()
    for clock in (house.refunds.clock, house.finance.clock):
        clock.move(days=1)
    await house.given_back(order)
    await house.close(DAY + timedelta(days=1))
    house.wait()
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert outcome.gone == 1
    assert list(outcome.held) == [(METHOD, DAY), (METHOD, DAY + timedelta(days=1))]


async def test_a_day_that_nobody_reconciled_is_not_put_away(house: Cellar) -> None:
    await house.receipted()
    house.wait()
    with pytest.raises(DaysNotClosed):
        await house.archiving.put_away(DAY, "operator-he")


@pytest.mark.parametrize(("days", "young"), [(399, True), (400, False)])
async def test_orders_stay_as_long_as_the_settings_say(
    house: Cellar, days: int, young: bool
) -> None:
    await house.receipted()
    await house.close()
    house.wait(days)  # from the day after
    if young:
        with pytest.raises(DayTooYoung):
            await house.archiving.put_away(DAY, "operator-he")
        return
    assert (await house.archiving.put_away(DAY, "operator-he")).gone == 1


async def test_what_a_department_waits_for_stays(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    house.wait()
    house.departments.waiting = True
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert (outcome.part, dict(outcome.stay)) == (None, {Unrest.DEPARTMENT_UNTOLD: 1})


async def test_what_a_case_of_reconciliation_is_about_stays(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    desk = house.finance.desk
    finding = await desk.findings.see(
        difference(order_id=FIRST), DAY + timedelta(days=1), desk.clock.now()
    )
    await desk.cases.open(finding)
    house.wait()
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert (outcome.part, dict(outcome.stay)) == (None, {Unrest.DIFFERENCE_OPEN: 1})


@pytest.mark.parametrize("state", [PartState.WRITTEN, PartState.ENTERED])
async def test_what_was_begun_does_not_go_on_where_the_books_differ_now(
    house: Cellar, state: PartState
) -> None:
    await _stopped_at(house, state)
    await finance_has_another(house)
    with pytest.raises(NotInParity):
        await house.archiving.put_away(DAY, "operator-he")
    assert (await house.store.get(ORDERS.name, FIRST)) is not None


async def test_nothing_goes_whose_file_is_not_what_was_written(house: Cellar) -> None:
    await _stopped_at(house, PartState.WRITTEN)
    [path] = house.folder.glob("*.jsonl.gz")
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ArchiveDamaged):
        await house.archiving.put_away(DAY, "operator-he")
    assert (await house.store.get(ORDERS.name, FIRST)) is not None


async def _stopped_at(house: Cellar, state: PartState) -> None:
    """As somebody left it who was killed there."""
    await house.receipted()
    await house.close()
    house.wait()

    class Killed(Exception):
        pass

    other = cellar(house.store, house.folder, books=house.books)
    other.wait()

    def said(step: str) -> None:
        if step == {"written": "places", "entered": "deleting"}[state]:
            raise Killed

    with pytest.raises(Killed):
        await other.archiving.put_away(DAY, "operator-he", said)
    part = await house.archiving.parts.latest(DAY)
    assert part is not None
    assert part.state is state
