"""What certainly did not go out goes by another outlet, and nobody waits for what is over."""

from datetime import timedelta

import pytest

from channel_gateway.domain.errors import (
    GatewayError,
    NotReached,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.happenings import Happening
from channel_gateway.services.message.message import Trigger, ended
from channel_gateway.store.memory import MemoryStore
from tests.unit.message.post import PlayedOutlet, after_a_kill, fails, open_post

BOOKED = "appointment:A1:booked"
MOVED = "appointment:A1:moved"
CANCELLED = "appointment:A1:cancelled"
# A day's quota is spent, a platform says later, nobody answers the telephone.
NOTHING_WENT_OUT = (TooMany, RefusedForNow, NotReached)


@pytest.mark.parametrize("trouble", NOTHING_WENT_OUT)
async def test_what_did_not_go_out_goes_by_the_next_outlet_at_once(
    store: MemoryStore, trouble: type[GatewayError]
) -> None:
    wechat, other = PlayedOutlet(before=fails(*[trouble] * 99)), PlayedOutlet()
    post = open_post(store, {"wechat": wechat, "wechat_city": other})
    id = await post.tell(await post.log_in())

    await post.work()

    assert (len(wechat.calls), other.subjects()) == (1, [BOOKED])
    assert await post.state(id) == "sent"


@pytest.mark.parametrize("trouble", NOTHING_WENT_OUT)
async def test_where_no_other_takes_it_the_first_is_tried_again(
    store: MemoryStore, trouble: type[GatewayError]
) -> None:
    wechat = PlayedOutlet(before=fails(trouble, trouble))
    other = PlayedOutlet(by_consent=True, before=fails(RefusedForNow, RefusedForNow))
    post = open_post(store, {"wechat": wechat, "wechat_city": other})
    await post.tell(await post.log_in())

    await post.work_for(timedelta(minutes=10))

    assert len(wechat.phones) + len(other.phones) == 1


async def test_an_outage_of_minutes_loses_no_message(store: MemoryStore) -> None:
    wechat = PlayedOutlet(knows=False, before=fails(*[NotReached] * 7))
    post = open_post(store, {"wechat": wechat})
    id = await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=3))

    assert (wechat.subjects(), await post.state(id)) == ([BOOKED], "sent")


async def test_what_may_have_arrived_stays_so_when_the_next_try_is_refused_for_now(
    store: MemoryStore,
) -> None:
    answer_lost, later = fails(Unavailable), fails(*[TooMany] * 200)
    city = PlayedOutlet(repeatable=True, knows=False, after=answer_lost, before=[None, *later])
    other = PlayedOutlet()
    post = open_post(store, {"wechat_city": city, "wechat": other}, order=("wechat_city", "wechat"))
    id = await post.tell(await post.log_in())

    await post.work_for(timedelta(hours=70), step=timedelta(minutes=10))

    assert (city.subjects(), other.calls) == ([BOOKED], [])
    assert await post.state(id) == "perhaps"


async def test_nobody_reads_of_a_visit_that_is_cancelled_already(store: MemoryStore) -> None:
    outlet = PlayedOutlet(before=fails(*[TooMany(retry_after_s=3600)] * 8))
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    booked = await post.tell(lin)
    await post.work()
    moved = await post.tell(lin, Happening.MOVED)
    cancelled = await post.tell(lin, Happening.CANCELLED)

    await post.work_for(timedelta(hours=10), step=timedelta(minutes=5))

    assert outlet.subjects() == [CANCELLED]
    assert [await post.state(each) for each in (booked, moved)] == ["superseded"] * 2
    assert await post.state(cancelled) == "sent"


async def test_what_is_booked_again_after_it_was_cancelled_is_told(store: MemoryStore) -> None:
    post = open_post(store)
    lin = await post.log_in()
    await post.tell(lin, Happening.HALL_CANCELLED)
    await post.tell(lin, Happening.MOVED)

    await post.work()

    assert post.outlets["wechat"].subjects()[-1] == MOVED


async def test_each_of_a_subject_goes_when_the_one_before_has_ended(store: MemoryStore) -> None:
    post = open_post(store)
    lin = await post.log_in()
    told = [await post.tell(lin, Happening.MOVED) for _ in range(50)]

    for _ in range(120):
        await post.worker().work()  # the clock stands still

    assert [letter.id for _, letter in post.outlets["wechat"].phones] == [
        letter.id for letter in post.outlets["wechat"].calls
    ]
    assert {await post.state(each) for each in told} == {"sent"}


async def test_those_that_wait_do_not_look_again_whenever_one_goes(store: MemoryStore) -> None:
    post = open_post(store)
    lin = await post.log_in()
    for _ in range(50):
        await post.tell(lin, Happening.MOVED)
    worker, taken = post.worker(), 0
    while some := await worker.work():
        taken += some

    assert taken < 50 * 5


async def test_who_is_killed_before_waking_the_next_leaves_it_to_look_by_itself(
    store: MemoryStore,
) -> None:
    post = open_post(store)
    lin = await post.log_in()
    first = await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    await post.messages.change(first, lambda one: ended(one, Trigger.SEND, post.clock.now()))

    post.clock.move(seconds=after_a_kill().total_seconds())
    await post.work()

    assert post.outlets["wechat"].subjects() == [MOVED]


async def test_an_outlet_that_was_never_tried_is_tried_when_patience_is_over(
    store: MemoryStore,
) -> None:
    wechat, other = PlayedOutlet(before=fails(NotReached, *[TooMany(3600)] * 99)), PlayedOutlet()
    outlets = {"wechat": wechat, "wechat_city": other}
    post = open_post(store, outlets, templates=["wechat"], patience_hours=1)
    id = await post.tell(await post.log_in())
    await post.work_for(timedelta(minutes=2))

    post.files.named["wechat_city"] = "t-wechat_city"
    post.clock.move(hours=2)
    await post.work()

    assert (other.subjects(), await post.state(id)) == ([BOOKED], "sent")
