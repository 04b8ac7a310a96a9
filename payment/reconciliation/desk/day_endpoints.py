"""Days over HTTP: run, report, differences, close, sign."""

from datetime import timedelta

from channel_gateway.ports import Role
from channel_gateway.service import Call, Route, Who
from payment.reconciliation.days.days import NoSuchDay
from payment.reconciliation.desk.asked import day_of, next_page, page_after
from payment.reconciliation.desk.desk import PAGE, ReconciliationDesk
from payment.reconciliation.desk.messages import (
    DifferencesView,
    ReconciledDaysView,
    ReconciledDayView,
    ReconcileRequest,
    ReportView,
)
from payment.reconciliation.desk.views import (
    as_signed,
    day_view,
    difference_view,
    method_report,
    together,
    units_for,
)

_FINANCE = frozenset({Role.FINANCE_CLERK, Role.FINANCE_REVIEWER, Role.AUDITOR})
_READERS = _FINANCE | {Role.UNIT_CLERK}
_DAYS = "/staff/reconciliation/days"
_ONE = f"{_DAYS}/{{day}}/{{method}}"
_LISTED_DAYS = 31


class DayEndpoints:
    def __init__(self, desk: ReconciliationDesk) -> None:
        self._desk = desk

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                _DAYS,
                self.days,
                "List the last days of each payment method, whether they ran, how they stand",
                answer=ReconciledDaysView,
                who=Who.STAFF,
                roles=_FINANCE | {Role.OPERATOR},
            ),
            Route(
                "GET",
                f"{_DAYS}/{{day}}",
                self.report,
                "See a day's report: sums by unit, item and method; in transit; differences",
                answer=ReportView,
                who=Who.STAFF,
                roles=_READERS,
                query=("unit",),
                errors=("no_such_day", "not_found"),
            ),
            Route(
                "POST",
                f"{_ONE}/run",
                self.run,
                "Reconcile a day now; running it again changes nothing",
                body=ReconcileRequest,
                answer=ReconciledDayView,
                who=Who.STAFF,
                roles=frozenset({Role.FINANCE_CLERK}),
                errors=("day_not_over", "day_too_old", "no_such_method"),
            ),
            Route(
                "GET",
                f"{_ONE}/differences",
                self.differences,
                "List what differs on a day: cause, owner, next step, deadline",
                answer=DifferencesView,
                who=Who.STAFF,
                roles=_READERS,
                query=("unit", "after"),
                errors=("no_such_day", "not_found"),
            ),
            Route(
                "POST",
                f"{_ONE}/close",
                self.close,
                "Ask to close a day; a reviewer signs",
                answer=ReconciledDayView,
                who=Who.STAFF,
                roles=frozenset({Role.FINANCE_CLERK}),
                errors=("no_such_day", "day_not_balanced", "bank_awaited", "day_closed"),
            ),
            Route(
                "POST",
                f"{_ONE}/sign",
                self.sign,
                "Sign a day that somebody else asked to close: it never changes again",
                answer=ReconciledDayView,
                who=Who.STAFF,
                roles=frozenset({Role.FINANCE_REVIEWER}),
                errors=(
                    "no_such_day",
                    "day_not_balanced",
                    "bank_awaited",
                    "close_not_wished",
                    "own_work",
                    "day_closed",
                ),
            ),
        ]

    async def days(self, call: Call) -> ReconciledDaysView:
        """Those of a month, the newest first."""
        first = self._desk.today - timedelta(days=_LISTED_DAYS)
        found = [
            day
            for method in self._desk.methods
            for day in await self._desk.days.latest(method, limit=_LISTED_DAYS)
            if day.day >= first
        ]
        found.sort(key=lambda day: (day.day, day.method), reverse=True)
        return ReconciledDaysView(days=[day_view(day) for day in found], next=None)

    async def report(self, call: Call) -> ReportView:
        day = day_of(call)
        found = await self._desk.days.of_day(day)
        if not found:
            raise NoSuchDay(field="day")
        units = units_for(call.staff, call.query.get("unit"))
        names = await self._desk.unit_names(found)
        methods = [
            method_report(each, units, suspense_fen=await self._desk.suspense_of(each), names=names)
            for each in found
        ]
        total = together(methods, self._desk.methods)
        return ReportView(day=day, methods=methods, together=total)

    async def run(self, call: Call) -> ReconciledDayView:
        body: ReconcileRequest = call.body
        ran = await self._desk.running.run(day_of(call), call.path["method"], again=body.again)
        return day_view(ran)

    async def differences(self, call: Call) -> DifferencesView:
        day = await self._desk.days.get(day_of(call), call.path["method"])
        units = units_for(call.staff, call.query.get("unit"))
        found = await self._desk.differences(day, units, after=page_after(call))
        last = found[-1][0].id if len(found) == PAGE else None
        return DifferencesView(
            differences=[
                as_signed(difference_view(finding, case, self._desk.calendar), case, day)
                for finding, case in found
            ],
            next=next_page(last, last) if last else None,
        )

    async def close(self, call: Call) -> ReconciledDayView:
        day = await self._desk.days.get(day_of(call), call.path["method"])
        return day_view(await self._desk.closing.wish(day, call.staff))

    async def sign(self, call: Call) -> ReconciledDayView:
        day = await self._desk.days.get(day_of(call), call.path["method"])
        return day_view(await self._desk.closing.sign(day, call.staff))
