"""The ways in which the non-tax platform alone can fail. What each does stands where it acts."""

from __future__ import annotations

from mock_platforms.faults import CALL, NOTICE, FaultKind

PAYMENT, REFUND = "nontax.notify", "nontax.notify_refund"
_NOTICES = frozenset({PAYMENT, REFUND})
_BILL = frozenset({"nontax.downloadbill"})

KINDS = (
    FaultKind("nontax_forged", "Signed with a stranger's token.", NOTICE, _NOTICES),
    FaultKind("nontax_stale", "Rightly signed, ten minutes ago: a replay.", NOTICE, _NOTICES),
    FaultKind("nontax_sealed_for_another", "Signed, and sealed for another app.", NOTICE, _NOTICES),
    FaultKind("nontax_wrong_amount", "Signed, with a fen too much.", NOTICE, _NOTICES),
    FaultKind("nontax_wrong_app", "Signed, about another app's order.", NOTICE, _NOTICES),
    FaultKind("nontax_wrong_bank", "Signed, about another bank's money.", NOTICE, _NOTICES),
    FaultKind("nontax_bill_late", "There is no bill yet, though it is past six.", CALL, _BILL),
    FaultKind("nontax_bill_changed_column", "The first column has a new name.", CALL, _BILL),
    FaultKind("nontax_bill_duplicate_line", "The first line stands there twice.", CALL, _BILL),
    FaultKind("nontax_bill_missing_line", "The first line is left out.", CALL, _BILL),
    FaultKind("nontax_bill_wrong_amount", "The first line says a fen too much.", CALL, _BILL),
    FaultKind("nontax_bill_short_line", "The first line lacks its last cell.", CALL, _BILL),
)
