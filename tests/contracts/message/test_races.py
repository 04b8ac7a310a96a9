"""Whoever is at it at the same time: each message has one place, and one worker calls an outlet."""

import asyncio
from datetime import timedelta

import pytest

from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange, Letter, Store
from channel_gateway.service import NotYet
from channel_gateway.worker.outbox import LEASE
from tests.unit.message.post import Killed, PlayedOutlet, Post, after_a_kill, open_post

SUBJECT = "appointment:A1"


async def documents(post: Post) -> list[dict]:
    return await post.store.find("messages")


async def send(post: Post, document: dict) -> None:
    """What a worker does that has the task."""
    (row,) = [each for each in post.table.reactions if each.kind == "send"]
    task = (await post.message(document["_id"])).tasks[0]
    await row.run(document, task, post.clock.now())


async def test_tellings_of_one_moment_have_each_a_place_of_its_own(store: Store) -> None:
    post = open_post(store)
    lin = await post.log_in()

    await asyncio.gather(*(post.tell(lin) for _ in range(12)))

    placed = [each.place for each in await post.messages.of_subject(SUBJECT)]
    assert placed == list(range(1, 13))


async def test_one_telling_told_by_many_at_once_is_one_message(store: Store) -> None:
    post = open_post(store)
    lin = await post.log_in()

    await asyncio.gather(*(post.tell(lin, id="same") for _ in range(12)))

    assert [each.place for each in await post.messages.of_subject(SUBJECT)] == [1]


async def test_of_two_workers_with_one_message_one_calls_the_outlet(store: Store) -> None:
    """A lease that ran out too early: both have read the message before either wrote."""
    post = open_post(store)
    await post.tell(await post.log_in())
    (document,) = await documents(post)

    ends = await asyncio.gather(*(send(post, document) for _ in range(5)), return_exceptions=True)

    assert len(post.outlets["wechat"].calls) == 1
    assert [type(each) for each in ends if each is not None] == [NotYet] * 4


class SlowOutlet(PlayedOutlet):
    """While whose call another worker comes."""

    async def send(self, to: OpenId, letter: Letter) -> None:
        self.calls.append(letter)
        if len(self.calls) == 1:
            (document,) = await documents(self.post)
            with pytest.raises(NotYet):
                await send(self.post, document)
        self.phones.append((to.reveal(), letter))

    post: Post


async def test_who_comes_while_an_outlet_is_called_waits_for_its_answer(store: Store) -> None:
    outlet = SlowOutlet()
    post = outlet.post = open_post(store, {"wechat": outlet})
    id = await post.tell(await post.log_in())

    await post.work()

    assert (len(outlet.calls), outlet.asked) == (1, 0)
    assert await post.state(id) == "sent"


@pytest.mark.parametrize("arrived", [True, False])
async def test_killed_between_the_record_and_the_answer_the_platform_decides(
    store: Store, arrived: bool
) -> None:
    outlet = PlayedOutlet(after=[Killed()]) if arrived else PlayedOutlet(before=[Killed()])
    post = open_post(store, {"wechat": outlet})
    lin = await post.log_in()
    id = await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    with pytest.raises(Killed):
        await post.work(post.worker("first"))
    assert (await post.message(id)).attempts[0].result == "trying"

    post.clock.move(seconds=after_a_kill().total_seconds())
    await post.work_for(LEASE + timedelta(minutes=6))

    assert outlet.subjects() == [f"{SUBJECT}:booked", f"{SUBJECT}:moved"]


async def test_two_workers_send_each_subject_s_messages_in_order_and_once(store: Store) -> None:
    post = open_post(store)
    lin = await post.log_in()
    for number in range(6):
        await post.tell(lin, Happening.MOVED, f"appointment:A{number % 2}")

    workers = [post.worker(name) for name in ("first", "second")]
    for _ in range(20):
        await asyncio.gather(*(post.work(each) for each in workers))
        post.clock.move(seconds=20)

    ids = {each.id: each for _, each in post.outlets["wechat"].phones}
    assert len(post.outlets["wechat"].phones) == len(ids) == 6
    for subject in ("appointment:A0", "appointment:A1"):
        known = await post.messages.of_subject(subject)
        ended = [each.ended_at for each in known]
        assert ended == sorted(ended)  # type: ignore[type-var]


async def test_a_consent_heard_by_many_at_once_counts_once(store: Store) -> None:
    post = open_post(store)
    lin = await post.log_in()
    given = ("wechat", "wechat-app", OpenId("lin"), (ConsentChange("t-wechat", True),))

    await asyncio.gather(
        *(post.counted.heard(*given, id="push-1", at=post.clock.now()) for _ in range(8)),
        *(post.counted.heard(*given, id="push-2", at=post.clock.now()) for _ in range(8)),
    )

    assert [each.left for each in await post.counted.of(lin)] == [2]
