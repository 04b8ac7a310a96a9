"""The bill line by line: columns by their names, every cell, exact money, the totals compared."""

from collections import deque
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.connectors.bill_sums import BillSumsDisagree
from payment.connectors.wechat_nontax import bill
from payment.connectors.wechat_nontax.bill_layout import WANTED
from payment.ports import BillWrong
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineUnreadable,
)

# As «下载缴费对帐单» prints it.
HEADER = (
    "交易时间,公众账号ID,商户号,子商户号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "总金额,企业红包金额,微信退款单号,商户退款单号,退款金额,企业红包退款金额,退款类型,退款状态,商品名称,"
    "手续费,费率,行政区划代码,缴费通知书编号(或平台订单号),执收单位编码,通知书类型,银行ID"
)
TOTALS = "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额"
PAID = (
    "`2017-09-03 12:15:40,`wx33c6e3a56d5ca153,`1900000303,`0,`4000042001201709029708655859,`AQCA,"
    "`oErwd0iU6Sm7sIC9KJ5SrhNhlHgw,`JSAPI,`SUCCESS,`SPDB_DEBIT,`CNY,`3.00,`0.00,`0,`0,`0.00,`0.00,"
    "`,`,`登记费,一件,`0.01800,`0.60%,`330199,`G20260105A,`330199021,`1,`102"
)
BACK = (
    "`2017-09-03 13:00:00,`wx33c6e3a56d5ca153,`1900000303,`0,`4000042001201709029708655859,`AQCA,"
    "`oErwd0iU6Sm7sIC9KJ5SrhNhlHgw,`JSAPI,`REFUND,`SPDB_DEBIT,`CNY,`0.00,`0.00,`RF1,`G20260105AR1,"
    "`1.00,`0.00,`ORIGINAL,`SUCCESS,`登记费,`-0.00600,`0.60%,`330199,`G20260105A,`330199021,`1,`102"
)
SUMS = "`2,`3.00,`1.00,`0.00,`0.01200"


def read(*lines: str) -> list[Entry]:
    return list(bill.entries(f"{line}\r\n".encode() for line in lines))


def wrong(*lines: str, finding: type[BillWrong] = BillLineUnreadable) -> str:
    with pytest.raises(BillWrong) as error:
        read(*lines)
    assert type(error.value) is finding
    return str(error.value)


def cells(line: str, **changes: str) -> str:
    """The line with some columns changed."""
    names = HEADER.split(",")
    values = dict(zip(names, line[1:].split(",`"), strict=True))
    return "`" + ",`".join((values | changes).values())


def test_a_payment_and_a_refund_are_read_as_they_say() -> None:
    paid, back = read(HEADER, PAID, BACK, TOTALS, SUMS)

    transaction = "4000042001201709029708655859"
    assert paid == Entry(
        Movement.PAYMENT,
        "G20260105A",
        "",
        transaction,
        300,
        "2017-09-03 12:15:40",
        "done",
        1_800,
        "",
        "330199021",
    )
    assert back == Entry(
        Movement.REFUND,
        "G20260105A",
        "G20260105AR1",
        transaction,
        100,
        "2017-09-03 13:00:00",
        "done",
        -600,
        "",
        "330199021",
    )


def test_goods_with_commas_do_not_move_the_columns() -> None:
    (paid,) = read(HEADER, PAID, TOTALS, "`1,`3.00,`0.00,`0.00,`0.01800")

    assert paid.order_id == "G20260105A"


@pytest.mark.parametrize("goods", ["登记费,`一件", ",`", "CNY,`3.00,`0.00,`0,`0"])
def test_goods_with_the_separator_in_them_are_read_around(goods: str) -> None:
    line = cells(PAID, 商品名称=goods)

    assert read(HEADER, line, BACK, TOTALS, SUMS) == read(HEADER, PAID, BACK, TOTALS, SUMS)


def remarked(*lines: str) -> list[str]:
    said: list[str] = []
    deque(bill.entries((f"{line}\r\n".encode() for line in lines), said.append), maxlen=0)
    return said


