"""A line is cut where every strict column has one place alone, held against trying every way."""

from collections.abc import Iterator, Sequence

from hypothesis import given
from hypothesis import strategies as st

from payment.connectors.free_text import AMOUNT, CODE, MOST_PIECES, Look, cut_around, word

KINDS = {"A": AMOUNT, "C": CODE, "W": word("交易", "退款"), "F": None}
PIECES = st.sampled_from([b"0.01", b"x1", "交易".encode(), "税, 费".encode(), b"", b"1.00\t"])
COLUMNS = st.text("ACWFF", min_size=1, max_size=6)


def every_way(pieces: Sequence[bytes], looks: Sequence[Look | None]) -> Iterator[list[bytes]]:
    if not looks:
        if not pieces:
            yield []
        return
    look, *others = looks
    for taken in range(1, len(pieces) - len(others) + 1):
        if look is None or (taken == 1 and look.fullmatch(pieces[0])):
            for rest in every_way(pieces[taken:], others):
                yield [b",".join(pieces[:taken]), *rest]


@given(COLUMNS, st.lists(PIECES, min_size=1, max_size=9))
def test_a_line_is_cut_if_one_way_alone_fits_what_is_strict(
    columns: str, pieces: list[bytes]
) -> None:
    names = [f"{place}{column}" for place, column in enumerate(columns)]
    looks = {name: look for name in names if (look := KINDS[name[-1]])}
    ways = list(every_way(pieces, [KINDS[column] for column in columns]))
    begun = {strictly(way, columns) for way in ways}

    cells = cut_around(pieces, b",", names, looks)

    assert (cells is not None) == (len(begun) == 1)
    assert cells is None or cells in ways


def strictly(way: list[bytes], columns: str) -> tuple[int, ...]:
    """Behind how many separators each strict column stands."""
    before = [b",".join(way[:place]).count(b",") + (place > 0) for place in range(len(way))]
    return tuple(at for at, column in zip(before, columns, strict=True) if column != "F")


def test_what_two_texts_share_is_no_reason_to_doubt_the_rest() -> None:
    looks = {"fen": AMOUNT}

    assert cut_around([b"a", b"b", b"c", b"1.00"], b",", ["x", "y", "fen"], looks) == [
        b"a",
        b"b,c",
        b"1.00",
    ]


def test_a_line_of_nothing_but_separators_is_not_tried_for_ever() -> None:
    assert cut_around([b""] * (MOST_PIECES + 1), b",", ["x", "y"], {}) is None
