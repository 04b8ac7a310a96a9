"""What the platforms pay in: the takings of a day in one sum a merchant, on the day after. Pure.

Source: WeChat's and Alipay's settlement of T+1; a city's 汇缴账户 has the money by eleven.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
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

Takings = Mapping[str, Mapping[str, int]]  # of a day: platform, merchant, fen
Account = tuple[str, str]  # platform and merchant
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


def owed_by(takings: Iterable[Takings]) -> dict[Account, int]:
    """What days, one after the other, leave to be taken from what comes next: below zero.

    A platform pays nothing on a day on which more went back than came in; it keeps that back later.
    """
    owed: dict[Account, int] = {}
    for of_day in takings:
        for account, fen in _by_account(of_day):
            owed[account] = min(0, owed.get(account, 0) + fen)
    return owed


def credits_of(
    day: date, takings: Takings, owed: Mapping[Account, int], strike: Strike
) -> list[Credit]:
    """By platform and merchant, what earlier days owe deducted."""
    nets = {account: fen + owed.get(account, 0) for account, fen in _by_account(takings)}
    booked = [
        Credit("", payer, merchant, fen, due_at(day))
        for (payer, merchant), fen in nets.items()
        if fen > 0
    ]
    arrived = [credit for each in booked for credit in _arrived(each, strike)]
    return [
        replace(credit, reference=f"CR{day:%Y%m%d}{number:06d}")
        for number, credit in enumerate(arrived, 1)
    ]


def _by_account(takings: Takings) -> Iterator[tuple[Account, int]]:
    for payer, of_merchants in takings.items():
        for merchant, fen in of_merchants.items():
            yield (payer, merchant), fen


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
