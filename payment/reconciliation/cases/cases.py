"""Cases in the store, their texts sealed. The only writer of `reconciliation_cases`."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import Conflict, Invalid, NotFound
from channel_gateway.ports import (
    Clock,
    Collection,
    Cursor,
    DuplicateKey,
    Index,
    Member,
    MissingDocument,
    Range,
    Role,
    Sealing,
    Store,
    Workdays,
)
from channel_gateway.records import every, swapped
from payment.reconciliation.cases.case import (
    NEEDS_REASON,
    Attachment,
    CaseEvent,
    CaseTrigger,
    DifferenceCaseState,
    ReasonNeeded,
    ReconciliationCase,
    attached,
    returned,
    stepped,
    vanished,
)
from payment.reconciliation.found.finding import Finding
from payment.reconciliation.kinds import HANDLING, due_on

CASES = Collection(
    "reconciliation_cases",
    (
        Index(("page",)),
        Index(("state", "due_on")),
        Index(("state", "owner", "due_on")),
        Index(("live",)),
    ),
)
FILES = Collection("reconciliation_case_files", (Index(("case_id",)),))

LARGEST_FILE = 40 * 1024  # as base64 it still fits the body of a call
MEDIA_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain", "text/csv"})
_TEXT, _FILE = "reconciliation_cases.text", "reconciliation_cases.file"
GONE = "重新对账后各方一致，该差异已不存在"


class StillInSuspense(Conflict):
    """Money of this case lies in the suspense account: take it out by a correction entry first."""

    code = "still_in_suspense"
    zh = "该笔款项仍在待处理款项中，请先办理转出。"


class Cases:
    def __init__(self, store: Store, vault: Sealing, clock: Clock, calendar: Workdays) -> None:
        self._store = store
        self._vault = vault
        self._clock = clock
        self._calendar = calendar

    async def get(self, id: str, member: Member | None = None) -> ReconciliationCase:
        """One case, its texts opened; a unit clerk finds those of their units alone."""
        return self._opened(await self._sealed(id, member))

    async def of(self, finding_id: str) -> ReconciliationCase | None:
        document = await self._store.get(CASES.name, finding_id)
        return from_document(ReconciliationCase, document) if document else None

    def of_page(self, page: str) -> AsyncIterator[ReconciliationCase]:
        """Every case on a day's report, texts still sealed."""
        return every(self._store, CASES, ReconciliationCase, equal={"page": page})

    async def any_waits(self, page: str) -> bool:
        """Whether a case on a day's report may still settle by itself."""
        async for case in self.of_page(page):
            if case.may_settle_itself:
                return True
        return False

    async def open(self, finding: Finding) -> ReconciliationCase:
        """A case for what does not heal; one that had vanished is open again."""
        known = await self.of(finding.id)
        if known is None:
            due = due_on(finding.kind, finding.about, self._calendar)
            case = ReconciliationCase(
                id=finding.id,
                about=finding.about,
                entered_on=finding.entered_on,
                page=finding.page,
                method=finding.method,
                kind=finding.kind,
                owner=HANDLING[finding.kind].owner,
                unit_code=finding.unit_code,
                amount_fen=finding.amount_fen,
                due_on=due,
                opened_at=self._clock.now(),
                live=due.isoformat(),
                sides=finding.sides,
            )
            try:
                await self._store.insert(CASES.name, to_document(case))
            except DuplicateKey:
                pass
            else:
                return case
        sides, amount_fen, now = finding.sides, finding.amount_fen, self._clock.now()
        return await self._change(finding.id, lambda c: returned(c, sides, amount_fen, now))

    async def vanish(self, finding_id: str, words: str = GONE) -> None:
        """Whatever the difference was, it is not there any more: its case settles by itself."""
        if await self.of(finding_id) is not None:
            sealed = self._vault.seal(words, _TEXT)
            now = self._clock.now()
            await self._change(finding_id, lambda case: vanished(case, sealed, now))

    async def step(
        self, id: str, trigger: CaseTrigger, member: Member, text: str = ""
    ) -> ReconciliationCase:
        """Take, note, carry, settle. Raises `ReasonNeeded`, `StillInSuspense`, `NotNow`."""
        before = await self._sealed(id, member)
        if trigger in NEEDS_REASON and not text.strip():
            raise ReasonNeeded(field="reason")
        if trigger is CaseTrigger.SETTLE and before.state is DifferenceCaseState.SUSPENSE:
            raise StillInSuspense
        return await self.move(id, trigger, member.name, text)

    async def move(
        self, id: str, trigger: CaseTrigger, by: str, text: str = ""
    ) -> ReconciliationCase:
        """The step itself, whoever checked that it may be made."""
        sealed = self._vault.seal(text.strip(), _TEXT) if text.strip() else ""
        now = self._clock.now()
        return self._opened(
            await self._change(id, lambda case: stepped(case, trigger, by, now, sealed))
        )

    async def attach(
        self, id: str, member: Member, *, name: str, media_type: str, content: bytes
    ) -> ReconciliationCase:
        """Keep a file with a case, sealed. Raises `Invalid`, `CaseFull`."""
        await self._sealed(id, member)
        if media_type not in MEDIA_TYPES:
            raise Invalid("a kind of file that is not kept here", field="media_type")
        if not 0 < len(content) <= LARGEST_FILE:
            raise Invalid(f"a file of 1 to {LARGEST_FILE} bytes is wanted", field="content")
        digest = sha256(content).hexdigest()
        file_id = f"{id}.{digest[:16]}"
        sealed_name = self._vault.seal(name, _TEXT)
        kept = Attachment(
            file_id, sealed_name, media_type, len(content), digest, member.name, self._clock.now()
        )
        changed = await self._change(id, lambda case: attached(case, kept))
        sealed = self._vault.seal(content.decode("latin-1"), _FILE)
        document = {"_id": file_id, "case_id": id, "content": sealed}
        await self._store.insert_many(FILES.name, [document])
        return self._opened(changed)

    async def content(self, id: str, file_id: str, member: Member) -> tuple[Attachment, bytes]:
        """An attachment with its bytes. Raises `NotFound`."""
        case = await self.get(id, member)
        document = await self._store.get(FILES.name, file_id)
        found = next((each for each in case.attachments if each.id == file_id), None)
        if found is None or document is None:
            raise NotFound("there is no such attachment", field="file_id")
        return found, self._vault.open(document["content"], _FILE).encode("latin-1")

    async def listed(
        self,
        member: Member,
        *,
        state: DifferenceCaseState | None = None,
        owner: Role | None = None,
        overdue_on: date | None = None,
        limit: int,
        after: Cursor | None = None,
    ) -> list[ReconciliationCase]:
        """One page by deadline, the soonest first; without a state, whatever is not settled."""
        found: list[ReconciliationCase] = []
        while len(found) < limit:
            page = await self._page(state, owner, overdue_on, limit=limit, after=after)
            found += [
                case
                for case in page
                if sees(member, case)
                and owner in (None, case.owner)
                and (overdue_on is None or case.is_overdue(overdue_on))
            ]
            if len(page) < limit:
                break
            after = Cursor(page[-1].due_on.isoformat(), page[-1].id)
        return found[:limit]

    async def _page(
        self,
        state: DifferenceCaseState | None,
        owner: Role | None,
        overdue_on: date | None,
        *,
        limit: int,
        after: Cursor | None,
    ) -> list[ReconciliationCase]:
        """By deadline: of a state, settled ones included, or whatever is not settled."""
        equal: dict[str, str | int | bool] = {}
        order, span = "live", None
        if state is not None:
            order, equal = "due_on", {"state": state.value}
            if owner is not None:
                equal["owner"] = owner.value
        elif overdue_on is not None:
            span = Range("live", high=overdue_on.isoformat())
        documents = await self._store.find(
            CASES.name, equal=equal, range=span, order=order, limit=limit, after=after
        )
        return [from_document(ReconciliationCase, each) for each in documents]

    async def _sealed(self, id: str, member: Member | None) -> ReconciliationCase:
        case = await self.of(id)
        if case is None or (member is not None and not sees(member, case)):
            raise _no_such_case()
        return case

    async def _change(
        self, id: str, change: Callable[[ReconciliationCase], ReconciliationCase]
    ) -> ReconciliationCase:
        try:
            _, made = await swapped(self._store, CASES, id, ReconciliationCase, change)
        except MissingDocument:
            raise _no_such_case() from None
        return made

    def _opened(self, case: ReconciliationCase) -> ReconciliationCase:
        def text(sealed: str) -> str:
            return self._vault.open(sealed, _TEXT) if sealed else ""

        history = tuple(CaseEvent(e.at, e.by, e.what, text(e.text)) for e in case.history)
        files = tuple(replace(each, name=text(each.name)) for each in case.attachments)
        return replace(case, reason=text(case.reason), history=history, attachments=files)


def sees(member: Member, case: ReconciliationCase | Finding) -> bool:
    """A unit clerk sees the cases and differences of their units; all others see all."""
    others = member.roles - {Role.UNIT_CLERK}
    return bool(others) or case.unit_code in member.units


def _no_such_case() -> NotFound:
    return NotFound("there is no such case", field="case_id")
