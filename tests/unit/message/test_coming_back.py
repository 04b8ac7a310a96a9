"""What a platform took and did not bring goes to the next outlet, or stays in the inbox."""

from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange, Letter, LetterEnds, NotArrived
from channel_gateway.services.message.choosing import IN_FLIGHT
from channel_gateway.store.memory import MemoryStore
from tests.unit.message.post import PlayedOutlet, Post, fails, open_post

A_MOMENT = timedelta(seconds=1)


def two_ways(store: MemoryStore, **more: PlayedOutlet) -> Post:
    outlets = {"wechat": PlayedOutlet(), "wechat_city": PlayedOutlet(repeatable=True)} | more
    return open_post(store, outlets)


class Quick(PlayedOutlet):
    """Its platform says how a letter ended before it answers."""

    post: Post

    async def send(self, to: OpenId, letter: Letter) -> None:
        await super().send(to, letter)
        await lost(self.post)


async def lost(post: Post, number: int = 0) -> None:
    """The platform of `wechat` says that this letter did not arrive, and says it twice."""
    ends: LetterEnds = post.table.offered(LetterEnds)["message"]
    for _ in range(2):
        await ends.did_not_arrive(post.outlets["wechat"].calls[number].id, post.clock.now())


async def test_the_next_outlet_brings_it_within_two_minutes(store: MemoryStore):
    post = two_ways(store)
    id = await post.tell(await post.log_in())
    await post.work()
    assert await post.state(id) == "sent"

    await lost(post)
    assert await post.state(id) == "waiting"
    await post.work_for(timedelta(minutes=2))

    assert await post.state(id) == "sent"
    assert len(post.outlets["wechat_city"].phones) == 1
    assert len(post.outlets["wechat"].calls) == 1
    tried = [(each.outlet, each.result, each.note) for each in (await post.message(id)).attempts]
    assert tried == [("wechat", "refused", "not_arrived"), ("wechat_city", "sent", "")]


async def test_without_another_outlet_it_is_in_the_inbox_alone(store: MemoryStore):
    post = open_post(store)
    id = await post.tell(await post.log_in())
    await post.work()

    await lost(post)
    await post.work_for(timedelta(minutes=2))

    assert await post.state(id) == "inbox_only"
    assert len(post.outlets["wechat"].calls) == 1


async def test_later_ones_of_its_subject_wait_for_it_again(store: MemoryStore):
    journal: list[tuple[bool, str, str]] = []
    post = two_ways(
        store,
        wechat=PlayedOutlet(journal=journal),
        wechat_city=PlayedOutlet(repeatable=True, journal=journal),
    )
    lin = await post.log_in()
    first = await post.tell(lin)
    await post.work()
    await lost(post)
    second = await post.tell(lin)
    await post.work_for(timedelta(minutes=8))

    assert [await post.state(id) for id in (first, second)] == ["sent", "sent"]
    assert [repeatable for repeatable, _, _ in journal] == [False, True, False]


async def test_what_a_later_one_has_overtaken_is_not_brought_any_more(store: MemoryStore):
    post = two_ways(store)
    lin = await post.log_in()
    first, second = await post.tell(lin), await post.tell(lin)
    await post.work_for(timedelta(minutes=6))
    assert len(post.outlets["wechat"].phones) == 2

    await lost(post)
    await post.work_for(timedelta(minutes=2))

    assert await post.state(first) == "out_of_date"
    assert await post.state(second) == "sent"
    seen = await post.call(None, "GET", "/operator/messages/{message_id}", message_id=first)
    assert seen.says == "平台未送达，再发送时已过时，仅在“我的消息”中"
    assert post.outlets["wechat_city"].calls == []


@pytest.mark.parametrize("first", [Happening.PAID, Happening.REFUNDED])
async def test_money_is_told_of_piece_by_piece(store: MemoryStore, first: Happening):
    post = two_ways(store)
    lin = await post.log_in()
    one = await post.tell(lin, first, "order:1")
    await post.tell(lin, Happening.REFUNDED, "order:1")
    await post.work_for(timedelta(minutes=6))
    assert len(post.outlets["wechat"].phones) == 2

    await lost(post)
    await post.work_for(timedelta(minutes=2))

    assert await post.state(one) == "sent"
    assert post.outlets["wechat_city"].subjects() == [f"order:1:{first}"]


