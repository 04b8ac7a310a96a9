"""Reading WeChat Pay's trade bills. The refund's line and the sums of `REAL` are of a real bill, as
wechatpay-axios-plugin keeps it (tests/fixtures/bill.ALL.csv); ids that name people are made up.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment.connectors.bill_sums import COUNT, BillSumsDisagree, Sums, compare
from payment.connectors.setting_aside import MOST
from payment.connectors.wechat_pay.bill_columns import columns, regular
from payment.connectors.wechat_pay.bill_layout import opened
from payment.connectors.wechat_pay.bill_lines import entries, sums_of
from payment.ports import BillWrong, Remark, unsaid
from payment.reconciliation.cells import Text
from payment.reconciliation.entries import Entry
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillLineUnreadable

HEAD = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,"
    "交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额"
)
REFUNDS = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态"
GOODS = "商品名称,商户数据包,手续费,费率,订单金额"
ALL = f"{HEAD},{REFUNDS},{GOODS},申请退款金额,费率备注"
SUCCESS = f"{HEAD},{GOODS},费率备注"
REFUND = f"{HEAD},退款申请时间,退款成功时间,{REFUNDS},{GOODS},申请退款金额,费率备注"
SUMS = (
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"
)
SHORT_SUMS = "总交易单数,应结订单总金额,手续费总金额,订单总金额"

REAL = (
    "`2019-02-19 05:01:46,`wxab8acb865bb1637e,`1921000401,`0,`,"
    "`4200000261201902190000000001,`autotest_20190219050146,`oHkLxtAAAA,`JSAPI,`REFUND,"
    "`OTHERS,`CNY,`0.00,`0.00,`50000509802019021900000000001,"
    "`REF4200000068201801293084726067,`0.01,`0.00,`ORIGINAL,`SUCCESS,`商品,`,`0.00000,"
    "`39.00%,`0.00,`0.01,`"
)
PAID = (
    "`2019-02-19 05:00:00,`wxab8acb865bb1637e,`1921000401,`0,`,"
    "`4200000261201902190000000002,`order2,`oHkLxtAAAA,`JSAPI,`SUCCESS,`OTHERS,`CNY,"
    '`12.30,`0.00,`0,`0,`0.00,`0.00,`,`,`工本费, "加急"`,`,`0.07380,`0.60%,`12.30,`0.00,`'
)
PLAIN = PAID.replace('加急"`', '加急"')  # no backtick within a cell
LARGE = PLAIN.replace("12.30", "1234.56").replace("order2", "order3")
DAY = (REAL, PAID)
SAID = "`2.0,`12.3,`0.01,`0.0,`0.0738,`12.3,`0.01"
ONE_REFUND = "`1.0,`0.0,`0.01,`0.0,`0.0,`0.0,`0.01"


def said_of(lines: int) -> str:
    """For bills whose lines cannot all be read: the count alone is looked at."""
    return f"`{lines}.0" + ",`0.0" * 6


def bill(
    path: Path, *lines: str, header: str = ALL, newline: str = "\r\n", bom: bool = True
) -> Path:
    path /= "bill.csv"
    text = "".join(f"{line}{newline}" for line in (header, *lines))
    path.write_bytes(("\ufeff" if bom else "").encode() + text.encode())
    return path


def whole(path: Path, *rows: str, said: str = SAID) -> Path:
    return bill(path, *rows, SUMS, said)


def remarked(path: Path) -> list[str]:
    """What a person should know of a bill that can be used."""
    said: list[str] = []
    deque(entries(path, said.append), maxlen=0)
    return said


def test_a_real_refund_and_a_payment_are_read(tmp_path: Path) -> None:
    refund, payment = entries(whole(tmp_path, REAL, PAID))

    assert refund == Entry(
        "refund",
        "autotest_20190219050146",
        "REF4200000068201801293084726067",
        "4200000261201902190000000001",
        1,
        "2019-02-19 05:01:46",
        "done",
        0,
    )
    assert payment == Entry(
        "payment",
        "order2",
        "",
        "4200000261201902190000000002",
        1230,
        "2019-02-19 05:00:00",
        "done",
        7380,
    )


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_the_mark_before_the_text_and_the_line_ends_change_nothing(
    tmp_path: Path, newline: str, bom: bool
) -> None:
    path = bill(tmp_path, REAL, PAID, SUMS, SAID, newline=newline, bom=bom)

    assert [entry.at for entry in entries(path)] == ["2019-02-19 05:01:46", "2019-02-19 05:00:00"]


def test_a_bill_of_payments_alone_is_read_with_either_summary(tmp_path: Path) -> None:
    cells = PAID.split(",`")
    row = ",`".join([*cells[:14], *cells[20:25], cells[26]])

    short = list(
        entries(bill(tmp_path, row, SHORT_SUMS, "`1.0,`12.3,`0.0738,`12.3", header=SUCCESS))
    )
    long = "`1.0,`12.3,`0.0,`0.0,`0.0738,`12.3,`0.0"

    assert list(entries(bill(tmp_path, row, SUMS, long, header=SUCCESS))) == short
    assert [(each.amount_fen, each.refund_no) for each in short] == [(1230, "")]


def test_a_bill_of_refunds_alone_is_read(tmp_path: Path) -> None:
    cells = REAL.split(",`")
    row = ",`".join([*cells[:14], "2019-02-19 05:01:46", "", *cells[14:]])
    path = bill(tmp_path, row, SUMS, "`1.0,`0.0,`0.01,`0.0,`0.0,`0.0,`0.01", header=REFUND)

    assert [(each.movement, each.amount_fen) for each in entries(path)] == [("refund", 1)]


def test_columns_are_found_by_their_names(tmp_path: Path) -> None:
    names = ALL.split(",")
    moved = [*names[1:], names[0]]
    cells = PAID[1:].split(",`")
    row = "`" + ",`".join([*cells[1:], cells[0]])
    path = bill(
        tmp_path, row, SUMS, "`1.0,`12.3,`0.0,`0.0,`0.0738,`12.3,`0.0", header=",".join(moved)
    )

    assert [entry.at for entry in entries(path)] == ["2019-02-19 05:00:00"]


@pytest.mark.parametrize(
    ("word", "state"),
    [("SUCCESS", "done"), ("PROCESSING", "processing"), ("FAIL", "failed"), ("CHANGE", "failed")],
)
def test_a_refunds_state_is_in_our_words(tmp_path: Path, word: str, state: str) -> None:
    row = REAL.replace("`ORIGINAL,`SUCCESS", f"`ORIGINAL,`{word}")

    [refund] = entries(whole(tmp_path, row, said="`1.0,`0.0,`0.01,`0.0,`0.0,`0.0,`0.01"))

    assert refund.state == state


def test_a_payment_revoked_is_money_that_went_back(tmp_path: Path) -> None:
    row = REAL.replace("`JSAPI,`REFUND", "`JSAPI,`REVOKED")

    assert list(entries(whole(tmp_path, row, PAID))) == list(entries(whole(tmp_path, REAL, PAID)))


def test_a_day_without_business_has_no_entries(tmp_path: Path) -> None:
    assert list(entries(whole(tmp_path, said="`0.0,`0.0,`0.0,`0.0,`0.0,`0.0,`0.0"))) == []


def test_sums_of_ten_millions_and_more_are_read_as_they_are_printed(tmp_path: Path) -> None:
    row = PAID.replace("`12.30,`0.00,`0,", "`12345678.90,`0.00,`0,")
    row = row.replace("`0.60%,`12.30", "`0.60%,`12345678.90")
    said = "`2.0,`1.23456789E7,`0.01,`0.0,`0.0738,`1.23456789E7,`0.01"

    assert [each.amount_fen for each in entries(whole(tmp_path, REAL, row, said=said))] == [
        1,
        1_234_567_890,
    ]


def test_an_old_nought_without_decimals_is_one(tmp_path: Path) -> None:
    row = PAID.replace("`0.00,`0.00,`,`", "`0,`0,`,`")

    assert len(list(entries(whole(tmp_path, REAL, row)))) == 2


@pytest.mark.parametrize(
    ("row", "named"),
    [
        (PAID.replace("`12.30,`0.00,`0,", "`12.3,`0.00,`0,"), "line 3, 应结订单金额"),
        (PAID.replace("`0.60%,`12.30", "`0.60%,`1e3"), "line 3, 订单金额"),
        (PAID.replace("`0.60%,`12.30", "`0.60%,`１２.30"), "line 3, 订单金额"),
        (PAID.replace("0.07380", "0.0738"), "line 3, 手续费"),
        (PAID.replace("0.07380", f"{'1' * 5000}.07380"), "line 3, 手续费"),
        (PAID.replace("JSAPI,`SUCCESS", "JSAPI,`MAYBE"), "line 3, 交易状态"),
        (PAID.replace("`CNY", "`USD"), "line 3, 货币种类"),
        (PAID.replace("2019-02-19 05:00:00", "2019/02/19 05:00"), "line 3, 交易时间"),
        # A text that holds what could be the fee and the amounts: it can be cut in two ways.
        (PAID.replace('加急"`', ",`a,`0.07380,`,`12.30,`0.00,`b"), "line 3: 33 cells, where the"),
        (PAID.replace(",`0.00,`", ""), "line 3: 2"),
        (PAID[1:], "line 3"),
        (REAL.replace("`ORIGINAL,`SUCCESS", "`ORIGINAL,`"), "line 3, 退款状态"),
        (REAL.replace("`ORIGINAL,`SUCCESS", "`ORIGINAL,`DONE"), "line 3, 退款状态"),
    ],
)
def test_a_line_nobody_can_read_is_set_aside_and_named(
    tmp_path: Path, row: str, named: str
) -> None:
    assert row not in (PAID, REAL)
    path = whole(tmp_path, REAL, row)

    read, said = list(entries(path)), remarked(path)

    assert read == list(entries(whole(tmp_path, REAL, said=ONE_REFUND)))
    assert f"已搁置，未计入渠道合计（{named}" in said[0]
    assert said[1:] == ["按账单自报的合计，搁置的行应为：应结订单总金额 12.30 元"]
    assert "oHkLxtAAAA" not in "".join(said)


def test_the_first_line_begins_with_a_backtick_too(tmp_path: Path) -> None:
    assert "（line 2: 27 cells" in remarked(whole(tmp_path, PAID[1:], REAL))[0]


def test_a_text_that_breaks_its_line_leaves_out_that_line_alone(tmp_path: Path) -> None:
    path = whole(tmp_path, REAL, PAID.replace("工本费", "工\r\n本费"), LARGE, said=said_of(3))

    read, said = either(entries, path)

    assert [each.order_id for each in read] == ["order3", "autotest_20190219050146"]
    assert ["line 3: 21 cells" in said[0], "line 4: 7 cells" in said[1]] == [True, True]
    assert either(as_entries, path) == (read, said)


def test_lines_that_belong_to_none_are_set_aside_if_the_sums_hold(tmp_path: Path) -> None:
    path = whole(tmp_path, REAL, "", PAID, "x")

    assert list(entries(path)) == list(entries(whole(tmp_path, *DAY)))
    assert [words[-31:] for words in remarked(whole(tmp_path, REAL, "", PAID))] == [
        "line 3: 1 cells, where the header has 27）"[-31:]
    ]


@pytest.mark.parametrize("lines", [1, 4])
def test_lines_set_aside_explain_no_more_than_themselves(tmp_path: Path, lines: int) -> None:
    row = PAID.replace("12.30", "12.3")

    with pytest.raises(BillSumsDisagree, match=f"says {lines}, 2 could be read, 1 could not"):
        list(entries(whole(tmp_path, REAL, row, LARGE, said=said_of(lines))))


@pytest.mark.parametrize("rows", [1, 3, 101])
def test_a_bill_of_which_nothing_can_be_read_stops(tmp_path: Path, rows: int) -> None:
    path = whole(tmp_path, *[PAID.replace("12.30", "12.3")] * rows, said=said_of(rows))

    with pytest.raises(BillLineUnreadable, match="line 2, 应结订单金额"):
        list(entries(path))


def test_a_bill_with_too_many_lines_nobody_can_read_stops(tmp_path: Path) -> None:
    rows = [PAID, PAID.replace("12.30", "12.3")] * (MOST + 1)
    few = whole(tmp_path, *rows[2:], said=said_of(MOST * 2))

    assert len(list(entries(few))) == MOST

    with pytest.raises(BillLineUnreadable, match="line 3, 应结订单金额"):
        list(entries(whole(tmp_path, *rows, said=said_of(MOST * 2 + 2))))


@pytest.mark.parametrize(
    "text",
    [
        "工本费,`加急",
        ",`",
        ",`,`,`",
        "`,`SUCCESS,`CNY,`1.00",
        "2019-02-19 05:00:00,`0.00",
        "a\t,`\t",
    ],
)
def test_a_text_may_have_the_separator_in_it(tmp_path: Path, text: str) -> None:
    row = PAID.replace('工本费, "加急"`', text)
    path = whole(tmp_path, REAL, row)

    assert list(entries(path)) == list(entries(whole(tmp_path, REAL, PAID)))
    assert remarked(path) == []


def test_a_line_without_an_end_is_not_read_on_and_on(tmp_path: Path) -> None:
    row = PAID.replace("工本费", "费" * 2**16)

    with pytest.raises(BillLineUnreadable, match="a line after line 2 has no end"):
        list(entries(whole(tmp_path, row, REAL)))


def test_two_lines_whose_cells_only_add_up_are_not_one_block(tmp_path: Path) -> None:
    short, long = PAID.removesuffix(",`"), PAID + ",`"

    said = remarked(whole(tmp_path, short, long))

    assert "（line 2: 26 cells" in said[0]
    assert len(said) == 2


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (ALL.replace("订单金额,申请", "订单金额(元),申请"), "line 1: no column 订单金额"),
        (ALL.replace("微信订单号,", ""), "line 1: no column 微信订单号"),
        (ALL.replace("申请退款金额", "申请退款"), "line 1: no column 申请退款金额"),
        (ALL.replace("退款状态,", ""), "line 1: no column 退款状态"),
        (ALL.replace("设备号", "商户号"), "line 1: named twice: 商户号"),
        (ALL.replace("设备号", "订单金额"), "line 1: named twice: 订单金额"),
        ("<xml><return_code>FAIL</return_code></xml>", "line 1: not the header of a trade bill"),
        ("", "line 1: not the header of a trade bill"),
    ],
)
def test_a_header_that_is_not_known_stops_the_bill(tmp_path: Path, header: str, named: str) -> None:
    with pytest.raises(BillColumnsChanged, match=named):
        list(entries(bill(tmp_path, PAID, SUMS, SAID, header=header)))


def with_column(line: str, place: int, cell: str, separator: str) -> str:
    cells = line.split(separator)
    return separator.join([*cells[:place], cell, *cells[place:]])


@pytest.mark.parametrize("place", [5, 13, 27])
@pytest.mark.parametrize("text", ["1.00", "新, 字", "新,`字"])
def test_a_new_column_is_passed_over_and_remarked_upon(
    tmp_path: Path, place: int, text: str
) -> None:
    rows = [with_column(row, place, text, ",`") for row in (REAL, PLAIN, LARGE)]
    before = [REAL, PLAIN, LARGE, SUMS, "`3.0,`1246.86,`0.01,`0.0,`0.1476,`1246.86,`0.01"]
    known = either(entries, bill(tmp_path, *before))
    path = bill(tmp_path, *rows, *before[3:], header=with_column(ALL, place, "优惠", ","))

    read, said = either(entries, path)

    assert read == known[0]
    assert len(read) == 3
    assert said == ["交易 对账单新增列：优惠；已读各列不受影响"]
    assert either(as_entries, path) == (read, said)


def test_a_column_that_is_not_read_may_be_gone(tmp_path: Path) -> None:
    rows = [",`".join(cell for n, cell in enumerate(row.split(",`")) if n != 4) for row in DAY]

    read, said = either(
        entries, bill(tmp_path, *rows, SUMS, SAID, header=ALL.replace("设备号,", ""))
    )

    assert read == either(entries, whole(tmp_path, *DAY))[0]
    assert said == ["交易 对账单少了列：设备号；对账不需要，已读各列不受影响"]


def test_a_new_column_does_not_excuse_sums_that_disagree(tmp_path: Path) -> None:
    rows = [with_column(row, 27, "1", ",`") for row in DAY]

    with pytest.raises(BillSumsDisagree):
        list(entries(bill(tmp_path, *rows[1:], SUMS, SAID, header=f"{ALL},优惠")))


# Layouts of before November 2018. Names of columns, forms of numbers, and that a refund has 总金额
# nought are those of v2's page of «下载对账单» and of real bills of 2015, 2016, 2018 and 2020 in
# public projects (itboye, roncoo-pay, easy-pay, wxpay-micronaut); the lines are made up.

OLD_HEAD = HEAD.replace("特约商户号", "子商户号").replace(
    "应结订单金额,代金券金额", "总金额,企业红包金额"
)
OLD_REFUNDS = REFUNDS.replace("充值券退款金额", "企业红包退款金额")
OLD_ALL = f"{OLD_HEAD},{OLD_REFUNDS},商品名称,商户数据包,手续费,费率"
OLD_SUCCESS = f"{OLD_HEAD},商品名称,商户数据包,手续费,费率"
OLD_REFUND = f"{OLD_HEAD},退款申请时间,退款成功时间,{OLD_REFUNDS},商品名称,商户数据包,手续费,费率"
OLD_SUMS = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
OLD_PAID = (
    "`2015-03-30 21:25:32,`wx1,`10027619,`0,`,`1009360611201503300040393756,`order2,`oHk,`JSAPI,"
    "`SUCCESS,`CFT,`CNY,`32.50,`0.00,`0,`0,`0,`0,`,`,`洁面慕斯+精华, 套装,`,`0.20000,`0.60%"
)
OLD_BACK = (
    "`2018-05-07 10:54:45,`wx1,`10027619,`0,`,`4200000113201805074559498485,`order1,`oHk,`NATIVE,"
    "`REFUND,`CFT,`CNY,`0.00,`0.00,`50000506642018050704485755976,`R1,`0.02,`0.00,`ORIGINAL,"
    "`SUCCESS,`扫码充值,`3496--32,`0.00000,`0.60%"
)
COUPONS = {
    "企业红包金额": "代金券或立减优惠金额",
    "企业红包退款金额": "代金券或立减优惠退款金额",
}


@pytest.mark.parametrize("coupons", [{}, COUPONS])
def test_a_bill_of_before_november_2018_is_read(tmp_path: Path, coupons: dict[str, str]) -> None:
    header, sums = OLD_ALL, OLD_SUMS
    for old, older in coupons.items():
        header, sums = header.replace(old, older), sums.replace(old, older)
    path = bill(tmp_path, OLD_PAID, OLD_BACK, sums, "`2,`32.50,`0.02,`0.00,`0.20000", header=header)

    read, said = either(entries, path)

    assert [(each.number, each.amount_fen, each.fee_e5) for each in read] == [
        ("order2", 3250, 20000),
        ("R1", 2, 0),
    ]
    assert said == []
    assert either(as_entries, path) == (read, said)


def test_the_sums_of_an_old_bill_must_hold(tmp_path: Path) -> None:
    said = "`2,`32.51,`0.02,`0.00,`0.20000"

    with pytest.raises(BillSumsDisagree, match="应结订单总金额: the bill says 3251"):
        list(entries(bill(tmp_path, OLD_PAID, OLD_BACK, OLD_SUMS, said, header=OLD_ALL)))


def test_old_bills_of_payments_or_refunds_alone_are_read(tmp_path: Path) -> None:
    paid, back = OLD_PAID.split(",`"), OLD_BACK.split(",`")
    row = ",`".join([*paid[:14], *paid[20:]])
    [payment] = entries(
        bill(tmp_path, row, OLD_SUMS, "`1,`32.50,`0.00,`0.00,`0.20000", header=OLD_SUCCESS)
    )
    row = ",`".join([*back[:14], "2018-05-07 10:54:40", "2018-05-07 10:54:45", *back[14:]])
    [refund] = entries(
        bill(tmp_path, row, OLD_SUMS, "`1,`0.00,`0.02,`0.00,`0.00000", header=OLD_REFUND)
    )

    assert (payment.amount_fen, refund.amount_fen, refund.refund_no) == (3250, 2, "R1")


def test_noughts_of_one_decimal_or_none_and_wide_colons_are_read(tmp_path: Path) -> None:
    """As v2's page prints its sample of 2014."""
    row = OLD_PAID.replace("`32.50,`0.00,", "`32.50,`0.0,").replace("0.20000", "0")
    row = row.replace("21:25:32", "21：25：32")
    path = bill(tmp_path, row, OLD_SUMS, "`1,`32.5,`0.0,`0.0,`0", header=OLD_ALL)

    [payment] = entries(path)

    assert (payment.amount_fen, payment.fee_e5, payment.at) == (3250, 0, "2015-03-30 21:25:32")


