"""A card shows how a matter stands, by whichever outlet the phone rings."""

from datetime import timedelta

from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.happenings import Happening
from channel_gateway.ports import NoConsent
from channel_gateway.store.memory import MemoryStore
from channel_gateway.worker.dead_letters import DeadLetters
from tests.unit.message.post import PlayedOutlet, Post, fails, open_post

BOOKED = "appointment:A1:booked"
CANCELLED = "appointment:A1:cancelled"


async def booked_by_card(store: MemoryStore) -> tuple[Post, PlayedOutlet, str]:
    """The citizen had not agreed to be told of the booking, and has of what comes."""
    card = PlayedOutlet(repeatable=True, is_card=True)
    wechat = PlayedOutlet(before=fails(NoConsent))
    post = open_post(store, {"wechat": wechat, "wechat_city": card})
    lin = await post.log_in()
    await post.tell(lin)
    await post.work()
    assert card.subjects() == [BOOKED]
    return post, card, lin


async def test_a_card_that_was_laid_is_brought_up_to_date_when_another_outlet_rings(
    store: MemoryStore,
) -> None:
    post, card, lin = await booked_by_card(store)

    await post.tell(lin, Happening.CANCELLED)
    await post.work()

    assert post.outlets["wechat"].subjects() == [CANCELLED]
    assert card.subjects() == [BOOKED, CANCELLED]


async def test_where_no_card_was_laid_none_is(store: MemoryStore) -> None:
    card = PlayedOutlet(repeatable=True, is_card=True)
    post = open_post(store, {"wechat": PlayedOutlet(), "wechat_city": card})
    lin = await post.log_in()
    await post.tell(lin)
    await post.tell(lin, Happening.CANCELLED)

    await post.work()

    assert card.calls == []


async def test_an_outlet_that_lays_no_cards_is_told_nothing_more(store: MemoryStore) -> None:
    post, card, lin = await booked_by_card(store)
    card.is_card = False

    await post.tell(lin, Happening.CANCELLED)
    await post.work()

    assert card.subjects() == [BOOKED]


async def test_a_card_that_cannot_be_reached_is_changed_later_and_holds_nobody_up(
    store: MemoryStore,
) -> None:
    post, card, lin = await booked_by_card(store)
    card.before = fails(Unavailable, Unavailable)

    id = await post.tell(lin, Happening.CANCELLED)
    await post.work()
    assert await post.state(id) == "sent"
    await post.work_for(timedelta(minutes=2))

    assert card.subjects() == [BOOKED, CANCELLED]


async def test_a_card_that_is_refused_is_left(store: MemoryStore) -> None:
    post, card, lin = await booked_by_card(store)
    card.before = fails(Refused)

    await post.tell(lin, Happening.CANCELLED)
    await post.work_for(timedelta(minutes=2))

    assert len(card.calls) == 2
    assert await DeadLetters(store, post.table.reactions).list() == []


async def test_a_card_s_older_change_does_not_overtake_a_newer(store: MemoryStore) -> None:
    post, card, lin = await booked_by_card(store)
    card.before = fails(Unavailable)

    await post.tell(lin, Happening.MOVED)
    await post.work()
    await post.tell(lin, Happening.CANCELLED)
    await post.work_for(timedelta(minutes=2))

    assert card.subjects()[-1] == CANCELLED
    assert card.subjects().count("appointment:A1:moved") == 0


async def test_nor_one_that_may_have_changed_it_already(store: MemoryStore) -> None:
    """The newer went by the card itself and its answer was lost: it is waiting, but laid."""
    post, card, lin = await booked_by_card(store)
    card.before = fails(Unavailable)
    await post.tell(lin, Happening.MOVED)
    await post.work()
    post.outlets["wechat"].before = fails(NoConsent)
    card.after = fails(*[Unavailable] * 3)

    id = await post.tell(lin, Happening.CANCELLED)
    await post.work_for(timedelta(minutes=5), step=timedelta(seconds=1))

    assert card.subjects() == [BOOKED, CANCELLED]
    assert await post.state(id) == "sent"


async def test_a_card_that_refused_this_very_message_is_not_asked_again(
    store: MemoryStore,
) -> None:
    card, wechat = PlayedOutlet(repeatable=True, is_card=True), PlayedOutlet()
    outlets = {"wechat_city": card, "wechat": wechat}
    post = open_post(store, outlets, order=("wechat_city", "wechat"))
    lin = await post.log_in()
    await post.tell(lin)
    await post.work()
    card.before += fails(Refused)

    await post.tell(lin, Happening.CANCELLED)
    await post.work()

    assert (card.subjects(), wechat.subjects()) == ([BOOKED], [CANCELLED])
    assert len(card.calls) == 2
