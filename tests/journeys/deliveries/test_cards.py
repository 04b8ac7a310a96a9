"""A parcel in the platforms' own pages: for each account by itself, and for each parcel anew."""

from dataclasses import replace

import pytest

from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Channel, ParcelCards, PersonalData
from tests.journeys.deliveries.post import PlayedCards, PostTown

PERSON = "proven-person"


class PlayedAlipay:
    """A second channel; every login code is a citizen of its own."""

    name, app = "alipay", "2021001"

    async def login(self, code: str) -> OpenId:
        return OpenId(f"openid-of-{code}")

    async def phone(self, payload: str) -> Phone:
        return Phone("13800138000")


@pytest.fixture
def alipay(post: PostTown) -> PlayedCards:
    cards = PlayedCards("alipay")
    post.town.gateway.table.offer(Channel, "alipay", PlayedAlipay())
    post.town.gateway.table.offer(ParcelCards, "alipay", cards)
    return cards


async def account(post: PostTown, who: str, channel: str = "wechat", *, of: str = PERSON) -> str:
    """Logged in, and its name proven: one account of a person."""
    login = {"channel": channel, "code": who}
    post.town.tokens[who] = (await post.town.call("POST", "/sessions", login)).body["token"]
    app = "wx1" if channel == "wechat" else PlayedAlipay.app
    sessions = post.town.gateway.edge.sessions
    citizen = sessions.citizen(channel, app, OpenId(f"openid-of-{who}"))
    await sessions.belong(citizen, of)
    return citizen


async def joins(post: PostTown, who: str, channel: str) -> str:
    """The name is proven on one more account: all keepers hear of it."""
    citizen = await account(post, who, channel)
    for keeper in post.town.gateway.table.offered(PersonalData).values():
        await keeper.adopt(citizen, PERSON, post.now)
    await post.work()
    return citizen


async def opens(post: PostTown, id: str, who: str = "one") -> str:
    """What the platform's page opens with, or why it does not."""
    answer = await post.town.citizen(who, "GET", f"/deliveries/{id}/card")
    return str(answer.body["token"] if answer.status == 200 else answer.code)


async def wanting(post: PostTown) -> list[str]:
    listed = (await post.town.hall("GET", "/deliveries")).body["deliveries"]
    return [each["why"] for each in listed]


async def test_a_parcel_sent_again_is_another_one_and_the_old_one_opens_no_more(post):
    id = await post.sent()
    await post.happens(Stage.RETURNED)
    first = post.cards.shown[-1]
    post.cards.has_none = True  # WeChat does not know the new waybill yet
    await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.work()

    second = post.cards.shown[-1]
    assert (first.waybill, second.waybill) == ("W100001", "W100002")
    assert first.id != second.id
    assert first.began_at < second.began_at
    assert await opens(post, id) == "no_parcel_card"

    post.cards.has_none = False
    await post.happens(Stage.PICKED_UP, waybill="W100002")
    assert post.cards.shown[-1].id == second.id
    assert await opens(post, id) == "token-of-W100002"


async def test_while_nothing_is_sent_again_yet_nothing_opens(post):
    id = await post.sent()
    await post.happens(Stage.RETURNED)
    post.courier.down = True
    await post.town.hall("POST", f"/deliveries/{id}/send-again", {})
    await post.work()

    assert await opens(post, id) == "no_parcel_card"


async def test_a_waybill_that_was_mistyped_is_shown_anew(post):
    case = await post.matter()
    post.courier.down = True
    id = await post.begun(case_id=case, courier="other")
    await post.issue()
    for waybill in ("W200001", "W200002"):
        await post.department(
            "delivery.handed_over", delivery_id=id, courier="other", waybill=waybill
        )

    assert await opens(post, id) == "token-of-W200002"


async def test_two_accounts_of_one_channel_have_a_card_each(post, alipay):
    await account(post, "one", "alipay")
    await account(post, "two", "alipay")
    id = await post.sent()

    first, second = alipay.told["openid-of-one"], alipay.told["openid-of-two"]
    assert first.id != second.id
    assert replace(first, id=second.id) == second
    assert await opens(post, id, "one") == await opens(post, id, "two") == "token-of-W100001"
    await post.happens(Stage.PICKED_UP)
    assert alipay.told["openid-of-one"].id == first.id


