"""A town whose departments tell of cases, and whose citizens are told, and review them."""

import itertools
from datetime import datetime
from typing import Any

from channel_gateway.service import DepartmentAsk, DepartmentCall
from tests.journeys.appointments.town import SERVICE, Town

DEPARTMENT = "hall"
NUMBER = "11010519491231002X"  # the standard's own example
_asked = itertools.count(1)


async def told(town: Town, kind: str, department: str = DEPARTMENT, /, **body: Any) -> Any:
    """A department's call, as it is after signature and age were checked."""
    call = call_named(town, kind)
    ask = DepartmentAsk(
        department, f"id-{next(_asked)}", town.clock.now(), call.body.model_validate(body)
    )
    answer = await call.handler(ask)
    return None if answer is None else answer.model_dump(mode="json")


def call_named(town: Town, kind: str) -> DepartmentCall:
    return next(row for row in town.gateway.table.department_calls if row.kind == kind)


async def progress(town: Town, case_no: str, state: str, **more: Any) -> str:
    """What has just happened to a case, by its number; gives our id of it."""
    body = {"service": SERVICE, "at": moment(town.clock.now()), **more}
    if state == "decided":
        body.setdefault("outcome", "granted")
    return str((await told(town, "case.progress", case_no=case_no, state=state, **body))["case_id"])


def moment(at: datetime) -> str:
    return at.isoformat()
