"""What the matching says of a difference, in the words of finance staff. Pure."""

from collections.abc import Mapping

from payment.reconciliation.matching.rules import AWAITS, AWAITS_BEFORE, FAR, PAID_BY

_WORDS: Mapping[str, str] = {
    AWAITS: "等待次日对账单",
    AWAITS_BEFORE: "等待前一日对账单",
    FAR: "渠道与网关记在相邻日期，但不在零点前后",
    "our journal has it on another day, no bill has it": "网关记在其他日期，渠道账单没有",
    "finance has it, we do not": "财政已入账，网关没有订单",
    "finance has what we give back": "财政已入账，网关正在退回",
    "finance has it, the channel has not": "财政有退款，渠道没有",
    "finance alone has it": "只有财政有",
    "our journal alone has it": "只有网关有",
    "the next day's bill has not got it either": "次日对账单也没有",
    "channel and gateway have different amounts": "渠道与网关金额不同",
    "finance has another amount": "财政金额不同",
    "channel and gateway have different transactions": "渠道与网关流水号不同",
    "finance has another transaction": "财政登记的流水号不同",
    "the channel kept another fee than agreed": "渠道手续费与约定不同",
    "the channel has it on a neighbouring day": "渠道记在相邻日期",
    "our journal has it on a neighbouring day": "网关记在相邻日期",
    "finance has it on a neighbouring day": "财政记在相邻日期",
    "our order is open": "网关订单未支付",
    "our order is closed": "网关订单已关闭",
}


def in_chinese(detail: str) -> str:
    """What has no words here is told as it came."""
    if detail.startswith(PAID_BY):
        return f"该缴款单已由订单 {detail.removeprefix(PAID_BY)} 缴清"
    return _WORDS.get(detail, detail)
