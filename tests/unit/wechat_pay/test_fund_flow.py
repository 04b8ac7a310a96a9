"""The fund flow bill, in the form the platform publishes: what the bank is to receive.

Header, first line and summary are the sample of pay.weixin.qq.com, «申请资金账单».
"""

import tracemalloc
from pathlib import Path

import pytest

from payment.connectors.bill_sums import BillSumsDisagree
from payment.connectors.wechat_pay.bill_summary import paid_by_summary
from payment.connectors.wechat_pay.fund_flow import read_fund_flow
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineTwice,
    BillLineUnreadable,
    BillWordUnknown,
)

HEADER = (
    "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),"
    "资金变更提交申请人,备注,业务凭证号"
)
REFUND = (
    "`2018-02-01 04:21:23,`50000305742018020103387128253,`1900009231201802015884652186,`退款,`退款,"
    "`支出,`0.02,`0.17,`system,`缺货,`REF4200000068201801293084726067"
)
SUMMARY = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额"


def move(kind: str, direction: str, yuan: str, remark: str = "") -> str:
    return (
        f"`2018-02-01 04:21:23,`1,`2{kind}{yuan},`{kind},`{kind},`{direction},`{yuan},`0.17,"
        f"`system,`{remark},`F1"
    )


def bill(tmp_path: Path, *lines: str, header: str = HEADER, summary: str, last: str) -> Path:
    path = tmp_path / "bill"
    path.write_bytes(
        ("\ufeff" + "".join(f"{line}\r\n" for line in (header, *lines, summary, last))).encode()
    )
    return path


def settled(tmp_path: Path, *lines: str, last: str, header: str = HEADER) -> int:
    return read_fund_flow(
        bill(tmp_path, *lines, header=header, summary=SUMMARY, last=last)
    ).takings_fen


def test_the_published_line_is_money_that_went(tmp_path: Path) -> None:
    assert settled(tmp_path, REFUND, last="`1.0,`0.0,`0.0,`1.0,`0.02") == -2


def test_the_published_summary_is_of_more_lines_than_are_shown(tmp_path: Path) -> None:
    with pytest.raises(BillSumsDisagree, match=r"资金流水总笔数 is said to be 20, .* come to 1"):
        settled(tmp_path, REFUND, last="`20.0,`17.0,`0.35,`3.0,`0.18")


def test_payments_less_refunds_less_fees_are_settled_and_our_own_moves_are_not(
    tmp_path: Path,
) -> None:
    lines = (
        move("交易", "收入", "100.00"),
        move("扣除交易手续费", "支出", "0.60"),
        move("退款", "支出", "10.00", "a,b`c"),
        move("扣除交易手续费", "收入", "0.06"),
        move("提现", "支出", "50.00"),
        move("充值", "收入", "7.00"),
    )
    assert settled(tmp_path, *lines, last="`6.0,`3.0,`107.06,`3.0,`60.6") == 8946


def test_brackets_may_be_full_width_and_columns_stand_elsewhere(tmp_path: Path) -> None:
    wide = HEADER.replace("(", "（").replace(")", "）")
    assert settled(tmp_path, REFUND, header=wide, last="`1.0,`0.0,`0.0,`1.0,`0.02") == -2
    moved = ",".join(reversed(HEADER.split(",")))
    line = "`" + ",`".join(reversed(REFUND[1:].split(",`")))
    assert settled(tmp_path, line, header=moved, last="`1.0,`0.0,`0.0,`1.0,`0.02") == -2


def test_sums_of_ten_millions_are_printed_as_java_does(tmp_path: Path) -> None:
    lines = [move("交易", "收入", "12345678.90"), move("退款", "支出", "20000000.00")]
    last = "`2.0,`1.0,`1.23456789E7,`1.0,`2.0E7"
    assert settled(tmp_path, *lines, last=last) == 1234567890 - 2000000000


