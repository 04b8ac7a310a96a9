"""The ways in which WeChat Pay alone can fail. What each does stands where it acts."""

from __future__ import annotations

from mock_platforms.faults import BOTH, CALL, NOTICE, FaultKind

# Whatever answers 2xx, save the download of a bill, is signed.
SIGNED = frozenset(
    {
        "certificates.list",
        "orders.prepay",
        "orders.query",
        "orders.close",
        "refunds.create",
        "refunds.query",
        "refunds.apply_abnormal",
        "bills.trade",
        "bills.fundflow",
        "security.echo",
    }
)
BILLS = frozenset({"bills.trade", "bills.fundflow"})
DOWNLOAD = frozenset({"bills.download"})
# Whether the bill's own count and sums go along with its lines.
RIGHT_SUMS, WRONG_SUMS = {"sums_follow": True}, {"sums_follow": False}
NOTICES = frozenset({"notify.transaction", "notify.refund", "notify.security_echo"})
OF_MONEY = NOTICES - {"notify.security_echo"}

KINDS = (
    FaultKind("reply_wrong_signature", "A good answer under another's signature.", CALL, SIGNED),
    FaultKind("reply_probe", "A good answer under a WECHATPAY/SIGNTEST/ signature.", CALL, SIGNED),
    FaultKind("reply_unknown_serial", "An answer that names a key nobody has.", CALL, SIGNED),
    FaultKind(
        "clock_skew",
        "Rightly signed, by a clock that goes wrong.",
        BOTH,
        SIGNED | NOTICES,
        parameters={"seconds": -400.0},
    ),
    FaultKind("notify_forged", "Signed with a stranger's key.", NOTICE),
    FaultKind("notify_probe", "Under a WECHATPAY/SIGNTEST/ signature; a good one follows.", NOTICE),
    FaultKind(
        "notify_stale",
        "Rightly signed, but long ago: a replay.",
        NOTICE,
        parameters={"seconds": -600.0},
    ),
    FaultKind("notify_unknown_serial", "Names a key nobody has.", NOTICE),
    FaultKind(
        "notify_wrong_amount",
        "Rightly signed, with every amount one fen too much.",
        NOTICE,
        OF_MONEY,
    ),
    FaultKind("notify_wrong_app", "Rightly signed, for another appid.", NOTICE, OF_MONEY),
    FaultKind("notify_wrong_merchant", "Rightly signed, for another mchid.", NOTICE, OF_MONEY),
    FaultKind(
        "paid_while_closing",
        "The close is answered 204, and the payment goes through in the same moment.",
        CALL,
        frozenset({"orders.close"}),
    ),
    FaultKind(
        "refund_abnormal",
        "The refund ends ABNORMAL: the citizen's card is dead.",
        CALL,
        frozenset({"refunds.create"}),
    ),
    FaultKind(
        "refund_closed",
        "The refund ends CLOSED: no money came for it.",
        CALL,
        frozenset({"refunds.create"}),
    ),
    FaultKind(
        "merchant_balance_short",
        "NOT_ENOUGH: the merchant's account does not hold the refund; nothing was processed.",
        CALL,
        frozenset({"refunds.create"}),
    ),
    FaultKind(
        "refund_notify_first",
        "The refund's notification arrives before the refund's answer.",
        CALL,
        frozenset({"refunds.create"}),
    ),
    FaultKind("bill_missing", "NO_STATEMENT_EXIST, though there was trade.", CALL, BILLS),
    FaultKind("bill_late", "STATEMENT_CREATING, though it is past ten.", CALL, BILLS),
    FaultKind("bill_changed_column", "The first column has a new name and place.", CALL, BILLS),
    FaultKind("bill_added_column", "A column nobody announced stands in between.", CALL, BILLS),
    FaultKind("bill_short_line", "The first line has lost its last cell.", CALL, BILLS),
    FaultKind("bill_duplicate_line", "The first line stands there twice.", CALL, BILLS, WRONG_SUMS),
    FaultKind("bill_missing_line", "The first line is left out.", CALL, BILLS, RIGHT_SUMS),
    FaultKind(
        "bill_foreign_line", "There is a line of an order nobody made.", CALL, BILLS, RIGHT_SUMS
    ),
    FaultKind(
        "bill_wrong_amount", "The first line says one fen too much.", CALL, BILLS, RIGHT_SUMS
    ),
    FaultKind("bill_wrong_hash", "The hash is another file's.", CALL, BILLS),
    FaultKind("bill_truncated", "Half of the file is missing.", CALL, DOWNLOAD),
    FaultKind("bill_address_expired", "The address is no more.", CALL, DOWNLOAD),
)
