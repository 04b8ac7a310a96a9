"""A day's books as the authority gives them out, for its partners to reconcile with. Pure."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from mock_platforms.faults import Fault
from mock_platforms.finance.books import Books
from mock_platforms.finance.late_fees import beijing_day, midnight
from mock_platforms.finance.refusals import Refused

MOST = 1000  # lines of one answer


@dataclass(frozen=True)
class Line:
    number: str  # the confirmation's or the refund's; the authority's own for money from elsewhere
    kind: str  # PAYMENT, ELSEWHERE, REFUND
    pay_code: str
    unit_code: str
    amount_fen: int
    at: datetime
    transaction: str = ""  # of the channel

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}


def lines(books: Books, day: date) -> list[Line]:
    """What was booked on a Beijing day, in the order of booking."""
    return sorted(
        (line for line in _all(books) if beijing_day(line.at) == day),
        key=lambda line: (line.at, line.number),
    )


def _all(books: Books) -> Iterator[Line]:
    for one in books.payments.values():
        paid = one.payment
        unit = books.notice(paid.pay_code).unit_code
        told = (paid.pay_code, unit, paid.amount_fen, one.confirmed_at)
        yield Line(paid.confirmation_no, "PAYMENT", *told, paid.channel_transaction_no)
    for counter in books.elsewhere.values():
        told = (counter.pay_code, counter.unit_code, counter.amount_fen, counter.at)
        yield Line(counter.number, "ELSEWHERE", *told)
    for back in books.refunds.values():
        pay_code = books.payment(back.refund.confirmation_no).payment.pay_code
        unit = books.notice(pay_code).unit_code
        told = (pay_code, unit, back.refund.amount_fen, back.recorded_at)
        yield Line(back.refund.refund_no, "REFUND", *told)


def bent(
    told: Iterable[Line], strikes: Callable[[str, Collection[str]], Fault | None], day: date
) -> Iterator[Line]:
    """The lines as the faults of a statement leave them; only confirmed payments suffer."""
    for line in told:
        numbers = (line.number, line.pay_code, line.transaction)
        if line.kind != "PAYMENT":
            yield line
        elif strikes("statement_left_out", numbers):
            continue
        elif fault := strikes("statement_other_amount", numbers):
            yield replace(line, amount_fen=line.amount_fen + fault.parameters["by_fen"])
        else:
            yield line
    if fault := strikes("statement_extra", (day.isoformat(),)):
        told_of = fault.parameters
        number, pay_code, amount = (told_of[k] for k in ("number", "pay_code", "amount_fen"))
        yield Line(number, "ELSEWHERE", pay_code, "", amount, midnight(day))


def as_json(day: date, told: Iterable[Line], today: date, after: str = "") -> dict[str, Any]:
    """A page: the lines after that number, and the last one's where more are to come."""
    if day >= today:
        raise Refused("DAY_NOT_READY", "the day is not over", field="day")
    lines = list(told)
    numbers = [line.number for line in lines]
    if after and after not in numbers:
        raise Refused("INVALID_REQUEST", "no line of the day has this number", field="after")
    start = numbers.index(after) + 1 if after else 0
    page = lines[start : start + MOST]
    more = {"next": page[-1].number} if start + MOST < len(lines) else {}
    return {"day": day.isoformat(), "lines": [line.as_json() for line in page], **more}
