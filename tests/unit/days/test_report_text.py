"""A day's report at a terminal."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from channel_gateway.domain.errors import GatewayError, Unavailable
from payment.commands.report_text import difference_lines, report_lines, together_lines
from payment.connectors.bill_sums import BillSumsDisagree
from payment.ports import BillLate
from payment.reconciliation.cases.case import DifferenceCaseState
from payment.reconciliation.cases.how_far import HowFar, how_far
from payment.reconciliation.days.day import begun
from payment.reconciliation.days.sums import Row, Totals
from payment.reconciliation.desk.messages import DifferenceView, MethodReportView
from payment.reconciliation.desk.views import difference_view, method_report, together
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.found.finding import FindingState, found, healed, vanished
from payment.reconciliation.wrong_bills import BillWrong
from payment.words import WAITING, waiting_words
from tests.unit.days.samples import DAY, NOW, EveryWeekday, difference, finding


def test_a_payment_of_two_items_is_one_payment_in_the_total() -> None:
    rows = tuple(Row("330199011", code, code, 1, 100, 1, 100) for code in ("103", "104"))
    day = replace(begun(DAY, "wechat_pay", NOW), rows=rows, gateway=Totals(1, 200, 1, 200))
    report: MethodReportView = method_report(day, None, suspense_fen=0, names={})
    (total,) = [line.split() for line in report_lines(report, []) if line.startswith("合计")]
    assert total == ["合计", "1", "2.00", "1", "2.00", "0.00", "0.00"]


@pytest.mark.parametrize(
    ("given", "amounts"),
    [
        (difference(gateway_fen=100), "渠道 206.00  网关 1.00  财政 无"),
        (difference(Kind.CREDIT_DIFFERS, bank_fen=20500), "应到账 206.00  银行到账 205.00"),
        (difference(Kind.CREDIT_DIFFERS), "应到账 206.00  银行到账 无"),
        (difference(Kind.LINE_TWICE), "渠道每笔 206.00"),
    ],
)
def test_each_amount_of_a_difference_has_the_name_of_who_says_it(
    given: Difference, amounts: str
) -> None:
    view = difference_view(found(given, DAY, NOW), None, EveryWeekday())
    assert f"   金额：{amounts}" in list(difference_lines(1, view))


def test_what_left_the_suspense_account_explains_the_sums() -> None:
    day = replace(
        begun(DAY, "wechat_pay", NOW),
        channel=Totals(refunds=1, refunded_fen=200),
        finance=Totals(1, 100),
        identified_fen=100,
        given_back_fen=200,
    )
    report = method_report(day, None, suspense_fen=0, names={})
    text = "\n".join(report_lines(report, []))
    assert "由待处理款项认领 1.00" in text
    assert "由待处理款项原路退回 2.00" in text
    assert method_report(day, frozenset({"U"}), suspense_fen=0, names={}).identified_fen is None


def test_what_is_odd_about_the_bill_stands_under_it_for_all_who_see_the_whole() -> None:
    day = replace(begun(DAY, "wechat_pay", NOW), remarks=("对账单新增列：优惠",))
    whole = method_report(day, None, suspense_fen=0, names={})
    assert "注意：对账单新增列：优惠" in list(report_lines(whole, []))
    assert method_report(day, frozenset({"U1"}), suspense_fen=0, names={}).remarks == []


def listed(*views: DifferenceView) -> list[str]:
    day = begun(DAY, "wechat_pay", NOW)
    report = method_report(day, None, suspense_fen=0, names={})
    lines = list(report_lines(report, views))
    at = next(at for at, line in enumerate(lines) if line.startswith("差异"))
    return lines[at:]


def test_what_keeps_a_day_open_stands_before_what_is_dealt_with_and_gone() -> None:
    transit = finding(Kind.FINANCE_NOT_TOLD)
    lines = listed(
        difference_view(finding(Kind.UNKNOWN_MONEY, order_id="G1"), None, EveryWeekday()),
        difference_view(healed(finding(Kind.DAY_CUT), "已核对一致", NOW), None, EveryWeekday()),
        difference_view(vanished(transit), None, EveryWeekday()),
    )
    assert lines[0] == "差异（3 笔：未处理 1，已处理 1，已消失 1）"
    assert [line for line in lines if line.startswith("【")] == [
        "【未处理】",
        "【已处理】",
        "【已消失】",
    ]
    gone = lines[lines.index("【已消失】") :]
    assert not any("下一步" in line for line in gone)
    assert any(transit.id in line for line in gone)


def test_differences_of_one_order_name_each_other() -> None:
    lines = listed(
        difference_view(finding(Kind.PAID_TWICE), None, EveryWeekday()),
        difference_view(finding(Kind.REFUND_DIFFERS, refund_no="R1"), None, EveryWeekday()),
        difference_view(finding(Kind.UNKNOWN_MONEY, order_id="G1"), None, EveryWeekday()),
    )
    assert [line.strip() for line in lines if "同一订单" in line] == [
        "同一订单另见第 2 笔",
        "同一订单另见第 1 笔",
    ]


@pytest.mark.parametrize(
    ("found", "case", "expected"),
    [
        (FindingState.OPEN, None, HowFar.OPEN),
        (FindingState.OPEN, DifferenceCaseState.OPEN, HowFar.OPEN),
        (FindingState.OPEN, DifferenceCaseState.IN_WORK, HowFar.OPEN),
        (FindingState.OPEN, DifferenceCaseState.CARRIED, HowFar.CARRIED),
        (FindingState.OPEN, DifferenceCaseState.SETTLED, HowFar.DONE),
        (FindingState.HEALED, None, HowFar.DONE),
        (FindingState.GONE, DifferenceCaseState.SETTLED, HowFar.GONE),
        (FindingState.GONE, DifferenceCaseState.SUSPENSE, HowFar.CARRIED),
    ],
)
def test_how_far_a_difference_has_come(
    found: FindingState, case: DifferenceCaseState | None, expected: HowFar
) -> None:
    assert how_far(found, case) is expected


def test_the_total_of_all_methods_names_those_that_are_not_in_it() -> None:
    rows = (Row("330199011", "103", "103", 1, 100),)
    days = (
        replace(begun(DAY, "wechat_pay", NOW), rows=rows, matched_at=NOW),
        begun(DAY, "wechat_nontax", NOW),  # its bill is late
    )
    reports = [method_report(day, None, suspense_fen=0, names={}) for day in days]
    total = together(reports, ("alipay_pay", "wechat_nontax", "wechat_pay"))
    assert (total.gross_fen, total.without) == (100, ["alipay_pay", "wechat_nontax"])
    assert "不含 alipay_pay、wechat_nontax（尚未对账）" in list(together_lines(DAY, total))[1]
    whole = together(reports[:1], ("wechat_pay",))
    assert not any("不含" in line for line in together_lines(DAY, whole))


def test_a_day_that_waits_says_why_in_chinese_with_the_mistake_behind_it() -> None:
    codes = {each.code for each in kinds_of(BillWrong)} | {BillLate.code, Unavailable.code}
    assert BillSumsDisagree.code in codes
    assert codes <= set(WAITING)
    assert waiting_words("bill_late: not made yet") == "对账单尚未生成（bill_late: not made yet）"
    assert waiting_words("") == ""


def kinds_of(error: type[GatewayError]) -> Iterator[type[GatewayError]]:
    yield error
    for each in error.__subclasses__():
        yield from kinds_of(each)
