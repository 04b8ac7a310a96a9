"""The columns of the non-tax platform's bill: where each stands, and how a line is cut. Pure.

Source: developers.weixin.qq.com, «下载缴费对帐单» (nontaxdownloadbill).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from payment.connectors.bill_header import remarks_on
from payment.connectors.free_text import (
    AMOUNT,
    CODE,
    FEE,
    MOMENT,
    PLATFORM_NUMBER,
    cut_around,
    word,
)
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillLineUnreadable

NUMBER = "缴费通知书编号(或平台订单号)"
REFUNDS = {"SUCCESS": "done", "PROCESSING": "processing", "FAIL": "failed", "CHANGE": "failed"}
WANTED = (
    *("交易时间", "微信订单号", "交易状态", "货币种类", "总金额"),
    *("商户退款单号", "退款金额", "退款状态", "手续费", NUMBER, "执收单位编码"),
)
_CODES = (
    *("公众账号ID", "商户号", "子商户号", "商户订单号", "用户标识", "交易类型", "付款银行"),
    *("微信退款单号", "商户退款单号", "退款类型", "费率", "行政区划代码", NUMBER, "执收单位编码"),
    *("通知书类型", "银行ID"),
)
_AMOUNTS = ("总金额", "企业红包金额", "退款金额", "企业红包退款金额")
# Of columns that are no free text: all that are known but 商品名称.
_LOOKS = {
    **dict.fromkeys(_CODES, CODE),
    **dict.fromkeys(_AMOUNTS, AMOUNT),
    "交易时间": MOMENT,
    "微信订单号": PLATFORM_NUMBER,
    "交易状态": word("SUCCESS", "REFUND"),
    "货币种类": word("CNY"),
    "退款状态": word("", *REFUNDS),
    "手续费": FEE,
}
_KNOWN = (*_LOOKS, "商品名称")
_SEPARATOR = ",`"


@dataclass(frozen=True, slots=True)
class Layout:
    names: tuple[str, ...]

    def cells(self, line: str, number: int) -> dict[str, str]:
        """What is read of a line, by column."""
        if not line.startswith("`"):
            raise BillLineUnreadable(f"line {number}: does not begin with a backtick")
        pieces = line[1:].split(_SEPARATOR)
        found = pieces if len(pieces) == len(self.names) else self._around(pieces)
        if not found:
            raise BillLineUnreadable(
                f"line {number}: has {len(pieces)} cells instead of {len(self.names)}"
            )
        of_all = dict(zip(self.names, found, strict=True))
        return {name: of_all[name] for name in WANTED}

    def remarks(self) -> Iterator[str]:
        return remarks_on("非税", self.names, _KNOWN)

    def _around(self, pieces: list[str]) -> list[str]:
        """A text may have the separator in it."""
        raw = [piece.encode() for piece in pieces]
        found = cut_around(raw, _SEPARATOR.encode(), self.names, _LOOKS) or []
        return [cell.decode() for cell in found]


def layout_of(header: str) -> Layout:
    names = tuple(loosely(header).split(","))
    missing = [name for name in WANTED if name not in names]
    if missing:
        raise BillColumnsChanged(f"line 1: has no column {', '.join(missing)}")
    if len(set(names)) != len(names):
        raise BillColumnsChanged("line 1: names a column twice")
    return Layout(names)


def loosely(header: str) -> str:
    """Full-width brackets mean the same."""
    return header.replace("（", "(").replace("）", ")")
