"""The citizen's endpoints of refund applications: apply, follow, add material, withdraw."""

from channel_gateway.domain.money import Fen
from channel_gateway.service import Call, Route
from payment.refund_cases.applying import Applying, File, Wish
from payment.refund_cases.case import BY_CITIZEN
from payment.refund_cases.messages import (
    Application,
    ApplicationsView,
    ApplicationView,
    FileGiven,
    MoreMaterial,
)
from payment.refund_cases.views import Views

_CASE = "/refund-applications/{case_id}"
_OF_ORDER = "/orders/{order_id}/refund-applications"
APPLYING_ERRORS = (
    "not_found",
    "not_booked_yet",
    "refund_too_much",
    "applied_already",
    "too_many_applications",
    "too_many_materials",
    "wrong_material",
)


class CitizenEndpoints:
    def __init__(self, applying: Applying, views: Views) -> None:
        self._applying = applying
        self._views = views

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                _OF_ORDER,
                self.apply,
                "Apply for a payment, or part of it, to be given back",
                body=Application,
                answer=ApplicationView,
                status=201,
                idempotent=True,
                keeps_key=True,
                errors=APPLYING_ERRORS,
            ),
            Route(
                "GET",
                _OF_ORDER,
                self.list,
                "List an order's refund applications, newest first",
                answer=ApplicationsView,
                errors=("not_found",),
            ),
            Route(
                "GET",
                _CASE,
                self.get,
                "See how a refund application stands",
                answer=ApplicationView,
                errors=("no_such_refund_case",),
            ),
            Route(
                "POST",
                f"{_CASE}/materials",
                self.add,
                "Add a file to a refund application",
                body=MoreMaterial,
                answer=ApplicationView,
                errors=(
                    "no_such_refund_case",
                    "not_your_step",
                    "too_many_materials",
                    "wrong_material",
                ),
            ),
            Route(
                "POST",
                f"{_CASE}/withdraw",
                self.withdraw,
                "Withdraw a refund application that is not approved yet",
                answer=ApplicationView,
                errors=("no_such_refund_case", "not_now", "same_person"),
            ),
        ]

    async def apply(self, call: Call) -> ApplicationView:
        body: Application = call.body
        case = await self._applying.by_citizen(
            call.session, call.path["order_id"], wish_of(body), call.idempotency_key or "", call.now
        )
        return await self._views.application(case)

    async def list(self, call: Call) -> ApplicationsView:
        found = await self._applying.all_of_citizen(call.session, call.path["order_id"])
        views = [await self._views.application(each) for each in found]
        return ApplicationsView(applications=views)

    async def get(self, call: Call) -> ApplicationView:
        case = await self._applying.of_citizen(call.session, call.path["case_id"])
        return await self._views.application(case)

    async def add(self, call: Call) -> ApplicationView:
        body: MoreMaterial = call.body
        case = await self._applying.of_citizen(call.session, call.path["case_id"])
        last = not body.more_to_come
        case = await self._applying.add(case, file_of(body), BY_CITIZEN, call.now, last=last)
        return await self._views.application(case)

    async def withdraw(self, call: Call) -> ApplicationView:
        case = await self._applying.of_citizen(call.session, call.path["case_id"])
        case = await self._applying.withdraw(case, BY_CITIZEN, call.now)
        return await self._views.application(case)


def wish_of(body: Application) -> Wish:
    return Wish(
        ground=body.ground,
        words=body.words,
        amount_fen=Fen(body.amount_fen),
        files=[file_of(each) for each in body.materials],
    )


def file_of(body: FileGiven) -> File:
    return File(body.kind, body.name, body.content)
