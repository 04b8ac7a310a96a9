"""What reached the bank against what the channel's bills say it should (M10). Pure."""

from collections.abc import Sequence
from datetime import date

from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Credit
from payment.reconciliation.days.sums import Totals
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Movement


def credited_fen(credits: Sequence[Credit], method: str) -> int | None:
    """What came in for a method's day; None: nothing has come yet."""
    ours = [credit.amount_fen for credit in credits if credit.method == method]
    return sum(ours) if ours else None


def credit_difference(
    day: date, method: str, due_fen: int, bank_fen: int | None, channel: Totals
) -> Difference | None:
    """Why they differ, in words, as far as the sums say it; None: they agree.

    `due_fen` below zero is no credit: the platform takes it from the days after. That nothing has
    come is asked about when the settlement cycle is over.
    """
    wanted_fen = max(0, due_fen)
    if (bank_fen or 0) == wanted_fen:
        return None
    return Difference(
        kind=Kind.CREDIT_DIFFERS,
        day=day,
        method=method,
        movement=Movement.PAYMENT,
        transaction=day.isoformat(),  # of a whole day: this tells it from another day's
        channel_fen=wanted_fen,
        detail=_why(wanted_fen, bank_fen, channel),
        bank_fen=bank_fen,
    )


def _why(due_fen: int, bank_fen: int | None, channel: Totals) -> str:
    if bank_fen is None:
        return f"应到账 {_yuan(due_fen)} 元，结算周期已过，银行仍无到账记录"
    short = due_fen - bank_fen
    fees = -(-channel.fees_e5 // 1000)
    said = f"应到账 {_yuan(due_fen)} 元，实到 {_yuan(bank_fen)} 元，相差 {_yuan(short)} 元"
    if fees and short == fees:
        return f"{said}：等于渠道手续费，手续费被再次扣收"
    if fees and short == -fees:
        return f"{said}：等于渠道手续费，手续费没有扣收"
    if channel.refunded_fen and short == channel.refunded_fen:
        return f"{said}：等于当日退款，退款被再次扣收"
    if short > 0:
        return f"{said}：渠道暂扣或结算不足"
    if bank_fen == -2 * short:
        return f"{said}：实到为应到的两倍，可能重复到账"
    return f"{said}：可能并入了其他日期的结算"


def _yuan(fen: int) -> str:
    return yuan_from_fen(Fen(fen))
