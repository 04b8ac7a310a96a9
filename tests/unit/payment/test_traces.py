"""Traces: kept in batches, bounded, merged over processes; what is lost is words."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from channel_gateway.domain.errors import Forged, Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import PaidNotice
from channel_gateway.service import NotYet, Reaction
from channel_gateway.store.memory import MemoryStore
from channel_gateway.wire import HttpRequest
from payment.callbacks import Callbacks
from payment.facts import Fact, PaymentFact, PaymentStatus
from payment.traces.asking import Asking
from payment.traces.methods import TracedMethod
from payment.traces.told import TracedPaidNotices
from payment.traces.trace import MOST_WORDS, Trace, What, kept, read
from payment.traces.traces import MOST_OF_ONE, MOST_WAITING, TRACES, Traces
from payment.traces.tries import traced_tries
from tests.unit.payment.conftest import Counter
from tests.unit.payment.fakes import FakePlatform, MovedClock, Noted
from tests.unit.payment.samples import NOW

ORDER = "G20260302abcdefghij0123456789"


def trace(about: str = ORDER, **more: object) -> Trace:
    return Trace(about, NOW, What.REQUEST, "wechat_pay", "ask", "unpaid")._replace(**more)  # type: ignore[arg-type]


class Suspicious(FakePlatform):
    """Believes nothing."""

    async def read_callback(self, request: HttpRequest, now: datetime) -> Fact | None:
        raise Forged("nobody signed this")


class Ears:
    """Hears what finance tells, if nothing comes in between. Implements `PaidNotices`."""

    def __init__(self, trouble: Exception | None) -> None:
        self._trouble = trouble

    async def paid(self, told: PaidNotice) -> None:
        if self._trouble is not None:
            raise self._trouble


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    store = MemoryStore([TRACES])
    await store.open()
    yield store
    await store.close()


class Named:
    """Chance that gives a process its name. Implements `Randomness`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def token(self, length: int) -> str:
        return self._name * length


def process(store: MemoryStore, name: str, *, waits_s: float = 60) -> Traces:
    """What one process writes with."""
    kept_for = timedelta(days=1)
    return Traces(store, MovedClock(), Named(name), kept_for=kept_for, waits_s=waits_s)


def test_a_trace_is_read_as_it_was_kept() -> None:
    whole = trace(took_ms=12, note="a\tb" + "c" * MOST_WORDS)
    note = ("a b" + "c" * MOST_WORDS)[:MOST_WORDS]
    assert read(ORDER, kept(whole)) == whole._replace(note=note)


async def test_what_is_noted_is_written_a_little_later_all_at_once(store: MemoryStore) -> None:
    traces = process(store, "a", waits_s=0)
    for _ in range(3):
        await traces.note(trace())
    assert await store.find(TRACES.name) == []

    for _ in range(10):  # the timer, and the task it starts
        await asyncio.sleep(0)

    (document,) = await store.find(TRACES.name)
    assert len(document["rows"]) == 3


async def test_several_processes_write_and_reading_merges(store: MemoryStore) -> None:
    one, other = process(store, "a"), process(store, "b")
    await one.note(trace(at=NOW + timedelta(seconds=2)))
    await other.note(trace(at=NOW + timedelta(seconds=1), verb="close"))
    await one.note(trace("G20260302abcdefghij0123456788"))
    await other.flush()

    found = await one.of(ORDER)

    assert [each.verb for each in found] == ["close", "ask"]


async def test_a_clean_stop_loses_nothing(store: MemoryStore) -> None:
    traces = process(store, "a")
    await traces.note(trace())
    await traces.flush()
    assert await process(store, "b").of(ORDER) == [trace()]


async def test_of_one_order_no_more_is_kept_than_a_bound(store: MemoryStore) -> None:
    traces = process(store, "a")
    for number in range(MOST_OF_ONE + 50):
        await traces.note(trace(took_ms=number))
        if number % 20 == 0:
            await traces.flush()

    found = await traces.of(ORDER)

    assert len(found) == MOST_OF_ONE
    assert found[-1].what is What.MORE


async def test_at_one_moment_a_try_comes_before_what_it_asked(store: MemoryStore) -> None:
    traces = process(store, "a")
    await traces.note(trace())
    await traces.note(trace(what=What.TRY, whom="worker", verb="ask, try 1"))

    assert [each.what for each in await traces.of(ORDER)] == [What.TRY, What.REQUEST]


async def test_no_more_waits_in_memory_than_a_bound(store: MemoryStore) -> None:
    traces = process(store, "a")
    for number in range(MOST_WAITING + 1):
        await traces.note(trace(f"G{number:05}"))
    await traces.flush()

    assert len(await traces.of(f"G{MOST_WAITING - 1:05}")) == 1
    assert await traces.of(f"G{MOST_WAITING:05}") == []


