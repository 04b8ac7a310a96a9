"""Bills put together: they are fetched again until they are here."""

from channel_gateway.ports import Tools
from channel_gateway.service import Table
from payment.parts import Parts
from payment.reconciliation.bill_files.day import BILL_DAYS
from payment.reconciliation.bill_files.kept import BILL_FILES

COLLECTIONS = (BILL_FILES, BILL_DAYS)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    table.reactions += parts.bills.rows()
