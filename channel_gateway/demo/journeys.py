"""The main journeys of a fee, each a story that checks itself: raises `StepFailed`."""

from collections.abc import Awaitable, Callable

from channel_gateway.demo.fees import fee, ordered
from channel_gateway.demo.parcels import a_licence_to_the_door
from channel_gateway.demo.players import Answer, Citizen, hire
from channel_gateway.demo.reckoning import the_morning_after
from channel_gateway.demo.scene import Scene
from channel_gateway.demo.telling import expect, step, until, yuan
from channel_gateway.demo.visits import a_day_the_hall_cancels, one_person_on_two_channels
from channel_gateway.ports import Role

BOOKED = ("confirmed", "receipted")
_UNIT = "330199011"  # of the notices the stand-in issues


async def a_fine_in_wechat(scene: Scene) -> None:
    """WeChat: an overdue fine, its late fee capped at the fine, paid once and receipted."""
    notice = await _fine(scene, due_in_days=-60)
    citizen, order = await ordered(scene, "wechat", notice)
    expect("the late fee stops at the fine", holds=order["amount_fen"] == 40000)
    await _paid_and_receipted(scene, citizen, order)


async def a_registration_in_alipay(scene: Scene) -> None:
    """Alipay: a registration fee, paid once and receipted."""
    notice = await fee(scene, "不动产登记费", 8000)
    citizen, order = await ordered(scene, "alipay", notice)
    await _paid_and_receipted(scene, citizen, order)


async def one_notice_on_both_channels(scene: Scene) -> None:
    """One notice paid on both channels: one payment settles it, the other goes back by itself."""
    notice = await fee(scene, "职业资格考试费", 6100)
    in_wechat, first = await ordered(scene, "wechat", notice)
    in_alipay, second = await ordered(scene, "alipay", notice)
    await in_alipay.pay(second)
    await in_wechat.pay(first, late=True)
    # Whichever platform is heard first settles the notice.
    ends = [
        await in_alipay.sees(second, *BOOKED, "returned"),
        await in_wechat.sees(first, *BOOKED, "returned"),
    ]
    ends.sort(key=lambda end: end["state"] == "returned")
    settled, returned = ends
    one_each = settled["state"] != "returned" and returned["state"] == "returned"
    expect("exactly one of the two payments goes back", holds=one_each)
    step("gateway", f"gave {yuan(returned['amount_fen'])} back: {returned['refunds'][0]['reason']}")
    await _booked(scene, settled)


async def a_callback_that_never_came(scene: Scene) -> None:
    """The platform's callback is lost: the gateway asks, and finds the money."""
    notice = await fee(scene, "证照工本费", 1000)
    citizen, order = await ordered(scene, "wechat", notice)
    await scene.control(
        "POST",
        "/faults",
        {
            "platform": "wechat_pay",
            "kind": "notify_lost",
            "order": order["order_id"],
            "times": 20,
        },
    )
    await citizen.pay(order)
    step("platform", "loses every callback of this payment")
    await citizen.sees(order, "paid", *BOOKED)
    step("gateway", "asked WeChat Pay by itself after five seconds")
    await _booked(scene, order)


async def money_after_closing(scene: Scene) -> None:
    """The citizen closes an order and the payment still goes through: it goes back by itself."""
    notice = await fee(scene, "水土保持补偿费", 150550)
    citizen, order = await ordered(scene, "alipay", notice)
    await citizen.call("POST", f"/orders/{order['order_id']}/close")
    step("citizen", "changes their mind and closes the order")
    await citizen.pay(order, late=True)
    returned = await citizen.sees(order, "returned")
    step("gateway", f"gave {yuan(returned['amount_fen'])} back: {returned['refunds'][0]['reason']}")


