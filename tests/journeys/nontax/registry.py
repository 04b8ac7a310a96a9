"""The land registry, whose fees WeChat's citizens pay on the non-tax platform; and its books."""

from collections import Counter
from datetime import timedelta
from typing import Any

from tests.journeys.gateway.citizen import Citizen
from tests.journeys.gateway.house import House

PLUGIN = "wechat_nontax"
PATH = f"/callbacks/{PLUGIN}"
UNIT, UNIT_NAME = "330199021", "示例市不动产登记中心"
LIFE = timedelta(minutes=31)  # after which the platform has closed what nobody paid


async def issue(house: House, amount_fen: int = 20_000, **more: Any) -> dict[str, Any]:
    """The registry issues a notice of this amount."""
    item = {"code": "103043211", "name": "不动产登记费", "amount_fen": amount_fen, **more}
    unit = {"unit_code": UNIT, "unit_name": UNIT_NAME}
    return await house.control("POST", "/finance/notices", items=[item], **unit)


async def pay(citizen: Citizen, order: dict[str, Any], **more: Any) -> None:
    """The citizen pays on the page the order leads to."""
    page = order["pay"]
    assert page["kind"] == PLUGIN
    number = page["queryString"].removeprefix("order_id=")
    path = f"/wechat/nontax/orders/{number}/pay"
    await citizen.house.control("POST", path, openid=citizen.openid, **more)


async def pay_late(house: House, order: dict[str, Any]) -> None:
    """A payment that was under way goes through although the order is closed."""
    path = f"/wechat/nontax/orders/{order['order_id']}/pay"
    await house.control("POST", path, late=True)


async def states(house: House, *orders: dict[str, Any]) -> list[str]:
    return [(await house.order(order["order_id"])).state.value for order in orders]


async def at_rest(house: House) -> None:
    """After a day nothing is left to do, nothing was given up, and both books agree."""
    await house.pass_time(hours=24)
    orders = await house.orders()
    for order in orders:
        assert not order.given_up, order.given_up
        assert not order.tasks, order.tasks
    captured, refunded = await _platform(house)
    ours = [order for order in orders if order.method == PLUGIN]
    assert captured == {order.id: order.amount_fen for order in ours if order.transaction}
    assert refunded == {order.id: order.returned_fen for order in ours if order.returned_fen}
    settling = [order.settles for order in orders if order.settles]
    assert len(settling) == len(set(settling))


async def _platform(house: House) -> tuple[Counter[str], Counter[str]]:
    """Captured and refunded fen by our order number, as the platform itself has it."""
    captured: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    for order in (await house.control("GET", "/wechat/nontax/books"))["orders"]:
        if "trans_id" in order:
            captured[order["order_no"]] += order["fee"]
        if order.get("refund_order_id"):
            refunded[order["order_no"]] += order["fee"]
        for part in order.get("partial_refund_info", []):
            refunded[order["order_no"]] += part["refund_fee"]
    return captured, refunded
