"""Whether the books agree, to the fen: the platforms' own, finance's, and ours."""

from collections import Counter

from channel_gateway.domain.money import fen_from_yuan
from payment.order import Order, State
from tests.journeys.gateway.house import House


async def balanced(house: House) -> None:
    """Captured minus refunded is what is settled plus what is still owed, as all three tell it."""
    orders = await house.orders()
    captured, refunded = await _platforms(house)
    ours = {order.id: order.amount_fen for order in orders if order.transaction}
    assert captured == ours, "money that one side alone knows of"
    assert refunded == {o.id: o.returned_fen for o in orders if o.returned_fen}

    settling = [order for order in orders if order.settles]
    assert max(Counter(order.settles for order in settling).values(), default=1) == 1
    left = {number: ours[number] - refunded[number] for number in ours}
    settled = sum(left[order.id] for order in settling)
    owed = sum(left[order.id] for order in orders if order.state is State.STRAY)
    assert sum(captured.values()) - sum(refunded.values()) == settled + owed
    await _finance_agrees(house, orders)


async def _finance_agrees(house: House, orders: list[Order]) -> None:
    payments = await house.control("GET", "/finance/payments")
    reported = await house.control("GET", "/finance/refunds")
    booked = {order.id: order for order in orders if order.confirmed_at}
    assert {p["confirmation_no"]: p["amount_fen"] for p in payments} == {
        number: order.amount_fen for number, order in booked.items()
    }
    assert {r["refund_no"]: r["amount_fen"] for r in reported} == {
        refund.number: refund.amount_fen
        for order in booked.values()
        for refund in order.refunds
        if refund.is_done
    }


async def _platforms(house: House) -> tuple[Counter[str], Counter[str]]:
    """Captured and refunded fen by order number, as the platforms themselves have it."""
    captured: Counter[str] = Counter()
    refunded: Counter[str] = Counter()
    wechat = await house.control("GET", "/wechat_pay/books")
    for order in wechat["orders"]:
        if "transaction_id" in order:
            captured[order["out_trade_no"]] += order["amount"]["total"]
    for refund in wechat["refunds"]:
        if refund["status"] == "SUCCESS":
            refunded[refund["out_trade_no"]] += refund["amount"]["refund"]
    for trade in await house.control("GET", "/alipay/trades"):
        if trade["gmt_payment"]:
            captured[trade["out_trade_no"]] += fen_from_yuan(trade["total_amount"])
        if back := fen_from_yuan(trade["refund_fee"]):
            refunded[trade["out_trade_no"]] += back
    return captured, refunded
