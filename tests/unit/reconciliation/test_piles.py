"""What is laid aside comes back as it was, and the numbers of a day are all known."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.money import Fen
from payment.lines import OrderLine
from payment.reconciliation.columns import AT_ONCE
from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.drawers import Drawers
from payment.reconciliation.gathering.numbers import Numbers
from payment.reconciliation.gathering.piles import Pile
from payment.reconciliation.gathering.sources import Booked

LINES = (OrderLine("1030", "罚款", Fen(90)), OrderLine("1031", "加处罚款", Fen(10), late=True))


def booked(number: int, unit: str = "U1") -> Booked:
    refund = number % 3 == 0
    entry = Entry(
        "refund" if refund else "payment",
        f"o{number}",
        f"r{number}" if refund else "",
        f"T{number}",
        100,
        "2026-03-02 12:00:00",
        unit_code=unit,
    )
    return Booked(entry, LINES if number % 2 else ())


def test_a_pile_gives_back_every_movement_with_what_it_was_for(tmp_path: Path) -> None:
    pile = Pile(tmp_path / "pile", lambda entry: entry.unit_code == "mute")
    laid = [booked(n, "mute" if n % 7 == 0 else "U1") for n in range(2 * AT_ONCE + 1)]
    pile.put(laid[:5])
    pile.put(laid[5:])

    found = [each for piece in pile for each in piece.booked()]
    assert sorted(found) == sorted(laid)
    assert len(pile) == len(laid)
    assert all((b.entry.unit_code == "mute") == p.silent for p in pile for b in p.booked())


def test_a_piece_without_some_numbers_keeps_the_others_with_their_lines(tmp_path: Path) -> None:
    pile = Pile(tmp_path / "pile", lambda entry: False)
    laid = [booked(n) for n in (1, 2, 4, 5)]
    (piece,) = pile.put(laid)

    assert list(piece.without({b"o2", b"o5"}).booked()) == [laid[0], laid[2]]
    assert piece.without({b"o9"}) is piece


@given(st.sets(st.text(min_size=1).map(str.encode)))
def test_every_number_that_was_told_is_known(told: set[bytes]) -> None:
    numbers = Numbers()
    numbers.add(told)

    assert all(numbers.known(told))


def test_few_of_other_numbers_pass_for_known() -> None:
    numbers = Numbers()
    numbers.add(f"ours{n}".encode() for n in range(10_000))

    assert sum(numbers.known(f"theirs{n}".encode() for n in range(10_000))) < 100


def test_a_number_is_in_one_drawer_whatever_lies_there(tmp_path: Path) -> None:
    drawers = Drawers(tmp_path / "drawers", 5)
    assert drawers.put("lines", ((str(n).encode(), n) for n in range(1000))) == 1000
    drawers.put("known", ((str(n).encode(),) for n in range(0, 1000, 2)))

    for place in range(5):
        known = {number for (number,) in drawers.rows("known", place)}
        lines = {number: n for number, n in drawers.rows("lines", place)}
        assert known == {number for number, n in lines.items() if n % 2 == 0}
