"""The form all bill files of Alipay's share: GBK CSVs with commented heads, in a zip. Pure.

Source: files parsed and kept as fixtures by several independent projects, 2012-2026.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

from mock_platforms.alipay.bill_periods import Period
from mock_platforms.alipay.moments import BEIJING


def head(title: str, period: Period, account: str) -> tuple[str, ...]:
    return (
        f"#{title}",
        f"#账号：[{account}]",
        f"#起始日期：[{period.first:%Y年%m月%d日} 00:00:00]   "
        f"终止日期：[{period.end:%Y年%m月%d日} 00:00:00]",
    )


def rule(title: str, before: int, after: int) -> str:
    return f"#{'-' * before}{title}{'-' * after}"


def exported(period: Period) -> str:
    return f"#导出时间：[{period.made_at.astimezone(BEIJING):%Y年%m月%d日 %H:%M:%S}]"


def tabbed(cells: Iterable[str], columns: frozenset[int]) -> str:
    """A line whose text cells end with a TAB; columns are counted from 1."""
    return ",".join(
        cell + "\t" if column in columns else cell for column, cell in enumerate(cells, start=1)
    )


def cell(text: str) -> str:
    # The platform's CSVs are not quoted, so a comma would shift the columns.
    return text.replace(",", "，").replace("\n", " ")


def join(*rows: str) -> str:
    return "".join(row + "\r\n" for row in rows)


def zipped(members: dict[str, str], *, at: datetime) -> bytes:
    """A zip whose member names are GBK bytes without the UTF-8 flag, as the platform makes them."""
    stamp = at.astimezone(BEIJING).timetuple()[:6]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            # zipfile writes the UTF-8 flag for any name outside ASCII; GBK bytes must pass unseen.
            info = _GbkNamed(name, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("gbk", "replace"))
    return buffer.getvalue()


class _GbkNamed(zipfile.ZipInfo):
    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own hook
        return self.filename.encode("gbk"), self.flag_bits