def test_a_bill_saved_as_gbk_is_read(tmp_path: Path) -> None:
    path = whole(tmp_path, *DAY)
    known = either(entries, path)
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))

    assert either(entries, path) == either(as_entries, path) == known


def test_a_header_with_backticks_is_the_same(tmp_path: Path) -> None:
    known = either(entries, whole(tmp_path, *DAY))
    header, sums = ("`" + names.replace(",", ",`") for names in (ALL, SUMS))

    assert either(entries, bill(tmp_path, *DAY, sums, SAID, header=header)) == known


def test_a_bill_in_another_currency_is_not_taken_for_ours(tmp_path: Path) -> None:
    """The global platform's, pay.weixin.qq.com/doc/global, «下载对账单»."""
    header = ALL.replace("应结订单金额,代金券金额", "充值券币种,充值券金额").replace(
        "订单金额,申请退款金额,费率备注", "标价币种,订单金额(标价币种),结算币种"
    )

    with pytest.raises(
        BillColumnsChanged, match="no column 应结订单金额, 申请退款金额, 订单金额, 货币"
    ):
        list(entries(bill(tmp_path, SUMS, SAID, header=header.replace("货币种类,", ""))))


@pytest.mark.parametrize(
    "lines", [(PAID,), (PAID, SUMS), (PAID, SUMS, SAID[:20]), (PAID[:80],), ()]
)
def test_a_bill_cut_short_is_told(tmp_path: Path, lines: tuple[str, ...]) -> None:
    with pytest.raises(BillWrong):
        list(entries(bill(tmp_path, *lines)))


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (SAID.replace("`2.0", "`3.0"), "count: the bill says 3, its lines 2"),
        (SAID.replace("`12.3,`0.01,", "`12.31,`0.01,"), "应结订单总金额: the bill says 1231"),
        (SAID.replace("0.0738", "0.07381"), "手续费总金额: the bill says 7381, its lines 7380"),
        (SAID[:-4] + "0.02", "申请退款总金额: the bill says 2, its lines 1"),
    ],
)
def test_sums_that_disagree_are_told_after_the_last_entry(
    tmp_path: Path, said: str, named: str
) -> None:
    read = []

    with pytest.raises(BillSumsDisagree, match=named):
        read.extend(entries(whole(tmp_path, REAL, PAID, said=said)))

    assert len(read) == 2


