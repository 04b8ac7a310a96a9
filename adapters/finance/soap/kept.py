"""The notices the platform pulls from us: we are their keeper until the platform has them paid."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import NotFound, Refused
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, NoticeDraft
from channel_gateway.domain.state_machine import Transitions, advance
from channel_gateway.domain.tasks import Task, WithTasks, with_tasks
from channel_gateway.ports import (
    Collection,
    DuplicateKey,
    Index,
    MissingDocument,
    Range,
    Sealing,
    Store,
)
from channel_gateway.records import swapped
from channel_gateway.service import TASKS

KEPT = Collection(
    "finance_soap_notices",
    (
        Index(("number",), unique=True),
        Index(("person", "issued_at")),
        Index(("pulled_on",)),
        *TASKS,
    ),
)
ASK = "ask"
MOST_OF_A_PERSON = 50
_SEALED = "finance_soap_notices.payer"


class State(StrEnum):
    UNPAID = "unpaid"
    SHORT = "short"  # paid on the platform with less than it comes to: a person settles it
    PAID = "paid"
    VOIDED = "voided"


class Trigger(StrEnum):
    PAY = "pay"
    FALL_SHORT = "fall_short"
    VOID = "void"


TRANSITIONS: Transitions[State, Trigger] = {
    State.UNPAID: {
        Trigger.PAY: State.PAID,
        Trigger.FALL_SHORT: State.SHORT,
        Trigger.VOID: State.VOIDED,
    },
    State.SHORT: {
        Trigger.PAY: State.PAID,  # put right on the platform
        Trigger.FALL_SHORT: State.SHORT,
    },
    State.PAID: {Trigger.PAY: State.PAID, Trigger.FALL_SHORT: State.PAID},
    # The platform may have pulled it before: its word on money is what counts.
    State.VOIDED: {
        Trigger.VOID: State.VOIDED,
        Trigger.PAY: State.PAID,
        Trigger.FALL_SHORT: State.SHORT,
    },
}


@dataclass(frozen=True, slots=True)
class Paid:
    """What the platform said of the payment (GetPay_Info, GetSearchPay_Info)."""

    transaction: str  # TRADENO
    amount_fen: Fen  # PAYMONEY
    paid_at: datetime
    receipt_number: str = ""  # CERTIFICATENO


@dataclass(frozen=True, slots=True)
class Kept(WithTasks):
    id: str  # NOTICENO: CHANNELNO and ORIGINALNOTICENO
    number: str  # under which it was asked for
    unit_code: str
    unit_name: str
    payer_name: str  # sealed
    id_number: str  # sealed
    person: str  # blind index of the identity number
    check_code: str  # sealed
    items: tuple[FeeItem, ...]
    due_on: date
    issued_at: datetime
    state: State = State.UNPAID
    paid: Paid | None = None
    pulled_on: str | None = None  # the last day the platform did so, till it is asked what followed

    @property
    def total_fen(self) -> Fen:
        return Fen(sum(item.amount_fen for item in self.items))


def notice_no(channel_no: str, number: str) -> str:
    """The same number always has the same 16 characters behind the channel's nine."""
    return f"{channel_no}G{int(sha256(number.encode()).hexdigest(), 16) % 10**15:015d}"


def paid_as(kept: Kept, paid: Paid) -> Kept:
    """The platform has its money; saying it again changes nothing."""
    if kept.state is State.PAID:
        return kept
    trigger = Trigger.FALL_SHORT if paid.amount_fen < kept.total_fen else Trigger.PAY
    return replace(kept, state=advance(TRANSITIONS, kept.state, trigger), paid=paid)


def voided(kept: Kept) -> Kept:
    return replace(kept, state=advance(TRANSITIONS, kept.state, Trigger.VOID))


def to_be_asked(kept: Kept, now: datetime) -> Kept:
    """The platform says it is paid, unsigned: it is asked before that is believed."""
    if kept.state is State.PAID:
        return kept
    return with_tasks(kept, Task(ASK, ASK, due=milliseconds(now)))


def looked_after(kept: Kept, day: date) -> Kept:
    """Asked what followed that the platform pulled it; unless it did so later once more."""
    if kept.pulled_on is None or kept.pulled_on > day.isoformat():
        return kept
    return replace(kept, pulled_on=None)


class KeptNotices:
    def __init__(self, store: Store, vault: Sealing) -> None:
        self._store = store
        self._vault = vault

    async def keep(
        self, id: str, number: str, draft: NoticeDraft, check_code: str, now: datetime
    ) -> Kept:
        """Once for a number. Raises `Refused` when it was used for another draft."""
        wanted = Kept(
            id=id,
            number=number,
            unit_code=draft.unit_code,
            unit_name=draft.unit_name,
            payer_name=self._vault.seal(draft.payer_name.reveal(), _SEALED),
            id_number=self._vault.seal(draft.id_number.reveal(), _SEALED),
            person=self._person(draft.id_number.reveal()),
            check_code=self._vault.seal(check_code, _SEALED),
            items=draft.items,
            due_on=draft.due_on,
            issued_at=now,
        )
        try:
            document = await self._store.insert(KEPT.name, to_document(wanted))
            return from_document(Kept, document)
        except DuplicateKey:
            known = await self.get(id)
        same = (known.number, known.unit_code, known.items, known.due_on, known.person)
        if same != (number, wanted.unit_code, wanted.items, wanted.due_on, wanted.person):
            raise Refused("this number was used for another notice", field="number")
        return known

    async def get(self, id: str) -> Kept:
        """Raises `NotFound`."""
        document = await self._store.get(KEPT.name, id)
        if document is None:
            raise NotFound("there is no such notice", field="pay_code")
        return from_document(Kept, document)

    async def of_person(self, id_number: str) -> list[Kept]:
        """The newest, whatever became of them."""
        found = await self._store.find(
            KEPT.name,
            equal={"person": self._person(id_number)},
            order="issued_at",
            descending=True,
            limit=MOST_OF_A_PERSON,
        )
        return [from_document(Kept, document) for document in found]

    async def pulled(self, kept: Kept, on: date) -> None:
        """The platform has it before somebody, who may pay it."""
        day = on.isoformat()
        if kept.pulled_on != day:
            await self._swap(kept.id, lambda known: replace(known, pulled_on=day))

    async def pulled_until(self, day: date, *, most: int) -> list[Kept]:
        """Of which nobody has asked what followed."""
        after = (day + timedelta(days=1)).isoformat()
        found = await self._store.find(
            KEPT.name, range=Range("pulled_on", high=after), order="pulled_on", limit=most
        )
        return [from_document(Kept, document) for document in found]

    async def look_after(self, id: str, day: date) -> Kept:
        return await self._swap(id, lambda kept: looked_after(kept, day))

    async def pay(self, id: str, paid: Paid) -> Kept:
        return await self._swap(id, lambda kept: paid_as(kept, paid))

    async def void(self, id: str) -> Kept:
        return await self._swap(id, voided)

    async def ask_about(self, id: str, now: datetime) -> Kept:
        return await self._swap(id, lambda kept: to_be_asked(kept, now))

    def opened(self, sealed: str) -> str:
        return self._vault.open(sealed, _SEALED)

    async def _swap(self, id: str, change: Callable[[Kept], Kept]) -> Kept:
        try:
            _, after = await swapped(self._store, KEPT, id, Kept, change)
        except MissingDocument:
            raise NotFound("there is no such notice", field="pay_code") from None
        return after

    def _person(self, id_number: str) -> str:
        return self._vault.blind_index(id_number.strip().upper(), _SEALED)
