"""The columns of WeChat Pay's trade bills, today's and those of before November 2018. Pure.

Source: pay.weixin.qq.com, «申请交易账单» (v3) and «下载对账单» (v2); its notice of November 2018 on
the names of columns; real bills of 2015 to 2024 that public projects keep.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payment.connectors.bill_header import check_columns, remarks_on
from payment.connectors.bill_table import Layout, Table
from payment.connectors.free_text import AMOUNT, CODE, FEE, MOMENT, PLATFORM_NUMBER, word
from payment.connectors.wechat_pay.bill_form import encoding_of

SUMMARY = "总交易单数"

# What bills of before November 2018 call the same; they had neither 订单金额 nor 申请退款金额, for
# without coupons of the merchant's own they are 总金额 and 退款金额.
_BEFORE = {
    "子商户号": "特约商户号",
    "总金额": "应结订单金额",
    **dict.fromkeys(("企业红包金额", "代金券或立减优惠金额"), "代金券金额"),
    **dict.fromkeys(("企业红包退款金额", "代金券或立减优惠退款金额"), "充值券退款金额"),
}
_SINCE = ("订单金额", "申请退款金额", "费率备注")


def _names(printed: str) -> tuple[str, ...]:
    return tuple(printed.split(","))


_PAYMENTS = _names(
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,"
    "货币种类,应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注"
)
_REFUNDS = _names(
    "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,申请退款金额"
)
_REFUNDS_ALONE = _names("退款申请时间,退款成功时间")
_NEEDED = _names("交易时间,微信订单号,商户订单号,交易状态,货币种类,应结订单金额,手续费,订单金额")
_NEEDED_OF_REFUNDS = _names("商户退款单号,退款金额,充值券退款金额,退款状态,申请退款金额")

_CODES = _names(
    "公众账号ID,商户号,特约商户号,商户订单号,用户标识,交易类型,付款银行,"
    "微信退款单号,商户退款单号,退款类型,费率"
)
_AMOUNTS = _names("应结订单金额,代金券金额,退款金额,充值券退款金额,订单金额,申请退款金额")
# How the columns look that are no free text: for lines whose texts have the separator in them.
LOOKS = {
    **dict.fromkeys(_CODES, CODE),
    **dict.fromkeys(_AMOUNTS, AMOUNT),
    "交易时间": MOMENT,
    "微信订单号": PLATFORM_NUMBER,
    "交易状态": word("SUCCESS", "REFUND", "REVOKED"),
    "货币种类": word("CNY"),
    "退款状态": word("", "SUCCESS", "PROCESSING", "FAIL", "CHANGE"),
    "手续费": FEE,
}


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """Raises `BillWrong` unless its header has all that is read."""
    with open(path, "rb") as file:
        line = file.readline()
        encoding = encoding_of(line)
        printed = line.decode(encoding, "replace").removeprefix("\ufeff").rstrip("\r\n")
        opening = "`" if printed.startswith("`") else ""  # some copies have it here too
        names = [
            _BEFORE.get(name, name) for name in printed.removeprefix(opening).split(f",{opening}")
        ]
        is_old = "总金额" in printed
        check_columns(names, list(_needed(names, is_old=is_old)), what="a trade bill")
        newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
        end = f"{opening}{SUMMARY}".encode(encoding)
        columns = {name: place for place, name in enumerate(names)}
        yield Table(file, Layout(columns, b"`", b",`", end, newline, encoding, LOOKS), first_line=2)


def is_of_before(layout: Layout) -> bool:
    return "订单金额" not in layout.columns


def remarks_on_columns(layout: Layout) -> Iterator[str]:
    known = [*_PAYMENTS]
    if not layout.columns.keys().isdisjoint(_REFUNDS):
        known += _REFUNDS
    if not layout.columns.keys().isdisjoint(_REFUNDS_ALONE):
        known += _REFUNDS_ALONE
    if is_of_before(layout):
        known = [name for name in known if name not in _SINCE]
    return remarks_on("交易", layout.columns, known)


def _needed(names: list[str], *, is_old: bool) -> Iterator[str]:
    has_refunds = any(name in _REFUNDS for name in names)
    for name in [*_NEEDED, *(_NEEDED_OF_REFUNDS if has_refunds else ())]:
        if not (is_old and name in _SINCE):
            yield name
