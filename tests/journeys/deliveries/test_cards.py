"""A parcel in the platforms' own pages: for each account by itself, and for each parcel anew."""

from channel_gateway.domain.parcels import Stage
from tests.journeys.deliveries.post import PostTown


async def opens(post: PostTown, id: str, who: str = "one") -> str:
    """What the platform's page opens with, or why it does not."""
    answer = await post.town.citizen(who, "GET", f"/deliveries/{id}/card")
    return str(answer.body["token"] if answer.status == 200 else answer.code)


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
