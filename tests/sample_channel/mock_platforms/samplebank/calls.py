"""What Samplebank is asked: who a code stands for, orders, refunds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from mock_platforms.stage import Stage
from tests.sample_channel.mock_platforms.samplebank.signing import MERCHANT, Refused
from tests.sample_channel.mock_platforms.samplebank.telling import PAYMENT, REFUND, Teller

CODE_LIFE = timedelta(minutes=5)
Said = dict[str, Any]


@dataclass
class Order:
    asked: Said
    prepay_id: str
    expires_at: datetime
    closed: bool = False
    transaction: str = ""
    paid_at: datetime | None = None
    refunds: dict[str, Said] = field(default_factory=dict)

    def state(self, now: datetime) -> str:
        if self.paid_at is not None:
            return "PAID"
        return "CLOSED" if self.closed or now >= self.expires_at else "UNPAID"


class Calls:
    def __init__(self, stage: Stage, teller: Teller) -> None:
        self.stage, self.teller = stage, teller
        self.orders: dict[str, Order] = {}
        self._codes: dict[str, tuple[str, datetime]] = {}  # what each stands for; "": used

    def rows(self) -> dict[str, Callable[[Said], Said]]:
        return {
            "/v1/login": lambda asked: {"openid": self._take(asked["code"])},
            "/v1/phone": lambda asked: {"phone": self._take(asked["code"])},
            "/v1/orders/prepare": self.prepare,
            "/v1/orders/query": lambda asked: self.shown(self._order(asked)),
            "/v1/orders/close": self.close,
            "/v1/refunds/create": self.refund,
            "/v1/refunds/query": self.query_refund,
        }

    def give_code(self, meaning: str) -> str:
        code = self.stage.randomness.text(32)
        self._codes[code] = (meaning, self.stage.clock.now() + CODE_LIFE)
        return code

    def _take(self, code: str) -> str:
        if code not in self._codes:
            raise Refused("CODE_INVALID")
        meaning, until = self._codes[code]
        if not meaning or self.stage.clock.now() >= until:
            raise Refused("CODE_EXPIRED" if meaning else "CODE_USED")
        self._codes[code] = ("", until)
        return meaning

    def prepare(self, asked: Said) -> Said:
        order = self.orders.get(asked["out_trade_no"])
        if order is None and asked["amount_fen"] <= 0:
            raise Refused("AMOUNT_INVALID")
        if order is None:
            # The caller reckons by the signatures' clock, orders live by the moved one.
            life = datetime.fromisoformat(asked["expires_at"]) - self.stage.signing_now()
            prepay_id = "pre" + self.stage.randomness.digits(20)
            order = Order(asked, prepay_id, self.stage.clock.now() + life)
            self.orders[asked["out_trade_no"]] = order
        state = order.state(self.stage.clock.now())
        if state != "UNPAID":
            raise Refused(f"ORDER_{state}")
        if order.asked != asked:
            raise Refused("ORDER_NUMBER_TAKEN")
        return {"prepay_id": order.prepay_id}

    def close(self, asked: Said) -> Said:
        order = self._order(asked)
        if order.paid_at is not None:
            raise Refused("ORDER_PAID")
        order.closed = True
        return self.shown(order)

    def pay(self, order: Order) -> None:
        """Take the citizen's money, and tell the merchant."""
        order.transaction = "T" + self.stage.randomness.digits(24)
        order.paid_at = self.stage.clock.now().replace(microsecond=0)
        self.teller.tell(PAYMENT, order.asked, self.shown(order))

    def refund(self, asked: Said) -> Said:
        order, number, fen = self._order(asked), asked["out_refund_no"], asked["amount_fen"]
        known = order.refunds.get(number)
        if known is not None:
            if known["amount_fen"] != fen:
                raise Refused("REFUND_NUMBER_TAKEN")
            return known
        given_back = sum(each["amount_fen"] for each in order.refunds.values())
        if order.paid_at is None or not 0 < fen <= order.asked["amount_fen"] - given_back:
            raise Refused("REFUND_TOO_MUCH")
        refund = {name: asked[name] for name in ("out_trade_no", "out_refund_no", "amount_fen")}
        done_at = self.stage.clock.now().isoformat(timespec="seconds")
        refund |= {"transaction": order.transaction, "merchant_id": MERCHANT}
        order.refunds[number] = refund | {"state": "DONE", "done_at": done_at}
        self.teller.tell(REFUND, order.asked, order.refunds[number])
        return order.refunds[number]

    def query_refund(self, asked: Said) -> Said:
        refunds = self._order(asked).refunds
        if asked["out_refund_no"] not in refunds:
            raise Refused("REFUND_UNKNOWN")
        return refunds[asked["out_refund_no"]]

    def shown(self, order: Order) -> Said:
        return {
            "out_trade_no": order.asked["out_trade_no"],
            "state": order.state(self.stage.clock.now()),
            "app_id": self.teller.gate.app_id,
            "merchant_id": MERCHANT,
            "amount_fen": order.asked["amount_fen"],
            "currency": "CNY",
            "transaction": order.transaction,
            "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        }

    def _order(self, asked: Said) -> Order:
        if asked["out_trade_no"] not in self.orders:
            raise Refused("ORDER_UNKNOWN")
        return self.orders[asked["out_trade_no"]]
