"""Receipts put together: their rows, from what payment has."""

from channel_gateway.ports import Tools
from channel_gateway.service import Job, Table
from payment.parts import Parts
from payment.receipts.endpoints import ReceiptEndpoints
from payment.receipts.pdf import OUR_FONT, face
from payment.receipts.register import RECEIPTS
from payment.receipts.verifying import Verifying

COLLECTIONS = (RECEIPTS,)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    """Raises `ValueError` for a font that cannot be read, before the first sheet is printed."""
    font = parts.settings.receipt_font
    if font is not None:
        face(font)
    verifying = Verifying(parts.orders, parts.register, parts.payers, parts.attempts, tools.vault)
    table.routes += ReceiptEndpoints(
        parts.payments.get,
        parts.payers,
        verifying,
        parts.chasing,
        public_url=tools.public_url,
        font=font or OUR_FONT,
    ).rows()
    table.jobs.append(
        Job("chase_receipts", 3600, parts.chasing.chase, "Ask on for receipts that do not come")
    )
