"""The `trade` bill: what was paid and refunded, adding up with the account's. Pure."""

from collections.abc import Sequence

from mock_platforms.alipay.amounts import yuan
from mock_platforms.alipay.bill_files import cell, exported, head, join, rule, tabbed
from mock_platforms.alipay.bill_periods import Period
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.movements import Movement, buyer_shown

DETAIL_COLUMNS = (
    "支付宝交易号", "商户订单号", "业务类型", "商品名称", "创建时间", "完成时间", "门店编号",
    "门店名称", "操作员", "终端号", "对方账户", "订单金额（元）", "商家实收（元）",
    "支付宝红包（元）", "集分宝（元）", "支付宝优惠（元）", "商家优惠（元）", "券核销金额（元）",
    "券名称", "商家红包消费金额（元）", "卡消费金额（元）", "退款批次号/请求号", "服务费（元）",
    "分润（元）", "备注",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "门店编号", "门店名称", "交易订单总笔数", "退款订单总笔数", "订单金额（元）", "商家实收（元）",
    "支付宝优惠（元）", "商家优惠（元）", "卡消费金额（元）", "服务费（元）", "分润（元）",
    "实收净额（元）",
)  # fmt: skip
_TABBED = frozenset({1, 2, 3, 7, 8, 9, 10, 11, 20, 22})


def detail_csv(all_moves: Sequence[Movement], period: Period, account: str) -> str:
    moves = _within(all_moves, period)
    payments = [move for move in moves if not move.is_refund]
    refunds = [move for move in moves if move.is_refund]
    return join(
        *head("支付宝业务明细查询", period, account),
        rule("业务明细列表", 41, 40),
        ",".join(DETAIL_COLUMNS),
        *(_detail_row(move) for move in moves),
        rule("业务明细列表结束", 41, 36),
        f"#交易合计：{len(payments)}笔，商家实收共{_sum(payments)}元，商家优惠共0.00元",
        f"#退款合计：{len(refunds)}笔，商家实收退款共{_sum(refunds)}元，商家优惠退款共0.00元",
        exported(period),
    )


def summary_csv(all_moves: Sequence[Movement], period: Period, account: str) -> str:
    moves = _within(all_moves, period)
    fees = sum(move.service_fee_fen for move in moves)
    received = sum(move.amount_fen for move in moves)
    refunds = sum(move.is_refund for move in moves)
    row = (
        str(len(moves) - refunds), str(refunds), yuan(received), yuan(received), "0.00", "0.00",
        "0.00", yuan(fees), "0.00", yuan(received + fees),
    )  # fmt: skip
    return join(
        *head("支付宝业务汇总查询", period, account),
        rule("业务汇总列表", 41, 40),
        ",".join(SUMMARY_COLUMNS),
        ",".join(("\t", "\t", *row)),
        ",".join(("合计", "\t", *row)),
        rule("业务汇总列表结束", 40, 37),
        exported(period),
    )


def _within(moves: Sequence[Movement], period: Period) -> list[Movement]:
    return [move for move in moves if period.holds(move.moment)]


def _detail_row(move: Movement) -> str:
    trade, order = move.trade, move.trade.order
    amount = yuan(move.amount_fen)
    cells = (
        trade.trade_no, order.out_trade_no, "退款" if move.is_refund else "交易",
        cell(order.subject), beijing_text(trade.created_at), beijing_text(move.moment),
        "", "", "", "", buyer_shown(trade), amount, amount,
        "0.00", "0.00", "0.00", "0.00", "0.00", "", "0.00", "0.00", move.out_request_no,
        yuan(move.service_fee_fen), "0.00", cell(order.subject),
    )  # fmt: skip
    return tabbed(cells, _TABBED)


def _sum(moves: Sequence[Movement]) -> str:
    return yuan(sum(move.amount_fen for move in moves))
