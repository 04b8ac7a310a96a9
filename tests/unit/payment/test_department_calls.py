"""What departments may ask of fees: a notice for their own service, one of their own withdrawn."""

from datetime import date
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.domain.notices import NoticeState
from channel_gateway.ports import (
    ChargingUnit,
    NoSuchVisit,
    NoticePaidAlready,
    NotYourService,
    Visit,
)
from channel_gateway.service import DepartmentAsk
from payment.department_calls import DepartmentCalls, NewNotice, VoidNotice, number_of_call
from payment.order import State
from tests.unit.payment.conftest import Counter
from tests.unit.payment.samples import NOW
from tests.unit.payment.test_fee_desk import DRAFT, PAY_CODE, matter

OURS, THEIRS = "traffic_police", "exit_entry"
BODY: dict[str, Any] = {
    "service": "GA-WF-08",
    "payer": {"name": "林示例", "id_number": "110101199003074135"},
    "items": [{"code": "103050101", "name": "交通违法罚款", "amount_fen": 20000}],
    "due_on": "2026-03-01",
    "appointment_id": "A9",
}


class Charges:
    """A catalogue in which one service is charged for, and another department has one."""

    async def department(self, service: str) -> str | None:
        return OURS if service == "GA-WF-08" else THEIRS

    async def charging_unit(self, service: str) -> ChargingUnit | None:
        return ChargingUnit("330199011", "交警支队", OURS) if service == "GA-WF-08" else None


class Booked:
    """Two appointments: A9 is of our service, B1 of the other department's."""

    async def visit(self, id: str) -> Visit | None:
        service = {"A9": "GA-WF-08", "B1": "GA-HZ-01"}.get(id)
        return None if service is None else Visit(id, "who", service, "center", NOW.date())

    async def since(self, person: str, day: date) -> list[Visit]:
        return []


def calls_of(counter: Counter) -> DepartmentCalls:
    catalogues = [Charges()]
    return DepartmentCalls(
        counter.desk,
        counter.issued,
        catalogues,  # type: ignore[arg-type]
        lambda: [Booked()],
    )


def asked(body: BaseModel, department: str = OURS, id: str = "msg_1") -> DepartmentAsk:
    return DepartmentAsk(department, id, NOW, body)


def new(**changes: Any) -> NewNotice:
    return NewNotice.model_validate(BODY | changes)


async def void(counter: Counter, department: str = OURS) -> None:
    body = VoidNotice(pay_code=PAY_CODE, reason="重复开单")
    await calls_of(counter).void(asked(body, department))


async def test_a_notice_is_made_for_whom_and_what_the_department_says(counter: Counter) -> None:
    made = await calls_of(counter).create(asked(new()))

    assert (made.pay_code, made.check_code, made.total_fen) == (PAY_CODE, "1357", 20600)
    [(number, draft)] = counter.finance.drafts.items()
    assert number == number_of_call(asked(new()))
    assert (draft.unit_code, draft.payer_name.reveal()) == ("330199011", "林示例")
    assert [(item.unit, item.quantity, item.amount_fen) for item in draft.items] == [
        ("次", 1, 20000)
    ]
    kept = await counter.issued.of(PAY_CODE)
    assert kept is not None
    assert (kept.matter.department, kept.matter.appointment_id) == (OURS, "A9")


@pytest.mark.parametrize("id", ["nope", "B1"])
async def test_a_notice_names_no_appointment_of_anothers(counter: Counter, id: str) -> None:
    with pytest.raises(NoSuchVisit):
        await calls_of(counter).create(asked(new(appointment_id=id)))
    assert counter.finance.drafts == {}

    await calls_of(counter).create(asked(new(appointment_id=None)))


async def test_a_due_day_more_than_ten_years_ahead_is_refused(counter: Counter) -> None:
    for due_on in ("2036-03-15", "9999-12-31"):
        with pytest.raises(Invalid) as refused:
            await calls_of(counter).create(asked(new(due_on=due_on)))
        assert refused.value.field == "due_on"
    assert counter.finance.drafts == {}

    await calls_of(counter).create(asked(new(due_on="2036-01-31")))


async def test_a_repeated_call_asks_for_the_same_notice_and_another_for_another(
    counter: Counter,
) -> None:
    for department, id in ((OURS, "msg_1"), (OURS, "msg_1"), (OURS, "msg_2")):
        await calls_of(counter).create(asked(new(), department, id))

    assert len(counter.finance.drafts) == 2
    assert number_of_call(asked(new(), THEIRS)) != number_of_call(asked(new(), OURS))


@pytest.mark.parametrize(("service", "department"), [("GA-WF-08", THEIRS), ("XX-XX-99", OURS)])
async def test_nobody_charges_for_anothers_service(
    counter: Counter, service: str, department: str
) -> None:
    with pytest.raises(NotYourService):
        await calls_of(counter).create(asked(new(service=service), department))
    assert counter.finance.drafts == {}


async def test_a_payer_who_cannot_be_is_refused_by_name_of_the_member(counter: Counter) -> None:
    wrong = new(payer={"name": "林示例", "id_number": "110101199003074136"})

    with pytest.raises(Invalid) as refusal:
        await calls_of(counter).create(asked(wrong))
    assert refusal.value.field == "payer.id_number"


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": [{"code": "103050101", "name": "罚款", "amount_fen": 0}]},
        {"items": [{"code": "103050101", "name": "罚款", "amount_fen": 1.5}]},
        {"due_on": "soon"},
        {"payer": {"name": " ", "id_number": "110101199003074135"}},
    ],
)
def test_what_cannot_be_charged_is_no_call(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        new(**change)


async def test_a_notice_of_their_own_is_withdrawn_with_its_open_orders(counter: Counter) -> None:
    await calls_of(counter).create(asked(new()))
    order = (await counter.order()).order

    for _ in range(2):
        await void(counter)

    assert counter.finance.state is NoticeState.VOIDED
    assert (await counter.fresh(order)).state is State.CLOSED


async def test_a_notice_that_is_paid_stays(counter: Counter) -> None:
    await calls_of(counter).create(asked(new()))
    await counter.pay((await counter.order()).order)
    await counter.work()

    with pytest.raises(NoticePaidAlready):
        await void(counter)


async def test_nobody_withdraws_anothers_notice_nor_an_appointments_fee(counter: Counter) -> None:
    with pytest.raises(NotFound):
        await void(counter)
    await counter.desk.issue("A1", DRAFT, matter())
    with pytest.raises(NotFound):
        await void(counter)
    assert counter.finance.state is NoticeState.UNPAID


async def test_another_departments_notice_is_not_theirs_to_withdraw(counter: Counter) -> None:
    await calls_of(counter).create(asked(new()))

    with pytest.raises(NotFound):
        await void(counter, THEIRS)
    assert counter.finance.state is NoticeState.UNPAID
