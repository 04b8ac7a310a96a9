"""What reconciling found, as it is exported: every finding, case and entry, of whose it is."""

from payment.exports.difference_rows import CaseRows, DifferenceRows
from payment.exports.suspense_rows import SuspenseRows
from payment.exports.table import Source, Units
from payment.reconciliation.differences import Kind
from payment.reconciliation.suspense.item import SuspenseEntryKind
from tests.unit.days.conftest import Office
from tests.unit.days.samples import CLERK, DAY, difference

FOREIGN = frozenset({"330199099"})


async def rows_of(source: Source, units: Units = None) -> list[dict[str, object]]:
    titles = [column.title for column in source.columns]
    return [dict(zip(titles, row, strict=True)) async for row in source.of_day(DAY, units)]


async def test_a_difference_has_its_sides_and_the_words_for_it(office: Office) -> None:
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY), difference(Kind.MISSING_MONEY)]]
    await office.run()
    found = await rows_of(DifferenceRows(office.desk))
    assert sorted((each["种类"], each["名称"], each["状态"]) for each in found) == [
        ("M2", "长款-不明账款", "待处理"),
        ("M3", "短款", "待处理"),
    ]
    assert {(each["渠道金额"], each["网关金额"]) for each in found} == {(20600, None)}
    assert all(each["原因"] and each["下一步"] and each["责任"] and each["期限"] for each in found)
    assert await rows_of(DifferenceRows(office.desk), FOREIGN) == []


async def test_a_case_is_exported_without_what_people_wrote(office: Office) -> None:
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY)]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.suspend(finding.id, CLERK, "张三的款")
    (case,) = await rows_of(CaseRows(office.desk))
    assert (case["编号"], case["状态"], case["金额"]) == (finding.id, "待处理款项", 20600)
    assert "张三" not in str(case)
    assert await rows_of(CaseRows(office.desk), FOREIGN) == []


async def test_entries_of_the_suspense_account_add_up_to_its_balance(office: Office) -> None:
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY)]]
    await office.run()
    (finding,) = await office.findings()
    await office.desk.suspend(finding.id, CLERK, "待查明")
    await office.desk.correct(
        finding.id, SuspenseEntryKind.HAND_OVER, CLERK, "移交", amount_fen=600,
        pay_code=None, reverses=None,
    )  # fmt: skip
    entries = await rows_of(SuspenseRows(office.desk))
    assert [(each["种类"], each["金额"]) for each in entries] == [
        ("转入", 20600),
        ("移交财政", -600),
    ]
    balance = await office.desk.suspense.balance_fen("wechat_pay")
    assert sum(each["金额"] for each in entries) == balance  # type: ignore[misc]
    assert await rows_of(SuspenseRows(office.desk), FOREIGN) == []
