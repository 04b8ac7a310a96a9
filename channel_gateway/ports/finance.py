"""Who says what is owed, and whether it is paid."""

from datetime import datetime
from typing import Protocol

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, IssuedNotice, Notice, NoticeDraft, Receipt
from channel_gateway.domain.people import IdNumber, PersonName


class NoticeSettledElsewhere(Refused):
    """Finance has this notice as paid by somebody else: this money settles nothing."""

    code = "notice_settled_elsewhere"


class NoticeVoided(Refused):
    """Finance has withdrawn this notice: this money settles nothing."""

    code = "notice_voided"


class NoticePaidAlready(Refused):
    """The notice is paid: it cannot be withdrawn any more."""

    code = "notice_paid_already"


class FinanceAuthority(Protocol):
    """Who says what is owed and whether it is paid. Its record is the truth for «paid».

    All raise `Unavailable` when it is unknown whether finance acted, `Refused` when it said no for
    good (a dead letter at once), `RefusedForNow` when the same call may succeed later.
    """

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        """Raises `NotFound` (wrong code or check code), `Unavailable`."""
        ...

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        """The unpaid notices of a person; both must match finance's record."""
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

    async def confirm(self, confirmation: Confirmation) -> datetime:
        """Tell of money received; the same number again gives the same answer. Returns when booked.

        Raises `NoticeSettledElsewhere`, `NoticeVoided`, `Refused` (other amounts), `Unavailable`.
        """
        ...

    async def receipt(self, number: str) -> Receipt | None:
        """Ask for a confirmed payment's receipt to be issued; None while it is being made."""
        ...

    async def report_refund(
        self, number: str, refund_no: str, amount_fen: Fen, reason: str
    ) -> None:
        """Tell of money given back from a confirmed payment; repeatable by `refund_no`."""
        ...
