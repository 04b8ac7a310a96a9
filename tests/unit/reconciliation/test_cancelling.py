"""Cancelling by numbers finds what plain dictionaries find, and loses and invents nothing."""

import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payment.reconciliation.differences import Difference, Kind
from payment.reconciliation.entries import Entry, Movement, Side
from payment.reconciliation.matching import Question, Repeated, Spool, Sums, helper, match
from payment.reconciliation.matching.cancelling import totals
from payment.reconciliation.matching.case import Case, Record
from payment.reconciliation.matching.fingerprints import KEY_BYTES
from payment.reconciliation.matching.rules import judge

DAY = date(2026, 1, 5)
Lines = Sequence[tuple[Side, bool, Entry]]  # whose, whether of a neighbouring day, and what


class Answer(NamedTuple):
    differences: Counter[tuple[object, ...]]
    by_unit: dict[str, Sums]
    idle: int
    repeated: Counter[Repeated]


def answered(lines: Lines, question: Question, partitions: int, key: bytes = b"") -> Answer:
    with TemporaryDirectory() as folder:
        if key:
            (Path(folder) / "key").write_bytes(key)
        spool = Spool(Path(folder), partitions)
        for side, near in product(Side, (False, True)):
            spool.put(side, [entry for *whose, entry in lines if whose == [side, near]], near=near)
        matched = match(spool, question)
        return Answer(
            Counter(map(_told, matched.differences())),
            {unit: sums for unit, sums in matched.by_unit.items() if sums != Sums()},
            matched.idle,
            Counter(matched.repeated()),
        )


def slowly(lines: Lines, question: Question) -> Answer:
    """Every number a case of its own, in dictionaries. For notices that are paid once."""
    cases: dict[tuple[str, str], Case] = defaultdict(Case)
    times: Counter[tuple[Side, tuple[str, str, int, str, str]]] = Counter()
    for side, near, entry in lines:
        if side is Side.FINANCE and not question.three_ways:
            continue
        record = _record(entry)
        if near:
            cases[record.key].near[side].append(record)
            continue
        times[side, record.fact] += 1
        if times[side, record.fact] == 1:
            cases[record.key].own[side].append(record)
    found, idle = Counter[tuple[object, ...]](), 0
    by_unit: dict[str, Sums] = defaultdict(Sums)
    for case in cases.values():
        verdict = judge(case, question)
        channel = case.own[Side.CHANNEL]
        paid = [each.moved for each in channel if each.moved > 0]
        back = [-each.moved for each in channel if each.moved < 0]
        by_unit[case.first("unit_code")] += Sums(
            len(paid),
            len(back),
            sum(paid),
            sum(back),
            sum(each.fee_e5 or 0 for each in channel),
            balanced=verdict is not None and verdict.kind is Kind.BALANCED,
        )
        if verdict is None:
            idle += any(case.own.values())
        elif verdict.kind is not Kind.BALANCED:
            amounts = (each.fen if (each := case.either(side)) else None for side in Side)
            found[verdict.kind, case.anyone().number, *amounts, verdict.detail] += 1
    movements = {"P": Movement.PAYMENT, "R": Movement.REFUND}
    return Answer(
        found,
        {unit: sums for unit, sums in by_unit.items() if sums != Sums()},
        idle,
        Counter(
            Repeated(side, movements[letter], number, many, fen, transaction)
            for (side, (number, letter, fen, _, transaction)), many in times.items()
            if many > 1
        ),
    )


def _told(each: Difference) -> tuple[object, ...]:
    return (each.kind, each.refund_no or each.order_id, *each.sides, each.detail)


def _record(entry: Entry) -> Record:
    sign = {"payment": 1, "refund": -1}[entry.movement]
    moved = 0 if entry.state == "failed" else sign * entry.amount_fen
    return Record(
        entry.number,
        "P" if sign > 0 else "R",
        entry.amount_fen,
        entry.state,
        entry.transaction,
        moved,
        entry.fee_e5,
        entry.unit_code,
        entry.order_id,
        entry.at,
        entry.pay_code,
    )


def payment(number: str, fen: int = 100, **more: object) -> Entry:
    told: dict[str, object] = {"transaction": f"T{number}", "at": "2026-01-05 12:00:00"}
    told |= {"unit_code": f"U{len(number) % 3}", "pay_code": f"N{number}"} | more
    return Entry("payment", number, "", amount_fen=fen, **told)  # type: ignore[arg-type]


# Numbers and texts of some words' length, and longer than is fingerprinted as it is.
NUMBERS = st.sampled_from(["a", "ab", "number-7", "number-08", "长号", "n" * 65, "n" * 64 + "m"])
MOMENTS = st.sampled_from(
    ["2026-01-05 12:00:00", "2026-01-05 23:58:00", "2026-01-04 23:58:00", "2026-01-06 00:02:00"]
)


