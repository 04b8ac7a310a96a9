"""Every word of a payment's story, as finance staff know it: one table. Pure.

What is in none of these, an error's code say, is told as it is written.
"""

from collections.abc import Mapping

from payment.order import WORDS, CloseReason, State

WHERE: Mapping[State, str] = {  # while no money has come
    State.CREATED: "款项未动",
    State.UNPAID: "款项未动，缴款人仍可支付",
    State.UNKNOWN: "款项是否已动尚不清楚，正在向支付平台核实",
    State.CLOSING: "据目前所知款项未动，订单正在关闭",
    State.CLOSED: "款项未动，也不能再支付",
}
ORDERS: Mapping[str, str] = {
    "created": "已下单",
    "unpaid": "待支付，等待缴款人",
    "unknown": "支付平台没有答复，核实中",
    "closing": "关闭中，等待支付平台",
    "closed": "已关闭",
    "paid": "已收款",
    "disputed": "财政要求的金额不同，待人工处理",
    "confirmed": "财政已入账",
    "stray": "已收款但不能入账，原路退回",
    "returned": "已全部退回",
    "card_named": "登记收款银行卡",
    "card_confirmed": "复核收款银行卡",
    "transfer_ordered": "改为财政转账",
    "transfer_said": "登记转账",
    "transfer_confirmed": "复核转账",
}
REFUNDS: Mapping[str, str] = {
    "refund_requested": "已申请",
    "refund_unknown": "支付平台没有答复，核实中",
    "refund_processing": "支付平台退款中",
    "refund_abnormal": "退款异常，缴款人账户不能收款",
    "refund_done": "已退款",
    "refund_closed": "支付平台关闭了退款，款项未退",
    "refund_refused": "支付平台拒绝了退款，款项未退",
    "refund_transfer": "由财政转账退付",
    "refund_short": "余额不足，少于批准的金额",
}
# Why something happened, as an order's history notes it.
NOTES: Mapping[str, str] = {
    **{reason.value: words for reason, words in WORDS.items()},
    CloseReason.SETTLED: "该缴款单已由另一订单缴清",
    CloseReason.PAID_ELSEWHERE: "该缴款单已在他处缴清",
    "closed by the platform": "由支付平台关闭",
}
TASKS: Mapping[str, str] = {
    "ask": "查询是否已支付",
    "close": "关闭订单",
    "look_back": "关闭后再查询一次",
    "confirm": "通知财政入账",
    "receipt": "索取电子票据",
    "close_siblings": "关闭同一缴款单的其他订单",
    "refund": "退款",
    "report_refund": "通知财政退款",
    "returned": "款项退回后的收尾",
    "journal": "记资金流水",
    "tell": "通知部门",
    "tell_citizen": "通知缴款人",
    "reserve": "登记退付",
}
ASKED: Mapping[str, str] = {
    "prepare": "报送订单",
    "ask": "查询是否已支付",
    "close": "关闭订单",
    "refund": "申请退款",
    "ask_refund": "查询退款",
    "refund_to_card": "申请退款到其他银行卡",
    "look_up": "查询缴款单应缴金额",
    "void": "撤销缴款单",
    "confirm": "通知已缴款",
    "receipt": "索取电子票据",
    "report_refund": "通知已退款",
}
ANSWERS: Mapping[str, str] = {
    "ok": "成功",
    "paid": "已支付",
    "unpaid": "未支付",
    "closed": "已关闭",
    "absent": "没有这一笔",
    "voided": "已作废",
    "waived": "已减免",
    "done": "完成",
    "processing": "处理中",
    "abnormal": "异常",
    "made": "已开具",
    "being made": "开具中",
    "not_yet": "尚未完成",
    "needs_a_person": "须人工处理",
    "unavailable": "没有答复",
    "taken in": "已采信",
    "told before": "重复通知",
}
BOOKINGS: Mapping[str, str] = {
    "payment_received": "收款",
    "stray": "不入账，待退回",
    "confirmed": "财政入账",
    "receipted": "开具票据",
    "refund_requested": "申请退款",
    "refund_done": "退款",
    "refund_transferred": "财政转账退付",
    "refund_failed": "退款未成",
    "red_receipt": "冲红",
}
CASE_STEPS: Mapping[str, str] = {
    "take": "接手",
    "note": "备注",
    "carry": "挂账",
    "suspend": "转入待处理款项",
    "settle": "了结",
    "vanish": "差错已消失",
    "return": "差错再次出现",
}
DESKS: Mapping[str, str] = {
    "applicant": "申请人",
    "unit": "执收单位",
    "finance": "财政",
    "clock": "系统",
}
WHO: Mapping[str, str] = {"finance": "财政", "worker": "系统"}


def said(word: str, words: Mapping[str, str]) -> str:
    return words.get(word, word)
