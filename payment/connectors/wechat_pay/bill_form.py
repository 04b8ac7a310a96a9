"""The form all bills of WeChat Pay's share: lines, columns and cells.

UTF-8 with BOM, CRLF; a backtick before every cell but the headers'; yuan with two decimals.
Source: pay.weixin.qq.com, «申请交易账单», and real files.
"""

from collections.abc import Iterator
from pathlib import Path

LONGEST_LINE = 64 * 1024
_BRACKETS = str.maketrans("（）", "()")  # some copies print them full-width


def lines_of(content: Path) -> Iterator[str]:
    with content.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield line.rstrip(b"\r\n").decode("utf-8", "replace")


def columns_of(header: str) -> list[str]:
    return [name.strip().translate(_BRACKETS) for name in header.removeprefix("\ufeff").split(",")]


def cells_of(line: str) -> list[str]:
    """A goods name may hold any comma, but none before a backtick."""
    return line.removeprefix("`").split(",`")
