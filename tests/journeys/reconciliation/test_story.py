"""Where is this citizen's money? A day of lost and repeated words, told once each, in order."""

from channel_gateway.ports import Role
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import Business, hire, kinds, next_morning, noon


async def ask(worker, number):
    """What a worker is answered who asks where something is."""
    body = {"number": number}
    return await worker.house.call_as(worker.token, "POST", "/v1/staff/stories", body)


async def story(worker, number):
    """The lines of a number's story."""
    answer = await ask(worker, number)
    assert answer.status == 200, answer
    lines = answer.json()["lines"]
    moments = [line["at"] for line in lines]
    happened = [at for at in moments if at is not None]
    assert moments == [None] * (len(moments) - len(happened)) + sorted(happened)
    return [line["text"] for line in lines]


def places(lines, *parts):
    """Where the lines are that have all these parts."""
    return [at for at, line in enumerate(lines) if all(part in line for part in parts)]


def told_once_in_order(lines, *wanted):
    found = [places(lines, *parts) for parts in wanted]
    assert [len(each) for each in found] == [1] * len(wanted), (wanted, found, lines)
    assert found == sorted(found), (wanted, found, lines)


async def test_a_lost_callback_is_told_with_what_found_the_money(house, office):
    day = await noon(house)
    citizen, order = await Business(house, WECHAT_PAY).order(20_000)
    order_id = order["order_id"]
    await house.fault("wechat_pay", "notify_lost", order=order_id, times=None)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order_id, "receipted")
    await next_morning(house)
    await office.clerk.run(day, WECHAT_PAY)

    lines = await story(office.clerk, order_id)

    assert lines[0].startswith("200.00 yuan are on finance's books since ")
    assert places(lines, "called back") == []
    told_once_in_order(
        lines,
        ("finance was asked what the notice costs: unpaid",),
        ("order: ordered",),
        ("wechat_pay was asked to make the order known: ok",),
        ("the platform waits for the citizen",),
        ("worker: ask, try 1: done",),
        ("wechat_pay was asked whether it is paid: paid",),
        ("order: money received",),
        ("worker: confirm, try 1: done",),
        ("finance was told of the payment: ok",),
        ("order: finance has booked it",),
        ("message 1 of", "to be told to the citizen"),
        ("finance was asked for the e-receipt: made",),
        ("e-receipt (电子票据)",),
        ("finance's statement of", "has the payment: 200.00 yuan"),
        ("wechat_pay's bill of", "has the payment: 200.00 yuan"),
    )
    booked = ("payment_received", "confirmed", "receipted")
    told_once_in_order(lines, *[("journal ", f": {what}, 200.00 yuan") for what in booked])


async def test_a_duplicate_over_two_channels_is_told_of_both_orders(house, office):
    day = await noon(house)
    notice = await issue(house, 16_000)
    citizens = [await log_in(house, till) for till in (WECHAT_PAY, ALIPAY)]
    orders = [await citizen.order(notice) for citizen in citizens]
    for citizen, order in zip(citizens, orders, strict=True):
        await citizen.pay(order)
    await house.pass_time(minutes=5)
    kept = [await house.order(order["order_id"]) for order in orders]
    (settling,) = [order for order in kept if order.settles]
    (back,) = [order for order in kept if not order.settles]
    await next_morning(house)
    till = WECHAT_PAY if back.method == "wechat_pay" else ALIPAY
    await office.clerk.run(day, till)

    lines = await story(office.reviewer, notice["pay_code"])

    assert lines[0].startswith("160.00 yuan are on finance's books since ")
    assert settling.id in lines[0]
    assert lines[1].startswith(f"160.00 yuan went back to the citizen through {back.method}")
    told_once_in_order(
        lines,
        (back.id, "called back: payment paid: taken in"),
        (back.id, "money received that settles nothing", "duplicate"),
        (back.id, "was asked to give money back"),
        (back.id, "refund", "paid back (已退款)"),
        (back.id, "all of it went back (已退回)"),
        (back.id, f"{back.method}'s bill of", "has the payment: 160.00 yuan"),
    )
    for number in (back.id, back.transaction, back.refunds[0].number):
        (answer, *_) = await story(office.operator, number)
        assert answer.startswith("160.00 yuan went back to the citizen")
    told_once_in_order(await story(office.clerk, back.id), ("called back: payment paid: taken in",))


