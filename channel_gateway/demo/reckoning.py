"""The morning after: the day is reconciled three ways and with the bank, and closed by two people.

On a stage of its own, whose clock moves on: what stays open for a person to try keeps wall time.
It ends with its journey; its books stay in its folder, and other commands can look at them.
"""

from datetime import timedelta

from channel_gateway.demo.fees import fee, ordered
from channel_gateway.demo.players import Answer, Clerk, Operator, hire
from channel_gateway.demo.scene import Scene, scene
from channel_gateway.demo.telling import expect, step, yuan
from channel_gateway.domain.days import BEIJING, beijing_day, day_start
from channel_gateway.ports import Role

MORNING_AFTER = "morning-after"
_METHOD = "wechat_pay"
# The bank has paid out by then, and both platforms' bills are there.
_MORNING = timedelta(hours=11, minutes=5)


async def the_morning_after(beside: Scene) -> None:
    """The morning after: finance reconciles the day, works on what differs, and closes it."""
    async with scene(beside.folder / MORNING_AFTER, 0, moving=True) as stage:
        await _a_day_and_its_morning(stage)


async def _a_day_and_its_morning(stage: Scene) -> None:
    day = await _to_a_morning(stage)
    await _receipted(stage, "不动产登记费", 8000)
    slip = await _left_out(stage)
    await _nobodys_money(stage, day)
    await _to_a_morning(stage)
    clerk = await hire(stage, "finance-qian", Role.FINANCE_CLERK)
    reviewer = await hire(stage, "finance-sun", Role.FINANCE_REVIEWER)
    place = f"/staff/reconciliation/days/{day}"
    ran = await clerk.call("POST", f"{place}/{_METHOD}/run", {})
    step("finance", f"reconciles {day}: {_kinds(ran)}")
    found = await _differences(clerk, place)
    expect("what finance left out is in transit", holds=_states(found, "M4") == {"open"})
    expect("money nobody knows waits for a person", holds=_states(found, "M2") == {"open"})
    await _told(clerk, day, found)
    await stage.control("DELETE", f"/faults/{slip}")
    step("finance", "corrects its statement")
    await _closed(clerk, reviewer, place)
    await Operator(stage).finds_nothing_given_up()


async def _to_a_morning(stage: Scene) -> str:
    """The next late morning in Beijing; which day that is."""
    now = stage.stage.stage.clock.now()
    ahead = day_start(beijing_day(now) + timedelta(days=1)) + _MORNING - now
    await stage.control("POST", "/clock/advance", {"seconds": ahead.total_seconds()})
    moment = stage.stage.stage.clock.now().astimezone(BEIJING)
    step("clock", f"it is {moment:%Y-%m-%d %H:%M} in Beijing")
    return f"{moment:%Y-%m-%d}"


async def _receipted(stage: Scene, name: str, fen: int) -> Answer:
    citizen, order = await ordered(stage, "wechat", await fee(stage, name, fen))
    await citizen.pay(order)
    return await citizen.sees(order, "receipted")


async def _left_out(stage: Scene) -> str:
    """Finance books it, and forgets it on its day's statement; which fault that is."""
    order = await _receipted(stage, "证照工本费", 1000)
    fault = {"platform": "finance", "kind": "statement_left_out", "times": None}
    made = await stage.control("POST", "/faults", fault | {"order": order["order_id"]})
    step("finance", "forgets this payment on its statement of the day")
    return str(made["id"])


async def _nobodys_money(stage: Scene, day: str) -> None:
    fault = {"platform": _METHOD, "kind": "bill_foreign_line", "order": day, "times": None}
    await stage.control("POST", "/faults", fault)
    step("platform", "has a payment on its bill that nobody here has ever heard of")


async def _differences(clerk: Clerk, place: str) -> list[Answer]:
    told = await clerk.call("GET", f"{place}/{_METHOD}/differences")
    return list(told["differences"])


async def _told(clerk: Clerk, day: str, found: list[Answer]) -> None:
    for each in found:
        step("gateway", f"{each['kind']} {each['name']}: {each['cause']} → {each['next_step']}")
    report = await clerk.call("GET", f"/staff/reconciliation/days/{day}")
    (method,) = [each for each in report["methods"] if each["method"] == _METHOD]
    sides = (
        f"{side} {yuan(method[side]['net_fen'])}" for side in ("channel", "gateway", "finance")
    )
    step("finance", f"reads the report: {', '.join(sides)}")


async def _closed(clerk: Clerk, reviewer: Clerk, place: str) -> None:
    """Every case carried with a reason; one asks to close, another signs."""
    cases = await clerk.call("GET", "/staff/reconciliation/cases")
    for case in cases["cases"]:
        path = f"/staff/reconciliation/cases/{case['id']}"
        await clerk.call("POST", f"{path}/take", {})
        await clerk.call("POST", f"{path}/carry", {"reason": "已请渠道查明付款人"})
    await clerk.call("POST", f"{place}/{_METHOD}/run", {})
    await clerk.call("POST", f"{place}/{_METHOD}/close", {})
    closed = await reviewer.call("POST", f"{place}/{_METHOD}/sign", {})
    expect("the day is closed", holds=closed["state"] == "closed")
    step("finance", f"{clerk.name} asks to close it, {reviewer.name} signs: it never changes again")


def _states(found: list[Answer], kind: str) -> set[str]:
    return {each["state"] for each in found if each["kind"] == kind}


def _kinds(ran: Answer) -> str:
    kinds = ", ".join(f"{each['kind']} {each['name']}" for each in ran["kinds"])
    return kinds or "everything agrees"
