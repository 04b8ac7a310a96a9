"""What a matching finds, and its laws: nothing is lost, nothing invented, no order matters."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment.reconciliation.columns import Columns, columns_of
from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Entry, Side
from payment.reconciliation.matching import (
    Matched,
    Question,
    Spool,
    Sums,
    fill,
    helper,
    match,
    partitions_for,
)
from payment.reconciliation.matching.words import FAR

DAY = date(2026, 1, 5)
NOON, LATE, EARLIER = "2026-01-05 12:00:00", "2026-01-05 23:58:00", "2026-01-04 23:58:00"
ASKED = Question(DAY, "wechat_pay")


class Day(NamedTuple):
    channel: Sequence[Entry] = ()
    gateway: Sequence[Entry] = ()
    finance: Sequence[Entry] = ()
    near_channel: Sequence[Entry] = ()
    near_gateway: Sequence[Entry] = ()
    near_finance: Sequence[Entry] = ()
    settled: Sequence[tuple[str, str]] = ()


class Answer(NamedTuple):
    kinds: dict[str, str]  # number → kind
    differences: list[Difference]
    repeated: dict[str, tuple[int, int]]  # number → how often, and one's fen
    matched: Matched


def matched(day: Day, question: Question = ASKED, partitions: int = 1) -> Answer:
    with TemporaryDirectory() as folder:
        spool = Spool(Path(folder), partitions)
        for side, own, near in zip(Side, day[:3], day[3:6], strict=True):
            spool.put(side, own)
            spool.put(side, near, near=True)
        spool.settled(iter(day.settled))
        answer = match(spool, question)
        differences = list(answer.differences())
        repeated = {each.number: (each.times, each.fen) for each in answer.repeated()}
    kinds = {each.refund_no or each.order_id: each.kind.value for each in differences}
    assert len(kinds) == len(differences), "a number in two outcomes"
    return Answer(kinds, differences, repeated, answer)


def payment(number: str = "a", fen: int = 100, state: str = "done", **more: object) -> Entry:
    told: dict[str, object] = {"transaction": f"T{number}", "at": NOON, "pay_code": f"N{number}"}
    told |= {"unit_code": "U1"} | more
    return Entry("payment", number, "", amount_fen=fen, state=state, **told)  # type: ignore[arg-type]


def refund(number: str = "r", fen: int = 100, state: str = "done", **more: object) -> Entry:
    told: dict[str, object] = {"transaction": "Ta", "at": NOON, "pay_code": "Na"}
    told |= {"unit_code": "U1"} | more
    return Entry("refund", "a", number, amount_fen=fen, state=state, **told)  # type: ignore[arg-type]


P, R, MOVED = payment(), refund(), refund(state="transferred")
KNOWN = payment(state="identified")  # out of suspense; the channel had it on an earlier day

TABLE = {
    # name: what the sides have, and the kind ("" : nothing differs)
    "all three have it": (Day([P], [P], [P]), ""),
    "our order still waits": (Day([P], [payment(state="open")]), "M1"),
    "our order was closed": (Day([P], [payment(state="closed")]), "M1"),
    "our order waits, finance has it": (Day([P], [payment(state="open")], [P]), "M1"),
    "the channel alone has it": (Day([P]), "M2"),
    "channel and finance have it": (Day([P], [], [P]), "M2"),
    "we alone have it": (Day([], [P]), "M3"),
    "we and finance have it": (Day([], [P], [P]), "M3"),
    "money to be given back never came": (Day([], [payment(state="stray")]), "M3"),
    "finance was not told": (Day([P], [P]), "M4"),
    "finance alone has it": (Day([], [], [P]), "M5"),
    "finance has what is closed with us": (Day([], [payment(state="closed")], [P]), "M5"),
    "finance has what is given back": (Day([P], [payment(state="stray")], [P]), "M5"),
    "a fen more at the channel": (Day([payment(fen=101)], [P], [P]), "M6"),
    "a fen more with us": (Day([P], [payment(fen=101)], [P]), "M6"),
    "a fen more with finance": (Day([P], [P], [payment(fen=101)]), "M6"),
    "amounts differ, and finance was not told": (Day([payment(fen=101)], [P]), "M6"),
    "another fee": (Day([payment(fee_e5=601)], [payment(fee_e5=600)], [P]), "M6"),
    "another transaction": (Day([P], [payment(transaction="T2")], [P]), "M6"),
    "another transaction with finance": (Day([P], [P], [payment(transaction="T2")]), "M6"),
    "another transaction, and finance tells none": (
        Day([P], [payment(transaction="T2")], [payment(transaction="")]),
        "M6",
    ),
    "finance wants another amount": (Day([P], [P], [], [], [], [payment(state="wanted")]), "M6"),
    "finance wants it, and it never came": (
        Day([], [P], [], [], [], [payment(state="wanted")]),
        "M3",
    ),
    "a fee of which we know nothing": (Day([payment(fee_e5=601)], [P], [P]), ""),
    "finance does not tell transactions": (Day([P], [P], [payment(transaction="")]), ""),
    "two payments of one order": (Day([P, payment(transaction="T2")], [P], [P]), "M7"),
    "one order with two amounts": (Day([P, payment(fen=5)], [P], [P]), "M6"),
    "an order that waits": (Day([], [payment(state="open")]), ""),
    "a closed order": (Day([], [payment(state="closed")]), ""),
    "late money on its way back": (Day([P], [payment(state="stray")]), ""),
    "its line is on the next bill": (Day([], [P], [P], [P]), "M9"),
    "we have it the day before": (Day([P], [], [P], [], [P]), "M9"),
    "finance has it the day after": (Day([P], [P], [], [], [], [P]), "M9"),
    "amounts differ over midnight": (Day([P], [], [P], [], [payment(fen=9)]), "M6"),
    "over midnight, finance not told": (Day([P], [], [], [], [P]), "M4"),
    "a line may come tomorrow": (Day([], [payment(at=LATE)]), "M9"),
    "no line came the day after": (Day(near_gateway=[payment(at=EARLIER)]), "M3"),
    "yesterday's line and ours": (
        Day(near_channel=[payment(at=EARLIER)], near_gateway=[payment(at=EARLIER)]),
        "",
    ),
    "what came tomorrow, before its bill is here": (
        Day(near_gateway=[payment(at="2026-01-06 12:00:00")]),
        "",
    ),
    "a refund on all sides": (Day([R], [R], [R]), ""),
    "finance books what came yesterday": (
        Day([], [], [P], [payment(at=EARLIER)], [payment(at=EARLIER)]),
        "M9",
    ),
    "finance books what came never": (Day([], [], [P], [], [payment(at=EARLIER)]), "M3"),
    "finance books what is given back": (
        Day([], [], [P], [P], [payment(state="stray", at=EARLIER)]),
        "M5",
    ),
    "finance books a refund of yesterday": (
        Day([], [], [R], [refund(at=EARLIER)], [refund(at=EARLIER)]),
        "M9",
    ),
    "finance books a refund that never was": (Day([], [], [R], [], [refund(at=EARLIER)]), "M8"),
    "a refund at the channel alone": (Day([R]), "M8"),
    "a refund with us alone": (Day([], [R]), "M8"),
    "a refund with finance alone": (Day([], [], [R]), "M8"),
    "a refund finance was not told of": (Day([R], [R]), "M4"),
    "a refund of stray money": (Day([R], [refund(state="stray")]), ""),
    "a refund of stray money at finance": (Day([R], [refund(state="stray")], [R]), "M8"),
    "a refund we have asked for, and finance has": (
        Day([], [refund(state="processing")], [R]),
        "M8",
    ),
    "finance transferred it, and has it": (Day([], [MOVED], [R]), ""),
    "finance transferred it, and was not told": (Day([], [MOVED]), "M4"),
    "finance has the transfer the day after": (Day([], [MOVED], near_finance=[R]), "M9"),
    "finance transferred what it never had": (Day([], [refund(state="stray_transferred")]), ""),
    "finance has a transfer of what it never had": (
        Day([], [refund(state="stray_transferred")], [R]),
        "M8",
    ),
    "a transfer of what it never had, of another day": (
        Day(near_gateway=[refund(state="stray_transferred")]),
        "",
    ),
    "the channel paid that as well": (Day([R], [refund(state="stray_transferred")]), "M8"),
    "a transfer of another day": (Day(near_gateway=[MOVED], near_finance=[R]), ""),
    "a transfer that the channel paid as well": (Day([R], [MOVED], [R]), "M8"),
    "a transfer of another amount": (Day([], [MOVED], [refund(fen=99)]), "M6"),
    "stray money transferred back": (Day([], [refund(state="stray_transferred")]), ""),
    "stray money transferred back, and finance has it": (
        Day([], [refund(state="stray_transferred")], [R]),
        "M8",
    ),
    "stray money transferred back, and the channel paid as well": (
        Day([R], [refund(state="stray_transferred")]),
        "M8",
    ),
    "stray money transferred back on another day": (
        Day(near_gateway=[refund(state="stray_transferred")]),
        "",
    ),
    "what was identified, finance has": (Day([], [KNOWN], [P]), ""),
    "what was identified, finance has not": (Day([], [KNOWN]), "M4"),
    "what was identified, finance has the day after": (Day([], [KNOWN], near_finance=[P]), "M9"),
    "finance has what is identified the day after": (Day([], [], [P], [], [KNOWN]), "M9"),
    "what was identified yesterday": (Day(near_gateway=[KNOWN], near_finance=[P]), ""),
    "what was identified, with another amount": (Day([], [KNOWN], [payment(fen=99)]), "M6"),
    "a refund of another amount": (Day([R], [refund(fen=99)], [R]), "M6"),
    "a refund that failed there": (Day([refund(state="failed")], [R], [R]), "M8"),
    "a refund that failed on both sides": (
        Day([refund(state="failed")], [refund(state="failed")]),
        "",
    ),
    "a refund under way there": (Day([refund(state="processing")], [R]), "M8"),
    "a refund under way on both sides": (
        Day([refund(state="processing")], [refund(state="processing")]),
        "",
    ),
    "a refund done there, under way with us": (Day([R], [refund(state="processing")]), "M8"),
    "a refund we have only asked for": (Day([], [refund(state="processing")]), ""),
    "a refund's line may come tomorrow": (Day([], [refund(at=LATE)]), "M9"),
    "a refund over midnight": (Day([R], [], [R], [], [R]), "M9"),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_case_is_of_its_kind(name: str) -> None:
    day, kind = TABLE[name]

    assert list(matched(day).kinds.values()) == ([kind] if kind else [])


@pytest.mark.parametrize("name", TABLE)
def test_what_differs_is_said_in_chinese(name: str) -> None:
    for each in matched(TABLE[name][0]).differences:
        assert not re.search("[A-Za-z_]{3}", each.detail)
        assert each.detail.isascii() is (each.detail == ""), each.detail


def test_without_a_statement_finance_is_taken_to_agree() -> None:
    two_ways = Question(DAY, "wechat_pay", three_ways=False)

    assert matched(Day([P, R], [P, R]), two_ways).kinds == {}
    assert matched(Day([P, R], [P]), two_ways).kinds == {"r": "M8"}
    assert matched(Day([], [MOVED, KNOWN]), two_ways).kinds == {}


def test_a_late_payment_is_missing_once_the_next_bill_is_known() -> None:
    known = Question(DAY, "wechat_pay", next_bill_known=True)
    day = Day([], [payment(at=LATE)])

    assert matched(day, known).kinds == {"a": "M3"}
    assert matched(day).differences[0].detail == "等待次日对账单"


def test_finance_may_book_late_what_channel_and_journal_have_at_noon_of_one_day() -> None:
    noon = payment(at="2026-01-04 12:00:00")
    [found] = matched(Day([], [], [P], [noon], [noon])).differences

    assert (found.kind, found.detail) == ("M9", "渠道记在相邻日期")


def test_without_the_bill_of_the_day_before_nothing_of_that_day_is_missing() -> None:
    unknown = Question(DAY, "wechat_pay", bill_before_known=False)
    late, booked = payment(at=EARLIER), Day([], [], [P], [], [payment(at=EARLIER)])

    assert matched(Day(near_gateway=[late]), unknown).kinds == {}
    assert matched(booked, unknown).kinds == {"a": "M9"}
    assert matched(booked, unknown).differences[0].detail == "等待前一日对账单"


def test_what_finance_books_before_us_may_be_on_the_next_bill() -> None:
    booked = Day([], [], [P], [], [payment(at="2026-01-06 00:05:00")])
    [found] = matched(booked).differences

    assert (found.kind, found.detail) == ("M9", "等待次日对账单")
    assert matched(booked, Question(DAY, "wechat_pay", next_bill_known=True)).kinds == {"a": "M3"}


def test_a_difference_carries_what_each_side_says() -> None:
    [found] = matched(Day([payment(fen=101)], [P], [P])).differences

    assert (found.channel_fen, found.gateway_fen, found.finance_fen) == (101, 100, 100)
    assert (found.order_id, found.transaction, found.pay_code) == ("a", "Ta", "Na")
    assert (found.unit_code, found.day, found.method) == ("U1", DAY, "wechat_pay")


@pytest.mark.parametrize(
    ("fen", "said"), [(9, "财政应收 0.09 元，未入账"), (0, "财政不收这一金额，未入账")]
)
def test_what_finance_wants_instead_is_no_amount_on_its_books(fen: int, said: str) -> None:
    refused = payment(fen=fen, state="wanted")
    [found] = matched(Day([P], [P], near_finance=[refused])).differences
    [missing] = matched(Day([], [P], near_finance=[refused])).differences

    assert (found.gateway_fen, found.finance_fen, found.detail) == (100, None, said)
    assert missing.finance_fen is None


def test_a_refunds_difference_names_its_order() -> None:
    [found] = matched(Day([R], [refund(fen=99)])).differences

    assert (found.order_id, found.refund_no, found.movement) == ("a", "r", "refund")


FIRST, SECOND = payment("a", pay_code="N"), payment("b", pay_code="N", at="2026-01-05 13:00:00")


@pytest.mark.parametrize("state", ["stray", "open", "closed"])
def test_a_second_payment_of_a_notice_is_named(state: str) -> None:
    day = Day([FIRST, SECOND], [FIRST, SECOND._replace(state=state)], [FIRST])

    assert matched(day).kinds == {"b": "M7"}


def test_of_two_payments_nobody_heard_of_the_earlier_stays() -> None:
    waits = [FIRST._replace(state="open"), SECOND._replace(state="open")]

    assert matched(Day([SECOND, FIRST], waits)).kinds == {"a": "M1", "b": "M7"}


def test_a_notice_settled_by_another_method_is_paid_twice() -> None:
    day = Day([FIRST], [FIRST._replace(state="stray")], settled=[("N", "alipay-1")])

    assert matched(day).kinds == {"a": "M7"}
    assert matched(day).differences[0].detail == "该缴款单已由订单 alipay-1 缴清"
    assert matched(day._replace(settled=[("N", "a")])).kinds == {}


def test_money_that_never_came_settles_no_notice() -> None:
    day = Day([SECOND], [FIRST, SECOND._replace(state="open")])

    assert matched(day).kinds == {"a": "M3", "b": "M1"}


def test_a_payment_twice_of_money_given_back_does_not_balance() -> None:
    day = Day([FIRST, SECOND], [FIRST, SECOND._replace(state="stray")], [FIRST])

    assert matched(day).matched.sums.balanced == 1


@pytest.mark.parametrize("side", range(3))
def test_a_line_twice_is_named_and_counted_once(side: int) -> None:
    sides = [[P], [P], [P]]
    sides[side] = [P, P]
    answer = matched(Day(*sides))

    assert answer.kinds == {}
    assert answer.repeated == {"a": (2, 100)}
    assert answer.matched.sums.payments == 1


def test_what_agrees_is_counted_once_where_more_of_its_number_does_not() -> None:
    sums = matched(Day([P, payment(fen=5)], [P], [P])).matched.sums

    assert (sums.payments, sums.gross_fen, sums.balanced) == (2, 105, 0)


def test_sums_are_of_the_channel_by_unit() -> None:
    other = payment("b", 50, unit_code="U2")
    channel = [
        P._replace(unit_code="", fee_e5=600),
        other._replace(unit_code="", fee_e5=300),
        refund(fen=30, unit_code="", fee_e5=-180),
        refund("failed", 70, "failed", unit_code=""),
        payment("nobody", 7, unit_code=""),
    ]
    answer = matched(Day(channel, [P, other, refund(fen=30)], [P, other, refund(fen=30)]))

    assert answer.matched.by_unit == {
        "U1": Sums(1, 1, 100, 30, 420, balanced=2),
        "U2": Sums(1, 0, 50, 0, 300, balanced=1),
        "": Sums(1, 0, 7, 0, 0),
    }
    assert answer.matched.sums.net_fen == 127


def test_a_helper_finds_the_same(tmp_path: Path) -> None:
    numbers = [f"n{number}" for number in range(300)]
    spool = Spool(tmp_path, 4)
    with helper() as other:
        books = [(Side.CHANNEL, _bill, Path("300"))]
        filling = other.submit(fill, tmp_path, 4, "bill", books)
        spool.put(Side.GATEWAY, [payment(number) for number in numbers[10:]])
        spool.put(Side.FINANCE, [payment(number) for number in numbers])
        filling.result()
        answer = match(spool, ASKED, helper=other)

    assert {each.order_id for each in answer.differences()} == set(numbers[:10])
    assert answer.sums.balanced == 290


def _bill(path: Path) -> Iterable[Columns]:
    return columns_of(payment(f"n{number}") for number in range(int(path.name)))


def test_partitions_grow_with_the_lines() -> None:
    assert partitions_for(0) == 1
    assert partitions_for(10_000_000) == 10 * partitions_for(1_000_000) - 9


# Laws.

NUMBERS = st.sampled_from("abcdefgh")
AMOUNTS = st.sampled_from([1, 100])
PAYMENTS = st.builds(payment, NUMBERS, AMOUNTS)
OURS = st.builds(payment, NUMBERS, AMOUNTS, st.sampled_from(["done", "open", "closed"]))


def one_each(entries: st.SearchStrategy[Entry]) -> st.SearchStrategy[list[Entry]]:
    return st.lists(entries, max_size=8, unique_by=lambda entry: entry.order_id)


SIDES = st.tuples(one_each(PAYMENTS), one_each(OURS), one_each(PAYMENTS))
DAYS = SIDES.map(lambda sides: Day(*sides))


def slowly(day: Day) -> dict[str, str]:
    """The table, read line by line, number by number: for payments at noon of notices paid once."""
    kinds = {}
    for number in {entry.order_id for side in day[:3] for entry in side}:
        c, g, f = ([entry for entry in side if entry.order_id == number] for side in day[:3])
        paid = bool(g) and g[0].state == "done"
        amounts = {entry.amount_fen for entry in (*c, *g, *f)}
        if c and paid and len(amounts) > 1:
            kinds[number] = "M6"
        elif c and paid and not f:
            kinds[number] = "M4"
        elif c and g and not paid:
            kinds[number] = "M1"
        elif c and not g:
            kinds[number] = "M2"
        elif not c and paid:
            kinds[number] = "M3"
        elif not c and f:
            kinds[number] = "M5"
    return kinds


@given(DAYS, st.integers(1, 5), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_it_finds_what_the_table_says_in_any_order_and_partition(
    day: Day, partitions: int, chance: random.Random
) -> None:
    shuffled = Day(*(chance.sample(side, len(side)) for side in day[:3]))
    answer = matched(shuffled, partitions=partitions)

    assert answer.kinds == slowly(day)
    numbers = {entry.order_id for side in day[:3] for entry in side}
    outcomes = answer.matched.sums.balanced + len(answer.differences) + answer.matched.idle
    assert outcomes == len(numbers), "each number is in exactly one outcome"


@given(DAYS, st.integers(1, 5))
@settings(deadline=None, max_examples=100)
def test_no_line_is_lost_from_the_sums(day: Day, partitions: int) -> None:
    sums = matched(day, partitions=partitions).matched.sums

    assert sums.payments == len(day.channel)
    assert sums.gross_fen == sum(entry.amount_fen for entry in day.channel)


@given(DAYS)
@settings(deadline=None, max_examples=100)
def test_the_differences_account_for_all_between_the_sums(day: Day) -> None:
    answer = matched(day)
    moved = [each for each in day.gateway if each.state in ("done", "stray")]

    between = answer.matched.sums.net_fen - sum(entry.amount_fen for entry in moved)
    assert sum(each.apart_fen for each in answer.differences) == between


def test_money_of_a_neighbouring_day_is_apart_by_all_of_it() -> None:
    assert matched(Day([P], [], [P], [], [P])).differences[0].apart_fen == 100
    assert matched(Day([R], [], [R], [], [R])).differences[0].apart_fen == -100


def test_a_payment_at_noon_is_not_explained_by_midnight() -> None:
    """The journal's other day, say, because somebody moved the entry there."""
    (noon,) = matched(Day([P], [], [P], [], [P])).differences
    before, after = payment(at=LATE), payment(at="2026-01-06 00:00:05")
    (midnight,) = matched(Day([before], [], [before], [], [after])).differences

    assert (noon.kind, noon.detail) == (Kind.DAY_CUT, FAR)
    assert (midnight.kind, midnight.detail) == (
        Kind.DAY_CUT,
        "网关记在相邻日期",
    )


