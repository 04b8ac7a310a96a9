"""What a bill of WeChat Pay says of itself: the sums in its two last lines.

Numbers are printed from a double, without last noughts, and from ten millions on as Java does.
Source: pay.weixin.qq.com, «申请交易账单», and real files; the ten millions are inferred.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from channel_gateway.domain.money import Fen
from payment.connectors.wechat_pay.bill_form import LONGEST_LINE, cells_of, columns_of, decoded
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged

_NUMBER = re.compile(r"(-?[0-9]{1,12})(?:\.([0-9]{1,5}))?")  # `45.0`, `0.47`, `7.79000`
_DOUBLE = re.compile(r"([0-9])\.([0-9]+)E([0-9])")
_PAID = "应结订单总金额"
# What bills of before November 2018 call the same.
_BEFORE = {
    "总交易额": _PAID,
    "总退款金额": "退款总金额",
    **dict.fromkeys(("总企业红包退款金额", "总代金券或立减优惠退款金额"), "充值券退款总金额"),
}


def summary_of(bill: str, header: str, line: str) -> Mapping[str, str]:
    """The two last lines, by column. Raises `BillDamaged` where they are no summary."""
    columns, cells = columns_of(header), cells_of(line)
    if not line.startswith("`") or len(columns) != len(cells):
        raise BillDamaged(f"{bill}: ends without its summary")
    names = [name.removesuffix("(元)") for name in columns]
    names = [_BEFORE.get(name, name) for name in names]
    return dict(zip(names, cells, strict=True))


def said(bill: str, summary: Mapping[str, str], name: str, *, decimals: int) -> int:
    """A number of the summary, whole: a count has no decimals, fen have two, a fee has five."""
    if name not in summary:
        raise BillColumnsChanged(f"{bill}: the summary has no column {name}")
    found = _NUMBER.fullmatch(_plain(summary[name].strip()))
    whole, fraction = found.groups("") if found else ("", "")
    if not whole or fraction[decimals:].strip("0"):
        raise BillDamaged(f"{bill}: {name} of the summary is no number of {decimals} decimals")
    return int(whole + fraction[:decimals].ljust(decimals, "0"))


def paid_by_summary(bill: str, content: Path) -> Fen:
    """What a trade bill has as paid, read from its end. Raises `BillWrong`."""
    with content.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - LONGEST_LINE))
        *_, header, line = [b"", b"", *file.read().splitlines()]
    summary = summary_of(bill, decoded(header), decoded(line))
    return Fen(said(bill, summary, _PAID, decimals=2))


def _plain(number: str) -> str:
    """Written out what Java prints from ten millions on: `1.23456789E7` is `12345678.9`."""
    match = _DOUBLE.fullmatch(number)
    if match is None:
        return number
    digits, power = match[2].ljust(int(match[3]), "0"), int(match[3])
    return f"{match[1]}{digits[:power]}.{digits[power:] or '0'}"