async def part_of_it_back(scene: Scene) -> None:
    """Too much was charged: the citizen applies, two people decide, and finance is told."""
    notice = await fee(scene, "不动产登记费", 55000)
    citizen, order = await ordered(scene, "wechat", notice)
    await citizen.pay(order)
    await citizen.sees(order, "receipted")
    path = f"/orders/{order['order_id']}/refund-applications"
    receipt = {"kind": "receipt_copy", "name": "电子票据.pdf", "content": "JVBERi0xLjc="}
    asked: Answer = {
        "ground": "mischarged",
        "amount_fen": 47000,
        "words": "住宅登记按 80 元收取，申请退回多收部分",
        "materials": [receipt],
    }
    case = await citizen.call("POST", path, asked, status=201)
    step("citizen", f"applies for {yuan(asked['amount_fen'])}, decided by {case['decided_by']}")
    await _decided(scene, case)
    done = await until(
        "the refund to arrive",
        lambda: citizen.call("GET", f"/refund-applications/{case['case_id']}"),
        lambda told: told["state"] == "done",
    )
    step("platform", f"paid {yuan(done['amount_fen'])} back into the citizen's account")
    refund_no = f"{case['case_id']}R1"
    await until(
        "finance to hear of the refund",
        lambda: scene.control("GET", "/finance/refunds"),
        lambda told: any(each["refund_no"] == refund_no for each in told),
    )
    step("finance", f"recorded the refund {refund_no}")


async def _decided(scene: Scene, case: Answer) -> None:
    """By the unit and by finance: two people, neither of whom asked for it."""
    clerk = await hire(scene, "unit-wang", Role.UNIT_CLERK, units=(_UNIT,))
    reviewer = await hire(scene, "finance-zhao", Role.FINANCE_REVIEWER)
    path = f"/staff/refund-cases/{case['case_id']}"
    await clerk.call("POST", f"{path}/verify", {"words": "情况属实，多收 470 元"})
    step("unit", f"{clerk.name} verifies it")
    await reviewer.call("POST", f"{path}/approve", {"words": "同意退付"})
    step("finance", f"{reviewer.name} approves it")


JOURNEYS: tuple[Callable[[Scene], Awaitable[None]], ...] = (
    a_fine_in_wechat,
    a_registration_in_alipay,
    one_notice_on_both_channels,
    a_callback_that_never_came,
    money_after_closing,
    part_of_it_back,
    one_person_on_two_channels,
    a_day_the_hall_cancels,
    a_licence_to_the_door,
    the_morning_after,
)


async def _fine(scene: Scene, *, due_in_days: int) -> Answer:
    notice: Answer = await scene.control("POST", "/finance/notices", {"due_in_days": due_in_days})
    step("finance", f"issued the notice {notice['pay_code']}, due on {notice['due_on']}")
    return notice


async def _paid_and_receipted(scene: Scene, citizen: Citizen, order: Answer) -> None:
    """All goes well: paid, told by the platform, booked by finance, and receipted."""
    await citizen.pay(order)
    await _told_by_platform(scene, order)
    await _booked(scene, order)
    receipt = (await citizen.sees(order, "receipted"))["receipt"]
    step("finance", f"issued e-receipt (财政电子票据) {receipt['code']} {receipt['number']}")


async def _told_by_platform(scene: Scene, order: Answer) -> None:
    attempts = await until(
        f"a callback about {order['order_id']} to be accepted",
        lambda: _attempts(scene),
        lambda told: bool(_accepted(told, order)),
    )
    sent = _accepted(attempts, order)[0]
    step("platform", f"{sent['platform']} sent its signed callback, acknowledged: {sent['status']}")


async def _attempts(scene: Scene) -> list[Answer]:
    told = await scene.control("GET", "/deliveries")
    return list(told["deliveries"])


def _accepted(attempts: list[Answer], order: Answer) -> list[Answer]:
    return [
        each
        for each in attempts
        if order["order_id"] in each["orders"] and each["outcome"] == "accepted"
    ]


async def _booked(scene: Scene, order: Answer) -> None:
    payments = await until(
        f"finance to book {order['order_id']}",
        lambda: scene.control("GET", "/finance/payments"),
        lambda told: any(each["confirmation_no"] == order["order_id"] for each in told),
    )
    booked = [each for each in payments if each["pay_code"] == order["pay_code"]]
    expect("finance has exactly one payment of the notice", holds=len(booked) == 1)
    step("finance", f"booked {yuan(booked[0]['amount_fen'])} for {order['pay_code']}, once")
