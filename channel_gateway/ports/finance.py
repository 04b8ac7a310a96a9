"""Who says what is owed, and whether it is paid."""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import (
    Confirmation,
    GivenBack,
    IssuedNotice,
    Notice,
    NoticeDraft,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName


class NoticeSettledElsewhere(Refused):
    """Finance has this notice as paid by somebody else: this money settles nothing."""

    code = "notice_settled_elsewhere"


class NoticeVoided(Refused):
    """Finance has withdrawn this notice: this money settles nothing."""

    code = "notice_voided"


class NoticeWaived(NoticeVoided):
    """An authority has waived what was owed (免): this money settles nothing."""

    code = "notice_waived"


class NoticeAmountDiffers(Refused):
    """Finance wants another amount for this notice: this money settles nothing as it is."""

    code = "notice_amount_differs"

    def __init__(
        self, message: str = "", *, field: str | None = None, expected_fen: Fen | None = None
    ) -> None:
        """`expected_fen`: what finance wants, where it says so."""
        super().__init__(message, field=field)
        self.expected_fen = expected_fen


class NoticePaidAlready(Refused):
    """The notice is paid: it cannot be withdrawn any more."""

    code = "notice_paid_already"


class ToldOtherwise(Refused):
    """Finance tells of a payment in another amount than the one it told before, or than ours."""

    code = "told_otherwise"


@runtime_checkable
class NoticeAuthority(Protocol):
    """Who says what is owed and whether it is paid. Its record is the truth for «paid».

    One that offers no more than this has its notices paid on a platform of its own.
    All raise `Unavailable` when it is unknown whether finance acted, `Refused` when it said no for
    good (a dead letter at once), `RefusedForNow` when the same call may succeed later.
    """

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        """Raises `NotFound` (wrong code or check code), `Unavailable`."""
        ...

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        """Have a notice made; the same number with the same draft again gives the same notice.

        Raises `Refused` (another draft under this number, an item the unit may not charge),
        `Unavailable`.
        """
        ...

    async def void(self, pay_code: str, reason: str) -> None:
        """Withdraw a notice; one that is void already stays so.

        Raises `NoticePaidAlready`, `NotFound`, `Unavailable`.
        """
        ...


@runtime_checkable
class FinanceAuthority(NoticeAuthority, Protocol):
    """An authority for which we collect: it is told of money received and given back."""

    async def confirm(self, confirmation: Confirmation) -> datetime:
        """Tell of money received; the same number again gives the same answer. Returns when booked.

        Raises `NoticeSettledElsewhere`, `NoticeVoided`, `NoticeAmountDiffers`, `Refused`,
        `Unavailable`.
        """
        ...

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        """Ask for a confirmed payment's receipt to be issued; None while it is being made."""
        ...

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        """Tell of money given back; returns the red receipt (红票), None where none is made.

        Repeatable by the refund's number. Raises `RefusedForNow` while it is made.
        """
        ...


@runtime_checkable
class OwedNotices(Protocol):
    """An authority that can be asked by person."""

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        """The unpaid notices of a person; both must match finance's record."""
        ...


@runtime_checkable
class OwnCodes(Protocol):
    """An authority whose 缴款码 all begin alike."""

    @property
    def codes_begin(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PaidNotice:
    """Finance's word that a notice is paid, which it gave without being asked."""

    pay_code: str
    amount_fen: Fen
    paid_at: datetime
    transaction: str  # of whoever took the money; ours, where that was us
    number: str = ""  # of our confirmation, where finance names it
    authority: str = ""  # the plug-in of whoever says so: it may speak of its own notices alone


class PaidNotices(Protocol):
    """Who must hear that a notice is paid. Offered by payment, for adapters finance speaks to."""

    async def paid(self, told: PaidNotice) -> None:
        """Returns when it is kept: acknowledge it then, and not before.

        The same again changes nothing. Raises `ToldOtherwise` (the same in another amount),
        `Refused` (another authority's notice), `Unavailable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement on a day's statement of finance or bank, in fen; refunds are positive too."""

    number: str  # the confirmation's, or the refund's
    amount_fen: Fen
    at: datetime
    refund: bool = False
    elsewhere: bool = False  # paid, but not by a confirmation of ours
    pay_code: str = ""
    unit_code: str = ""
    transaction: str = ""  # of the channel, where it is told


class Statements(Protocol):
    """An authority that gives its day's books out, for reconciling."""

    def statement(self, day: date) -> AsyncIterator[Sequence[StatementLine]]:
        """All it has on its books for a Beijing day, some lines at a time: there may be millions.

        Raises `Unavailable`; `RefusedForNow` while the day is not ready there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Takings:
    """A Beijing day's payments on an authority's own platform, as far as it tells of them."""

    day: date
    theirs: tuple[StatementLine, ...]  # as the platform has them, asked when the day was over
    ours: tuple[StatementLine, ...]  # as we have them, since it told us of them


class PlatformTakings(Protocol):
    """An authority whose notices are paid on a platform of its own, and that can be asked."""

    async def takings(self, day: date) -> Takings:
        """Raises `Unavailable`; `RefusedForNow` while the day lasts, or is still asked about."""
        ...


@dataclass(frozen=True, slots=True)
class Credit:
    """Money a channel paid into finance's account (资金到账)."""

    reference: str  # of the bank
    method: str  # the payment method whose money it is
    merchant: str
    day: date  # whose takings these are
    amount_fen: Fen
    booked_at: datetime


class BankStatements(Protocol):
    """A bank that keeps a collecting account of finance's (汇缴账户)."""

    @property
    def methods(self) -> Collection[str]:
        """The payment methods whose money comes in there: of all others it says nothing."""
        ...

    async def credits(self, day: date) -> tuple[Credit, ...]:
        """What came in for a day's takings, as far as the bank has it. Raises `Unavailable`."""
        ...
