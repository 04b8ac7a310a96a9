"""Where is this citizen's money? A day of lost and repeated words, told once each, in order."""

import json

from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.journeys.reconciliation.office import Business, next_morning, noon


async def story(worker, number):
    """The lines of a number's story, as a clerk reads them."""
    answer = await worker.house.call(
        "POST",
        "/v1/staff/stories",
        json.dumps({"number": number}).encode(),
        {
            "Authorization": f"Bearer {worker.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"story-{number}"[:60],
        },
    )
    assert answer.status == 200, answer
    return answer.json()["lines"]


def find(lines, *parts):
    """The places of the lines that have all these parts."""
    return [
        place for place, line in enumerate(lines) if all(part in line["text"] for part in parts)
    ]


def in_this_order(lines, *wanted):
    """Each is there exactly once, one after the other."""
    places = [find(lines, *parts) for parts in wanted]
    assert [len(each) for each in places] == [1] * len(wanted), (wanted, places, lines)
    assert places == sorted(places), (wanted, places, lines)


async def test_a_lost_callback_is_told_with_what_found_the_money(house, office):
    await noon(house)
    citizen, order = await Business(house, WECHAT_PAY).order(20_000)
    order_id = order["order_id"]
    await house.fault("wechat_pay", "notify_lost", order=order_id, times=None)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order_id, "receipted")
    await next_morning(house)

    lines = await story(office.clerk, order_id)
    print("\n".join(f"{l['at']} {l['text']}" for l in lines))

    assert lines[0]["text"].startswith("200.00 yuan are on finance's books since ")
    assert find(lines, "called back") == []
    in_this_order(
        lines,
        ("wechat_pay was asked to make the order known: ok",),
        ("wechat_pay was asked whether it is paid: paid",),
        ("money received",),
        ("finance was told of the payment: ok",),
        ("finance has booked it",),
        ("e-receipt",),
        ("finance's statement of", "has the payment: 200.00"),
    )
    in_this_order(lines, ("wechat_pay's bill of", "has the payment: 200.00"))
    in_this_order(lines, ("journal", "payment_received"), ("journal", "confirmed"))


async def test_a_duplicate_over_two_channels_is_told_with_both_orders(house, office):
    await noon(house)
    notice = await issue(house, 16_000)
    citizens = [await log_in(house, till) for till in (WECHAT_PAY, ALIPAY)]
    first, second = [(await citizen.order(notice))["order_id"] for citizen in citizens], None
    print(first, second)


async def test_a_refund_is_told_with_its_red_receipt_and_its_people(house, office):
    await noon(house)
    order_id = await Business(house, WECHAT_PAY).paid(20_000)
    order = await house.order(order_id)
    refund = await give_back(house, {"order_id": order_id}, 5_000, refund_no=f"{order_id}R1")
    await house.pass_time(minutes=5)
    await next_morning(house)

    lines = await story(office.auditor, refund.number)
    print("\n".join(f"{l['at']} {l['text']}" for l in lines))
    assert "of which 50.00 went back" in lines[0]["text"]
