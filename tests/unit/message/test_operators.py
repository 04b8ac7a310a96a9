"""Operators see trouble: what was given up, what waits, behind what and until when."""

from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Invalid, Refused, TooMany
from channel_gateway.domain.happenings import Happening
from channel_gateway.store.memory import MemoryStore
from tests.unit.message.post import PlayedOutlet, Post, fails, open_post


async def seen(post: Post, **query: str):
    return await post.call(None, "GET", "/operator/messages", query=query)


async def test_messages_in_one_state_are_listed_page_by_page(store: MemoryStore) -> None:
    post = open_post(store, {"wechat": PlayedOutlet(before=fails(*[Refused] * 60))})
    lin = await post.log_in()
    for number in range(60):
        await post.tell(lin, subject=f"appointment:A{number}")
        post.clock.move(seconds=1)
    await post.work()

    first = await seen(post, state="inbox_only")
    second = await seen(post, state="inbox_only", after=first.next)

    ids = [each.message_id for each in (*first.messages, *second.messages)]
    assert ids == [f"m{number}" for number in range(60, 0, -1)]
    assert second.next is None
    assert (await seen(post, state="given_up")).messages == []


async def test_of_those_that_wait_it_is_said_why_and_until_when(store: MemoryStore) -> None:
    post = open_post(store, {"wechat": PlayedOutlet(before=fails(TooMany(retry_after_s=600)))})
    lin = await post.log_in()
    await post.tell(lin)
    await post.tell(lin, Happening.MOVED)
    await post.work()

    first, second = (await seen(post, state="waiting")).messages

    assert first.waits_because == "no outlet takes it now"
    assert first.waits_until - post.clock.now() > timedelta(minutes=9)
    assert second.waits_because == "an earlier message of this subject is to be sent"


async def test_either_a_subject_or_a_state_is_asked_for(store: MemoryStore) -> None:
    with pytest.raises(Invalid):
        await seen(open_post(store))


async def test_the_story_of_a_subject_is_that_of_its_messages(store: MemoryStore) -> None:
    post = open_post(store, {"wechat": PlayedOutlet(before=fails(TooMany(retry_after_s=600)))})
    await post.tell(await post.log_in())
    await post.work()
    (story,) = post.table.stories

    told = await story.tell("appointment:A1")

    assert told is not None
    assert "预约成功" in told.lines[0].text
    assert "no outlet takes it now" in told.lines[-1].text
    assert await story.tell("appointment:A2") is None
