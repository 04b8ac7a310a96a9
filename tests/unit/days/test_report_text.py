"""A day's report at a terminal."""

from dataclasses import replace

import pytest

from payment.commands.report_text import difference_lines, report_lines
from payment.reconciliation.days.day import begun
from payment.reconciliation.days.sums import Row, Totals
from payment.reconciliation.desk.messages import MethodReportView
from payment.reconciliation.desk.views import difference_view, method_report
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.found.finding import found
from tests.unit.days.samples import DAY, NOW, EveryWeekday, difference


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