@pytest.mark.parametrize("name", SUMS.split(",")[1:])
def test_a_renamed_column_of_the_summary_is_named(tmp_path: Path, name: str) -> None:
    sums = ",".join(f"{each}二" if each == name else each for each in SUMS.split(","))

    with pytest.raises(BillColumnsChanged, match=f"no column {name}"):
        list(entries(bill(tmp_path, REAL, PAID, sums, SAID)))


def test_a_line_written_twice_and_counted_once_or_twice_goes_on(tmp_path: Path) -> None:
    counted_once = list(entries(whole(tmp_path, REAL, PAID, PAID)))
    twice = "`3.0,`24.6,`0.01,`0.0,`0.1476,`24.6,`0.01"

    assert len(counted_once) == 3
    assert list(entries(whole(tmp_path, REAL, PAID, PAID, said=twice))) == counted_once


@pytest.mark.parametrize("at_once", [1, 4, 500_000])
def test_lines_that_came_before_are_found_in_any_number_of_passes(
    tmp_path: Path, at_once: int
) -> None:
    rows = [PAID.replace("order2", f"order{number}") for number in range(20)]
    path = whole(tmp_path, *rows, *rows[3:9], rows[5])
    counted, said = Sums(), {COUNT: 20, "订单总金额": 20 * 1230}
    with opened(path) as table:
        for block in table.blocks():
            counted.update(sums_of(block))

    compare(said, counted, partial(opened, path), sums_of, at_once=at_once)

    with pytest.raises(BillSumsDisagree, match="the bill says 19, its lines 20"):
        compare({COUNT: 19}, counted, partial(opened, path), sums_of, at_once=at_once)


