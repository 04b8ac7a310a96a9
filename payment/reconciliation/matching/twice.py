"""Which of the day's payments pay a notice that another order settles (重复缴费). Pure over files.

Only payments that would otherwise be M1, or money that we know to settle nothing, are asked about;
they are few, so our journal is read once more for their notices.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from payment.reconciliation.columns import CODING
from payment.reconciliation.differences import Kind
from payment.reconciliation.entries import EntryState, Side
from payment.reconciliation.matching.spool import packs, read, settled

_DONE = EntryState.DONE.value.encode()
AT_ONCE = 20_000  # suspects whose notices are looked for in one reading

Row = tuple[object, ...]  # of a difference, as it is kept in files


class Suspect(NamedTuple):
    pay_code: str
    order_id: str
    at: str  # when the channel has it as paid
    stray: bool  # unless it was paid twice, all sides agree
    unit_code: str
    row: Row  # the difference, its kind first and its detail last


def paid_twice(folder: Path, partitions: int, count: int) -> Iterator[tuple[str, Suspect]]:
    """Every suspect, and the other order that settles its notice; empty: none does."""
    rounds = count // AT_ONCE + 1
    for number in range(rounds):
        by_notice: dict[str, list[Suspect]] = defaultdict(list)
        for suspect in suspects(folder, partitions):
            if crc32(suspect.pay_code.encode()) % rounds == number:
                by_notice[suspect.pay_code].append(suspect)
        settles = _settling(folder, partitions, by_notice.keys()) if by_notice else {}
        for pay_code, several in by_notice.items():
            yield from _told_apart(several, settles.get(pay_code, set()))


def suspects(folder: Path, partitions: int) -> Iterator[Suspect]:
    for place in range(partitions):
        for row in read(folder / f"suspects-{place}"):
            yield Suspect(*row)


def _told_apart(several: list[Suspect], settles: set[str]) -> Iterator[tuple[str, Suspect]]:
    """Where no order settles the notice, the earliest payment does."""
    first = min(several, key=lambda suspect: (suspect.stray, suspect.at, suspect.order_id))
    for suspect in several:
        others = (settles or {first.order_id}) - {suspect.order_id}
        yield min(others, default=""), suspect


def _settling(folder: Path, partitions: int, notices: Iterable[str]) -> Mapping[str, set[str]]:
    """The orders that settle some notices, of those that the channel has as well."""
    notices = set(notices)
    asked = {notice.encode(*CODING) for notice in notices}
    orders: dict[str, set[str]] = defaultdict(set)
    for some in settled(folder):
        for pay_code, order_id in some:
            if pay_code in notices:
                orders[pay_code].add(order_id)
    for place in range(partitions):
        for pack in packs(folder, Side.GATEWAY, place):
            if asked.isdisjoint(pack.pay_codes.split(b"\n")):
                continue
            for fact, *_, notice, rest in pack.opened():
                if notice in asked and _settles(fact):
                    settling = rest.partition(b"\t")[0].decode(*CODING)
                    orders[notice.decode(*CODING)].add(settling)
        for some in read(folder / f"found-{place}"):
            for kind, _, order_id, _, _, pay_code, *_ in some:
                if kind == Kind.MISSING_MONEY and pay_code in notices:
                    orders[pay_code].discard(order_id)
    return orders


def _settles(fact: bytes) -> bool:
    _, letter, _, state, _ = fact.split(b"\t")
    return letter == b"P" and state == _DONE
