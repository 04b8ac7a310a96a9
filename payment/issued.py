"""The notices we had finance issue: for whom, until when they may be paid. One document each."""

from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Conflict, NotFound
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import IssuedNotice
from channel_gateway.ports import (
    Collection,
    Document,
    DuplicateKey,
    FeeMatter,
    Index,
    MissingDocument,
    Sealing,
    Store,
)
from channel_gateway.records import every

ISSUED = Collection(
    "issued_notices",
    (Index(("appointment_id", "issued_at")), Index(("case_no", "issued_at"))),
)
OF_DEPARTMENTS = "N"  # how the numbers of those begin that a department had issued
_PLACE = "issued_notices.check_code"


class HoldOver(Conflict):
    """The place this fee is for is not held long enough to pay it: book anew."""

    code = "hold_over"
    zh = "号源保留时间已到，来不及缴费。如仍需办理，请重新预约。"


@dataclass(frozen=True, slots=True)
class Issued:
    id: str  # pay_code
    number: str  # under which finance was asked for it
    check_code: str  # sealed
    total_fen: Fen
    issued_at: datetime
    matter: FeeMatter
    ended_at: datetime | None = None  # nobody orders it any more
    appointment_id: str | None = None  # the matter's, where an index finds them
    case_no: str | None = None

    @property
    def by_department(self) -> bool:
        """Whether a department had it issued, not an appointment."""
        return self.number.startswith(OF_DEPARTMENTS)


def pay_before(issued: Issued | None, soonest: datetime) -> datetime | None:
    """No order outlives this moment; None: there is none. Raises `HoldOver` if it is too near."""
    if issued is None:
        return None
    last = issued.matter.pay_before
    if issued.ended_at is not None or (last is not None and last < soonest):
        raise HoldOver(field="pay_code")
    return last


class IssuedNotices:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def keep(
        self, number: str, made: IssuedNotice, matter: FeeMatter, now: datetime
    ) -> Issued:
        """Keep a notice of ours; the same again changes nothing."""
        issued = Issued(
            id=made.notice.pay_code,
            number=number,
            check_code=self._vault.seal(made.check_code, _PLACE),
            total_fen=made.notice.total_fen,
            issued_at=now,
            matter=matter,
            appointment_id=matter.appointment_id,
            case_no=matter.case_no,
        )
        try:
            await self._store.insert(ISSUED.name, to_document(issued))
        except DuplicateKey:
            return await self.of(issued.id) or issued
        return issued

    async def of(self, pay_code: str) -> Issued | None:
        """None: this notice is somebody else's."""
        document = await self._store.get(ISSUED.name, pay_code)
        return from_document(Issued, document) if document else None

    async def for_what(
        self, *, appointment_id: str | None, case_no: str | None
    ) -> AsyncIterator[Issued]:
        """Every notice of an appointment, and of a case; the newest first of each."""
        for field, number in (("appointment_id", appointment_id), ("case_no", case_no)):
            if number is not None:
                async for issued in every(
                    self._store,
                    ISSUED,
                    Issued,
                    equal={field: number},
                    order="issued_at",
                    descending=True,
                ):
                    yield issued

    def check_code(self, issued: Issued) -> str:
        return self.opened(issued.check_code)

    def sealed(self, check_code: str) -> str:
        """Of a notice that somebody else had issued."""
        return self._vault.seal(check_code, _PLACE)

    def opened(self, sealed: str) -> str:
        return self._vault.open(sealed, _PLACE)

    async def end(self, pay_code: str, now: datetime) -> None:
        """From now on nobody orders it. Again changes nothing. Raises `NotFound`."""
        try:
            await self._change(
                pay_code, lambda known: replace(known, ended_at=known.ended_at or now)
            )
        except MissingDocument:
            raise NotFound("we had no such notice issued", field="pay_code") from None

    async def forget(self, pay_code: str) -> None:
        """For whom it was; a notice of somebody else's is none of ours."""
        with suppress(MissingDocument):
            await self._change(pay_code, lambda known: known)

    async def _change(self, pay_code: str, change: Callable[[Issued], Issued]) -> None:
        """Whoever ends or forgets it needs its citizen no longer."""

        def swap(document: Document) -> Document | None:
            before = from_document(Issued, document)
            made = change(replace(before, matter=replace(before.matter, citizen=None)))
            return None if made == before else to_document(made)

        await self._store.mutate(ISSUED.name, pay_code, swap)
