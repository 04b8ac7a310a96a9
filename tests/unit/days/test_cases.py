"""Cases are kept sealed, seen by whom they concern, and listed by their deadline."""

from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.ports import Cursor, Member, Role
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState, ReasonNeeded
from payment.reconciliation.cases.cases import FILES, LARGEST_FILE, StillInSuspense
from payment.reconciliation.differences import Kind
from tests.unit.days.conftest import Office
from tests.unit.days.samples import CLERK, UNIT_CLERK, difference

ELSEWHERE = Member("unit-sun", frozenset({Role.UNIT_CLERK}), frozenset({"330199999"}))
KINDS = (Kind.UNKNOWN_MONEY, Kind.MISSING_MONEY, Kind.AMOUNT_DIFFERS)


async def some_cases(office: Office) -> list[str]:
    office.matching.rounds = [[difference(kind) for kind in KINDS]]
    await office.run()
    return [each.id for each in await office.findings()]


async def test_what_people_write_and_attach_lies_sealed(office: Office) -> None:
    case_id = (await some_cases(office))[0]
    await office.desk.step(case_id, CaseTrigger.NOTE, CLERK, "缴款人林示例来电")
    await office.desk.cases.attach(
        case_id, CLERK, name="林示例.pdf", media_type="application/pdf", content=b"%PDF lin"
    )
    stored = str(await office.everything())
    assert "林示例" not in stored
    assert "%PDF" not in stored
    case = await office.desk.cases.get(case_id, CLERK)
    assert case.history[0].text == "缴款人林示例来电"
    (file,) = case.attachments
    assert file.name == "林示例.pdf"
    assert (await office.desk.cases.content(case_id, file.id, CLERK))[1] == b"%PDF lin"


async def test_the_same_file_again_is_kept_once(office: Office) -> None:
    case_id = (await some_cases(office))[0]
    for _ in range(2):
        case = await office.desk.cases.attach(
            case_id, CLERK, name="a.txt", media_type="text/plain", content=b"a"
        )
    assert len(case.attachments) == 1
    assert await office.store.count(FILES.name, equal={"case_id": case_id}, cap=5) == 1


@pytest.mark.parametrize(
    ("media_type", "content"),
    [("text/html", b"a"), ("text/plain", b""), ("text/plain", b"a" * (LARGEST_FILE + 1))],
)
async def test_a_file_of_another_kind_or_size_is_refused(
    office: Office, media_type: str, content: bytes
) -> None:
    case_id = (await some_cases(office))[0]
    with pytest.raises(Invalid):
        await office.desk.cases.attach(
            case_id, CLERK, name="a", media_type=media_type, content=content
        )


async def test_a_unit_clerk_finds_the_cases_of_their_units_alone(office: Office) -> None:
    case_id = (await some_cases(office))[0]
    assert (await office.desk.cases.get(case_id, UNIT_CLERK)).id == case_id
    assert len(await office.desk.cases.listed(UNIT_CLERK, limit=10)) == 3
    assert await office.desk.cases.listed(ELSEWHERE, limit=10) == []
    for asked in (
        office.desk.cases.get(case_id, ELSEWHERE),
        office.desk.step(case_id, CaseTrigger.NOTE, ELSEWHERE, "看看"),
        office.desk.cases.content(case_id, "x", ELSEWHERE),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_a_file_is_kept_and_read_with_its_own_case_and_by_whom_it_concerns(
    office: Office,
) -> None:
    case_id, other, *_ = await some_cases(office)
    file = {"name": "a.txt", "media_type": "text/plain", "content": b"a"}
    cases = office.desk.cases
    (kept,) = (await cases.attach(case_id, UNIT_CLERK, **file)).attachments
    for asked in (
        cases.attach(case_id, ELSEWHERE, **file),
        cases.content(case_id, kept.id, ELSEWHERE),
        cases.content(other, kept.id, CLERK),
    ):
        with pytest.raises(NotFound):
            await asked


async def test_cases_are_listed_by_deadline_page_by_page(office: Office) -> None:
    await some_cases(office)
    listed = await office.desk.cases.listed(CLERK, limit=10)
    assert [each.kind for each in listed] == ["M3", "M6", "M2"]
    first = await office.desk.cases.listed(CLERK, limit=2)
    after = Cursor(first[-1].due_on.isoformat(), first[-1].id)
    assert [*first, *await office.desk.cases.listed(CLERK, limit=2, after=after)] == listed


async def test_cases_are_found_by_state_owner_and_what_is_overdue(office: Office) -> None:
    case_id, *_ = [each.id for each in await office.desk.cases.listed(CLERK, limit=9)] or (
        await some_cases(office)
    )
    await office.desk.step(case_id, CaseTrigger.SETTLE, CLERK, "已核实")
    cases = office.desk.cases
    settled = await cases.listed(CLERK, state=DifferenceCaseState.SETTLED, limit=9)
    assert [each.id for each in settled] == [case_id]
    assert await cases.listed(CLERK, owner=Role.OPERATOR, limit=9) == []
    today = office.desk.today
    assert await cases.listed(CLERK, overdue_on=today, limit=9) == []
    later = today + timedelta(days=30)
    assert len(await cases.listed(CLERK, overdue_on=later, limit=9)) == 2
    still_open = DifferenceCaseState.OPEN
    assert await cases.listed(CLERK, state=still_open, overdue_on=today, limit=9) == []


async def test_nobody_settles_without_a_reason_or_over_money_in_suspense(office: Office) -> None:
    case_id = next(
        each.id
        for each in (await some_cases(office) and await office.findings())
        if each.kind is Kind.UNKNOWN_MONEY
    )
    with pytest.raises(ReasonNeeded):
        await office.desk.step(case_id, CaseTrigger.SETTLE, CLERK, "  ")
    await office.desk.suspend(case_id, CLERK, "缴款人不明")
    with pytest.raises(StillInSuspense):
        await office.desk.step(case_id, CaseTrigger.SETTLE, CLERK, "算了")
