"""The staff's endpoints of refund cases: apply for somebody, review, decide."""

from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import replace

from channel_gateway.ports import Member, Role
from channel_gateway.service import Call, Route, Who
from payment.refund_cases.applying import Applying, applicant, role_of
from payment.refund_cases.case import Actor, Desk, RefundCase
from payment.refund_cases.citizen_endpoints import APPLYING_ERRORS, file_of, wish_of
from payment.refund_cases.handling import Handling
from payment.refund_cases.materials import Materials
from payment.refund_cases.messages import (
    CaseView,
    Decision,
    MaterialContent,
    MoreMaterial,
    StaffApplication,
)
from payment.refund_cases.refusals import NoSuchRefundCase
from payment.refund_cases.views import Views
from payment.refund_cases.worklist import Worklist

APPLICANTS = frozenset({Role.UNIT_CLERK, Role.FINANCE_CLERK})
UNIT = frozenset({Role.UNIT_CLERK})
FINANCE = frozenset({Role.FINANCE_REVIEWER})
READERS = frozenset({Role.UNIT_CLERK, Role.FINANCE_CLERK, Role.FINANCE_REVIEWER, Role.AUDITOR})
_CASE = "/staff/refund-cases/{case_id}"
_STEPS = ("no_such_refund_case", "not_now", "not_your_step", "same_person")
_DECIDING = (*_STEPS, "decided_already")


class StaffEndpoints:
    def __init__(
        self,
        applying: Applying,
        handling: Handling,
        worklist: Worklist,
        materials: Materials,
        views: Views,
    ) -> None:
        self._applying = applying
        self._handling = handling
        self._worklist = worklist
        self._materials = materials
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/staff/orders/{order_id}/refund-applications",
                self.apply,
                "Apply for somebody's payment, or part of it, to be given back",
                body=StaffApplication,
                answer=CaseView,
                status=201,
                who=Who.STAFF,
                roles=APPLICANTS,
                idempotent=True,
                keeps_key=True,
                errors=(*APPLYING_ERRORS, "no_such_refund_case"),
            ),
            Route(
                "GET",
                _CASE,
                self.get,
                "See a refund case with all that was said and handed in",
                answer=CaseView,
                who=Who.STAFF,
                roles=READERS,
                errors=("no_such_refund_case",),
            ),
            Route(
                "GET",
                f"{_CASE}/materials/{{material_id}}",
                self.material,
                "Read a file of a refund case",
                answer=MaterialContent,
                who=Who.STAFF,
                roles=READERS,
                errors=("no_such_refund_case",),
            ),
            Route(
                "POST",
                f"{_CASE}/materials",
                self.add,
                "Add a file to a refund case",
                body=MoreMaterial,
                answer=CaseView,
                who=Who.STAFF,
                roles=APPLICANTS | FINANCE,
                errors=(*_STEPS, "too_many_materials", "wrong_material"),
            ),
            self._decision("take", self.take, UNIT, "Take a refund case up for its unit", ()),
            self._decision(
                "verify",
                self.verify,
                UNIT,
                "Say for the unit that a refund is right (单位审核)",
                ("material_missing",),
            ),
            self._decision(
                "approve",
                self.approve,
                FINANCE,
                "Decide for finance that money goes back (财政审核)",
                ("material_missing", "refund_too_much"),
            ),
            self._decision(
                "reject", self.reject, UNIT | FINANCE, "Reject a refund, with a reason", ()
            ),
            self._decision(
                "ask-material",
                self.ask_material,
                UNIT | FINANCE,
                "Ask the applicant for more material; the clock stands still",
                (),
            ),
            self._decision(
                "withdraw", self.withdraw, APPLICANTS, "Withdraw what you applied for", ()
            ),
        ]

    def _decision(
        self,
        step: str,
        handler: Callable[[Call], Awaitable[CaseView]],
        roles: frozenset[Role],
        summary: str,
        errors: tuple[str, ...],
    ) -> Route:
        return Route(
            "POST",
            f"{_CASE}/{step}",
            handler,
            summary,
            body=None if step in ("take", "withdraw") else Decision,
            answer=CaseView,
            who=Who.STAFF,
            roles=roles,
            errors=(*_DECIDING, *errors),
        )

    async def apply(self, call: Call) -> CaseView:
        body: StaffApplication = call.body
        wish = replace(
            wish_of(body), way=body.way, upper_level=body.upper_level, found_on=body.found_on
        )
        case = await self._applying.by_staff(
            call.staff, call.path["order_id"], wish, call.idempotency_key or "", call.now
        )
        return await self._view(call, case)

    async def get(self, call: Call) -> CaseView:
        return await self._view(call, await self._case(call))

    async def material(self, call: Call) -> MaterialContent:
        case = await self._case(call)
        wanted = call.path["material_id"]
        material = next((each for each in case.materials if each.id == wanted), None)
        if material is None:
            raise NoSuchRefundCase(field="material_id")
        content = b64encode(await self._materials.content(material)).decode()
        return MaterialContent(**self._views.material(material).model_dump(), content=content)

    async def add(self, call: Call) -> CaseView:
        body: MoreMaterial = call.body
        case = await self._case(call)
        by = _at_their_desk(call.staff, case)
        last = not body.more_to_come
        case = await self._applying.add(case, file_of(body), by, call.now, last=last)
        return await self._view(call, case)

    async def take(self, call: Call) -> CaseView:
        case = await self._handling.take(call.staff, call.path["case_id"], call.now)
        return await self._view(call, case)

    async def verify(self, call: Call) -> CaseView:
        case = await self._handling.verify(
            call.staff, call.path["case_id"], call.body.words, call.now
        )
        return await self._view(call, case)

    async def approve(self, call: Call) -> CaseView:
        case = await self._handling.approve(
            call.staff, call.path["case_id"], call.body.words, call.now
        )
        return await self._view(call, case)

    async def reject(self, call: Call) -> CaseView:
        desk = _desk(call.staff, await self._case(call))
        case = await self._handling.reject(
            call.staff, call.path["case_id"], desk, call.body.words, call.now
        )
        return await self._view(call, case)

    async def ask_material(self, call: Call) -> CaseView:
        desk = _desk(call.staff, await self._case(call))
        case = await self._handling.ask_material(
            call.staff, call.path["case_id"], desk, call.body.words, call.now
        )
        return await self._view(call, case)

    async def withdraw(self, call: Call) -> CaseView:
        case = await self._case(call)
        case = await self._applying.withdraw(case, applicant(call.staff), call.now)
        return await self._view(call, case)

    async def _case(self, call: Call) -> RefundCase:
        return await self._handling.get(call.staff, call.path["case_id"])

    async def _view(self, call: Call, case: RefundCase) -> CaseView:
        return await self._views.case(case, await self._worklist.item_of(case, call.now))


def _desk(member: Member, case: RefundCase) -> Desk:
    """Whose turn it is, where they may sit there; else the one desk that is theirs."""
    mine = [Desk.UNIT] * member.may(Role.UNIT_CLERK) + [Desk.FINANCE] * member.may(*FINANCE)
    return case.desk if case.desk in mine else mine[0]


def _at_their_desk(member: Member, case: RefundCase) -> Actor:
    if member.name == case.applied_by:
        return applicant(member)
    if member.may(Role.UNIT_CLERK) and case.unit_code in member.units:
        return Actor(member.name, Role.UNIT_CLERK.value, Desk.UNIT)
    role = role_of(member, Role.FINANCE_REVIEWER, Role.FINANCE_CLERK)
    return Actor(member.name, role, Desk.FINANCE)