def test_many_blocks_are_read_as_one_bill(tmp_path: Path) -> None:
    rows = [PAID.replace("order2", f"order{number}") for number in range(5000)]
    said = "`5000.0,`61500.0,`0.0,`0.0,`369.0,`61500.0,`0.0"

    read = [entry.order_id for entry in entries(whole(tmp_path, *rows, said=said))]

    assert read == [f"order{number}" for number in range(5000)]


def test_a_mistake_in_a_later_block_has_its_own_line(tmp_path: Path) -> None:
    rows = [PAID] * 3000 + [PAID.replace("`CNY", "`USD")]

    said = remarked(whole(tmp_path, *rows, said=said_of(3001)))

    assert "（line 3002, 货币种类" in said[0]


# Columns: nearly all lines are read by one regular expression, and must come to the same.

ODD = [
    REAL,
    PAID,
    PLAIN.replace("12.30", "0.30").replace("0.07380", "0.00180"),  # less than a yuan
    PLAIN.replace("CNY,`12.30", "CNY,`10.30"),  # a coupon of the merchant's
    PLAIN.replace("`工本费", "`工`本费"),
    PLAIN.replace("`工本费", "`工,本费"),
    PLAIN.replace("`工本费", "`工,`本费"),
    PLAIN.replace("order2", "号2"),
    PLAIN.replace("order2", "order\t2"),
    PLAIN.replace("0.07380", "-0.07380"),
    PLAIN.replace("`0.60%,`12.30", "`0.60%,`012.30"),
    PLAIN.replace("`0.00,`0.00,`,`", "`0,`0,`,`"),
    REAL.replace("`ORIGINAL,`SUCCESS", "`ORIGINAL,`FAIL"),
]
WRONG = [
    PLAIN.replace("`CNY", "`USD"),
    PLAIN.replace("12.30", "12.3"),
    PLAIN.replace("0.07380", "0.0738"),
    PLAIN.replace("0.07380", f"{'1' * 5000}.07380"),
    PLAIN.replace("12.30", f"{'1' * 5000}.30"),
    PLAIN.replace('加急"', ",`a,`0.07380,`,`12.30,`0.00,`b"),
    PLAIN.replace("0.60%", "`0.60%").replace(",`JSAPI", ",JSAPI"),
    PLAIN.removesuffix(",`"),
    PLAIN[1:],
    f"x{PLAIN}",
    PLAIN.replace("工本费", "工\r\n本费"),
    PLAIN.replace("05:00:00", "05:00"),
    REAL.replace("`ORIGINAL,`SUCCESS", "`ORIGINAL,`DONE"),
]