@pytest.mark.parametrize("trouble", ["away", "refuses"])
@pytest.mark.parametrize("other_way_round", [False, True])
async def test_no_account_waits_for_another_ones_platform(post, alipay, trouble, other_way_round):
    await account(post, "one")
    await account(post, "two", "alipay")
    up, down = (alipay, post.cards) if other_way_round else (post.cards, alipay)
    setattr(down, trouble, True)
    id = await post.sent()

    assert [card.stage for card in up.shown] == [Stage.WAYBILL]
    assert await opens(post, id, "two" if other_way_round else "one") == "token-of-W100001"
    await post.passes(hours=1)
    assert len(up.shown) == 1


async def test_a_platform_that_refuses_a_card_troubles_no_person(post):
    post.cards.refuses = True
    id = await post.sent()
    await post.happens(Stage.SIGNED)

    assert await wanting(post) == []
    assert await opens(post, id) == "no_parcel_card"


async def test_a_platform_that_was_away_for_good_troubles_nobody_once_it_is_told_more(post):
    post.cards.away = True
    id = await post.sent()
    for _ in range(4):  # what is silent for days is looked at for another reason
        await post.passes(days=2)
        await post.happens(Stage.IN_TRANSIT, code=str(post.now))
    assert await wanting(post) == ["dead_letter"]

    post.cards.away = False
    await post.happens(Stage.SIGNED)

    assert await wanting(post) == []
    assert await opens(post, id) == "token-of-W100001"


async def test_a_payment_counts_for_the_account_that_made_it(post, alipay):
    payer = await account(post, "one", "alipay")
    await account(post, "two", "alipay")
    post.fees.payer = payer
    post.fees.payment = replace(post.fees.payment, channel="alipay")
    await post.sent()

    assert alipay.told["openid-of-one"].payment == post.fees.payment
    assert alipay.told["openid-of-two"].payment is None


async def test_an_account_whose_name_is_proven_later_is_shown_the_parcel(post, alipay):
    await account(post, "one")
    id = await post.sent()
    assert alipay.shown == []

    await joins(post, "two", "alipay")

    assert alipay.told["openid-of-two"].waybill == "W100001"
    assert len(post.cards.shown) == 1  # who knew it already is told nothing
    assert await opens(post, id, "two") == "token-of-W100001"


async def test_one_who_comes_after_the_end_is_told_when_they_ask(post, alipay):
    await account(post, "one")
    id = await post.sent()
    await post.happens(Stage.SIGNED)
    await joins(post, "two", "alipay")
    assert alipay.shown == []

    assert await opens(post, id, "two") == "token-of-W100001"
    assert await opens(post, id, "two") == "token-of-W100001"
    assert [card.stage for card in alipay.shown] == [Stage.SIGNED]


async def test_a_parcel_paid_for_later_opens_when_it_is_asked_for(post):
    post.cards.has_none = True
    id = await post.sent()
    assert await opens(post, id) == "no_parcel_card"
    post.cards.has_none = False

    assert await opens(post, id) == "token-of-W100001"


async def test_a_platform_that_is_away_is_not_said_to_have_no_card(post):
    post.cards.away = True
    id = await post.sent()

    assert await opens(post, id) == "unavailable"


async def test_of_who_is_forgotten_no_account_is_kept_in_a_task(post):
    await account(post, "one")
    post.cards.away = True
    id = await post.sent()
    await post.happens(Stage.SIGNED)
    for keeper in post.town.gateway.table.offered(PersonalData).values():
        await keeper.erase(PERSON, post.now)

    kept = await post.town.gateway.store.get("deliveries", id)
    assert [task for task in kept["tasks"] if task["kind"].startswith("show_card")] == []


async def test_a_parcel_asked_for_by_an_unproven_account_is_shown_to_the_persons_others(
    post, alipay
):
    id = await post.sent()
    await account(post, "two", "alipay")
    await joins(post, "one", "wechat")

    assert alipay.told["openid-of-two"].waybill == "W100001"
    assert await opens(post, id, "two") == "token-of-W100001"
