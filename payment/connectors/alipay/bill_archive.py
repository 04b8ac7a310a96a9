"""The one file of a bill's zip that holds the detail, found by its first line and unpacked; and the
summary beside it.

Names in the zip are GBK without the flag that says so; none of them becomes a path here.
"""

import re
import zlib
from datetime import date
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from payment.connectors.unpacking import LARGEST_BILL, Unpacked, unpack
from payment.reconciliation.wrong_bills import BillColumnsChanged, BillDamaged, BillTooLarge

MOST_MEMBERS = 16  # real ones hold two
MOST_OF_SUMMARY = 2**20  # bytes: it has a line for each store
_ENCRYPTED = 0x1
_BEGINS = re.compile(r"起始日期：\[([0-9]{4})年([0-9]{2})月([0-9]{2})日")


def unzipped(packed: Path, content: Path, first_line: str, where: str) -> Unpacked:
    """Raises `BillDamaged`, `BillTooLarge`; `BillColumnsChanged` where none begins as it must."""
    try:
        with ZipFile(packed, metadata_encoding="gbk") as archive:
            members = archive.infolist()
            if len(members) > MOST_MEMBERS:
                raise BillTooLarge(f"{where}: {len(members)} files in one zip")
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise BillDamaged(f"{where}: the zip is encrypted")
            found = [m for m in members if _begins(archive, m, first_line)]
            if len(found) != 1:
                raise BillColumnsChanged(
                    f"{where}: {len(found)} files of the zip begin with {first_line}, not one"
                )
            if found[0].file_size > LARGEST_BILL:
                raise BillTooLarge(f"{where}: says it unpacks to {found[0].file_size} bytes")
            with archive.open(found[0]) as stream:
                return unpack(stream, content)
    except (BadZipFile, EOFError, zlib.error, UnicodeDecodeError, NotImplementedError) as error:
        raise BillDamaged(f"{where}: not a whole zip file") from error


def summary_of(packed: Path, first_line: str) -> bytes | None:
    """The summary of a zip that has been unpacked before; None where there is none, or several."""
    with ZipFile(packed, metadata_encoding="gbk") as archive:
        found = [each for each in archive.infolist() if _begins(archive, each, first_line)]
        if len(found) != 1:
            return None
        with archive.open(found[0]) as stream:
            text = stream.read(MOST_OF_SUMMARY + 1)
    return text if len(text) <= MOST_OF_SUMMARY else None


def _begins(archive: ZipFile, member: ZipInfo, first_line: str) -> bool:
    with archive.open(member) as stream:
        line = stream.readline(256)
    return decoded(line, encoding_of(line)).strip().rstrip(",") == first_line


def day_said(content: Path) -> date | None:
    """The first day a bill says it is of, in its head; None where it says none."""
    with content.open("rb") as file:
        head = [file.readline(256) for _ in range(3)]
    encoding = encoding_of(head[0])
    said = _BEGINS.search("".join(decoded(line, encoding) for line in head))
    return date(*(int(part) for part in said.groups())) if said else None


def encoding_of(first_line: bytes) -> str:
    """A bill's, by its first line, which has Chinese in it; GB 18030 reads GBK as well."""
    try:
        first_line.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def decoded(line: bytes, encoding: str) -> str:
    return line.decode(encoding, "replace").removeprefix("\ufeff")
