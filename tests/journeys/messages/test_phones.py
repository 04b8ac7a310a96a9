"""What reaches the phones when all goes well, and when everything goes wrong."""

from tests.journeys.messages.letterbox import Letterbox


async def test_booked_moved_and_cancelled_reach_the_phone_in_order_and_the_inbox(
    box: Letterbox,
) -> None:
    lin = await box.citizen()
    await box.agree(lin)
    first, second, *_ = await box.slots(lin)

    id = await box.book(lin, first)
    await box.move(lin, id, second)
    await box.cancel(lin, id)
    await box.house.pass_time(minutes=10)

    assert await box.phone(lin) == ["W-booked", "W-moved", "W-cancelled"]
    told = await box.inbox(lin)
    assert [each["happening"] for each in told["messages"]] == ["cancelled", "moved", "booked"]
    assert told["unread"] == 3


async def test_without_consent_the_city_service_brings_it(box: Letterbox) -> None:
    lin = await box.citizen()
    await box.agree(lin, "moved")
    first, second, *_ = await box.slots(lin)

    id = await box.book(lin, first)
    await box.move(lin, id, second)
    await box.house.pass_time(minutes=10)

    assert await box.phone(lin) == ["C-booked", "W-moved", "C-moved"]  # the card says so too
    assert await box.tried(f"appointment:{id}") == [
        [("wechat", "no_consent"), ("wechat_city", "sent")],
        [("wechat", "sent")],
    ]


async def test_when_answers_are_lost_each_message_comes_once_and_in_order(box: Letterbox) -> None:
    """WeChat has the message, and its push says so."""
    lin = await box.citizen()
    await box.agree(lin)
    first, second, *_ = await box.slots(lin)
    await box.house.fault("wechat", "reply_lost", "subscribe.send", times=2)

    id = await box.book(lin, first)
    await box.move(lin, id, second)
    await box.cancel(lin, id)
    await box.house.pass_time(hours=1)

    assert await box.phone(lin) == ["W-booked", "W-moved", "W-cancelled"]


async def test_what_wechat_does_not_take_is_told_to_the_operators_and_comes_otherwise(
    box: Letterbox,
) -> None:
    lin = await box.citizen()
    await box.agree(lin)
    keys = ["thing1", "time2", "thing9"]
    await box.house.control("POST", "/wechat/templates", template_id="W-booked", keys=keys)

    await box.book(lin, (await box.slots(lin))[0])
    await box.house.pass_time(minutes=10)

    assert await box.phone(lin) == ["C-booked"]
    headers = {"Authorization": f"Bearer {box.house.operator_key}"}
    letters = (await box.house.call("GET", "/v1/operator/dead-letters", fields=headers)).json()
    (letter,) = [each for each in letters["letters"] if each["collection"] == "wrong_templates"]
    assert "messages.booked.wechat, template W-booked" in letter["detail"]
    assert "thing9" in letter["detail"]


async def test_a_citizen_of_alipay_is_told_there(box: Letterbox) -> None:
    lin = await box.citizen("alipay")
    subscribed = {"template_id": "A-booked", "open_id": lin.openid}
    await box.house.control("POST", "/alipay/subscriptions", **subscribed)
    await box.house.quiet()

    await box.book(lin, (await box.slots(lin))[0])
    await box.house.pass_time(minutes=10)

    assert await box.phone(lin) == ["A-booked"]


async def test_who_is_reminded_is_so_on_the_evening_of_the_last_working_day(
    box: Letterbox,
) -> None:
    lin = await box.citizen()
    await box.book(lin, (await box.slots(lin))[-1])

    await box.house.pass_time(days=9)

    told = (await box.inbox(lin))["messages"]
    (reminder,) = [each for each in told if each["happening"] == "reminder"]
    assert reminder["at"][11:16] in ("10:00", "18:00")
