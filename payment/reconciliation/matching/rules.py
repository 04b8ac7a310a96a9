"""What kind of difference a case is: the table M0 to M9, a line of it a line here. Pure.

Banking practice, as `payment.reconciliation.differences` names it; M10 is of sums, and not here.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import BY_TRANSFER, EntryState, Side
from payment.reconciliation.matching.case import Case, Record
from payment.reconciliation.matching.outcome import Question
from payment.reconciliation.matching.words import (
    AWAITS,
    AWAITS_BEFORE,
    BOOKS,
    FAR,
    ORDERS,
    REFUNDS,
    WHO,
    wanted,
)

C, G, F = Side.CHANNEL, Side.GATEWAY, Side.FINANCE
_CUT = timedelta(minutes=10)  # so near midnight both sides may be right about a payment's day
MOVED = (EntryState.DONE, EntryState.STRAY)  # by our journal, money came or went


class Verdict(NamedTuple):
    kind: Kind
    detail: str = ""


BALANCED = Verdict(Kind.BALANCED)
IDLE = None  # nobody has money


def judge(case: Case, question: Question) -> Verdict | None:
    """The case's one outcome; None: nobody says that money moved."""
    for side in Side:
        if len(case.own[side]) > 1:
            return _several(case.own[side], BOOKS[side])
    if case.anyone().letter == "P":
        return _payment(case, question)
    return _refund(case, question)


def _several(records: list[Record], name: str) -> Verdict:
    """A side has one number with different words."""
    if len({record.transaction for record in records}) > 1 and records[0].letter == "P":
        return Verdict(Kind.PAID_TWICE, f"{name}同一订单有多笔款")
    return Verdict(Kind.AMOUNT_DIFFERS, f"{name}同一笔有多条记录，内容不同")


def _payment(case: Case, question: Question) -> Verdict | None:
    channel, gateway, finance = case.one(C), case.one(G), case.one(F)
    ours = case.either(G)
    moved = ours is not None and ours.state in MOVED
    if ours and ours.state == EntryState.IDENTIFIED and not case.either(C):
        return _on_no_bill(case, ours, question)
    if channel:
        if ours is None:
            return Verdict(Kind.UNKNOWN_MONEY, "财政已入账，网关没有订单" if finance else "")
        if not moved:
            detail = f"网关订单{ORDERS[ours.state]}"
            return Verdict(Kind.CALLBACK_LOST, detail + ("，财政已入账" if finance else ""))
        return _on_all_sides(case, question)
    if case.near_one(C):
        return _on_all_sides(case, question) if gateway and moved else _not_ours(case, question)
    if gateway and moved:
        return _without_channel(gateway, question)
    return _not_ours(case, question)


def _refund(case: Case, question: Question) -> Verdict | None:
    channel, gateway, finance = case.one(C), case.one(G), case.one(F)
    theirs, ours = case.either(C), case.either(G)
    if ours and ours.state in BY_TRANSFER and not theirs:
        return _on_no_bill(case, ours, question)
    if channel and ours is None:
        return Verdict(Kind.REFUND_DIFFERS, f"只有渠道有（{REFUNDS[channel.state]}）")
    if theirs and ours and (channel or gateway):
        said = EntryState.DONE if ours.state in MOVED else ours.state
        if theirs.state == said:
            return _on_all_sides(case, question)
        detail = f"渠道{REFUNDS[theirs.state]}，网关{REFUNDS[said]}"
        return Verdict(Kind.REFUND_DIFFERS, detail)
    if gateway and gateway.state in MOVED:
        return _without_channel(gateway, question)
    if finance and not (ours and ours.state == EntryState.DONE):
        return Verdict(Kind.REFUND_DIFFERS, "财政有退款，渠道没有")
    return _not_ours(case, question)


def _on_no_bill(case: Case, ours: Record, question: Question) -> Verdict | None:
    """Finance paid it back itself, or it came out of suspense: finance's statement is to have it.

    Money that was identified is on the bill of the day on which it came, under its number there.
    """
    finance = case.either(F)
    if not (case.own[G] or case.own[F]):
        return IDLE
    if ours.state == EntryState.STRAY_TRANSFERRED:
        return Verdict(Kind.REFUND_DIFFERS, "财政有退款，这笔款从未入账") if finance else BALANCED
    if finance is None:
        return Verdict(Kind.FINANCE_NOT_TOLD) if question.three_ways else BALANCED
    if finance.fen != ours.fen:
        return Verdict(Kind.AMOUNT_DIFFERS, "财政金额不同")
    for side in (G, F):
        if not case.own[side]:
            return Verdict(Kind.DAY_CUT, f"{WHO[side]}记在相邻日期")
    return BALANCED


