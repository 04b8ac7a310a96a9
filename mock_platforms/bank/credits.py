"""What the platforms pay in: the takings of a day in one sum a merchant, on the day after. Pure.

Source: WeChat's and Alipay's settlement of T+1; a city's 汇缴账户 has the money by eleven.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from mock_platforms.faults import CALL, Fault, FaultKind

BEIJING = timezone(timedelta(hours=8))
LIST = "credits.list"
_BY = time(11)
_CREDITS = frozenset({LIST})

FAULTS = (
    FaultKind(
        "credit_withheld",
        "The platform keeps back a part of a merchant's takings.",
        CALL,
        _CREDITS,
        parameters={"amount_fen": 100},
    ),
    FaultKind("credit_missing", "A merchant's takings never come.", CALL, _CREDITS),
    FaultKind("credit_twice", "A merchant's takings come twice.", CALL, _CREDITS),
    FaultKind("credit_late", "A merchant's takings come a day late.", CALL, _CREDITS),
)

Strike = Callable[[str, str], Fault | None]  # a kind of fault, and the merchant it may befall


@dataclass(frozen=True)
class Credit:
    reference: str
    payer: str  # the platform
    merchant: str
    amount_fen: int
    booked_at: datetime

    def as_json(self) -> dict[str, str | int]:
        return {
            "reference": self.reference,
            "payer": self.payer,
            "merchant": self.merchant,
            "amount_fen": self.amount_fen,
            "booked_at": self.booked_at.astimezone(BEIJING).isoformat(timespec="seconds"),
        }


def due_at(day: date) -> datetime:
    """When a day's takings are on the account."""
    return datetime.combine(day + timedelta(days=1), _BY, BEIJING).astimezone(UTC)


def credits_of(day: date, takings: Mapping[str, Mapping[str, int]], strike: Strike) -> list[Credit]:
    """By platform and merchant; a day on which more went back than came in brings nothing."""
    booked = [
        Credit("", payer, merchant, fen, due_at(day))
        for payer, of_merchants in takings.items()
        for merchant, fen in of_merchants.items()
        if fen > 0
    ]
    arrived = [credit for each in booked for credit in _arrived(each, strike)]
    return [
        replace(credit, reference=f"CR{day:%Y%m%d}{number:06d}")
        for number, credit in enumerate(arrived, 1)
    ]


def _arrived(credit: Credit, strike: Strike) -> Iterator[Credit]:
    if strike("credit_missing", credit.merchant):
        return
    if fault := strike("credit_withheld", credit.merchant):
        credit = replace(credit, amount_fen=credit.amount_fen - fault.parameters["amount_fen"])
    if strike("credit_late", credit.merchant):
        credit = replace(credit, booked_at=credit.booked_at + timedelta(days=1))
    yield credit
    if strike("credit_twice", credit.merchant):
        yield credit