def either(
    read: Callable[[Path, Remark], Iterable[Entry]], path: Path
) -> tuple[list[Entry], list[str]]:
    """What is read, and what is wrong with it or remarked upon."""
    found: list[Entry] = []
    said: list[str] = []
    try:
        found.extend(read(path, said.append))
    except BillSumsDisagree as wrong:
        return sorted(found, key=repr), [str(wrong)]
    except BillWrong as wrong:
        return [], [str(wrong)]
    return sorted(found, key=repr), said


def as_entries(path: Path, remark: Remark = unsaid) -> Iterator[Entry]:
    for piece in columns(path, remark):
        yield from piece.entries()


def test_a_line_is_regular_or_left_over_whole(tmp_path: Path) -> None:
    odd, strange = PLAIN.replace("order2", "号2"), PLAIN.replace("`0.00,`,`", "`0,`,`")
    text = "".join(f"{line}\r\n" for line in (PLAIN, odd, LARGE, strange)).encode()
    with opened(whole(tmp_path)) as table:
        pieces, left = regular(Text.of(text), table.layout, Sums())

    assert [piece.numbers.cut() for piece in pieces] == [[b"order2", b"order3"]]
    assert left == f"{odd}\r\n{strange}\r\n".encode()


LINES = st.lists(st.sampled_from([PLAIN, PLAIN, LARGE, LARGE, *ODD]), max_size=20)


