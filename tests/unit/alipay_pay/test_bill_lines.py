"""Reading Alipay's trade bills. A row's shape, head and end are of files that projects keep."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment.connectors.alipay.bill_lines import entries
from payment.connectors.bill_sums import BillSumsDisagree
from payment.ports import BillWrong
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineUnreadable,
)

HEAD = (
    "#支付宝业务明细查询",
    "#账号：[20880211096256330156]",
    "#起始日期：[2019年09月16日 00:00:00]   终止日期：[2019年09月17日 00:00:00]",
    f"#{'-' * 41}业务明细列表{'-' * 40}",
)
HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,"
    "操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,"
    "支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,"
    "卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
PAID = (
    "2019091622001400000000005453\t,service_1\t,交易\t,下单测试,2019-09-16 10:55:16,"
    "2019-09-16 10:55:23,store\t,store\t,op\t,\t,*津水(602***@qq.com)\t,0.03,0.03,0.00,"
    "0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,-0.01,0.00,下单测试"
)
BACK = (
    "2019091622001400000000005453\t,service_1\t,退款\t,下单测试,2019-09-16 10:55:16,"
    "2019-09-16 11:00:00,store\t,store\t,op\t,\t,*津水(602***@qq.com)\t,-0.02,-0.02,0.00,"
    "0.00,0.00,0.00,0.00,,0.00\t,0.00,R1\t,0.00,0.00,下单测试"
)
TOTALS = (
    "#交易合计：1笔，商家实收共0.03元，商家优惠共0.00元",
    "#退款合计：1笔，商家实收退款共-0.02元，商家优惠退款共0.00元",
)
END = (f"#{'-' * 41}业务明细列表结束{'-' * 36}", *TOTALS, "#导出时间：[2019年09月17日 05:46:49]")


def bill(folder: Path, *lines: str, encoding: str = "gbk", newline: str = "\r\n") -> Path:
    path = folder / "bill.csv"
    path.write_bytes("".join(f"{line}{newline}" for line in lines).encode(encoding))
    return path


def whole(folder: Path, *rows: str, encoding: str = "gbk", newline: str = "\r\n") -> Path:
    return bill(folder, *HEAD, HEADER, *rows, *END, encoding=encoding, newline=newline)


READ = [
    Entry(
        "payment",
        "service_1",
        "",
        "2019091622001400000000005453",
        3,
        "2019-09-16 10:55:23",
        "done",
        1000,
    ),
    Entry(
        "refund",
        "service_1",
        "R1",
        "2019091622001400000000005453",
        2,
        "2019-09-16 11:00:00",
        "done",
        0,
    ),
]


def whole_story(path: Path) -> tuple[list[Entry], list[str]]:
    """What is read, and what is remarked upon."""
    said: list[str] = []
    return list(entries(path, said.append)), said


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "gb18030"])
def test_a_payment_and_a_refund_are_read(tmp_path: Path, encoding: str, newline: str) -> None:
    assert list(entries(whole(tmp_path, PAID, BACK, encoding=encoding, newline=newline))) == READ


def test_a_refund_is_told_by_its_word_whatever_the_sign(tmp_path: Path) -> None:
    assert list(entries(whole(tmp_path, PAID, BACK.replace("-0.02", "0.02")))) == READ


def test_the_sums_may_come_first(tmp_path: Path) -> None:
    path = bill(tmp_path, *HEAD[:3], *TOTALS, HEAD[3], HEADER, PAID, BACK, END[0], END[3])

    assert list(entries(path)) == READ


def test_a_refund_without_a_number_has_its_orders(tmp_path: Path) -> None:
    _, refund = entries(whole(tmp_path, PAID, BACK.replace("R1\t", "\t")))

    assert refund.refund_no == "service_1"


def test_a_day_without_business_has_no_entries(tmp_path: Path) -> None:
    none = [
        line.replace("1笔", "0笔").replace("0.03", "0.00").replace("-0.02", "0.00") for line in END
    ]

    assert list(entries(bill(tmp_path, *HEAD, HEADER, *none))) == []


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (PAID.removesuffix(",下单测试"), "line 6: 24 cells, where the header has 25"),
        # A coupon named as amounts are: it can be cut in two ways.
        (PAID.replace(",,0.00\t", ",a,0.00,0.00,,0.00,0.00,b,0.00\t"), "line 6: 31 cells"),
        (PAID.replace("0.03,0.03", "0.03,0.3"), "line 6, 商家实收（元）: no amount"),
        (PAID.replace("0.03,0.03", "3,0.03"), "line 6, 订单金额（元）: no amount"),
        (PAID.replace("交易\t", "转账\t"), "line 6, 业务类型: a word that is not known"),
        (PAID.replace("2019-09-16 10:55:23", ""), "line 6, 完成时间: no moment"),
    ],
)
def test_a_line_nobody_can_read_is_set_aside_and_named(
    tmp_path: Path, row: str, named: str
) -> None:
    assert row != PAID

    read, said = whole_story(whole(tmp_path, row, BACK))

    assert read == READ[1:]
    assert f"已搁置，未计入渠道合计（{named}" in said[0]
    assert said[1:] == ["按账单自报的合计，搁置的行应为：商家实收 0.03 元"]
    assert "津水" not in "".join(said)


def test_lines_set_aside_explain_no_more_than_themselves(tmp_path: Path) -> None:
    row = PAID.replace("0.03,0.03", "0.03,0.3")

    with pytest.raises(BillSumsDisagree, match="says 2, 3 could be read, 1 could not"):
        list(entries(whole(tmp_path, row, PAID, PAID, BACK)))


def test_a_text_that_breaks_its_line_leaves_out_that_line_alone(tmp_path: Path) -> None:
    read, said = whole_story(whole(tmp_path, PAID.replace("下单", "下\r\n单", 1), BACK))

    assert read == READ[1:]
    assert len(said) == 3
    assert said[-1] == "按账单自报的合计，搁置的行应为：商家实收 0.03 元"


def test_a_bill_of_which_nothing_can_be_read_stops(tmp_path: Path) -> None:
    rows = [row.replace("0.03,", "0.3,").replace("-0.02,", "-0.2,") for row in (PAID, BACK)]

    with pytest.raises(BillLineUnreadable, match="line 6, 商家实收（元）"):
        list(entries(whole(tmp_path, *rows)))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("下单测试,2019", "下单,测试,2019"),
        ("下单测试,2019", ",,,,2019"),
        ("下单测试,2019", "2019-09-16 10:55:16,交易,2019"),
        ("下单测试,2019", '"下单,测试","a`,`b",2019'),
        ("store\t,store\t", "store\t,一店,二楼\t"),
        ("*津水(602***@qq.com)\t", "*津,水(602***@qq.com)\t"),
        (",,0.00\t", ",满10,减5,0.00\t"),
        ("0.00,下单测试", "0.00,下单,测试,,"),
    ],
)
@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_text_may_have_commas_in_it(
    tmp_path: Path, before: str, after: str, encoding: str
) -> None:
    rows = [row.replace(before, after) for row in (PAID, BACK)]
    assert rows != [PAID, BACK]

    assert whole_story(whole(tmp_path, *rows, encoding=encoding)) == (READ, [])


TEXTS = st.lists(
    st.sampled_from(
        [",", "费", "0.01", "-0.01", "交易", "退款", "2019-09-16 10:55:16", "R1", '"', "`"]
    ),
    max_size=8,
).map("".join)


@given(st.lists(TEXTS, min_size=4, max_size=4))
@settings(deadline=None, max_examples=300)
def test_whatever_a_text_says_the_line_is_read_right_or_not_at_all(texts: list[str]) -> None:
    goods, store, payer, note = texts
    row = PAID.replace("下单测试,2019", f"{goods},2019").replace(
        "store\t,store", f"store\t,{store}"
    )
    row = row.replace("*津水(602***@qq.com)", payer).removesuffix("下单测试") + note
    with TemporaryDirectory() as folder:
        read, said = whole_story(whole(Path(folder), row, BACK))

    assert (read, said) == (READ, []) or (read == READ[1:] and "已搁置" in said[0])


def test_many_texts_with_commas_are_read(tmp_path: Path) -> None:
    row = PAID.replace("下单测试,2019", "下单,测试,2019")
    path = whole(tmp_path, *[row] * 3000, BACK)
    text = path.read_bytes().decode("gbk")
    text = text.replace("交易合计：1笔，商家实收共0.03", "交易合计：3000笔，商家实收共90.00")
    path.write_bytes(text.encode("gbk"))

    assert list(entries(path)) == [READ[0]] * 3000 + READ[1:]


@pytest.mark.parametrize("place", [3, 11, 25])
def test_a_new_column_is_passed_over_and_remarked_upon(tmp_path: Path, place: int) -> None:
    def widened(line: str, cell: str) -> str:
        cells = line.split(",")
        return ",".join([*cells[:place], cell, *cells[place:]])

    rows = [widened(row, "a").replace("下单测试,2019", "下单,测试,2019") for row in (PAID, BACK)]
    path = bill(tmp_path, *HEAD, widened(HEADER, "业务来源"), *rows, *END)

    assert whole_story(path) == (READ, ["交易 对账单新增列：业务来源；已读各列不受影响"])


def test_a_column_that_is_not_read_may_be_gone(tmp_path: Path) -> None:
    rows = [row.removesuffix(",下单测试") for row in (PAID, BACK)]
    path = bill(tmp_path, *HEAD, HEADER.removesuffix(",备注"), *rows, *END)

    assert whole_story(path) == (READ, ["交易 对账单少了列：备注；对账不需要，已读各列不受影响"])


def test_half_width_brackets_are_the_same_columns(tmp_path: Path) -> None:
    header = HEADER.replace("（", "(").replace("）", ")")

    assert whole_story(bill(tmp_path, *HEAD, header, PAID, BACK, *END)) == (READ, [])


def test_a_file_that_a_spreadsheet_saved_is_read(tmp_path: Path) -> None:
    """It fills every line with commas to the widest."""
    lines = [line + "," * (24 - line.count(",")) for line in (*HEAD, HEADER, PAID, BACK, *END)]

    assert whole_story(bill(tmp_path, *lines)) == (READ, [])


def test_sums_in_other_words_are_named(tmp_path: Path) -> None:
    """As a project describes bills of early 2019 (lxtpay); nobody says what 交易金额 adds up."""
    end = [each.replace("商家实收退款", "交易退款金额") for each in END]
    end = [each.replace("商家实收", "交易金额") for each in end]

    with pytest.raises(BillColumnsChanged, match="sums in other words"):
        list(entries(bill(tmp_path, *HEAD, HEADER, PAID, BACK, *end)))


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (HEADER.replace("服务费（元）", "服务费"), "line 5: no column 服务费（元）"),
        (HEADER.replace("服务费（元）,", ""), "line 5: no column 服务费（元）"),
        (HEADER.replace("备注", "商户订单号"), "line 5: named twice: 商户订单号"),
        ("账务流水号,业务流水号,商户订单号", "line 5: not the header of a trade bill's detail"),
    ],
)
def test_a_header_that_is_not_known_stops_the_bill(tmp_path: Path, header: str, named: str) -> None:
    with pytest.raises(BillColumnsChanged, match=named):
        list(entries(bill(tmp_path, *HEAD, header, PAID, *END)))


def test_half_a_file_is_told(tmp_path: Path) -> None:
    path = whole(tmp_path, *[PAID] * 50)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    with pytest.raises(BillWrong):
        list(entries(path))


def test_a_file_whose_sums_come_first_is_told_when_it_is_cut(tmp_path: Path) -> None:
    head = (*HEAD[:3], *TOTALS, HEAD[3], HEADER)

    with pytest.raises(BillDamaged, match="cut short"):
        list(entries(bill(tmp_path, *head, PAID, BACK)))


def test_sums_that_disagree_are_told_after_the_last_entry(tmp_path: Path) -> None:
    read = []

    with pytest.raises(BillSumsDisagree, match="退款笔数: the bill says 1, its lines 0"):
        read.extend(entries(whole(tmp_path, PAID)))

    assert read == READ[:1]


def test_a_line_written_twice_and_counted_once_goes_on(tmp_path: Path) -> None:
    assert len(list(entries(whole(tmp_path, PAID, PAID, BACK)))) == 3


def test_a_comma_is_never_the_second_byte_of_a_letter(tmp_path: Path) -> None:
    """GBK has letters whose second byte is a backtick, a bar or a backslash; none has a comma."""
    row = PAID.replace("下单测试", "乗亅俓")

    assert list(entries(whole(tmp_path, row, BACK))) == READ
