"""The outbox: leased, retried on the ladder, given up, never lost; and jobs that run once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import (
    GatewayError,
    NotFound,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Change, Collection, Index, NoticeVoided, Store, StoreUnavailable
from channel_gateway.service import Job, NeedsAPerson, NotYet, Reaction
from channel_gateway.store.leases import LEASES
from channel_gateway.store.memory import MemoryStore
from channel_gateway.worker.dead_letters import DeadLetters
from channel_gateway.worker.outbox import LEASE, Outbox
from channel_gateway.worker.schedule import Schedule
from tests.unit.payment.fakes import MovedClock

THINGS = Collection("things", (Index(("due",)), Index(("gave_up_at",))))


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    store = MemoryStore([THINGS, LEASES])
    await store.open()
    yield store
    await store.close()


class Errand:
    """A reaction that can be told to fail; counts how often it ran."""

    def __init__(self, *trouble: Exception) -> None:
        self.trouble = list(trouble)
        self.runs = 0

    async def run(self, document: dict[str, Any], task: Task, now: Any) -> Change | None:
        self.runs += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return lambda current: current | {"done": current.get("done", 0) + 1}


async def with_task(store: Store, clock: MovedClock, kind: str = "errand") -> None:
    now = milliseconds(clock.now())
    task = {"id": "t", "kind": kind, "due": now, "tries": 0, "note": "", "detail": ""}
    await store.insert("things", {"_id": "a", "tasks": [task], "due": now})


def outbox(
    store: Store, errand: Errand, clock: MovedClock, *ladder: int, owner: str = "w"
) -> Outbox:
    return Outbox(store, [Reaction("things", "errand", errand.run, ladder)], clock, owner=owner)


async def test_a_task_that_is_due_is_done_and_gone(store: MemoryStore) -> None:
    clock, errand = MovedClock(), Errand()
    await with_task(store, clock)
    assert await outbox(store, errand, clock).work() == 1
    thing = await store.get("things", "a")
    assert thing is not None
    assert (thing["done"], thing["tasks"]) == (1, [])
    assert "due" not in thing


async def test_trouble_puts_a_task_off_by_the_ladder_with_its_reason(store: MemoryStore) -> None:
    clock, errand = MovedClock(), Errand(Unavailable("down"), NotYet("not paid yet"))
    await with_task(store, clock)
    worker = outbox(store, errand, clock, 5, 30)
    await worker.work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert thing["due"] == milliseconds(clock.now() + timedelta(seconds=5))
    assert (thing["tasks"][0]["tries"], thing["tasks"][0]["note"]) == (1, "down")
    clock.move(seconds=4)
    assert await worker.work() == 0
    clock.move(seconds=1)
    await worker.work()
    clock.move(seconds=30)
    await worker.work()
    assert errand.runs == 3


async def test_past_the_ladders_end_a_task_is_a_dead_letter_and_can_be_sent_again(
    store: MemoryStore, caplog: pytest.LogCaptureFixture
) -> None:
    clock, errand = MovedClock(), Errand(Unavailable("down"), Unavailable("still down"))
    await with_task(store, clock)
    worker = outbox(store, errand, clock, 5)
    await worker.work()
    clock.move(seconds=5)
    await worker.work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert [task["note"] for task in thing["given_up"]] == ["still down"]
    assert thing["gave_up_at"] == milliseconds(clock.now())
    told = [(line.levelname, line.__dict__["note"]) for line in caplog.records]
    assert told == [("WARNING", "down"), ("ERROR", "still down")]
    letters = DeadLetters(store, [Reaction("things", "errand", errand.run, ())])
    (letter,) = await letters.list()
    assert (letter.collection, letter.id, letter.task_id) == ("things", "a", "t")
    await letters.resend("things", "a", "t", clock.now())
    await worker.work()
    again = await store.get("things", "a")
    assert again is not None
    assert (again["done"], again["given_up"]) == (1, [])
    assert "gave_up_at" not in again


async def test_a_bug_in_a_reaction_is_retried_and_does_not_stop_the_worker(
    store: MemoryStore,
) -> None:
    clock, errand = MovedClock(), Errand(KeyError("a bug"))
    await with_task(store, clock)
    worker = outbox(store, errand, clock, 5)
    await worker.work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert thing["tasks"][0]["note"] == "KeyError"


async def test_what_needs_a_person_is_a_dead_letter_at_once(store: MemoryStore) -> None:
    clock, errand = MovedClock(), Errand(NeedsAPerson("the account is closed"))
    await with_task(store, clock)
    await outbox(store, errand, clock, 5, 30).work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert [task["note"] for task in thing["given_up"]] == ["the account is closed"]


@pytest.mark.parametrize("refusal", [Refused, NotFound, NoticeVoided])
async def test_what_is_refused_for_good_is_a_dead_letter_at_once(
    store: MemoryStore, refusal: type[GatewayError]
) -> None:
    clock, errand = MovedClock(), Errand(refusal("18012"))
    await with_task(store, clock)
    await outbox(store, errand, clock, 5, 30).work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert [task["note"] for task in thing["given_up"]] == ["18012"]


@pytest.mark.parametrize(
    ("trouble", "pause_s", "tries"),
    [
        (RefusedForNow("not enough"), 5, 1),
        (TooMany(retry_after_s=65), 65, 1),
        (TooMany(retry_after_s=1), 5, 1),
        (NotYet("another is first", pause_s=7), 7, 0),
    ],
)
async def test_what_passes_is_tried_again_after_the_pause_it_needs(
    store: MemoryStore, trouble: GatewayError, pause_s: int, tries: int
) -> None:
    clock, errand = MovedClock(), Errand(trouble)
    await with_task(store, clock)
    await outbox(store, errand, clock, 5).work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert thing["due"] == milliseconds(clock.now() + timedelta(seconds=pause_s))
    assert thing["tasks"][0]["tries"] == tries


async def test_an_outcome_that_comes_after_anothers_changes_nothing(store: MemoryStore) -> None:
    clock, errand = MovedClock(), Errand()
    await with_task(store, clock)

    async def slow(document: dict[str, Any], task: Task, now: Any) -> Change | None:
        clock.move(seconds=LEASE.total_seconds())
        await outbox(store, errand, clock, owner="faster").work()
        return await errand.run(document, task, now)

    row = Reaction("things", "errand", slow, ())
    await Outbox(store, [row], clock, owner="slow").work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert (errand.runs, thing["done"]) == (2, 1)


async def test_a_task_nobody_reacts_to_is_a_dead_letter(store: MemoryStore) -> None:
    clock = MovedClock()
    await with_task(store, clock, kind="unheard-of")
    await outbox(store, Errand(), clock).work()
    thing = await store.get("things", "a")
    assert thing is not None
    assert thing["given_up"][0]["note"] == "nobody reacts to unheard-of"


async def test_what_a_dead_worker_had_leased_is_done_by_another_later(
    store: MemoryStore,
) -> None:
    clock, errand = MovedClock(), Errand()
    await with_task(store, clock)
    now = clock.now()
    await store.claim(  # a worker takes it and dies
        "things",
        "due",
        now=milliseconds(now),
        until=milliseconds(now + LEASE),
        owner="dead",
        limit=1,
    )
    other = outbox(store, errand, clock, owner="other")
    assert await other.work() == 0
    clock.move(seconds=LEASE.total_seconds())
    assert await other.work() == 1
    assert errand.runs == 1


async def test_one_documents_trouble_lets_the_others_of_its_batch_end_first(
    store: MemoryStore,
) -> None:
    clock = MovedClock()
    now = milliseconds(clock.now())
    for name in ("stuck", "slow"):
        task = {"id": "t", "kind": "errand", "due": now, "tries": 0, "note": "", "detail": ""}
        await store.insert("things", {"_id": name, "tasks": [task], "due": now})
    failed = asyncio.Event()

    async def run(document: dict[str, Any], task: Task, moment: Any) -> Change | None:
        if document["_id"] == "stuck":
            store.fail_writes(1, applied=False)  # this one's outcome cannot be written down
            failed.set()
            return None
        await failed.wait()
        for _ in range(100):
            await asyncio.sleep(0)  # still at it long after the other fell
        return lambda current: current | {"done": 1}

    worker = Outbox(store, [Reaction("things", "errand", run, ())], clock, owner="w")
    with pytest.raises(StoreUnavailable):
        await worker.work()
    slow = await store.get("things", "slow")
    assert slow is not None
    assert slow["done"] == 1


async def test_a_job_runs_once_over_all_processes_and_again_after_its_pause(
    store: MemoryStore,
) -> None:
    clock = MovedClock()
    ran: list[str] = []

    async def run(now: Any) -> None:
        ran.append("ran")

    job = Job("tidy", 60, run, "Tidy up")
    workers = [Schedule(store, [job], clock, owner=f"w{number}") for number in range(3)]
    assert sum([await each.work() for each in workers]) == 1
    clock.move(seconds=59)
    assert sum([await each.work() for each in workers]) == 0
    clock.move(seconds=2)
    assert sum([await each.work() for each in workers]) == 1
    assert len(ran) == 2


async def test_a_job_in_trouble_does_not_stop_the_others(store: MemoryStore) -> None:
    clock = MovedClock()
    ran: list[str] = []

    async def fail(now: Any) -> None:
        raise Unavailable("down")

    async def run(now: Any) -> None:
        ran.append("ran")

    schedule = Schedule(store, [Job("a", 60, fail, ""), Job("b", 60, run, "")], clock, owner="w")
    await schedule.work()
    assert ran == ["ran"]


@pytest.mark.parametrize(
    ("collection", "id", "task_id", "field"),
    [
        ("others", "a", "t", "collection"),
        ("things", "b", "t", "id"),
        ("things", "a", "u", "task_id"),
    ],
)
async def test_only_what_was_given_up_is_sent_again(
    store: MemoryStore, collection: str, id: str, task_id: str, field: str
) -> None:
    clock, errand = MovedClock(), Errand()
    await with_task(store, clock)
    letters = DeadLetters(store, [Reaction("things", "errand", errand.run, ())])
    with pytest.raises(NotFound) as missed:
        await letters.resend(collection, id, task_id, clock.now())
    assert missed.value.field == field
