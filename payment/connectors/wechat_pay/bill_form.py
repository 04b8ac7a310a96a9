"""The form all bills of WeChat Pay's share: lines, columns and cells.

UTF-8 with BOM, CRLF; a backtick before every cell but the headers'; yuan with two decimals. What
was saved by a spreadsheet on the way is GBK.
Source: pay.weixin.qq.com, «申请交易账单», and real files.
"""

from collections.abc import Iterator
from pathlib import Path

LONGEST_LINE = 64 * 1024
_BRACKETS = str.maketrans("（）", "()")  # some copies print them full-width


def lines_of(content: Path) -> Iterator[str]:
    with content.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            yield decoded(line)


def decoded(line: bytes) -> str:
    """Without its end."""
    return line.rstrip(b"\r\n").decode(encoding_of(line), "replace")


def encoding_of(line: bytes) -> str:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def columns_of(header: str) -> list[str]:
    names = header.removeprefix("\ufeff").removeprefix("`").replace(",`", ",").split(",")
    return [name.strip().translate(_BRACKETS) for name in names]


def cells_of(line: str) -> list[str]:
    """A goods name may hold any comma, but none before a backtick."""
    return line.removeprefix("`").split(",`")
