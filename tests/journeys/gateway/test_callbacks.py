"""What platforms tell us over a socket: true words are taken once, all others change nothing."""

import asyncio
from dataclasses import replace

import pytest

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import Citizen, issue, log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import ALIPAY, TILLS, WECHAT_PAY, Sent, Till, post, sent

UNTRUE = [(till, what) for till in TILLS for what in till.untrue]


@pytest.fixture
async def citizen(house: House, till: Till) -> Citizen:
    return await _citizen_heard_by_callbacks_alone(house, till)


async def _citizen_heard_by_callbacks_alone(house, till):
    """The gateway's own questions go unanswered, so that a callback alone can tell of money."""
    await house.fault(till.stand_in, "server_error", till.operations["ask"], times=None)
    return await log_in(house, till)


async def ordered(citizen):
    return await citizen.order(await issue(citizen.house))


async def paid(citizen):
    """An order that was paid and told of: the order and the letter that told."""
    order = await ordered(citizen)
    await citizen.pay(order)
    told = await citizen.house.delivered(order["order_id"])
    return order, sent(told[0])


async def known(house, order):
    """What an order says of money; when it was asked about and what is to be done may change."""
    found = await house.order(order["order_id"])
    return replace(found, tasks=(), due=None, asked_at=None)


async def receipted(house, order):
    await house.pass_time(seconds=30)
    await house.becomes(order["order_id"], "receipted")
    await balanced(house)


async def test_a_true_callback_is_taken_in_the_platforms_own_words(house, till, citizen):
    order, _ = await paid(citizen)
    told = await house.deliveries(order["order_id"])
    assert [attempt["outcome"] for attempt in told] == ["accepted"]
    assert (told[0]["status"], told[0]["answer"].encode()) == till.takes
    await receipted(house, order)


async def test_a_repeated_callback_is_taken_again_and_changes_nothing(house, till, citizen):
    order, letter = await paid(citizen)
    await receipted(house, order)
    before = await house.order(order["order_id"])
    for _ in range(3):
        assert till.took(await post(house, till, letter))
    assert await house.order(order["order_id"]) == before
    await balanced(house)


async def test_the_same_callback_many_times_at_once_settles_once(house, till, citizen):
    order, letter = await paid(citizen)
    answers = await asyncio.gather(*(post(house, till, letter) for _ in range(20)))
    assert all(till.took(answer) for answer in answers)
    await receipted(house, order)
    events = [event.what for event in (await house.order(order["order_id"])).events]
    assert events.count("paid") == 1


async def test_a_callback_sent_twice_within_a_second_settles_once(house, till, citizen):
    order = await ordered(citizen)
    await house.fault(till.stand_in, "notify_doubled", till.payment_callback)
    await citizen.pay(order)
    told = await house.delivered(order["order_id"], attempts=2)
    assert [attempt["outcome"] for attempt in told] == ["accepted", "accepted"]
    await receipted(house, order)


@pytest.mark.parametrize(
    ("till", "what"), UNTRUE, ids=[f"{till.channel}-{what}" for till, what in UNTRUE]
)
async def test_an_untrue_callback_is_refused_and_its_true_repeat_is_taken(house, till, what):
    citizen = await _citizen_heard_by_callbacks_alone(house, till)
    order = await ordered(citizen)
    before = await known(house, order)
    await house.fault(till.stand_in, till.untrue[what], till.payment_callback)
    await citizen.pay(order)
    refused = (await house.delivered(order["order_id"]))[0]
    assert (refused["outcome"], refused["fault"]) == ("refused", till.untrue[what])
    assert await known(house, order) == before
    await house.pass_time(seconds=till.first_repeat_s)
    repeat = (await house.delivered(order["order_id"], attempts=2))[1]
    assert repeat["outcome"] == "accepted"
    await receipted(house, order)


async def test_a_signature_of_another_true_callback_is_refused(house, till, citizen):
    _, other = await paid(citizen)
    await house.fault(till.stand_in, "notify_lost", till.payment_callback)
    order, letter = await paid(citizen)
    before = await known(house, order)
    assert till.refused(await post(house, till, _signed_as(till, letter, other)))
    assert await known(house, order) == before
    assert till.took(await post(house, till, letter))
    await receipted(house, order)


async def test_a_callback_with_any_byte_altered_is_refused(house, till, citizen):
    await house.fault(till.stand_in, "notify_lost", till.payment_callback)
    order, letter = await paid(citizen)
    before = await known(house, order)
    for place in range(0, len(letter.body), 97):
        assert till.refused(await post(house, till, _altered(letter, place))), place
    assert await known(house, order) == before
    assert till.took(await post(house, till, letter))


@pytest.mark.parametrize(
    "name",
    ["Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature"],
)
async def test_a_wechat_callback_without_one_of_its_headers_is_refused(house, name):
    citizen = await _citizen_heard_by_callbacks_alone(house, WECHAT_PAY)
    await house.fault("wechat_pay", "notify_lost", WECHAT_PAY.payment_callback)
    order, letter = await paid(citizen)
    before = await known(house, order)
    headers = {key: value for key, value in letter.headers.items() if key != name}
    assert WECHAT_PAY.refused(await post(house, WECHAT_PAY, Sent(headers, letter.body)))
    assert WECHAT_PAY.refused(
        await post(house, WECHAT_PAY, Sent({**letter.headers, name: ""}, letter.body))
    )
    assert await known(house, order) == before