def _on_all_sides(case: Case, question: Question) -> Verdict:
    """Channel and gateway have it, though perhaps on neighbouring days."""
    channel, ours, finance = case.either(C), case.either(G), case.either(F)
    assert channel is not None  # noqa: S101 - by who calls
    assert ours is not None  # noqa: S101
    detail = _unlike(channel, ours, finance)
    if detail:
        return Verdict(Kind.AMOUNT_DIFFERS, detail)
    owed = question.three_ways and ours.state == EntryState.DONE
    if finance and ours.state != EntryState.DONE:
        if ours.letter == "P":
            return Verdict(Kind.PAID_ELSEWHERE, "财政已入账，网关正在退回")
        return Verdict(Kind.REFUND_DIFFERS, f"财政有，网关{REFUNDS[ours.state]}")
    if owed and not finance:
        return Verdict(Kind.FINANCE_NOT_TOLD)
    apart = bool(case.own[C]) != bool(case.own[G])  # else finance alone is on another day
    if apart and not _about_midnight(channel, ours):
        return Verdict(Kind.DAY_CUT, FAR)
    for side in Side:
        if not case.own[side] and case.near[side]:
            return Verdict(Kind.DAY_CUT, f"{WHO[side]}记在相邻日期")
    return BALANCED


def _unlike(channel: Record, ours: Record, finance: Record | None) -> str:
    """What differs between the sides that have it, in words."""
    if channel.fen != ours.fen:
        return "渠道与网关金额不同"
    if finance and finance.state == EntryState.WANTED:
        return wanted(finance.fen)
    if finance and finance.fen != ours.fen:
        return "财政金额不同"
    if channel.transaction and ours.transaction and channel.transaction != ours.transaction:
        return "渠道与网关流水号不同"
    if finance and finance.transaction and finance.transaction != channel.transaction:
        return "财政登记的流水号不同"
    if None not in (channel.fee_e5, ours.fee_e5) and channel.fee_e5 != ours.fee_e5:
        return "渠道手续费与约定不同"
    return ""


def _without_channel(gateway: Record, question: Question) -> Verdict:
    if not question.next_bill_known and _is_late(gateway.at, question.day):
        return Verdict(Kind.DAY_CUT, AWAITS)
    return _missing(gateway, "只有网关有")


def _missing(ours: Record, detail: str) -> Verdict:
    """The channel has not got it on any bill."""
    return Verdict(Kind.MISSING_MONEY if ours.letter == "P" else Kind.REFUND_DIFFERS, detail)


def _not_ours(case: Case, question: Question) -> Verdict | None:
    """Nothing of the day at the channel, and nothing of it that moved with us."""
    channel, ours = case.near_one(C), case.either(G)
    moved = ours is not None and ours.state in MOVED
    if case.one(F):
        if channel and moved:
            return _on_all_sides(case, question)
        if ours and ours.state == EntryState.DONE:
            return _booked_without_channel(ours, question)
        return Verdict(Kind.PAID_ELSEWHERE, "只有财政有")
    if not question.bill_before_known:
        return IDLE
    the_day_before = question.day - timedelta(days=1)
    if ours and moved and not channel and _is_late(ours.at, the_day_before):
        return _missing(ours, "次日对账单也没有")
    return IDLE


def _booked_without_channel(ours: Record, question: Question) -> Verdict:
    """Finance books today what our journal has on another day: was the money there that day?"""
    before = ours.at < str(question.day)
    if not (question.bill_before_known if before else question.next_bill_known):
        return Verdict(Kind.DAY_CUT, AWAITS_BEFORE if before else AWAITS)
    return _missing(ours, "网关记在其他日期，渠道账单没有")


def _about_midnight(channel: Record, ours: Record) -> bool:
    """Whether a payment was so near midnight that both may be right about its day.

    A refund is not asked about: a platform may date it by the day it was asked for.
    """
    if channel.letter != "P":
        return True
    moments = [datetime.fromisoformat(each.at) for each in (channel, ours)]
    return all((at + _CUT).date() != at.date() or (at - _CUT).date() != at.date() for at in moments)


def _is_late(at: str, day: date) -> bool:
    """Whether a Beijing text is of the last minutes of a day."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time())
    return str(midnight - _CUT) <= at < str(midnight)
