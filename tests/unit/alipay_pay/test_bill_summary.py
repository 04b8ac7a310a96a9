"""The two files of one zip count the same. Their heads, columns and ends are of files that
projects keep and read (2012-2026); the summary's trade columns as flypay prints them.
"""

import zipfile
from pathlib import Path

import pytest

from payment.connectors.alipay.bill_archive import MOST_OF_SUMMARY, summary_of, unzipped
from payment.connectors.alipay.bill_summary import FIRST_LINES, hold_summary
from payment.connectors.bill_sums import BillSumsDisagree

TRADE, ACCOUNT = FIRST_LINES
TRADE_COLUMNS = (
    "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,"
    "商家优惠（元）,卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
)
ACCOUNT_COLUMNS = "类型,收入笔数,收入金额（+元）,支出笔数,支出金额（-元）,总金额（元）"


def detail(path: Path, first_line: str, *totals: str, before: int = 0, codec: str = "gbk") -> Path:
    path /= "detail.csv"
    lines = [first_line, "#账号：[1]", *["x,y"] * before, *totals, "#导出时间：[2026年01月06日]"]
    path.write_bytes("".join(f"{line}\r\n" for line in lines).encode(codec))
    return path


def summary(*lines: str, codec: str = "gbk") -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode(codec)


def trade(*rows: str, columns: str = TRADE_COLUMNS, codec: str = "gbk") -> bytes:
    return summary(FIRST_LINES[TRADE], "#账号：[1]", columns, *rows, "#结束", codec=codec)


TRADES = (
    "#交易合计：6笔，商家实收共0.06元，商家优惠共0.00元",
    "#退款合计：4笔，商家实收退款共-0.04元，商家优惠退款共0.00元",
)
ENTRIES = ("#支出合计：0笔，共0.00元", "#收入合计：18笔，共14989.00元")
REST = ",0.02,0.02,0.00,0.00,0.00,0.00,0.00,0.02"


@pytest.mark.parametrize("codec", ["gbk", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("before", [0, 10_000])
def test_a_summary_that_counts_the_same_is_silent(tmp_path: Path, before: int, codec: str) -> None:
    rows = (f"\t,\t,6,4{REST}", f"合计,\t,6,4{REST}")
    path = detail(tmp_path, TRADE, *TRADES, before=before, codec=codec)
    hold_summary(path, trade(*rows, codec=codec), "trade")
    path = detail(tmp_path, ACCOUNT, *ENTRIES, before=before, codec=codec)
    row = "合计,18,14989.00,0,0.00,14989.00"
    hold_summary(path, summary(FIRST_LINES[ACCOUNT], ACCOUNT_COLUMNS, row), "signcustomer")


def test_the_totals_may_stand_before_the_lines(tmp_path: Path) -> None:
    path = detail(tmp_path, TRADE)
    first, _, rest = path.read_bytes().partition(b"\r\n")
    lines = summary(first.decode("gbk"), *TRADES) + rest + b"x,y\r\n" * 10_000
    path.write_bytes(lines)
    with pytest.raises(BillSumsDisagree):
        hold_summary(path, trade(f"合计,\t,7,4{REST}"), "trade")


@pytest.mark.parametrize(
    ("counts", "named"),
    [("7,4", "交易订单总笔数 7, the detail 6"), ("6,3", "退款订单总笔数 3, the detail 4")],
)
def test_a_summary_that_counts_otherwise_is_named(tmp_path: Path, counts: str, named: str) -> None:
    with pytest.raises(BillSumsDisagree, match=f"trade of the day: the summary says {named}"):
        hold_summary(
            detail(tmp_path, TRADE, *TRADES), trade(f"合计,\t,{counts}{REST}"), "trade of the day"
        )


def test_the_account_s_summary_is_held_too(tmp_path: Path) -> None:
    text = summary(FIRST_LINES[ACCOUNT], ACCOUNT_COLUMNS, "合计,18,14989.00,1,0.00,14989.00")
    with pytest.raises(BillSumsDisagree, match="支出笔数 1, the detail 0"):
        hold_summary(detail(tmp_path, ACCOUNT, *ENTRIES), text, "signcustomer")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        trade(),
        trade(f"\t,\t,7,4{REST}"),
        trade("合计,\t,7,4"),
        trade(f"合计,\t,7,4{REST}", columns=TRADE_COLUMNS.replace("总笔数", "数")),
        trade(f"合计,\t,7.5,x{REST}"),
    ],
)
def test_a_summary_laid_out_another_way_says_nothing(tmp_path: Path, text: bytes) -> None:
    hold_summary(detail(tmp_path, TRADE, *TRADES), text, "trade")


def packed(tmp_path: Path, members: dict[str, bytes]) -> Path:
    path = tmp_path / "bill.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_folders_and_other_files_stand_in_nobody_s_way(tmp_path: Path) -> None:
    first = detail(tmp_path, TRADE, *TRADES).read_bytes()
    second = trade(f"合计,\t,6,4{REST}")
    members = {
        "账单/": b"",
        "账单/明细.csv": first,
        "账单/说明.txt": b"\xff",
        "账单/汇总.csv": second,
    }
    path = packed(tmp_path, members)

    unzipped(path, tmp_path / "found.csv", TRADE, "trade")

    assert (tmp_path / "found.csv").read_bytes() == first
    assert summary_of(path, FIRST_LINES[TRADE]) == second


@pytest.mark.parametrize(
    "members",
    [
        {"a": b"x"},
        {"a": trade(), "b": trade()},
        {"a": trade() + b" " * MOST_OF_SUMMARY},
    ],
)
def test_no_summary_or_none_to_be_sure_of_is_none(
    tmp_path: Path, members: dict[str, bytes]
) -> None:
    assert summary_of(packed(tmp_path, members), FIRST_LINES[TRADE]) is None
