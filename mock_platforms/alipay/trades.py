"""One Alipay trade: its states, its refunds, its clock. Pure; `now` is always a parameter."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mock_platforms.alipay.refusals import Refused

REFUND_WINDOW = timedelta(days=365)
CANCEL_WINDOW = timedelta(days=1)


class Status(StrEnum):
    WAIT_BUYER_PAY = "WAIT_BUYER_PAY"
    TRADE_SUCCESS = "TRADE_SUCCESS"  # paid, refundable
    TRADE_FINISHED = "TRADE_FINISHED"  # paid, the refund window is over
    TRADE_CLOSED = "TRADE_CLOSED"  # never paid, or refunded in full


class Trigger(StrEnum):
    PAY = "pay"
    PAY_LATE = "pay late"  # the payment was under way when the trade closed
    CLOSE = "close"
    REFUND_ALL = "refund all"
    REFUND_PART = "refund part"
    FINISH = "finish"


TRANSITIONS: dict[Status, dict[Trigger, Status]] = {
    Status.WAIT_BUYER_PAY: {
        Trigger.PAY: Status.TRADE_SUCCESS,
        Trigger.CLOSE: Status.TRADE_CLOSED,
    },
    Status.TRADE_SUCCESS: {
        Trigger.REFUND_PART: Status.TRADE_SUCCESS,
        Trigger.REFUND_ALL: Status.TRADE_CLOSED,
        Trigger.FINISH: Status.TRADE_FINISHED,
    },
    Status.TRADE_FINISHED: {},
    Status.TRADE_CLOSED: {Trigger.PAY_LATE: Status.TRADE_SUCCESS},
}

# What a trade that is not in the state an operation needs answers, by operation.
CREATE_AGAIN = {
    Status.TRADE_SUCCESS: "ACQ.TRADE_HAS_SUCCESS",
    Status.TRADE_FINISHED: "ACQ.TRADE_HAS_SUCCESS",
    Status.TRADE_CLOSED: "ACQ.TRADE_HAS_CLOSE",
}
REFUND_WRONG = {
    Status.WAIT_BUYER_PAY: "ACQ.TRADE_STATUS_ERROR",
    Status.TRADE_FINISHED: "ACQ.TRADE_HAS_FINISHED",
    Status.TRADE_CLOSED: "ACQ.TRADE_HAS_CLOSE",
}


@dataclass(frozen=True)
class Refund:
    out_request_no: str
    amount_fen: int
    reason: str
    refunded_at: datetime


@dataclass(frozen=True)
class Order:
    """What the merchant said when it created the trade."""

    out_trade_no: str
    app_id: str
    total_fen: int
    subject: str
    buyer_id: str  # our own 2088 number, whatever kind of id the call named
    body: str = ""
    passback_params: str = ""
    notify_url: str = ""
    notify_charset: str = "utf-8"
    buyer_is_open_id: bool = True  # notices and answers name the buyer the same way


@dataclass(frozen=True)
class Trade:
    trade_no: str
    order: Order
    created_at: datetime
    expires_at: datetime
    status: Status = Status.WAIT_BUYER_PAY
    paid_at: datetime | None = None
    closed_at: datetime | None = None
    refunds: tuple[Refund, ...] = ()

    @property
    def refunded_fen(self) -> int:
        return sum(refund.amount_fen for refund in self.refunds)

    def refund(self, out_request_no: str) -> Refund | None:
        same = (one for one in self.refunds if one.out_request_no == out_request_no)
        return next(same, None)


def as_of(trade: Trade, now: datetime) -> Trade:
    """What time alone has made of the trade: unpaid ones close, old paid ones finish."""
    if trade.status is Status.WAIT_BUYER_PAY and now >= trade.expires_at:
        return replace(trade, status=_after(trade, Trigger.CLOSE), closed_at=trade.expires_at)
    paid_long_ago = trade.paid_at is not None and now >= trade.paid_at + REFUND_WINDOW
    if trade.status is Status.TRADE_SUCCESS and paid_long_ago:
        return replace(trade, status=_after(trade, Trigger.FINISH))
    return trade


def create_again(trade: Trade, order: Order) -> Trade:
    """The same order again gives the same trade while it waits; anything else is refused."""
    if trade.status in CREATE_AGAIN:
        raise Refused(CREATE_AGAIN[trade.status])
    known, asked = trade.order, order
    if (known.total_fen, known.buyer_id, known.subject, known.app_id) != (
        asked.total_fen,
        asked.buyer_id,
        asked.subject,
        asked.app_id,
    ):
        raise Refused("ACQ.CONTEXT_INCONSISTENT")
    return trade


def pay(trade: Trade, paid_at: datetime, *, late: bool = False) -> Trade:
    """The buyer pays. `late` also lets a payment through just after the trade was closed."""
    was_never_paid = trade.paid_at is None
    closed = trade.status is Status.TRADE_CLOSED
    trigger = Trigger.PAY_LATE if late and closed and was_never_paid else Trigger.PAY
    if trigger not in TRANSITIONS[trade.status]:
        raise Refused(CREATE_AGAIN[trade.status])
    return replace(trade, status=_after(trade, trigger), paid_at=paid_at, closed_at=None)


def close(trade: Trade, now: datetime) -> Trade:
    if Trigger.CLOSE not in TRANSITIONS[trade.status]:
        raise Refused("ACQ.REASON_TRADE_STATUS_INVALID")
    return replace(trade, status=_after(trade, Trigger.CLOSE), closed_at=now)


def refund(trade: Trade, asked: Refund) -> Trade:
    """Money goes back, once per `out_request_no`; a repeat leaves the trade as it is."""
    known = trade.refund(asked.out_request_no)
    if known is not None:
        if known.amount_fen != asked.amount_fen:
            raise Refused("ACQ.DISCORDANT_REPEAT_REQUEST")
        return trade
    if trade.status in REFUND_WRONG:
        raise Refused(REFUND_WRONG[trade.status])
    left = trade.order.total_fen - trade.refunded_fen - asked.amount_fen
    if left < 0:
        raise Refused("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
    refunds = (*trade.refunds, asked)
    if left == 0:
        moment = asked.refunded_at
        return replace(
            trade, status=_after(trade, Trigger.REFUND_ALL), refunds=refunds, closed_at=moment
        )
    return replace(trade, status=_after(trade, Trigger.REFUND_PART), refunds=refunds)


def cancel(trade: Trade, now: datetime) -> tuple[Trade, str | None]:
    """Undo whatever happened: the trade, and the action taken (`close`, `refund` or none)."""
    if trade.status is Status.WAIT_BUYER_PAY:
        return close(trade, now), "close"
    if trade.status is Status.TRADE_CLOSED:
        return trade, None
    if trade.status is Status.TRADE_FINISHED:
        raise Refused("ACQ.TRADE_HAS_FINISHED")
    if trade.paid_at is not None and now > trade.paid_at + CANCEL_WINDOW:
        raise Refused("ACQ.TRADE_CANCEL_TIME_OUT")
    rest = trade.order.total_fen - trade.refunded_fen
    return refund(trade, Refund(f"cancel-{trade.trade_no}", rest, "交易撤销", now)), "refund"


def _after(trade: Trade, trigger: Trigger) -> Status:
    return TRANSITIONS[trade.status][trigger]