def test_a_line_nobody_can_read_is_set_aside_and_named() -> None:
    line = cells(PAID, 总金额="3.001")

    assert read(HEADER, line, BACK, TOTALS, SUMS) == read(HEADER, PAID, BACK, TOTALS, SUMS)[1:]
    assert remarked(HEADER, line, BACK, TOTALS, SUMS) == [
        "账单有一行读不出，已搁置，未计入渠道合计（line 2, 总金额: not an amount in yuan）",
        "按账单自报的合计，搁置的行应为：总交易额 3.00 元",
    ]


def test_lines_set_aside_explain_no_more_than_themselves() -> None:
    line = cells(PAID, 总金额="3.001")
    sums = SUMS.replace("`2,", "`3,")

    says = wrong(HEADER, line, BACK, TOTALS, sums, finding=BillSumsDisagree)

    assert says == "count: the bill says 3, 1 could be read, 1 could not"


def test_columns_that_are_new_or_gone_are_remarked_upon() -> None:
    long = f"{HEADER},新列", f"{PAID},`x", f"{BACK},`x"

    assert remarked(*long, TOTALS, SUMS) == ["非税 对账单新增列：新列；已读各列不受影响"]
    short = [",".join(each.split(",")[:-1]) for each in (HEADER, PAID, BACK)]
    assert remarked(*short, TOTALS, SUMS) == [
        "非税 对账单少了列：银行ID；对账不需要，已读各列不受影响"
    ]


def test_columns_are_found_by_name_wherever_they_stand() -> None:
    names = [*reversed(HEADER.split(",")), "新列"]
    line = "`" + ",`".join([*reversed(PAID[1:].split(",`")), "x"])

    (paid,) = read(",".join(names), line, TOTALS, "`1,`3.00,`0.00,`0.00,`0.01800")

    assert (paid.amount_fen, paid.unit_code) == (300, "330199021")


def test_a_mark_at_the_beginning_and_full_width_brackets_are_passed_over() -> None:
    header = "\ufeff" + HEADER.replace("(", "（").replace(")", "）")

    assert len(read(header, PAID, BACK, TOTALS, SUMS)) == 2


@pytest.mark.parametrize("name", WANTED)
def test_a_column_that_is_missing_is_named(name: str) -> None:
    header = HEADER.replace(name, "别的")

    assert wrong(header, PAID, finding=BillColumnsChanged) == f"line 1: has no column {name}"


