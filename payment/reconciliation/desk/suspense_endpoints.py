"""The suspense account over HTTP: what lies there, and correction entries."""

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Role
from channel_gateway.service import Call, Parameter, Route, Who
from payment.reconciliation.desk.asked import next_page, page_after
from payment.reconciliation.desk.desk import PAGE, ReconciliationDesk
from payment.reconciliation.desk.may import CLERK, REVIEWER
from payment.reconciliation.desk.messages import (
    CorrectionRequest,
    SuspenseEntryView,
    SuspenseItemView,
    SuspenseView,
)
from payment.reconciliation.suspense.item import SuspenseEntry, SuspenseItem

_READERS = frozenset({Role.FINANCE_CLERK, Role.FINANCE_REVIEWER, Role.AUDITOR})
_SUSPENSE = "/staff/reconciliation/suspense"


class SuspenseEndpoints:
    def __init__(self, desk: ReconciliationDesk) -> None:
        self._desk = desk

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                _SUSPENSE,
                self.list,
                "List what lies in the suspense account of a payment method, and its balance",
                answer=SuspenseView,
                who=Who.STAFF,
                roles=_READERS,
                query=(Parameter("method", required=True), "after"),
                errors=("not_found",),
            ),
            Route(
                "GET",
                f"{_SUSPENSE}/{{item_id}}",
                self.get,
                "See a sum of the suspense account with all its entries",
                answer=SuspenseItemView,
                who=Who.STAFF,
                roles=_READERS,
                errors=("not_found",),
            ),
            Route(
                "POST",
                f"{_SUSPENSE}/{{item_id}}/entries",
                self.correct,
                "Enter a correction: identified, given back, handed over, or reversed",
                body=CorrectionRequest,
                answer=SuspenseItemView,
                status=201,
                who=Who.STAFF,
                roles=CLERK,
                idempotent=True,
                errors=("not_found", "suspense_overdrawn", "not_reversible"),
            ),
            Route(
                "POST",
                f"{_SUSPENSE}/{{item_id}}/entries/{{number}}/approve",
                self.approve,
                "Approve, as another person, that money goes out; again asks the other side again",
                answer=SuspenseItemView,
                status=202,
                who=Who.STAFF,
                roles=REVIEWER,
                errors=("not_found", "own_work", "nothing_to_approve", "not_for_suspense"),
            ),
        ]

    async def list(self, call: Call) -> SuspenseView:
        (method,) = self._desk.chosen(call.query["method"])
        found = await self._desk.suspense.listed(method, limit=PAGE, after=page_after(call))
        last = found[-1].id if len(found) == PAGE else None
        return SuspenseView(
            method=method,
            balance_fen=await self._desk.suspense.balance_fen(method),
            items=[self._view(item) for item in found],
            next=next_page(last, last) if last else None,
        )

    async def get(self, call: Call) -> SuspenseItemView:
        return self._view(await self._desk.suspense.get(call.path["item_id"]))

    async def correct(self, call: Call) -> SuspenseItemView:
        body: CorrectionRequest = call.body
        item = await self._desk.correct(
            call.path["item_id"],
            body.kind,
            call.staff,
            body.reason,
            amount_fen=body.amount_fen,
            pay_code=body.pay_code,
            reverses=body.reverses,
        )
        return self._view(item)

    async def approve(self, call: Call) -> SuspenseItemView:
        number = call.path["number"]
        if not (number.isascii() and number.isdecimal()):
            raise Invalid("the number of an entry", field="path.number")
        item = await self._desk.approve(call.path["item_id"], int(number), call.staff)
        return self._view(item)

    def _view(self, item: SuspenseItem) -> SuspenseItemView:
        return SuspenseItemView(
            id=item.id,
            method=item.method,
            about=item.about,
            order_id=item.order_id,
            transaction=item.transaction,
            balance_fen=item.balance_fen,
            free_fen=item.free_fen,
            entries=[self._entry(item, each) for each in item.entries],
        )

    def _entry(self, item: SuspenseItem, entry: SuspenseEntry) -> SuspenseEntryView:
        approval, trouble = item.approval(entry.number), item.trouble(entry.number)
        return SuspenseEntryView(
            number=entry.number,
            kind=entry.kind,
            change_fen=entry.change_fen,
            at=entry.at,
            by=entry.by,
            reason=self._desk.suspense.reason(entry),
            pay_code=entry.pay_code,
            reverses=entry.reverses or None,
            state=item.standing(entry),
            approved_by=approval.by if approval else "",
            trouble=trouble.words if trouble else "",
        )
