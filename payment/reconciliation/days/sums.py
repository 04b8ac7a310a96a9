"""What a day's money was for: by unit and item, from our journal; and what is in transit. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from operator import sub

from payment.lines import OrderLine


@dataclass(frozen=True, slots=True)
class Totals:
    """What one side has on its books for the day."""

    payments: int = 0
    gross_fen: int = 0
    refunds: int = 0
    refunded_fen: int = 0
    fees_e5: int = 0  # of the channel alone, in 10⁻⁵ yuan

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.refunded_fen

    def __sub__(self, gone: "Totals") -> "Totals":
        return Totals(*map(sub, astuple(self), astuple(gone)))


NO_TOTALS = Totals()


@dataclass(frozen=True, slots=True)
class Row:
    """A unit's item."""

    unit_code: str
    item_code: str  # empty: of what, is not known
    item_name: str
    payments: int = 0
    gross_fen: int = 0
    refunds: int = 0
    refunded_fen: int = 0
    late_fee_fen: int = 0  # of the gross: what being late added

    @property
    def net_fen(self) -> int:
        return self.gross_fen - self.refunded_fen

    def __add__(self, more: "Row") -> "Row":
        """The same item with more of its movements; written out: asked a million times."""
        return Row(
            self.unit_code,
            self.item_code,
            self.item_name,
            self.payments + more.payments,
            self.gross_fen + more.gross_fen,
            self.refunds + more.refunds,
            self.refunded_fen + more.refunded_fen,
            self.late_fee_fen + more.late_fee_fen,
        )

    def __sub__(self, gone: "Row") -> "Row":
        """The same item without some of its movements."""
        left = map(sub, astuple(self)[_NAMES:], astuple(gone)[_NAMES:])
        return Row(self.unit_code, self.item_code, self.item_name, *left)


_NAMES = 3  # of a row's fields; the others are sums


@dataclass(frozen=True, slots=True)
class InTransit:
    """A unit's money the channel has taken and finance has not booked (在途)."""

    unit_code: str
    opening_fen: int  # the closing of the day before
    received_fen: int  # today, what went back deducted
    booked_fen: int  # by finance today, red receipts deducted
    late_fen: int = 0  # of days that were signed before we knew of it, what went back deducted

    @property
    def closing_fen(self) -> int:
        return self.opening_fen + self.late_fen + self.received_fen - self.booked_fen


@dataclass
class Counting:
    """Adds up while a day's entries pass by; what it is given it does not keep."""

    gateway: Totals = NO_TOTALS
    finance: Totals = NO_TOTALS
    transferred_fen: int = 0  # of our refunds, what finance paid: no channel moved it
    rows: dict[tuple[str, str, str], Row] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    booked: dict[str, int] = field(default_factory=dict)
    given_back_fen: int = 0  # out of the suspense account, through the channel: of no order
    identified_fen: int = 0  # out of it as well: finance has it, and no channel moves it today

    def paid(self, unit_code: str, amount_fen: int, lines: Iterable[OrderLine]) -> None:
        self.gateway = with_payment(self.gateway, amount_fen)
        _add(self.received, unit_code, amount_fen)
        for line in lines:
            fen = line.amount_fen
            row = Row(unit_code, line.code, line.name, 1, fen, late_fee_fen=fen if line.late else 0)
            self._keep(row)

    def went_back(self, unit_code: str, amount_fen: int, lines: tuple[OrderLine, ...]) -> None:
        """A part given back is spread over the lines by their amounts, to the fen."""
        self.gateway = with_refund(self.gateway, amount_fen)
        _add(self.received, unit_code, -amount_fen)
        for line, share in zip(lines, spread(amount_fen, lines), strict=True):
            self._keep(Row(unit_code, line.code, line.name, refunds=1, refunded_fen=share))

    def booked_by_finance(
        self, unit_code: str, amount_fen: int, *, refund: bool, ours: bool = True, lines: int = 1
    ) -> None:
        """What finance booked without us was never in transit here."""
        if refund:
            self.finance = with_refund(self.finance, amount_fen, refunds=lines)
        else:
            self.finance = with_payment(self.finance, amount_fen, payments=lines)
        if ours:
            _add(self.booked, unit_code, -amount_fen if refund else amount_fen)

    def less(self, gone: "Counting") -> "Counting":
        """What is left without some of it; neither of them changes."""
        rows = self.rows | {key: self.rows[key] - row for key, row in gone.rows.items()}
        return Counting(
            self.gateway - gone.gateway,
            self.finance - gone.finance,
            self.transferred_fen - gone.transferred_fen,
            {key: row for key, row in rows.items() if row.payments or row.refunds},
            {unit: fen - gone.received.get(unit, 0) for unit, fen in self.received.items()},
            {unit: fen - gone.booked.get(unit, 0) for unit, fen in self.booked.items()},
            self.given_back_fen - gone.given_back_fen,
            self.identified_fen - gone.identified_fen,
        )

    def sorted_rows(self) -> tuple[Row, ...]:
        return tuple(row for _, row in sorted(self.rows.items()))

    def in_transit(
        self, opening: Mapping[str, int], late: Mapping[str, int]
    ) -> tuple[InTransit, ...]:
        """Of every unit that has any; `opening` is what the day before was closed with."""
        sides = (opening, self.received, self.booked, late)
        units = sorted({unit for side in sides for unit, fen in side.items() if fen})
        return tuple(InTransit(unit, *(side.get(unit, 0) for side in sides)) for unit in units)

    def _keep(self, row: Row) -> None:
        key = row.unit_code, row.item_code, row.item_name
        before = self.rows.get(key)
        self.rows[key] = before + row if before else row


def with_payment(totals: Totals, amount_fen: int, *, payments: int = 1) -> Totals:
    of = totals
    paid = of.payments + payments, of.gross_fen + amount_fen
    return Totals(*paid, of.refunds, of.refunded_fen, of.fees_e5)


def with_refund(totals: Totals, amount_fen: int, *, refunds: int = 1) -> Totals:
    of = totals
    back = of.refunds + refunds, of.refunded_fen + amount_fen
    return Totals(of.payments, of.gross_fen, *back, of.fees_e5)


def spread(amount_fen: int, lines: tuple[OrderLine, ...]) -> list[int]:
    """Shares of an amount by the lines' own, in whole fen; together they are the amount."""
    whole = sum(line.amount_fen for line in lines)
    shares: list[int] = []
    passed = given = 0
    for line in lines:
        passed += line.amount_fen
        until_here = amount_fen * passed // whole if whole else 0
        shares.append(until_here - given)
        given = until_here
    return shares


def _add(sums: dict[str, int], unit_code: str, amount_fen: int) -> None:
    sums[unit_code] = sums.get(unit_code, 0) + amount_fen