@pytest.mark.parametrize("name", [b"sign", b"notify_time", b"app_id", b"total_amount"])
async def test_an_alipay_callback_without_one_of_its_parameters_is_refused(house, name):
    citizen = await _citizen_heard_by_callbacks_alone(house, ALIPAY)
    await house.fault("alipay", "notify_lost", ALIPAY.payment_callback)
    order, letter = await paid(citizen)
    before = await known(house, order)
    pieces = [p for p in letter.body.split(b"&") if p.partition(b"=")[0] != name]
    assert len(pieces) == letter.body.count(b"&")
    assert ALIPAY.refused(await post(house, ALIPAY, Sent(letter.headers, b"&".join(pieces))))
    assert await known(house, order) == before


async def test_an_empty_or_foreign_body_is_refused(house, till, citizen):
    _, letter = await paid(citizen)
    for body in (b"", b"{}", b"\xff\xfe", b"a=b", b"null", b"[" * 20_000):
        assert till.refused(await post(house, till, Sent(letter.headers, body))), body[:8]


async def test_a_callback_replayed_when_it_is_old_is_refused_and_changes_nothing(
    house, till, citizen
):
    order, letter = await paid(citizen)
    await receipted(house, order)
    before = await house.order(order["order_id"])
    await house.pass_time(**({"minutes": 6} if till is WECHAT_PAY else {"hours": 26}))
    assert till.refused(await post(house, till, letter))
    assert await house.order(order["order_id"]) == before


async def test_a_callback_of_an_order_nobody_made_is_refused(house, till, citizen):
    await house.fault(till.stand_in, "notify_lost", till.payment_callback)
    order, letter = await paid(citizen)
    lies = await house.gateway.store.get("orders", order["order_id"])
    await house.gateway.store.delete("orders", lies["_id"], version=lies["v"])
    assert till.refused(await post(house, till, letter))
    assert await house.orders() == []


async def test_a_true_callback_at_the_other_platforms_door_is_refused(house, till, citizen):
    other = WECHAT_PAY if till is ALIPAY else ALIPAY
    await house.fault(till.stand_in, "notify_lost", till.payment_callback)
    order, letter = await paid(citizen)
    before = await known(house, order)
    assert other.refused(await post(house, other, letter))
    assert await known(house, order) == before


async def test_callbacks_are_counted_by_what_became_of_them(house, till, citizen):
    _, letter = await paid(citizen)
    for place in (40, 50, 60):
        await post(house, till, _altered(letter, place))
    counted = (await house.call("GET", "/metrics")).body.decode()
    ours = f'name="{till.plugin}",outcome='
    outcomes = {
        line.split("outcome=")[1]
        for line in counted.splitlines()
        if line.startswith("gateway_callbacks_total") and ours in line
    }
    assert outcomes == {'"acknowledged"} 1.0', '"refused"} 3.0'}


async def test_a_callback_of_money_that_never_arrived_here_is_found_by_asking(house, till):
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, "notify_lost", till.payment_callback, times=None)
    order = await ordered(citizen)
    await citizen.pay(order)
    await receipted(house, order)


async def test_a_callback_a_day_late_changes_nothing_any_more(house, till):
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, "notify_delayed", till.payment_callback)
    order = await ordered(citizen)
    await citizen.pay(order)
    await receipted(house, order)
    before = await house.order(order["order_id"])
    await house.pass_time(hours=26)
    told = await house.delivered(order["order_id"])
    assert told[-1]["outcome"] == "accepted"
    assert await house.order(order["order_id"]) == before


async def test_callbacks_of_two_orders_in_the_wrong_order_are_both_taken(house, till, citizen):
    await house.fault(till.stand_in, "notify_reordered", till.payment_callback)
    first, second = await ordered(citizen), await ordered(citizen)
    await citizen.pay(first)
    await citizen.pay(second)
    await house.delivered(first["order_id"])
    await house.becomes(first["order_id"], "paid", "confirmed", "receipted")
    await house.becomes(second["order_id"], "paid", "confirmed", "receipted")
    at = [(await house.deliveries(order["order_id"]))[0]["at"] for order in (first, second)]
    assert at[1] < at[0]
    await receipted(house, first)


def _altered(letter: Sent, place: int) -> Sent:
    """The letter with one bit of one byte changed, so that it stays printable."""
    body = bytearray(letter.body)
    body[place] ^= 0x01
    return Sent(letter.headers, bytes(body))


def _signed_as(till: Till, letter: Sent, other: Sent) -> Sent:
    if till is WECHAT_PAY:
        return Sent(other.headers, letter.body)
    ours, theirs = (each.body.split(b"&sign=")[1].split(b"&")[0] for each in (letter, other))
    return Sent(letter.headers, letter.body.replace(ours, theirs))