async def test_a_store_that_is_away_stops_nobody(store: MemoryStore) -> None:
    traces = process(store, "a")
    await traces.note(trace())
    await store.close()
    await traces.flush()
    await traces.note(trace())


async def test_what_is_old_is_forgotten(store: MemoryStore) -> None:
    traces = process(store, "a")
    await traces.note(trace())
    await traces.flush()
    await traces.purge(NOW + timedelta(hours=23))
    assert len(await traces.of(ORDER)) == 1
    await traces.purge(NOW + timedelta(hours=25))
    assert await traces.of(ORDER) == []


async def test_a_request_leaves_its_answer_in_a_word_or_the_error_s_code(counter: Counter) -> None:
    notes = Noted()
    method = TracedMethod(counter.wechat, Asking(notes, counter.clock, "wechat_pay"))
    order = (await counter.order()).order
    await method.ask(order.id)
    counter.wechat.down = True
    with pytest.raises(Unavailable):
        await method.close(order.id)

    assert [(each.about, each.verb, each.outcome) for each in notes.traces] == [
        (order.id, "ask", "unpaid"),
        (order.id, "close", "unavailable"),
    ]


async def test_callbacks_leave_traces_taken_in_repeated_and_refused_ones(counter: Counter) -> None:
    notes = Noted()
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    callbacks = Callbacks(counter.orders, counter.wechat, notes)
    request = HttpRequest("POST", "/", body=order.id.encode())
    await callbacks.receive(request, counter.clock.now())
    counter.clock.move(seconds=5)
    await callbacks.receive(request, counter.clock.now())
    fact = counter.wechat.facts[order.id]
    counter.wechat.facts[order.id] = fact._replace(merchant="another")  # type: ignore[union-attr]
    await callbacks.receive(request, counter.clock.now())

    assert [(each.what, each.outcome, each.note) for each in notes.traces] == [
        (What.CALLBACK, "taken in", ""),
        (What.CALLBACK, "told before", ""),
        (What.CALLBACK, "refused: fact_mismatch", "merchant"),
    ]


async def test_what_is_forged_or_nobodys_leaves_no_trace(counter: Counter) -> None:
    notes = Noted()
    callbacks = Callbacks(counter.orders, counter.wechat, notes)
    nobody = "G20260302nobody"
    counter.wechat.facts[nobody] = PaymentFact(
        nobody, PaymentStatus.UNPAID, app=counter.wechat.app, merchant=counter.wechat.merchant
    )
    untrue = Callbacks(counter.orders, Suspicious("wechat_pay", "wechat"), notes)
    for each in (callbacks, untrue):
        request = HttpRequest("POST", "/", body=nobody.encode())
        assert (await each.receive(request, counter.clock.now())).status == 400

    assert notes.traces == []


@pytest.mark.parametrize(
    ("trouble", "outcomes"),
    [
        (None, ["taken in"]),
        (Refused("another one's notice"), ["refused"]),
        (RuntimeError("a bug"), []),  # it is not known whether it was taken in
    ],
)
async def test_what_finance_tells_leaves_what_became_of_it(
    trouble: Exception | None, outcomes: list[str]
) -> None:
    notes, told = Noted(), PaidNotice("33019926300000000007", Fen(100), NOW, "T1")
    try:
        await TracedPaidNotices(Ears(trouble), notes, MovedClock()).paid(told)
    except Exception as raised:
        assert raised is trouble  # noqa: PT017 (it is let through as it came)

    assert [each.outcome for each in notes.traces] == outcomes
    assert {(each.about, each.what) for each in notes.traces} <= {(told.pay_code, What.CALLBACK)}


@pytest.mark.parametrize(
    ("trouble", "outcome"),
    [
        (None, "done"),
        (NotYet("the platform is still at it"), "not_yet"),
        (Refused("no"), "refused"),
        (RuntimeError("a bug"), "RuntimeError"),
    ],
)
async def test_each_try_of_the_worker_leaves_its_outcome(
    trouble: Exception | None, outcome: str
) -> None:
    notes = Noted()

    async def run(document: object, task: Task, now: object) -> None:
        if trouble is not None:
            raise trouble

    (row,) = traced_tries([Reaction("orders", "ask", run, (1,))], notes, MovedClock())
    task = replace(Task("ask", "ask", due=0), tries=2)
    try:
        await row.run({"_id": ORDER}, task, NOW)
    except Exception as raised:
        assert raised is trouble  # noqa: PT017 (it is let through as it came)

    (left,) = notes.traces
    assert (left.about, left.verb, left.outcome) == (ORDER, "ask, try 3", outcome)


def test_tries_at_other_things_are_left_as_they_are() -> None:
    async def run(document: object, task: Task, now: object) -> None: ...

    row = Reaction("bill_days", "fetch", run, (1,))
    assert traced_tries([row], Noted(), MovedClock()) == [row]