@pytest.mark.parametrize(
    ("lines", "last", "finding", "words"),
    [
        ([REFUND, REFUND], "`1.0,`0.0,`0.0,`1.0,`0.02", BillLineTwice, "line 3 is line 2 again"),
        ([REFUND], "`2.0,`1.0,`0.0,`1.0,`0.02", BillSumsDisagree, "资金流水总笔数"),
        ([REFUND], "`1.0,`0.0,`0.0,`0.0,`0.02", BillSumsDisagree, "支出笔数"),
        ([REFUND], "`1.0,`0.0,`0.01,`1.0,`0.02", BillSumsDisagree, "收入金额"),
        ([REFUND], "`1.0,`0.0,`0.0,`1.0,`0.03", BillSumsDisagree, "支出金额"),
        ([move("分账", "支出", "1.00")], "", BillWordUnknown, "line 2, 业务类型: '分账'"),
        ([move("交易", "冻结", "1.00")], "", BillWordUnknown, "line 2, 收支类型: '冻结'"),
        ([move("交易", "收入", "1.005")], "", BillLineUnreadable, "line 2, 收支金额"),
        ([REFUND.replace(",`缺货", "")], "", BillLineUnreadable, "line 2 has 10 cells, not 11"),
        ([REFUND], "no backtick", BillDamaged, "without its summary"),
        ([REFUND], "`1.0,`0.0,`x,`1.0,`0.02", BillDamaged, "收入金额"),
        ([REFUND], "`1.0,`0.0,`0.001,`1.0,`0.02", BillDamaged, "收入金额"),
        ([REFUND], "`1.5,`0.0,`0.0,`1.0,`0.02", BillDamaged, "资金流水总笔数"),
        ([REFUND], f"`{'1' * 5000},`0.0,`0.0,`1.0,`0.02", BillDamaged, "资金流水总笔数"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, lines: list[str], last: str, finding: type[Exception], words: str
) -> None:
    with pytest.raises(finding, match=words.replace("(", r"\(")):
        settled(tmp_path, *lines, last=last)


@pytest.mark.parametrize(
    "text", ["退款,`缺货", ",`", "收入,`1.00,`2.00,`b", "总金额0.01元;含手续费0.00元"]
)
def test_a_remark_may_have_the_separator_in_it(tmp_path: Path, text: str) -> None:
    last = "`1.0,`0.0,`0.0,`1.0,`0.02"
    assert settled(tmp_path, REFUND.replace("缺货", text), last=last) == -2


def test_a_file_saved_as_gbk_and_a_header_with_backticks_are_read(tmp_path: Path) -> None:
    path = bill(
        tmp_path,
        REFUND,
        header="`" + HEADER.replace(",", ",`"),
        summary="`" + SUMMARY.replace(",", ",`"),
        last="`1.0,`0.0,`0.0,`1.0,`0.02",
    )
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))
    assert read_fund_flow(path).takings_fen == -2


def test_new_columns_change_nothing(tmp_path: Path) -> None:
    last = "`1.0,`0.0,`0.0,`1.0,`0.02"
    header = HEADER.replace("业务名称", "新列,业务名称")
    row = REFUND.replace("`退款,`退款", "`新,`退款,`退款")
    assert settled(tmp_path, row, last=last, header=header) == -2


def test_a_column_that_is_read_and_named_twice_stops_the_bill(tmp_path: Path) -> None:
    with pytest.raises(BillColumnsChanged, match="named twice"):
        settled(tmp_path, REFUND, header=HEADER.replace("备注", "收支类型"), last="")


@pytest.mark.parametrize("name", ["业务类型", "收支类型", "收支金额(元)"])
def test_a_renamed_column_is_named(tmp_path: Path, name: str) -> None:
    header = HEADER.replace(name, f"{name}二")
    with pytest.raises(BillColumnsChanged) as wrong:
        settled(tmp_path, REFUND, header=header, last="`1.0,`0.0,`0.0,`1.0,`0.02")
    assert name in str(wrong.value)


def test_a_renamed_column_of_the_summary_is_named(tmp_path: Path) -> None:
    path = bill(
        tmp_path, REFUND, summary=SUMMARY.replace("支出金额", "支出"), last="`1,`0,`0,`1,`0.02"
    )
    with pytest.raises(BillColumnsChanged, match="支出金额"):
        read_fund_flow(path)


@pytest.mark.parametrize("text", ["", "\ufeff", HEADER, f"{HEADER}\r\n{REFUND}\r\n"])
def test_a_bill_that_ends_early_is_wrong(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bill"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((BillDamaged, BillColumnsChanged)):
        read_fund_flow(path)


def test_a_long_bill_is_read_in_little_memory(tmp_path: Path) -> None:
    path, count = tmp_path / "bill", 100_000
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"\ufeff{HEADER}\r\n")
        for number in range(count):
            file.write(move("交易", "收入", f"{number}.01") + "\r\n")
        total = sum(range(count)) * 100 + count
        file.write(
            f"{SUMMARY}\r\n`{count}.0,`{count}.0,`{total // 100}.{total % 100:02d},`0,`0\r\n"
        )
    tracemalloc.start()
    try:
        assert read_fund_flow(path).takings_fen == total
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert path.stat().st_size > 8 * 2**20
    assert most < 2**20


TRADE_SUMMARY = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)


def test_the_real_summary_of_a_trade_bill_is_read_from_its_end(tmp_path: Path) -> None:
    """The last line of a real bill (wechatpay-axios-plugin, tests/fixtures/bill.ALL.csv)."""
    last = "`45.0,`0.47,`0.14,`0.0,`0.08,`0.47,`0.14"
    path = bill(tmp_path, "`x" * 50_000, header="交易时间", summary=TRADE_SUMMARY, last=last)
    assert paid_by_summary("ALL", path) == 47
