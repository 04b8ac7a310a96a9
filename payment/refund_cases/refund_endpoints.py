"""The staff's endpoints of all refunds: the list, and what to do with one that is stuck."""

from collections.abc import Awaitable, Callable

from pydantic import BaseModel

from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.people import BankAccount, PersonName
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor, Role
from channel_gateway.service import Call, Parameter, Route, Who
from payment.ports import PayeeCard
from payment.refund_cases.life import State
from payment.refund_cases.messages import (
    CardGiven,
    CardSeen,
    RefundItems,
    StaffRefund,
    Transferred,
    TransferSeen,
)
from payment.refund_cases.redirecting import Redirecting
from payment.refund_cases.rescuing import Found, Rescuing
from payment.refund_cases.staff_endpoints import READERS
from payment.refund_cases.views import Views, item_view
from payment.refund_cases.worklist import Wanted, Worklist

PAGE = 50
CLERKS = frozenset({Role.FINANCE_CLERK, Role.FINANCE_REVIEWER})
_REFUND = "/staff/orders/{order_id}/refunds/{refund_no}"
_MISSING = ("not_found", "no_such_refund_case")
_YES_NO = {"": None, "true": True, "false": False}


class RefundEndpoints:
    def __init__(
        self, worklist: Worklist, rescuing: Rescuing, redirecting: Redirecting, views: Views
    ) -> None:
        self._worklist = worklist
        self._rescuing = rescuing
        self._redirecting = redirecting
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/staff/refunds",
                self.list,
                "List refunds, the one whose day ends first before all, with what is to be done",
                answer=RefundItems,
                who=Who.STAFF,
                roles=READERS,
                query=(
                    Parameter("state", among=State),
                    "unit",
                    "overdue",
                    "stuck",
                    "automatic",
                    "after",
                ),
            ),
            Route(
                "GET",
                _REFUND,
                self.get,
                "See a refund of an order",
                answer=StaffRefund,
                who=Who.STAFF,
                roles=READERS,
                errors=_MISSING,
            ),
            self._step(
                "resend",
                self.resend,
                "Send a refund that is stuck again",
                ("nothing_to_resend",),
                status=202,
            ),
            self._step(
                "card",
                self.name_card,
                "Name another card of the citizen's, where their account takes no refund",
                ("no_card_taken", "card_confirmed", "same_person"),
                body=CardGiven,
            ),
            self._step(
                "confirm-card",
                self.confirm_card,
                "Confirm, as another person, that the refund goes to the card you saw",
                (
                    "no_card_named",
                    "no_card_taken",
                    "said_anew",
                    "second_person_wanted",
                    "same_person",
                    "refused",
                    "unavailable",
                ),
                body=CardSeen,
                status=202,
            ),
            self._step(
                "by-transfer",
                self.by_transfer,
                "Have finance transfer what the platform could not pay back",
                ("still_with_platform", "transfer_not_for", "unavailable"),
                status=202,
            ),
            self._step(
                "transferred",
                self.transferred,
                "Say that a refund was transferred, with its reference",
                ("no_transfer", "same_person"),
                body=Transferred,
            ),
            self._step(
                "confirm-transfer",
                self.confirm,
                "Confirm, as another person, that it was transferred under the reference you saw",
                ("no_transfer", "said_anew", "second_person_wanted", "same_person"),
                body=TransferSeen,
            ),
        ]

    def _step(
        self,
        word: str,
        handler: Callable[[Call], Awaitable[StaffRefund]],
        summary: str,
        errors: tuple[str, ...],
        *,
        body: type[BaseModel] | None = None,
        status: int = 200,
    ) -> Route:
        return Route(
            "POST",
            f"{_REFUND}/{word}",
            handler,
            summary,
            body=body,
            answer=StaffRefund,
            status=status,
            who=Who.STAFF,
            roles=CLERKS,
            errors=(*_MISSING, *errors),
        )

    async def list(self, call: Call) -> RefundItems:
        query = call.query
        wanted = Wanted(
            state=State(query["state"]) if query.get("state") else None,
            unit=query.get("unit") or None,
            overdue=_flag(call, "overdue") is True,
            stuck=_flag(call, "stuck") is True,
            automatic=_flag(call, "automatic"),
        )
        after = read_cursor(query["after"]) if query.get("after") else None
        page = await self._worklist.page(call.staff, wanted, call.now, limit=PAGE, after=after)
        more = len(page) == PAGE
        return RefundItems(
            refunds=[item_view(each) for each in page],
            next=write_cursor(Cursor(*page[-1].rank)) if more else None,
        )

    async def get(self, call: Call) -> StaffRefund:
        return await self._view(call, await self._rescuing.get(call.staff, *_numbers(call)))

    async def resend(self, call: Call) -> StaffRefund:
        return await self._view(call, await self._rescuing.resend(call.staff, *_numbers(call)))

    async def name_card(self, call: Call) -> StaffRefund:
        body: CardGiven = call.body
        card = PayeeCard(body.bank, BankAccount(body.account), PersonName(body.holder))
        found = await self._redirecting.name_card(call.staff, *_numbers(call), card)
        return await self._view(call, found)

    async def confirm_card(self, call: Call) -> StaffRefund:
        body: CardSeen = call.body
        found = await self._redirecting.confirm_card(call.staff, *_numbers(call), body.card)
        return await self._view(call, found)

    async def by_transfer(self, call: Call) -> StaffRefund:
        return await self._view(call, await self._rescuing.by_transfer(call.staff, *_numbers(call)))

    async def transferred(self, call: Call) -> StaffRefund:
        body: Transferred = call.body
        found = await self._rescuing.paid(call.staff, *_numbers(call), body.reference)
        return await self._view(call, found)

    async def confirm(self, call: Call) -> StaffRefund:
        body: TransferSeen = call.body
        found = await self._rescuing.confirm(call.staff, *_numbers(call), body.reference)
        return await self._view(call, found)

    async def _view(self, call: Call, found: Found) -> StaffRefund:
        item = await self._worklist.item_of_refund(found.order, found.refund, call.now)
        return self._views.refund(found, item)


def _numbers(call: Call) -> tuple[str, str]:
    """The order's, and the refund's own."""
    return call.path["order_id"], call.path["refund_no"]


def _flag(call: Call, name: str) -> bool | None:
    """Raises `Invalid` of any other word than true and false."""
    try:
        return _YES_NO[call.query.get(name, "")]
    except KeyError:
        raise Invalid("true or false is wanted", field=f"query.{name}") from None