async def test_a_refund_is_told_by_any_of_its_numbers(house, office):
    day = await noon(house)
    order_id = await Business(house, WECHAT_PAY).paid(20_000)
    refund = await give_back(house, {"order_id": order_id}, 5_000, refund_no=f"{order_id}R1")
    await house.pass_time(minutes=5)
    order = await house.order(order_id)
    red = order.refunds[0].red_receipt
    await next_morning(house)
    await office.clerk.run(day, WECHAT_PAY)

    lines = await story(office.auditor, refund.number)

    assert lines[0].startswith("200.00 yuan are on finance's books since ")
    assert ", of which 50.00 went back: " in lines[0]
    told_once_in_order(
        lines,
        ("refund", "asked for (已申请)"),
        ("wechat_pay was asked to give money back: processing", refund.number),
        ("wechat_pay called back: refund", "done: taken in"),
        ("refund", "paid back (已退款)"),
        ("finance was told of the refund: ok", refund.number),
        ("red receipt (冲红)", red.number, "of 50.00 yuan"),
        ("message 2 of", "to be told to the citizen"),
        ("finance's statement of", f"has refund {refund.number}: 50.00 yuan"),
        ("wechat_pay's bill of", f"has refund {refund.number}: 50.00 yuan"),
    )
    receipt = order.receipt
    numbers = (f"{receipt.code} {receipt.number}", receipt.number, red.number, order.pay_code)
    for number in numbers:
        assert order_id in (await story(office.clerk, number))[0]


async def test_what_reconciling_found_is_told_and_money_of_nobody_too(house, office):
    day = await noon(house)
    business = Business(house, WECHAT_PAY)
    await business.paid(10_000)
    await business.paid(11_000)
    await planting.spoiled_bill(house, WECHAT_PAY)
    await next_morning(house)
    await office.clerk.run(day, WECHAT_PAY)
    found = await office.clerk.differences(day, WECHAT_PAY)
    assert {"M2", "M3", "M6"} <= set(kinds(found))

    for each in found:
        lines = await story(office.clerk, each["id"])
        told_once_in_order(
            lines,
            (f"reconciling {day} found {each['kind']} {each['name']}",),
            (f"case {each['id']} opened for {each['owner']}",),
        )
    (stranger,) = [each for each in found if each["kind"] == "M2"]
    assert (await story(office.clerk, stranger["id"]))[0].startswith(
        f"{stranger['channel_fen'] / 100:.2f} yuan of no order of ours: M2"
    )


async def test_a_repeated_callback_and_one_that_is_refused_are_told_as_such(house, office):
    await noon(house)
    citizen, order = await Business(house, WECHAT_PAY).order(20_000)
    order_id = order["order_id"]
    await house.fault("wechat_pay", "notify_wrong_amount", order=order_id, times=1)
    await citizen.pay(order)
    await house.pass_time(minutes=30)

    lines = await story(office.operator, order_id)

    assert len(places(lines, "called back: payment paid: refused: fact_mismatch (amount)")) == 1
    assert len(places(lines, "called back: payment paid: t")) == 1


async def test_a_unit_clerk_reads_the_stories_of_their_own_units_alone(house, office):
    await noon(house)
    order_id = await Business(house, WECHAT_PAY).paid(20_000)
    order = await house.order(order_id)
    own = await hire(house, "unit-own", Role.UNIT_CLERK, order.unit_code)
    other = await hire(house, "unit-other", Role.UNIT_CLERK, "330199999")

    assert order_id in (await story(own, order_id))[0]
    for number in (order_id, order.pay_code, order.transaction, f"order:{order_id}"):
        assert (await ask(other, number)).status == 404
    assert (await ask(own, f"order:{order_id}")).status == 404  # a message says not whose it is


async def test_no_story_names_anybody(house, office):
    await noon(house)
    citizen, order = await Business(house, WECHAT_PAY).order(20_000)
    await citizen.pay(order)
    await house.pass_time(minutes=2)

    told = "\n".join(await story(office.clerk, order["order_id"]))

    assert citizen.openid not in told
    kept = await house.order(order["order_id"])
    assert kept.citizen not in told
    assert (kept.person or "nobody") not in told


async def test_a_receipt_that_comes_after_all_of_the_money_went_back_is_told(house, office):
    citizen, order = await Business(house, WECHAT_PAY).order(20_000)
    away = await house.fault("finance", "server_error", "receipts.issue", times=None)
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await give_back(house, order, 20_000)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "returned")
    await house.control("DELETE", f"/faults/{away}")
    await house.pass_time(hours=8)

    lines = await story(office.clerk, order["order_id"])

    told_once_in_order(
        lines,
        ("order: all of it went back",),
        ("e-receipt (电子票据)",),
        ("journal ", ": receipted,"),
    )
