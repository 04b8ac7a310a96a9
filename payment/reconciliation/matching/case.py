"""One number that did not cancel out, with all that every side says of it. Pure."""

from dataclasses import dataclass, field
from typing import NamedTuple

from payment.reconciliation.entries import EntryState, Movement, Side

MOVEMENTS = {"P": Movement.PAYMENT, "R": Movement.REFUND}


class Record(NamedTuple):
    """An entry again, as it came out of the spool."""

    number: str
    letter: str  # of its movement
    fen: int
    state: str
    transaction: str
    moved: int  # fen, as `Line` has it
    fee_e5: int | None
    unit_code: str
    order_id: str
    at: str
    pay_code: str

    @property
    def key(self) -> tuple[str, str]:
        """What it is a case of: a number of payments, or of refunds."""
        return self[:2]

    @property
    def fact(self) -> tuple[str, str, int, str, str]:
        """What the sides must agree on. One that a side has twice is counted once."""
        return self[:5]


def _nobody() -> dict[Side, list[Record]]:
    return {side: [] for side in Side}


@dataclass(frozen=True, slots=True)
class Case:
    """What each side has under a number on the day; `near`: on the days beside it."""

    own: dict[Side, list[Record]] = field(default_factory=_nobody)
    near: dict[Side, list[Record]] = field(default_factory=_nobody)

    def one(self, side: Side) -> Record | None:
        return self.own[side][0] if self.own[side] else None

    def near_one(self, side: Side) -> Record | None:
        return self.near[side][0] if self.near[side] else None

    def either(self, side: Side) -> Record | None:
        """On the day, or else beside it."""
        return self.one(side) or self.near_one(side)

    def amount_fen(self, side: Side) -> int | None:
        """What the side has on its books; what finance wants to have is not there."""
        record = self.either(side)
        return None if record is None or record.state == EntryState.WANTED else record.fen

    def anyone(self) -> Record:
        """Who says most of it: we, then the channel, then finance."""
        said = [
            record
            for sides in (self.own, self.near)
            for side in (Side.GATEWAY, Side.CHANNEL, Side.FINANCE)
            for record in sides[side]
        ]
        return said[0]

    def first(self, name: str) -> str:
        """The first text that any side says of it: a unit, a pay code."""
        said = (
            record for sides in (self.own, self.near) for some in sides.values() for record in some
        )
        return next((text for record in said if (text := getattr(record, name))), "")
