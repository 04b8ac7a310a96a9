"""What goes wrong on a day at a till, planted one by one; each says what it is found by."""

from datetime import timedelta
from typing import Any

from channel_gateway.domain.days import BEIJING
from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId
from payment.ports import Payable, PaymentMethod
from tests.contracts.notices import notice as some_notice
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import Till
from tests.journeys.reconciliation.office import Business

BILL_LINES = ("bill_missing_line", "bill_foreign_line", "bill_wrong_amount")
# Where a platform makes its trade bill, and how a fault is meant for that one alone.
_TRADE_BILL: dict[str, tuple[str, dict[str, Any]]] = {
    "wechat": ("bills.trade", {}),
    "alipay": ("bill.download", {"order": "trade"}),
}


async def spoiled_bill(house: House, till: Till) -> None:
    """The first line is gone; the second is there for a stranger as well, and a fen too much."""
    at, aim = _TRADE_BILL[till.channel]
    for kind in BILL_LINES:
        await house.fault(till.stand_in, kind, at, times=None, **aim)


async def odd_bill(house: House, till: Till) -> None:
    """There is a new column, and the first line has lost its last cell."""
    at, aim = _TRADE_BILL[till.channel]
    for kind in ("bill_added_column", "bill_short_line"):
        await house.fault(till.stand_in, kind, at, times=None, **aim)


async def stranger_on_the_bill(house: House, till: Till) -> None:
    """The first line is there for a stranger as well."""
    at, aim = _TRADE_BILL[till.channel]
    await house.fault(till.stand_in, "bill_foreign_line", at, times=None, **aim)


async def line_twice(house: House, till: Till, *, counted: bool) -> None:
    """The first line stands there twice; `counted`: the bill's own sums go along with it."""
    at, aim = _TRADE_BILL[till.channel]
    wish = {"sums_follow": counted}
    await house.fault(till.stand_in, "bill_duplicate_line", at, times=None, parameters=wish, **aim)


async def paid_unheard(business: Business) -> tuple[str, list[str]]:
    """Paid, and nobody tells us; returns the order, and the faults that keep us deaf."""
    citizen, order = await business.order(12_000)
    deaf = await business.deaf(order["order_id"])
    await citizen.pay(order)
    return order["order_id"], deaf


async def paid_too_much(business: Business) -> str:
    """Ordered, then something is taken off the notice, then paid; returns the order."""
    notice = await issue(business.house, 18_000)
    citizen = await log_in(business.house, business.till)
    order = await citizen.order(notice)
    path = f"/finance/notices/{notice['pay_code']}/reduce"
    await business.house.control("POST", path, by_fen=5_000)
    await citizen.pay(order)
    await business.house.becomes(order["order_id"], "disputed")
    return str(order["order_id"])


async def paid_elsewhere(business: Business) -> str:
    """Ordered here, and paid at a counter; returns the notice."""
    notice = await issue(business.house, 15_000)
    await (await log_in(business.house, business.till)).order(notice)
    pay_code = str(notice["pay_code"])
    await business.house.control("POST", f"/finance/notices/{pay_code}/pay-elsewhere")
    return pay_code


async def paid_twice(business: Business) -> str:
    """Two citizens order one notice, and both pay; returns the later order."""
    notice = await issue(business.house, 16_000)
    citizens = [await log_in(business.house, business.till) for _ in range(2)]
    orders = [await citizen.order(notice) for citizen in citizens]
    for citizen, order in zip(citizens, orders, strict=True):
        await citizen.pay(order)
    await business.house.pass_time(minutes=5)
    return str(orders[1]["order_id"])


async def refunded_unheard(business: Business) -> tuple[str, list[str]]:
    """A refund goes through, and neither an answer nor a callback about it arrives."""
    house, till = business.house, business.till
    order_id = await business.paid(17_000)
    at, operations = till.stand_in, till.operations
    deaf = [
        await house.fault(at, "notify_lost", order=order_id, times=None),
        await house.fault(at, "reply_lost", operations["refund"], order=order_id, times=None),
        await house.fault(at, "server_error", operations["ask_refund"], order=order_id, times=None),
    ]
    await business.given_back(order_id, 2_000)
    await house.pass_time(minutes=2)
    return order_id, deaf


async def paid_over_midnight(business: Business) -> str:
    """Paid half a minute before midnight; the callback comes and finance books after it."""
    house = business.house
    now = house.now().astimezone(BEIJING)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    await house.pass_time(seconds=(midnight - now).total_seconds() - 30)
    citizen, order = await business.order(18_000)
    order_id = str(order["order_id"])
    await house.fault(
        business.till.stand_in,
        "server_error",
        business.till.operations["ask"],
        order=order_id,
        times=1,
    )
    late = {"seconds": 60.0}
    await house.fault(business.till.stand_in, "notify_delayed", order=order_id, parameters=late)
    await citizen.pay(order)
    await house.pass_time(minutes=5)
    await house.becomes(order_id, "receipted")
    return order_id


def merchant(house: House, till: Till) -> str:
    platform, field = {
        "wechat": ("wechat_pay", "mch_id"),
        "alipay": ("alipay", "seller_id"),
    }[till.channel]
    return str(house.running.platforms[platform][field])


async def paid_past_us(business: Business, amount_fen: int = 20_000) -> str:
    """Somebody else orders under our merchant's number, and it is paid; returns that order."""
    house, till = business.house, business.till
    order_id = f"X{house.now():%Y%m%d%H%M%S%f}"
    citizen = await log_in(house, till)
    payable = Payable(
        order_id=order_id,
        amount_fen=Fen(amount_fen),
        description="陌生订单",
        payer=OpenId(citizen.openid),
        expires_at=house.now() + timedelta(hours=1),
        notice=some_notice(amount_fen),
    )
    method = house.gateway.table.offered(PaymentMethod)[till.plugin]
    await house.fault(till.stand_in, "notify_lost", order=order_id, times=None)
    await method.prepare(payable)
    place = "/wechat_pay/orders" if till.channel == "wechat" else "/alipay/trades"
    await house.control("POST", f"{place}/{order_id}/pay")
    return order_id
