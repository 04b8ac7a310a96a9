"""What departments are to be told, on every store: kept once, in order, paged, and forgotten."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from adapters.departments.events import DELIVER, Event, Events, delivered
from adapters.departments.letters import PAGE, Letters, LettersAsked, LettersTold
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import given_up
from channel_gateway.ports import Store
from channel_gateway.service import DepartmentAsk
from channel_gateway.vault import Vault
from channel_gateway.world import SystemRandomness

NOW = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)


@pytest.fixture
def events(store: Store) -> Events:
    return Events(store, Vault({"1": b"k" * 32}, b"i" * 32, SystemRandomness()))


async def keep(events: Events, id: str, *, about: str = "A1", minute: int = 0) -> Event:
    at = NOW + timedelta(minutes=minute)
    data = {"appointment_id": about, "version": minute}
    await events.keep("hall", id, "appointment.moved", data, at=at, due=milliseconds(at))
    return await kept(events, id)


async def kept(events: Events, id: str) -> Event:
    found = await events.get("hall", id)
    assert found is not None
    return found


async def test_what_still_waits_is_without_the_answers_that_rest_on_nothing_any_more(
    events: Events,
) -> None:
    for id, about in (("E1", "A1"), ("E2", "A2")):
        data = {"appointment_id": about, "answers": {"name": "林示例", "mail_to": "示例路8号"}}
        due = milliseconds(NOW)
        await events.keep("hall", id, "appointment.booked", data, at=NOW, due=due)
    await keep(events, "E3")

    await events.forget_answers("hall", "A1", ["mail_to"])

    assert events.data(await kept(events, "E1"))["answers"] == {"name": "林示例"}
    assert "mail_to" in events.data(await kept(events, "E2"))["answers"]
    assert "answers" not in events.data(await kept(events, "E3"))


async def test_an_event_waits_until_it_is_delivered_and_when_it_was_given_up(
    events: Events,
) -> None:
    event = await keep(events, "E1")
    assert await events.waits(["E0", "E1"])
    await give_up(events, "E1", 1)
    assert await events.waits(["E1"])
    await events.change(event.id, lambda known: delivered(known, NOW))
    assert not await events.waits(["E0", "E1"])


async def give_up(events: Events, id: str, minute: int) -> None:
    at = milliseconds(NOW + timedelta(minutes=minute))
    await events.change(id, partial(given_up, id=DELIVER, at=at, note="silent"))


async def test_the_same_id_again_changes_nothing(events: Events) -> None:
    first = await keep(events, "E1")

    assert await keep(events, "E1", about="A2", minute=5) == first
    assert events.data(first) == {"appointment_id": "A1", "version": 0}


async def test_what_came_before_of_the_same_subject_is_found_and_nothing_else(
    events: Events,
) -> None:
    for minute, id in enumerate(("E1", "E2", "E3", "E4")):
        await keep(events, id, minute=minute)
    await keep(events, "other", about="A2")
    await events.change("E1", partial(delivered, now=NOW))
    await give_up(events, "E2", 1)

    older = await events.before(await kept(events, "E4"), limit=3)
    assert [each.id for each in older] == ["E3"]


async def test_what_still_waits_of_who_is_forgotten_names_nobody(events: Events) -> None:
    data = {"appointment_id": "A1", "answers": {"applicant": "张三"}, "citizen": {"name": "张三"}}
    for id, about in (("waits", "A1"), ("given up", "A1"), ("another's", "A2")):
        told = data | {"appointment_id": about}
        await events.keep("hall", id, "appointment.booked", told, at=NOW, due=milliseconds(NOW))
    await give_up(events, "given up", 1)

    await events.forget_person("hall", ["A1", "A9"])

    for id in ("waits", "given up"):
        assert events.data(await kept(events, id)) == {"appointment_id": "A1", "answers": {}}
    other = await kept(events, "another's")
    assert events.data(other) == data | {"appointment_id": "A2"}


async def test_what_still_waits_of_a_forgotten_delivery_has_no_recipient(events: Events) -> None:
    data = {"delivery_id": "D1", "appointment_id": "A1", "recipient": {"name": "张三"}}
    await events.keep("hall", "E1", "delivery.requested", data, at=NOW, due=milliseconds(NOW))

    await events.forget_person("hall", ["A1"])
    assert events.data(await kept(events, "E1")) == data  # it is a delivery's
    await events.forget_person("hall", ["D1"])
    assert "recipient" not in events.data(await kept(events, "E1"))


async def test_another_department_has_no_such_event(events: Events) -> None:
    await keep(events, "E1")

    assert await events.get("another", "E1") is None
    assert await events.given_up("another", limit=9, after=None) == []


async def test_letters_come_page_by_page_the_longest_given_up_first(events: Events) -> None:
    for n in range(PAGE + 3):
        await keep(events, f"E{n:02}", about=f"A{n}")
        await give_up(events, f"E{n:02}", PAGE + 3 - n)
    await keep(events, "waits")
    letters = Letters(events)

    async def page(after: str | None) -> LettersTold:
        return await letters.list(DepartmentAsk("hall", "call", NOW, LettersAsked(after=after)))

    first = await page(None)
    second = await page(first.next)

    ids = [each.event_id for each in (*first.letters, *second.letters)]
    assert ids == [f"E{n:02}" for n in reversed(range(PAGE + 3))]
    assert (len(first.letters), second.next) == (PAGE, None)


async def test_only_what_was_delivered_long_ago_is_forgotten(events: Events) -> None:
    for id in ("delivered", "waits", "given up"):
        await keep(events, id, about=id)
    await events.change("delivered", partial(delivered, now=NOW))
    await give_up(events, "given up", 0)

    await events.purge(NOW + timedelta(days=30))
    assert await events.get("hall", "delivered") is not None
    await events.purge(NOW + timedelta(days=30, seconds=1))
    assert await events.get("hall", "delivered") is None
    assert await events.get("hall", "waits") is not None
    assert await events.get("hall", "given up") is not None
