"""The form all bills of WeChat Pay's share: lines, cells, and the summary at the end.

UTF-8 with BOM, CRLF; a backtick before every cell but the headers'; yuan with two decimals, in the
summary as many as Java prints. Source: pay.weixin.qq.com, «申请交易账单», and real files.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import Fen, fen_from_yuan
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged

LONGEST_LINE = 64 * 1024
_DOUBLE = re.compile(r"([0-9])\.([0-9]+)E([0-9])")
_BRACKETS = str.maketrans("（）", "()")  # some copies print them full-width
_PAID = "应结订单总金额"


def lines_of(content: Path) -> Iterator[bytes]:
    with content.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line.rstrip(b"\r\n")


def columns_of(header: bytes) -> list[str]:
    names = header.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").split(",")
    return [name.strip().translate(_BRACKETS) for name in names]


def cells_of(line: bytes) -> list[str]:
    """A goods name may hold any comma, but none before a backtick."""
    return line.removeprefix(b"`").decode("utf-8", "replace").split(",`")


def summary_of(bill: str, header: bytes, line: bytes) -> Mapping[str, str]:
    """The two last lines, by column. Raises `BillDamaged` where they are no summary."""
    columns, cells = columns_of(header), cells_of(line)
    if header.startswith(b"`") or not line.startswith(b"`") or len(columns) != len(cells):
        raise BillDamaged(f"{bill}: ends without its summary")
    names = [name.removesuffix("(元)") for name in columns]
    return dict(zip(names, cells, strict=True))


def said(bill: str, summary: Mapping[str, str], name: str) -> Fen:
    """An amount of the summary in fen; a count times a hundred: `45.0`, or as `1.23456789E7`."""
    if name not in summary:
        raise BillColumnsChanged(f"{bill}: the summary has no column {name}")
    try:
        return fen_from_yuan(plain(summary[name].strip()))
    except Malformed as error:
        raise BillDamaged(f"{bill}: {name} of the summary is not a number") from error


def plain(number: str) -> str:
    """Written out what Java prints from ten millions on: `1.23456789E7` is `12345678.9`."""
    match = _DOUBLE.fullmatch(number)
    if match is None:
        return number
    digits, power = match[2].ljust(int(match[3]), "0"), int(match[3])
    return f"{match[1]}{digits[:power]}.{digits[power:] or '0'}"


def paid_by_summary(bill: str, content: Path) -> Fen:
    """What a trade bill has as paid, read from its end. Raises `BillWrong`."""
    with content.open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - LONGEST_LINE))
        *_, header, line = [b"", b"", *file.read().splitlines()]
    return said(bill, summary_of(bill, header, line), _PAID)
