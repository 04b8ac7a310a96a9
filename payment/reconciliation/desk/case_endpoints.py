"""Cases over HTTP: list, see, take, note, attach, carry, settle, put into suspense."""

from base64 import b64encode
from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from channel_gateway.ports import Role
from channel_gateway.service import Call, Parameter, Route, Who
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState, ReconciliationCase
from payment.reconciliation.desk.asked import next_page, page_after
from payment.reconciliation.desk.desk import PAGE, ReconciliationDesk
from payment.reconciliation.desk.may import STEPS, WORKERS
from payment.reconciliation.desk.messages import (
    CaseAttachment,
    CaseAttachmentContent,
    CaseNote,
    CaseReason,
    DifferenceCaseDetail,
    DifferenceCasesView,
)
from payment.reconciliation.desk.views import case_view, whole_case_view

_READERS = frozenset(
    {Role.FINANCE_CLERK, Role.FINANCE_REVIEWER, Role.UNIT_CLERK, Role.OPERATOR, Role.AUDITOR}
)
_CASES = "/staff/reconciliation/cases"
_ONE = f"{_CASES}/{{case_id}}"
_STEP = ("not_found", "not_now")


class CaseEndpoints:
    def __init__(self, desk: ReconciliationDesk) -> None:
        self._desk = desk

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                _CASES,
                self.list,
                "List cases by deadline: of a state, of an owner, or whatever is overdue",
                answer=DifferenceCasesView,
                who=Who.STAFF,
                roles=_READERS,
                query=(
                    Parameter("state", among=DifferenceCaseState),
                    Parameter("owner", among=Role),
                    "overdue",
                    "after",
                ),
            ),
            Route(
                "GET",
                _ONE,
                self.get,
                "See a case: its difference, history, attachments",
                answer=DifferenceCaseDetail,
                who=Who.STAFF,
                roles=_READERS,
                errors=("not_found",),
            ),
            self._row("take", self.take, "Take a case: you work on it", STEPS[CaseTrigger.TAKE]),
            self._row(
                "notes", self.note, "Write a note on a case", STEPS[CaseTrigger.NOTE], CaseNote
            ),
            self._row(
                "attachments", self.attach, "Attach a file to a case", WORKERS, CaseAttachment
            ),
            Route(
                "GET",
                f"{_ONE}/attachments/{{file_id}}",
                self.content,
                "See an attachment",
                answer=CaseAttachmentContent,
                who=Who.STAFF,
                roles=_READERS - {Role.OPERATOR},
                errors=("not_found",),
            ),
            self._row(
                "carry",
                self.carry,
                "Carry a case over: its day may be closed, for this reason",
                STEPS[CaseTrigger.CARRY],
                CaseReason,
            ),
            self._row(
                "settle",
                self.settle,
                "Settle a case, with the reason",
                STEPS[CaseTrigger.SETTLE],
                CaseReason,
            ),
            self._row(
                "suspend",
                self.suspend,
                "Put money nobody knows into the suspense account (待处理款项)",
                STEPS[CaseTrigger.SUSPEND],
                CaseReason,
                "not_for_suspense",
            ),
        ]

    def _row(
        self,
        word: str,
        handler: Callable[[Call], Awaitable[DifferenceCaseDetail]],
        summary: str,
        roles: frozenset[Role],
        body: type[BaseModel] | None = None,
        *errors: str,
    ) -> Route:
        """A step of one case; its answer is the case."""
        return Route(
            "POST",
            f"{_ONE}/{word}",
            handler,
            summary,
            body=body,
            answer=DifferenceCaseDetail,
            who=Who.STAFF,
            roles=roles,
            errors=(*_STEP, *errors),
        )

    async def list(self, call: Call) -> DifferenceCasesView:
        query = call.query
        overdue = query.get("overdue", "") in ("1", "true", "yes")
        found = await self._desk.cases.listed(
            call.staff,
            state=DifferenceCaseState(query["state"]) if "state" in query else None,
            owner=Role(query["owner"]) if "owner" in query else None,
            overdue_on=self._desk.today if overdue else None,
            limit=PAGE,
            after=page_after(call),
        )
        more = len(found) == PAGE
        return DifferenceCasesView(
            cases=[
                case_view(each, self._desk.today, await self._desk.money_of(each)) for each in found
            ],
            next=next_page(found[-1].due_on.isoformat(), found[-1].id) if more else None,
        )

    async def get(self, call: Call) -> DifferenceCaseDetail:
        return await self._view(await self._desk.cases.get(call.path["case_id"], call.staff))

    async def take(self, call: Call) -> DifferenceCaseDetail:
        return await self._stepped(call, CaseTrigger.TAKE)

    async def note(self, call: Call) -> DifferenceCaseDetail:
        body: CaseNote = call.body
        return await self._stepped(call, CaseTrigger.NOTE, body.text)

    async def carry(self, call: Call) -> DifferenceCaseDetail:
        body: CaseReason = call.body
        return await self._stepped(call, CaseTrigger.CARRY, body.reason)

    async def settle(self, call: Call) -> DifferenceCaseDetail:
        body: CaseReason = call.body
        return await self._stepped(call, CaseTrigger.SETTLE, body.reason)

    async def suspend(self, call: Call) -> DifferenceCaseDetail:
        body: CaseReason = call.body
        await self._desk.suspend(call.path["case_id"], call.staff, body.reason)
        return await self.get(call)

    async def attach(self, call: Call) -> DifferenceCaseDetail:
        body: CaseAttachment = call.body
        return await self._view(
            await self._desk.cases.attach(
                call.path["case_id"],
                call.staff,
                name=body.name,
                media_type=body.media_type,
                content=body.content,
            )
        )

    async def content(self, call: Call) -> CaseAttachmentContent:
        file, content = await self._desk.cases.content(
            call.path["case_id"], call.path["file_id"], call.staff
        )
        return CaseAttachmentContent(
            name=file.name, media_type=file.media_type, content=b64encode(content).decode()
        )

    async def _stepped(
        self, call: Call, trigger: CaseTrigger, text: str = ""
    ) -> DifferenceCaseDetail:
        case = await self._desk.step(call.path["case_id"], trigger, call.staff, text)
        return await self._view(case)

    async def _view(self, case: ReconciliationCase) -> DifferenceCaseDetail:
        finding = await self._desk.findings.get(case.id)
        money = await self._desk.money_of(case)
        return whole_case_view(case, finding, self._desk.today, self._desk.calendar, money)