@st.composite
def entries(draw: st.DrawFn) -> tuple[Side, bool, Entry]:
    number, side = draw(NUMBERS), draw(st.sampled_from(Side))
    refund = draw(st.booleans()) and draw(st.booleans())
    usual = draw(st.integers(0, 3))  # most of what is drawn agrees
    fees = [None] if side is Side.FINANCE else [None, 600, 601]
    states = ["done", "processing", "failed"] if refund else ["done"]
    if side is Side.GATEWAY:
        states += ["stray", "transferred"] if refund else ["open", "closed", "stray"]
    entry = payment(
        number,
        100 if usual else draw(st.sampled_from([0, 100, 101, 2**40])),
        transaction=f"T{number}" if usual else draw(st.sampled_from(["", f"T{number}", "T2"])),
        at=draw(MOMENTS),
        state="done" if usual else draw(st.sampled_from(states)),
        fee_e5=draw(st.sampled_from(fees)),
        # Without a notice nothing is asked about second payments.
        pay_code="",
    )
    if refund:
        entry = entry._replace(movement="refund", refund_no=number, order_id=f"of {number}")
    return side, draw(st.integers(0, 3)) == 0, entry


LINES = st.lists(entries(), max_size=30)
QUESTIONS = st.builds(
    Question, st.just(DAY), st.just("wechat_pay"), st.booleans(), st.booleans(), st.booleans()
)


@given(LINES, QUESTIONS, st.sampled_from([1, 3, 64]))
@settings(deadline=None, max_examples=150)
def test_the_answer_is_that_of_plain_dictionaries(
    lines: Lines, question: Question, partitions: int
) -> None:
    assert answered(lines, question, partitions) == slowly(lines, question)


@given(LINES, QUESTIONS)
@settings(deadline=None, max_examples=60)
def test_numbers_that_collide_are_told_apart_all_the_same(lines: Lines, question: Question) -> None:
    """Under this key a text's fingerprint is its length."""
    key = np.zeros((2, KEY_BYTES // 16), "<u8")
    key[:, 1] = 2**32
    crowd = [(side, False, payment(f"crowd-{n}")) for side in Side for n in (1, 2)]

    found = answered([*lines, *crowd], question, 3, key.tobytes())

    assert found == slowly([*lines, *crowd], question)


def test_each_of_three_books_may_come_from_several_spools(tmp_path: Path) -> None:
    numbers = [f"n{number}" for number in range(100)]
    for name, some in (("one", numbers[:40]), ("two", numbers[40:])):
        spool = Spool(tmp_path, 3, name=name)
        for side in Side:
            spool.put(side, map(payment, some))

    matched = match(Spool(tmp_path, 3, name="three"), Question(DAY, "wechat_pay"))

    assert (matched.sums.balanced, matched.sums.gross_fen) == (100, 10_000)
    assert list(matched.differences()) == []


@pytest.mark.parametrize("helped", [False, True])
def test_a_day_of_which_nothing_agrees_is_found_whole(tmp_path: Path, helped: bool) -> None:
    """More than lies in one place of cases, so that these are shared too."""
    many = 35_000
    spool = Spool(tmp_path, 4)
    spool.put(Side.CHANNEL, (payment(f"c{number}", 1 + number) for number in range(many)))
    spool.put(Side.FINANCE, (payment(f"f{number}") for number in range(10)))
    with helper() as other:
        matched = match(spool, Question(DAY, "w"), helper=other if helped else None)
        found = Counter(each.kind for each in matched.differences())

    assert len(list(tmp_path.glob("cases-*"))) > 1
    assert found == {Kind.UNKNOWN_MONEY: many, Kind.PAID_ELSEWHERE: 10}
    assert matched.sums.gross_fen == many * (many + 1) // 2


def test_sums_are_exact_beyond_sixty_four_bits() -> None:
    numbers = np.array([2**62, 2**62, 2**62, -1, -(2**62), 7], np.int64)

    assert totals(numbers, np.array([0, 3])) == [3 * 2**62, 6 - 2**62]


def test_a_process_that_only_matches_loads_no_gateway() -> None:
    code = (
        "import sys, payment.connectors.wechat_pay.bill_columns, payment.reconciliation.matching;"
        "print(*(each for each in ('aiohttp', 'pydantic', 'reportlab') if each in sys.modules))"
    )

    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert printed.stdout.split() == []


def test_a_day_is_answered_alike_in_any_order() -> None:
    lines = [(side, False, payment(number)) for number in ("a", "b", "c") for side in Side][:-1]
    question = Question(DAY, "wechat_pay")

    assert answered(lines, question, 2) == answered(lines[::-1], question, 2)
