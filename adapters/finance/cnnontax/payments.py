"""A payment (缴款确认, message 5996) and a receipt (8999, 8981, 8982) in both sides' words. Pure.

Source: domain facts 1.5 A1 and 1.8. Inferred: Hold1 names our confirmation, Hold2 the late fee in
it; the receipt is found by PayCode; what goes back asks for a red receipt by 8981, as EInvoice has
fields for the receipt it reverses.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from xml.etree.ElementTree import Element

from adapters.finance.cnnontax.envelope import Fields
from adapters.finance.stamps import moment_of, stamps
from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import NOTHING, Fen, fen_from_yuan, yuan_from_fen
from channel_gateway.domain.notices import Confirmation, GivenBack, Receipt
from channel_gateway.ports import PaidNotice

CLOCKS_APART = timedelta(days=1)
_LONGEST_AGO = timedelta(days=3 * 366)  # ours: no ladder of pushes is longer
_MAIN = "EInvoice/EInvoiceData/Main"


def write_payment(paid: Confirmation, modes: Mapping[str, str], operator: str) -> dict[str, str]:
    day, time = stamps(paid.paid_at)
    return {
        "PayCode": paid.pay_code,
        **{"CfmDate": day, "CfmTime": time},
        "Amt": yuan_from_fen(paid.amount_fen),
        "Operator": operator,
        "PayMode": modes.get(paid.method, "51"),
        "TraNoBus": paid.transaction,
        "Hold1": paid.number,
        "Hold2": yuan_from_fen(paid.late_fee_fen),
    }


def read_payment(fields: Fields, region: str, now: datetime) -> PaidNotice:
    """What finance pushes of a notice of its region. Raises `Malformed`."""
    try:
        told = PaidNotice(
            pay_code=_text(fields, "PayCode", f"{region}[0-9A-Za-z]{{14}}"),
            amount_fen=fen_from_yuan(fields["Amt"]),
            paid_at=moment_of(fields["CfmDate"], fields["CfmTime"]),
            transaction=_text(fields, "TraNoBus", r"[!-~]{1,64}"),
            number=fields.get("Hold1", ""),
        )
    except KeyError as missing:
        raise Malformed("a payment is not whole", field=str(missing.args[0])) from missing
    if told.amount_fen <= NOTHING:
        raise Malformed("a payment of nothing", field="Amt")
    if not now - _LONGEST_AGO <= told.paid_at <= now + CLOCKS_APART:
        raise Malformed("a payment of a day that cannot be", field="CfmDate")
    return told


def write_refund(paid: Confirmation, refund: GivenBack) -> dict[str, str]:
    reversed_one = refund.receipt
    return {
        "PayCode": paid.pay_code,
        "BillType": "2",
        "Amt": yuan_from_fen(Fen(-refund.amount_fen)),
        "RelatedInvoiceCode": reversed_one.code if reversed_one else "",
        "RelatedInvoiceNumber": reversed_one.number if reversed_one else "",
        "Memo": refund.reason,
        "Hold1": refund.number,
    }


def read_receipt(invoice: Element) -> Receipt:
    """An `EInvoice`. Raises `Malformed`."""

    def said(name: str) -> str:
        found = [each.text or "" for each in invoice.iterfind(f"{_MAIN}/{name}")]
        if len(found) != 1 or not found[0]:
            raise Malformed("a receipt is not whole, or says something twice", field=name)
        return found[0].strip()

    return Receipt(
        code=said("EInvoiceCode"),
        number=said("EInvoiceNumber"),
        check_code=said("RandomNumber"),
        total_fen=fen_from_yuan(said("TotalAmount")),
        issued_at=moment_of(said("IssueDate"), said("IssueTime")),
        related_code=invoice.findtext(f"{_MAIN}/MainExt/RelatedInvoiceCode") or "",
        related_number=invoice.findtext(f"{_MAIN}/MainExt/RelatedInvoiceNumber") or "",
    )


def _text(fields: Fields, name: str, pattern: str) -> str:
    if not re.fullmatch(pattern, fields[name]):
        raise Malformed("a payment is not whole", field=name)
    return fields[name]