@given(LINES, st.sampled_from(["\r\n", "\n"]))
@settings(deadline=None, max_examples=100)
def test_columns_are_the_same_entries_and_come_to_the_same_sums(
    lines: list[str], newline: str
) -> None:
    with TemporaryDirectory() as folder:
        path = bill(Path(folder), *lines, SUMS, SAID, newline=newline)

        assert either(as_entries, path) == either(entries, path)


@pytest.mark.parametrize("row", WRONG)
@pytest.mark.parametrize("before", [1, 1500])
def test_columns_name_a_wrong_line_as_entries_do(tmp_path: Path, row: str, before: int) -> None:
    assert row not in (PLAIN, REAL)
    path = whole(tmp_path, *[PLAIN] * before, row, LARGE, said=said_of(before + 2))

    read, said = either(as_entries, path)

    assert (read, said) == either(entries, path)
    assert f"line {before + 2}" in said[0]


def test_columns_of_many_refunds_are_read(tmp_path: Path) -> None:
    said = "`2000.0,`0.0,`20.0,`0.0,`0.0,`0.0,`20.0"
    path = whole(tmp_path, *[REAL] * 2000, said=said)

    assert either(as_entries, path) == either(entries, path)
    assert len(either(as_entries, path)[0]) == 2000


def test_columns_of_a_bill_without_refunds_are_read(tmp_path: Path) -> None:
    cells = PLAIN.split(",`")
    row = ",`".join([*cells[:14], *cells[20:25], cells[26]])
    path = bill(tmp_path, row, SHORT_SUMS, "`1.0,`12.3,`0.0738,`12.3", header=SUCCESS)

    assert either(as_entries, path) == either(entries, path)
    assert len(either(as_entries, path)[0]) == 1
