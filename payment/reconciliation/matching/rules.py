"""What kind of difference a case is: the table M0 to M9, a line of it a line here. Pure.

Banking practice, as `payment.reconciliation.differences` names it; M10 is of sums, and not here.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.case import Case, Record
from payment.reconciliation.matching.outcome import Question

C, G, F = Side.CHANNEL, Side.GATEWAY, Side.FINANCE
AWAITS = "awaits the next day's bill"
AWAITS_BEFORE = "awaits the bill of the day before"
PAID_BY = "this notice was paid by order "  # and its number
FAR = "on neighbouring days, though not about midnight"

_CUT = timedelta(minutes=10)  # so near midnight both sides may be right about a payment's day
MOVED = (EntryState.DONE, EntryState.STRAY)  # by our journal, money came or went


class Verdict(NamedTuple):
    kind: Kind
    detail: str = ""


BALANCED = Verdict(Kind.BALANCED)
IDLE = None  # nobody has money


def judge(case: Case, question: Question) -> Verdict | None:
    """The case's one outcome; None: nobody says that money moved."""
    for side, name in ((C, "the bill"), (G, "our journal"), (F, "finance's statement")):
        if len(case.own[side]) > 1:
            return _several(case.own[side], name)
    if case.anyone().letter == "P":
        return _payment(case, question)
    return _refund(case, question)


def _several(records: list[Record], name: str) -> Verdict:
    """A side has one number with different words."""
    if len({record.transaction for record in records}) > 1 and records[0].letter == "P":
        return Verdict(Kind.PAID_TWICE, f"{name} has several payments of one order")
    return Verdict(Kind.AMOUNT_DIFFERS, f"{name} has it several times, and differently")


def _payment(case: Case, question: Question) -> Verdict | None:
    channel, gateway, finance = case.one(C), case.one(G), case.one(F)
    ours = case.either(G)
    moved = ours is not None and ours.state in MOVED
    if channel:
        if ours is None:
            return Verdict(Kind.UNKNOWN_MONEY, "finance has it, we do not" if finance else "")
        if not moved:
            detail = f"our order is {ours.state}"
            return Verdict(Kind.CALLBACK_LOST, detail + (", finance has it" if finance else ""))
        return _on_all_sides(case, question)
    if case.near_one(C):
        return _on_all_sides(case, question) if gateway and moved else _not_ours(case, question)
    if gateway and moved:
        return _without_channel(gateway, question)
    return _not_ours(case, question)


def _refund(case: Case, question: Question) -> Verdict | None:
    channel, gateway, finance = case.one(C), case.one(G), case.one(F)
    theirs, ours = case.either(C), case.either(G)
    if ours and ours.state == EntryState.TRANSFERRED and not theirs:
        return _transferred(case, ours, question)
    if channel and ours is None:
        return Verdict(Kind.REFUND_DIFFERS, f"the channel alone has it, {channel.state}")
    if theirs and ours and (channel or gateway):
        said = EntryState.DONE if ours.state in MOVED else ours.state
        if theirs.state == said:
            return _on_all_sides(case, question)
        return Verdict(Kind.REFUND_DIFFERS, f"{theirs.state} at the channel, {said} with us")
    if gateway and gateway.state in MOVED:
        return _without_channel(gateway, question)
    if finance and not (ours and ours.state == EntryState.DONE):
        return Verdict(Kind.REFUND_DIFFERS, "finance has it, the channel has not")
    return _not_ours(case, question)


def _transferred(case: Case, ours: Record, question: Question) -> Verdict | None:
    """Finance paid it back itself: no bill has it, finance's statement is to."""
    finance = case.either(F)
    if not (case.own[G] or case.own[F]):
        return IDLE
    if finance is None:
        return Verdict(Kind.FINANCE_NOT_TOLD) if question.three_ways else BALANCED
    if finance.fen != ours.fen:
        return Verdict(Kind.AMOUNT_DIFFERS, "finance has another amount")
    for side, name in ((G, "our journal"), (F, "finance")):
        if not case.own[side]:
            return Verdict(Kind.DAY_CUT, f"{name} has it on a neighbouring day")
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
            return Verdict(Kind.PAID_ELSEWHERE, "finance has what we give back")
        return Verdict(Kind.REFUND_DIFFERS, f"finance has it, with us it is {ours.state}")
    if owed and not finance:
        return Verdict(Kind.FINANCE_NOT_TOLD)
    apart = bool(case.own[C]) != bool(case.own[G])  # else finance alone is on another day
    if apart and not _about_midnight(channel, ours):
        return Verdict(Kind.DAY_CUT, FAR)
    for side, name in ((C, "the channel"), (G, "our journal"), (F, "finance")):
        if not case.own[side] and case.near[side]:
            return Verdict(Kind.DAY_CUT, f"{name} has it on a neighbouring day")
    return BALANCED


def _unlike(channel: Record, ours: Record, finance: Record | None) -> str:
    """What differs between the sides that have it, in words."""
    if channel.fen != ours.fen:
        return "channel and gateway have different amounts"
    if finance and finance.fen != ours.fen:
        return "finance has another amount"
    if channel.transaction and ours.transaction and channel.transaction != ours.transaction:
        return "channel and gateway have different transactions"
    if finance and finance.transaction and finance.transaction != channel.transaction:
        return "finance has another transaction"
    if None not in (channel.fee_e5, ours.fee_e5) and channel.fee_e5 != ours.fee_e5:
        return "the channel kept another fee than agreed"
    return ""


def _without_channel(gateway: Record, question: Question) -> Verdict:
    if not question.next_bill_known and _is_late(gateway.at, question.day):
        return Verdict(Kind.DAY_CUT, AWAITS)
    return _missing(gateway, "our journal alone has it")


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
        return Verdict(Kind.PAID_ELSEWHERE, "finance alone has it")
    if not question.bill_before_known:
        return IDLE
    the_day_before = question.day - timedelta(days=1)
    if ours and moved and not channel and _is_late(ours.at, the_day_before):
        return _missing(ours, "the next day's bill has not got it either")
    return IDLE


def _booked_without_channel(ours: Record, question: Question) -> Verdict:
    """Finance books today what our journal has on another day: was the money there that day?"""
    before = ours.at < str(question.day)
    if not (question.bill_before_known if before else question.next_bill_known):
        return Verdict(Kind.DAY_CUT, AWAITS_BEFORE if before else AWAITS)
    return _missing(ours, "our journal has it on another day, no bill has it")


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
