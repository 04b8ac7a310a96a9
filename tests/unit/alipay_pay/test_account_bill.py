"""The signcustomer bill in its layouts of many years: what the bank is to receive.

Headers and end lines are those of files that independent projects keep as fixtures (2012-2026).
"""

from pathlib import Path

import pytest

from payment.connectors.alipay.account_bill import read_account_bill
from payment.connectors.bill_sums import BillSumsDisagree
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineTwice,
    BillLineUnreadable,
    BillWordUnknown,
)

HEADER = (
    "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
    "账户余额（元）,交易渠道,业务类型,备注"
)
NEWER = f"{HEADER},业务描述,业务订单号,业务基础订单号,业务账单来源"
HEAD = (
    "#支付宝账务明细查询",
    "#账号：[20880000000000000156]",
    "#起始日期：[2026年01月05日 00:00:00]   终止日期：[2026年01月06日 00:00:00]",
    f"#{'-' * 41}账务明细列表{'-' * 40}",
)
END = f"#{'-' * 40}账务明细列表结束{'-' * 37}"
EXPORTED = "#导出时间：[2026年01月06日 05:46:49]"


def line(number: int, income: str, outgo: str, kind: str, more: str = "") -> str:
    return (
        f"{number}\t,2026\t,FEE{number}\t,下单測試\t,2026-01-05 10:55:16,*\t,{income},{outgo},1.00,"
        f"支付宝,{kind},{more}"
    )


def end(outgoes: int, outgo: str, incomes: int, income: str) -> tuple[str, ...]:
    return (
        END,
        f"#支出合计：{outgoes}笔，共{outgo}元",
        f"#收入合计：{incomes}笔，共{income}元",
        EXPORTED,
    )


def settled(
    tmp_path: Path,
    lines: list[str],
    last: tuple[str, ...],
    *,
    header: str = HEADER,
    codec: str = "gbk",
    ends: str = "\r\n",
) -> int:
    path = tmp_path / "bill"
    text = "".join(each + ends for each in (*HEAD, header, *lines, *last))
    path.write_bytes(text.encode(codec))
    return read_account_bill(path).takings_fen


def test_a_real_end_holds_over_eighteen_lines(tmp_path: Path) -> None:
    lines = [line(n, "800.00", "0.00", "在线支付") for n in range(17)]
    lines.append(line(17, "1389.00", "0.00", "在线支付"))
    assert settled(tmp_path, lines, end(0, "0.00", 18, "14989.00")) == 1498900


@pytest.mark.parametrize("codec", ["gbk", "gb18030", "utf-8-sig"])
@pytest.mark.parametrize("ends", ["\r\n", "\n"])
def test_payments_less_refunds_less_fees_are_settled_and_our_own_moves_are_not(
    tmp_path: Path, codec: str, ends: str
) -> None:
    lines = [
        line(1, "100.00", "0.00", "交易付款"),
        line(2, "0.00", "-0.60", "收费"),
        line(3, "", "-10.00", "交易退款"),
        line(4, "0.00", "-50.00", "提现"),
        line(5, "0.00", "-7.00", "转账"),
        line(6, "9.00", "0.00", "在线支付"),
    ]
    last = end(4, "-67.60", 2, "109.00")
    assert settled(tmp_path, lines, last, codec=codec, ends=ends) == 9840


def test_newer_columns_change_nothing(tmp_path: Path) -> None:
    lines = [line(1, "100.00", "0.00", "交易付款", ",0010001|交易收款\t,FEE\t,FEE\t,支付宝\t")]
    assert settled(tmp_path, lines, end(0, "0.00", 1, "100.00"), header=NEWER) == 10000


def test_half_width_brackets_are_the_same_columns(tmp_path: Path) -> None:
    header = HEADER.replace("（", "(").replace("）", ")")
    lines = [line(1, "1.00", "0.00", "交易付款")]
    assert settled(tmp_path, lines, end(0, "0.00", 1, "1.00"), header=header) == 100


def test_a_day_without_business_comes_to_nothing(tmp_path: Path) -> None:
    assert settled(tmp_path, [], end(0, "0.00", 0, "0.00")) == 0


PAID = line(1, "1.00", "0.00", "交易付款")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("下单測試", "下单,測試"),
        ("*\t", "陈,晶 (a***@126.com)\t"),
        ("支付宝,", "支付宝,花呗,"),
        ("交易付款,", '交易付款,"备,注",,'),
    ],
)
def test_a_text_may_have_commas_in_it(tmp_path: Path, before: str, after: str) -> None:
    row = PAID.replace(before, after)
    assert row != PAID
    assert settled(tmp_path, [row], end(0, "0.00", 1, "1.00")) == 100


def test_a_file_in_utf_8_without_a_mark_is_read(tmp_path: Path) -> None:
    assert settled(tmp_path, [PAID], end(0, "0.00", 1, "1.00"), codec="utf-8") == 100


def test_a_file_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    """As a project's sample of 2026 has it: without the head, commas after each line of the end."""
    path = tmp_path / "bill"
    last = [f"{each},,,,,,," for each in end(0, "0.00", 1, "1.00")]
    text = "".join(f"{each}\n" for each in (HEAD[0], HEADER, PAID, *last))
    path.write_bytes(text.encode("gbk"))
    assert read_account_bill(path).takings_fen == 100


def test_a_column_that_is_read_and_named_twice_stops_the_bill(tmp_path: Path) -> None:
    with pytest.raises(BillColumnsChanged, match="named twice"):
        settled(tmp_path, [PAID], (), header=HEADER.replace("备注", "业务类型"))


@pytest.mark.parametrize(
    ("lines", "last", "finding", "words"),
    [
        ([PAID, PAID], end(0, "0.00", 1, "1.00"), BillLineTwice, "line 7 is line 6 again"),
        ([PAID], end(0, "0.00", 2, "1.00"), BillSumsDisagree, "收入合计, lines"),
        ([PAID], end(0, "0.00", 1, "1.01"), BillSumsDisagree, "收入合计 in fen"),
        ([PAID], end(1, "0.00", 1, "1.00"), BillSumsDisagree, "支出合计, lines"),
        ([PAID], (END, EXPORTED), BillDamaged, "without its totals"),
        ([PAID], (), BillDamaged, "without its totals"),
        ([PAID.replace("交易付款", "花呗")], (), BillWordUnknown, "line 6, 业务类型: '花呗'"),
        ([PAID.replace("1.00,0.00", "1.005,0.00")], (), BillLineUnreadable, "line 6, 收入金额"),
        ([PAID.removesuffix(",")], (), BillLineUnreadable, "line 6 has 11 cells, not 12"),
        (  # a channel named as a balance is: it can be cut in two ways
            [PAID.replace("支付宝", "1.00,支付宝").replace("*", "*\t,1.00")],
            (),
            BillLineUnreadable,
            "line 6 has 14 cells, not 12",
        ),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, lines: list[str], last: tuple[str, ...], finding: type[Exception], words: str
) -> None:
    with pytest.raises(finding, match=words):
        settled(tmp_path, lines, last)


@pytest.mark.parametrize("name", ["收入金额（+元）", "支出金额（-元）", "业务类型"])
def test_a_renamed_column_is_named(tmp_path: Path, name: str) -> None:
    header = HEADER.replace(name, "新列")
    with pytest.raises(BillColumnsChanged, match=name[:4]):
        settled(tmp_path, [PAID], end(0, "0.00", 1, "1.00"), header=header)
