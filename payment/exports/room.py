"""Exports put together: each kind with the source of its rows."""

from channel_gateway.ports import Tools
from channel_gateway.service import Table
from payment.exports.difference_rows import CaseRows, DifferenceRows
from payment.exports.endpoints import ExportEndpoints
from payment.exports.exports import Exports
from payment.exports.movement_rows import MovementRows
from payment.exports.receipt_rows import ReceiptRows
from payment.exports.refund_rows import RefundRows
from payment.exports.report_rows import ReportRows
from payment.exports.suspense_rows import SuspenseRows
from payment.exports.what import What
from payment.parts import Parts
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.refund_cases.worklist import Worklist


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    """Add the rows of exports, and offer them to the command line."""
    journal, orders, methods = parts.journal, parts.orders, tuple(parts.methods)
    desk: ReconciliationDesk = table.offered(ReconciliationDesk)[tools.name]
    worklist: Worklist = table.offered(Worklist)[tools.name]
    exports = Exports(
        {
            What.MOVEMENTS: MovementRows(journal, orders, desk.days, methods),
            What.REPORT: ReportRows(desk.days, desk.methods),
            What.DIFFERENCES: DifferenceRows(desk),
            What.CASES: CaseRows(desk),
            What.SUSPENSE: SuspenseRows(desk),
            What.REFUNDS: RefundRows(worklist, journal, orders, methods, tools.clock),
            What.RECEIPTS: ReceiptRows(parts.chasing),
        },
        journal,
        tools.clock,
    )
    table.offer(Exports, tools.name, exports)
    table.routes += ExportEndpoints(exports).rows()
