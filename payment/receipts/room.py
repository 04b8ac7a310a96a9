"""Receipts put together: their rows, from what payment has."""

from channel_gateway.ports import Tools
from channel_gateway.service import Job, Table
from payment.parts import Parts
from payment.receipts.endpoints import ReceiptEndpoints
from payment.receipts.pdf import face
from payment.receipts.register import RECEIPTS
from payment.receipts.verifying import Verifying

COLLECTIONS = (RECEIPTS,)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    verifying = Verifying(parts.orders, parts.register, parts.payers, parts.attempts)
    table.routes += ReceiptEndpoints(
        parts.payments.get,
        parts.payers,
        verifying,
        parts.chasing,
        public_url=tools.public_url,
        face=face(parts.settings.receipt_font),
    ).rows()
    table.jobs.append(
        Job("chase_receipts", 3600, parts.chasing.chase, "Ask on for receipts that do not come")
    )