@pytest.mark.parametrize("gone", [Happening.CANCELLED, Happening.HALL_CANCELLED])
@pytest.mark.parametrize("told", ["before", "after"])
async def test_of_a_visit_that_is_not_to_be_nobody_reads(
    store: MemoryStore, gone: Happening, told: str
):
    """`before`: the inbox alone had it when `wechat` said so; `after`: it waits meanwhile."""
    post = two_ways(store)
    lin = await post.log_in()
    booked = await post.tell(lin)
    await post.work()
    post.files.named = {}  # no outlet has a template for what comes
    if told == "before":
        await post.tell(lin, gone)
        await post.work()
    await lost(post)
    if told == "after":
        await post.tell(lin, gone)
    post.files.named = {"wechat_city": "t-wechat_city"}
    await post.work_for(timedelta(minutes=2))

    assert await post.state(booked) == "superseded"
    assert "appointment:A1:booked" not in post.outlets["wechat_city"].subjects()


async def test_an_end_that_is_quicker_than_the_answer_counts(store: MemoryStore):
    """The platform pushes while its own answer is still on the way to us."""
    outlet = Quick()
    post = two_ways(store, wechat=outlet)
    outlet.post = post
    id = await post.tell(await post.log_in())
    await post.work_for(timedelta(minutes=2))

    assert len(outlet.calls) == 1
    assert len(post.outlets["wechat_city"].phones) == 1
    assert await post.state(id) == "sent"


@pytest.mark.parametrize("when", ["in the answer", "afterwards"])
async def test_its_consent_is_spent_once(store: MemoryStore, when: str):
    outlet = PlayedOutlet(by_consent=True)
    post = two_ways(store, wechat=outlet)
    if when == "in the answer":
        outlet.after = fails(NotArrived)
    lin = await post.log_in()
    for id in ("1", "2"):
        await post.counted.decided(
            lin, (ConsentChange("t-wechat", True),), id=id, at=post.clock.now()
        )
    await post.tell(lin)
    await post.work()
    await lost(post)
    await post.work_for(timedelta(minutes=2))

    assert [each.left for each in await post.counted.of(lin)] == [1]
    assert len(post.outlets["wechat_city"].phones) == 1


async def test_what_another_outlet_brought_meanwhile_is_not_brought_again(store: MemoryStore):
    outlet = PlayedOutlet(knows=False, after=fails(Unavailable))
    post = two_ways(store, wechat=outlet)
    id = await post.tell(await post.log_in())
    await post.work_for(timedelta(minutes=20))
    assert len(post.outlets["wechat_city"].phones) == 1

    await lost(post)
    await post.work_for(timedelta(minutes=2))

    assert len(post.outlets["wechat_city"].phones) == 1
    assert await post.state(id) == "sent"


async def test_a_letter_nobody_sent_changes_nothing(store: MemoryStore):
    post = two_ways(store)
    id = await post.tell(await post.log_in())
    await post.work()
    ends: LetterEnds = post.table.offered(LetterEnds)["message"]

    await ends.did_not_arrive("0" * 32, post.clock.now())

    assert await post.state(id) == "sent"


async def test_it_waits_for_what_is_being_sent_at_this_moment(store: MemoryStore):
    post = two_ways(store)
    await post.tell(await post.log_in())
    await post.work()
    await lost(post)

    post.clock.move(seconds=(IN_FLIGHT - A_MOMENT).total_seconds())
    await post.work()
    assert post.outlets["wechat_city"].calls == []
    post.clock.move(seconds=A_MOMENT.total_seconds())
    await post.work()

    assert len(post.outlets["wechat_city"].calls) == 1


async def test_of_a_letter_that_its_platform_never_took_nothing_follows(store: MemoryStore):
    post = open_post(store, {"wechat": PlayedOutlet(before=fails(Refused))})
    id = await post.tell(await post.log_in())
    await post.work()

    await lost(post)

    assert await post.state(id) == "inbox_only"