def test_both_sides_are_to_be_about_midnight() -> None:
    early, noon_before = payment(at="2026-01-05 00:00:05"), payment(at="2026-01-04 12:00:00")
    [found] = matched(Day([early], [], [early], [], [noon_before])).differences

    assert found.detail == FAR


def test_a_refund_may_be_dated_by_the_day_it_was_asked_for() -> None:
    [found] = matched(Day([R], [], [R], [], [R])).differences

    assert (found.kind, found.detail) == (Kind.DAY_CUT, "网关记在相邻日期")


MIRRORED = {"M2": "M3", "M3": "M2"}


@given(one_each(PAYMENTS), one_each(PAYMENTS))
@settings(deadline=None, max_examples=100)
def test_two_sides_changed_places_give_the_mirrored_kinds(
    left: list[Entry], right: list[Entry]
) -> None:
    two_ways = Question(DAY, "wechat_pay", three_ways=False)
    one, other = matched(Day(left, right), two_ways), matched(Day(right, left), two_ways)

    assert other.kinds == {n: MIRRORED.get(kind, kind) for n, kind in one.kinds.items()}


@given(st.lists(st.sampled_from(sorted(TABLE)), max_size=30), st.integers(1, 4))
@settings(deadline=None, max_examples=60)
def test_what_is_planted_is_found_and_nothing_else(names: list[str], partitions: int) -> None:
    sides: dict[int, list[Entry]] = defaultdict(list)
    expected = Counter[str]()
    for place, name in enumerate(names):
        day, kind = TABLE[name]
        expected[kind] += 1
        for side, entries in enumerate(day[:6]):
            sides[side] += [renamed(entry, str(place)) for entry in entries]

    found = matched(Day(*(sides[side] for side in range(6))), partitions=partitions)

    del expected[""]
    assert Counter(found.kinds.values()) == expected


def renamed(entry: Entry, place: str) -> Entry:
    """The same case under numbers of its own."""
    return entry._replace(
        order_id=f"{entry.order_id}{place}",
        refund_no=entry.refund_no and f"{entry.refund_no}{place}",
        transaction=entry.transaction and f"{entry.transaction}-{place}",
        pay_code=f"{entry.pay_code}-{place}",
    )
