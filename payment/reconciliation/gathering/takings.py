"""Payments on an authority's own platform: what it says of a day against what we have. Pure.

No channel of ours and no order of ours is in them: there are two sides, the platform's and ours.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from channel_gateway.ports import StatementLine, Takings
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement

_GONE = "财政平台缴款，平台现已查无此款"
_UNHEARD = "财政平台已收款，网关未收到通知"
_OTHER = "财政平台缴款，平台金额与网关所记不同"


def apart(takings: Iterable[Takings], day: date, method: str) -> list[Difference]:
    """In the order of their numbers; `method`: on whose page of the day they stand."""
    return [
        difference
        for each in takings
        for difference in sorted(_apart(each, day, method), key=lambda found: found.key)
    ]


def _apart(takings: Takings, day: date, method: str) -> Iterator[Difference]:
    theirs, ours = ({line.number: line for line in side} for side in (takings.theirs, takings.ours))
    for number in theirs.keys() | ours.keys():
        there, here = theirs.get(number), ours.get(number)
        if there and here and there.amount_fen == here.amount_fen:
            continue
        kind, detail = _judged(there, here)
        told = there or here
        assert told is not None  # noqa: S101 - one of both has it
        yield Difference(
            kind,
            day,
            method,
            Movement.PAYMENT,
            transaction=told.transaction,
            pay_code=told.pay_code,
            unit_code=told.unit_code,
            gateway_fen=here.amount_fen if here else None,
            finance_fen=there.amount_fen if there else None,
            detail=detail,
        )


def _judged(there: StatementLine | None, here: StatementLine | None) -> tuple[Kind, str]:
    if there is None:
        return Kind.FINANCE_NOT_TOLD, _GONE
    if here is None:
        return Kind.PAID_ELSEWHERE, _UNHEARD
    return Kind.AMOUNT_DIFFERS, _OTHER
