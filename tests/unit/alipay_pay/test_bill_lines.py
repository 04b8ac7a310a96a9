"""Reading Alipay's trade bills. A row's shape, head and end are of files that projects keep."""

from pathlib import Path

import pytest

from payment.connectors.alipay.bill_lines import entries
from payment.connectors.bill_sums import BillSumsDisagree
from payment.ports import BillWrong
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import BillDamaged

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
        (
            PAID.replace("下单测试,2019", "下单,测试,2019"),
            "line 7: 26 cells, where the header has 25",
        ),
        (PAID.removesuffix(",下单测试"), "line 7: 24 cells"),
        (PAID.replace("0.03,0.03", "0.03,0.3"), "line 7, 商家实收（元）: no amount"),
        (PAID.replace("0.03,0.03", "3,0.03"), "line 7, 订单金额（元）: no amount"),
        (PAID.replace("交易\t", "转账\t"), "line 7, 业务类型: a word that is not known"),
        (PAID.replace("2019-09-16 10:55:23", ""), "line 7, 完成时间: no moment"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_column(tmp_path: Path, row: str, named: str) -> None:
    with pytest.raises(BillWrong) as wrong:
        list(entries(whole(tmp_path, PAID, row)))

    assert str(wrong.value).startswith(named)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (HEADER.replace("业务类型", "业务类型,业务来源"), "line 5: 26 columns, where 25 are known"),
        (HEADER.replace("服务费（元）,", ""), "line 5: no column 服务费（元）"),
        ("账务流水号,业务流水号,商户订单号", "line 5: not the header of a trade bill's detail"),
    ],
)
def test_a_header_that_is_not_known_stops_the_bill(tmp_path: Path, header: str, named: str) -> None:
    with pytest.raises(BillWrong, match=named):
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