def test_a_column_named_twice_is_refused() -> None:
    assert "twice" in wrong(f"{HEADER},总金额", PAID, finding=BillColumnsChanged)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"总金额": "3.001"}, "line 2, 总金额: not an amount in yuan"),
        ({"总金额": "3,00"}, "line 2, 总金额: not an amount in yuan"),
        ({"总金额": "-3.00"}, "line 2, 总金额: is negative"),
        ({"手续费": "0.000001"}, "line 2, 手续费: not a fee in yuan"),
        ({"手续费": "1e5"}, "line 2, 手续费: not a fee in yuan"),
        ({"手续费": "٣.0"}, "line 2, 手续费: not a fee in yuan"),
        ({"手续费": ""}, "line 2, 手续费: not a fee in yuan"),
        ({"手续费": "1" * 5000}, "line 2, 手续费: not a fee in yuan"),
        ({"交易时间": "2017/09/03 12:15"}, "line 2, 交易时间: no moment"),
        ({"交易状态": "REVOKED"}, "line 2, 交易状态: a word not used before"),
        ({"货币种类": "USD"}, "line 2, 货币种类: is not CNY"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(changes: dict[str, str], says: str) -> None:
    assert wrong(HEADER, cells(PAID, **changes), TOTALS, SUMS) == says


@pytest.mark.parametrize(
    ("word", "state"),
    [("SUCCESS", "done"), ("PROCESSING", "processing"), ("FAIL", "failed"), ("CHANGE", "failed")],
)
def test_how_a_refund_stands_is_one_of_our_words(word: str, state: str) -> None:
    (_, back) = read(HEADER, PAID, cells(BACK, 退款状态=word), TOTALS, SUMS)

    assert back.state == state


def test_an_unknown_state_of_a_refund_is_an_error() -> None:
    line = cells(BACK, 退款状态="MAYBE")

    assert wrong(HEADER, line, TOTALS, SUMS) == "line 2, 退款状态: a word not used before"


@pytest.mark.parametrize(
    ("lines", "finding", "says"),
    [
        (
            [PAID.removeprefix("`"), TOTALS, SUMS],
            BillLineUnreadable,
            "line 2: does not begin with a backtick",
        ),
        ([PAID[:-6], TOTALS, SUMS], BillLineUnreadable, "line 2: has 26 cells instead of 27"),
        ([f"{PAID},`x", TOTALS, SUMS], BillLineUnreadable, "line 2: has 28 cells instead of 27"),
        ([PAID, BACK], BillDamaged, "line 3: the bill ends without its totals"),
        ([PAID, BACK, TOTALS], BillDamaged, "line 4: the bill ends without its totals"),
        ([PAID, TOTALS, SUMS], BillSumsDisagree, "line 4, 总交易单数: is not the sum of the lines"),
        (
            [PAID, BACK, TOTALS, "`2,`3.01,`1.00,`0.00,`0.01200"],
            BillSumsDisagree,
            "line 5, 总交易额",
        ),
        (
            [PAID, BACK, TOTALS, "`2,`3.00,`1.01,`0.00,`0.01200"],
            BillSumsDisagree,
            "line 5, 总退款金额",
        ),
        (
            [PAID, BACK, TOTALS, "`2,`3.00,`1.00,`0.00,`0.01201"],
            BillSumsDisagree,
            "line 5, 手续费总金额",
        ),
        (
            [PAID, BACK, TOTALS, "`2,`3.00,`1.00,`0.00"],
            BillLineUnreadable,
            "line 5: has 4 cells instead of 5",
        ),
        ([PAID, BACK, "总交易单数,总交易额", SUMS], BillColumnsChanged, "line 4: not the totals"),
    ],
)
def test_a_bill_that_is_not_whole_is_refused(
    lines: Sequence[str], finding: type[BillWrong], says: str
) -> None:
    assert wrong(HEADER, *lines, finding=finding).startswith(says)


def test_a_count_with_a_decimal_is_a_count() -> None:
    assert len(read(HEADER, PAID, BACK, TOTALS, SUMS.replace("`2,", "`2.0,"))) == 2


def test_an_empty_bill_is_known_by_its_second_line() -> None:
    nothing = "`0,`0.00,`0.00,`0.00,`0.00000"
    assert bill.is_empty(f"{HEADER}\r\n{TOTALS}\r\n{nothing}\r\n".encode())
    assert not bill.is_empty(f"{HEADER}\r\n{PAID}\r\n{TOTALS}\r\n{SUMS}\r\n".encode())
    assert read(HEADER, TOTALS, nothing) == []


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(BillLineUnreadable):
        list(bill.entries([HEADER.encode(), b"`\xff\xfe"]))


def test_what_the_bank_receives_is_payments_less_refunds_less_fees() -> None:
    failed = cells(BACK, 退款状态="FAIL")
    entries = [*read(HEADER, PAID, BACK, TOTALS, SUMS), *read(HEADER, PAID, failed, TOTALS, SUMS)]

    assert bill.settled_fen(entries) == 300 - 100 + 300 - 3  # fees of 0.03000 yuan


@given(st.integers(-(10**11), 10**11))
def test_fees_are_read_exactly(fee_e5: int) -> None:
    text = f"{'-' if fee_e5 < 0 else ''}{abs(fee_e5) // 10**5}.{abs(fee_e5) % 10**5:05d}"
    line = cells(PAID, 手续费=text)

    (entry,) = read(HEADER, line, TOTALS, f"`1,`3.00,`0.00,`0.00,`{text}")

    assert entry.fee_e5 == fee_e5
