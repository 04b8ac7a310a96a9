"""Where is this citizen's money? A day of lost and repeated words, told once each, in order."""

from channel_gateway.ports import Role
from payment.words import ROLES
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

    assert places(lines[:1], "200.00 元已于 ", " 由财政入账")
    assert places(lines, "wechat_pay 通知") == []
    told_once_in_order(
        lines,
        ("向 财政 查询缴款单应缴金额：未支付",),
        ("订单：已下单",),
        ("向 wechat_pay 报送订单：成功",),
        ("订单：待支付",),
        ("系统办理 查询是否已支付，第 1 次：完成",),
        ("向 wechat_pay 查询是否已支付：已支付",),
        ("订单：已收款",),
        ("系统办理 通知财政入账，第 1 次：完成",),
        ("向 财政 通知已缴款：成功",),
        ("订单：财政已入账",),
        ("message 1 of", "to be told to the citizen"),
        ("向 财政 索取电子票据：已开具",),
        ("电子票据 ",),
        ("财政 ", " 日报有收款：200.00 元"),
        ("wechat_pay ", " 对账单有收款：200.00 元"),
    )
    booked = ("收款", "财政入账", "开具票据")
    told_once_in_order(lines, *[("资金流水 ", f"：{what}，200.00 元") for what in booked])


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

    assert places(lines[:1], "160.00 元已于 ", " 由财政入账")
    assert settling.id in lines[0]
    assert lines[1].startswith(f"160.00 元已经 {back.method} 原路退回缴款人")
    told_once_in_order(
        lines,
        (back.id, "通知 收款 已支付：已采信"),
        (back.id, "已收款但不能入账，原路退回：该缴款单已另有款项缴入"),
        (back.id, "申请退款："),
        (back.id, "退款 ", "：已退款"),
        (back.id, "订单：已全部退回"),
        (back.id, f"{back.method} ", "对账单有收款：160.00 元"),
    )
    for number in (back.id, back.transaction, back.refunds[0].number):
        (answer, *_) = await story(office.operator, number)
        assert answer.startswith(f"160.00 元已经 {back.method} 原路退回缴款人")
    told_once_in_order(await story(office.clerk, back.id), ("通知 收款 已支付：已采信",))


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

    assert places(lines[:1], "200.00 元已于 ", " 由财政入账")
    assert "，其中 50.00 元已退回；" in lines[0]
    told_once_in_order(
        lines,
        ("退款 ", "：已申请"),
        ("向 wechat_pay 申请退款：处理中", refund.number),
        ("wechat_pay 通知 退款 ", "完成：已采信"),
        ("退款 ", "：已退款"),
        ("向 财政 通知已退款：成功", refund.number),
        ("红字票据（冲红）", red.number, "50.00 元"),
        ("message 2 of", "to be told to the citizen"),
        ("财政 ", f"日报有退款 {refund.number}：50.00 元"),
        ("wechat_pay ", f"对账单有退款 {refund.number}：50.00 元"),
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
            (f"对账 {day} 发现 {each['kind']} {each['name']}",),
            (f"差错单 {each['id']} 建立，责任 {ROLES[each['owner']]}",),
        )
    (stranger,) = [each for each in found if each["kind"] == "M2"]
    assert (await story(office.clerk, stranger["id"]))[0].startswith(
        f"{stranger['channel_fen'] / 100:.2f} 元不属于任何订单：M2"
    )


async def test_a_repeated_callback_and_one_that_is_refused_are_told_as_such(house, office):
    await noon(house)
    citizen, order = await Business(house, WECHAT_PAY).order(20_000)
    order_id = order["order_id"]
    await house.fault("wechat_pay", "notify_wrong_amount", order=order_id, times=1)
    await citizen.pay(order)
    await house.pass_time(minutes=30)

    lines = await story(office.operator, order_id)

    assert len(places(lines, "通知 收款 已支付：未采信，fact_mismatch（amount）")) == 1
    assert len(places(lines, "通知 收款 已支付：")) == 2


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
        ("订单：已全部退回",),
        ("电子票据 ",),
        ("资金流水 ", "：开具票据"),
    )


async def test_what_was_paid_at_a_counter_is_told_by_the_numbers_on_the_report(house, office):
    day = await noon(house)
    business = Business(house, WECHAT_PAY)
    ordered = await planting.paid_elsewhere(business)
    notice = await issue(house, 51_000)  # of which we never had an order
    await house.control("POST", f"/finance/notices/{notice['pay_code']}/pay-elsewhere")
    await next_morning(house)
    for till in (WECHAT_PAY, ALIPAY):
        await office.clerk.run(day, till)

    assert (await story(office.clerk, notice["pay_code"]))[0].startswith(
        "510.00 元不属于任何订单：M5 财政多-他处已缴"
    )
    (first, second, *_) = await story(office.clerk, ordered)
    assert first.startswith("150.00 元已在别处缴清并由财政入账，不经本系统（M5 ")
    assert second.startswith("150.00 元：款项未动")
    found = [
        each
        for till in (WECHAT_PAY, ALIPAY)
        for each in await office.clerk.differences(day, till)
        if each["kind"] == "M5"
    ]
    assert {each["pay_code"] for each in found} == {ordered, notice["pay_code"]}
    for each in found:
        for number in filter(None, (each["id"], each["order_id"], each["transaction"])):
            assert "M5" in (await story(office.clerk, number))[0], number
