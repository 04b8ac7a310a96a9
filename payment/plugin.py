"""The plug-in: all rooms of payment, side by side."""

from channel_gateway.ports import Tools
from channel_gateway.service import Table
from payment import room as orders_room
from payment.archive import room as archive_room
from payment.commands.archive import archive_command, restore_command
from payment.commands.cases import cases_command
from payment.commands.close import close_command
from payment.commands.export import export_command
from payment.commands.journal import journal_command
from payment.commands.reconcile import reconcile_command
from payment.commands.refunds import refunds_command
from payment.commands.report import report_command
from payment.exports import room as exports_room
from payment.journal import room as journal_room
from payment.parts import put_together
from payment.receipts import room as receipts_room
from payment.reconciliation import room as reconciliation_room
from payment.reconciliation.bill_files import room as bills_room
from payment.refund_cases import room as refund_cases_room
from payment.settings import Settings as Settings
from payment.story import room as story_room
from payment.traces import room as traces_room

COMMANDS = (
    journal_command,
    reconcile_command,
    report_command,
    cases_command,
    close_command,
    refunds_command,
    export_command,
    archive_command,
    restore_command,
)
COLLECTIONS = (
    *orders_room.COLLECTIONS,
    *refund_cases_room.COLLECTIONS,
    *receipts_room.COLLECTIONS,
    *bills_room.COLLECTIONS,
    *reconciliation_room.COLLECTIONS,
    *traces_room.COLLECTIONS,
    *archive_room.COLLECTIONS,
)
TAKES_OFFERS = True  # every payment method, the finance authority, and who knows the citizens


def build(table: Table, tools: Tools) -> None:
    """Add the payment's rows. Raises `ValueError` without methods, finance, people, calendar."""
    parts = put_together(Settings.model_validate(tools.section), table, tools)
    orders_room.add_rows(table, tools, parts)
    refund_cases_room.add_rows(table, tools, parts)
    receipts_room.add_rows(table, tools, parts)
    bills_room.add_rows(table, tools, parts)
    journal_room.add_rows(table, tools, parts)
    reconciliation_room.add_rows(table, tools, parts)
    archive_room.add_rows(table, tools, parts)  # it asks the desk and the parities
    exports_room.add_rows(table, tools, parts)  # it reads what the others offer
    story_room.add_rows(table, tools, parts)
    traces_room.add_rows(table, tools, parts)  # of the reactions that the others added
