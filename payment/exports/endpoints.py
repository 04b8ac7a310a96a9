"""Exports over HTTP, a row for each kind: a file, or too much for an answer."""

import asyncio
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Role
from channel_gateway.service import Call, Parameter, Route, Who
from payment.exports.asked import Asked
from payment.exports.exports import Exports
from payment.exports.messages import CsvExport, ExportFile, XlsxExport
from payment.exports.what import TITLES, FileFormat, What
from payment.reconciliation.desk.views import units_for

MOST_ROWS = 10_000  # of one answer: a megabyte, and some seconds
_FINANCE = frozenset({Role.FINANCE_CLERK, Role.FINANCE_REVIEWER, Role.AUDITOR})
_SUMMARIES = {
    What.MOVEMENTS: "every payment and refund of days, from the journal",
    What.REPORT: "the sums of reconciled days, by unit, item and method",
    What.DIFFERENCES: "what differs on reconciled days",
    What.CASES: "the cases made of differences",
    What.SUSPENSE: "every entry of the suspense account",
    What.REFUNDS: "refund cases, and what goes back by itself",
    What.RECEIPTS: "payments without a receipt",
}
_FILES: dict[FileFormat, type[ExportFile]] = {
    FileFormat.CSV: CsvExport,
    FileFormat.XLSX: XlsxExport,
}


class ExportEndpoints:
    def __init__(self, exports: Exports, *, most: int = MOST_ROWS) -> None:
        self._exports = exports
        self._most = most
        self._press = asyncio.Lock()  # one at a time: the memory and the disk of one

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                f"/staff/exports/{what}",
                partial(self.export, what),
                f"Export {_SUMMARIES[what]} ({TITLES[what]}), as Excel or CSV",
                answer=ExportFile,
                who=Who.STAFF,
                roles=roles_of(what),
                query=(
                    Parameter("from", required=True),
                    Parameter("to", required=True),
                    Parameter("format", among=FileFormat),
                    "unit",
                ),
                errors=("export_too_large", "not_found"),
                audited=True,
            )
            for what in What
        ]

    async def export(self, what: What, call: Call) -> ExportFile:
        form = FileFormat(call.query.get("format") or FileFormat.XLSX)
        asked = Asked(
            what,
            _day(call, "from"),
            _day(call, "to"),
            units_for(call.staff, call.query.get("unit")),
            call.staff.name,
        )
        async with self._press:
            with TemporaryDirectory(prefix="export-") as folder:
                path = Path(folder) / f"export.{form}"
                await self._exports.write(asked, path, form, most=self._most)
                content = await asyncio.to_thread(path.read_bytes)
        return _FILES[form](content=content, attachment=f"{asked.name}.{form}")


def roles_of(what: What) -> frozenset[Role]:
    """What lies in suspense is no unit's yet."""
    return _FINANCE if what is What.SUSPENSE else _FINANCE | {Role.UNIT_CLERK}


def _day(call: Call, name: str) -> date:
    try:
        return date.fromisoformat(call.query[name])
    except ValueError:
        raise Invalid("a day like 2026-03-02", field=f"query.{name}") from None
