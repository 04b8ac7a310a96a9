"""Exports put together: each kind with the source of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from payment.journal.journal import Journal
from payment.orders import Orders
from payment.receipts.chasing import Chasing
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.refund_cases.worklist import Worklist


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where the figures are."""

    journal: Journal
    orders: Orders
    desk: ReconciliationDesk
    worklist: Worklist
    chasing: Chasing
    methods: Sequence[str]


def build(table: Table, tools: Tools, rooms: Rooms) -> None:
    """Add the rows of exports, and offer them to the command line."""
    desk, journal, orders = rooms.desk, rooms.journal, rooms.orders
    exports = Exports(
        {
            What.MOVEMENTS: MovementRows(journal, orders, desk.days, rooms.methods),
            What.REPORT: ReportRows(desk.days, desk.methods),
            What.DIFFERENCES: DifferenceRows(desk),
            What.CASES: CaseRows(desk),
            What.SUSPENSE: SuspenseRows(desk),
            What.REFUNDS: RefundRows(rooms.worklist, journal, orders, rooms.methods, tools.clock),
            What.RECEIPTS: ReceiptRows(rooms.chasing),
        },
        journal,
        tools.clock,
    )
    table.offer(Exports, tools.name, exports)
    table.routes += ExportEndpoints(exports).rows()
