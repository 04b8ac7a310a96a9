"""What a matching is asked, and what it answers. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from payment.reconciliation.differences import Difference
from payment.reconciliation.entries import Movement, Side


@dataclass(frozen=True, slots=True)
class Question:
    """Which day of which payment method is matched, and what is known beside its books."""

    day: date
    method: str
    three_ways: bool = True  # False: finance gives no statement, and is taken to agree
    next_bill_known: bool = False  # the next day's bill is among the near entries
    bill_before_known: bool = True  # and the bill of the day before


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the channel's lines, each counted once however often its bill repeats it."""

    payments: int = 0
    refunds: int = 0
    gross_fen: int = 0
    refunded_fen: int = 0  # a refund that failed at the channel moved no money
    fees_e5: int = 0  # in 10⁻⁵ yuan
    balanced: int = 0  # numbers on which all sides agree (M0)

    @property
    def net_fen(self) -> int:
        """Before the channel's fees."""
        return self.gross_fen - self.refunded_fen

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.payments + other.payments,
            self.refunds + other.refunds,
            self.gross_fen + other.gross_fen,
            self.refunded_fen + other.refunded_fen,
            self.fees_e5 + other.fees_e5,
            self.balanced + other.balanced,
        )


@dataclass(frozen=True, slots=True)
class Repeated:
    """A line that one side has more than once, word for word: it was counted once."""

    side: Side
    movement: Movement
    number: str  # the order's, or the refund's
    times: int
    fen: int  # of one of them
    transaction: str


@dataclass(frozen=True)
class Matched:
    """A matching's answer; it holds while the spool's folder is there."""

    by_unit: Mapping[str, Sums]  # unit code → its sums; "": nobody knows the unit
    idle: int  # numbers of ours for which nobody has money: open and closed orders
    differences: Callable[[], Iterator[Difference]]  # streamed, in no promised order
    repeated: Callable[[], Iterator[Repeated]]

    @property
    def sums(self) -> Sums:
        return sum(self.by_unit.values(), Sums())
