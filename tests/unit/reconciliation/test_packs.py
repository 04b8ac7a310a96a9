"""What is laid in packs comes back; fingerprints are what their source says they are."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from payment.reconciliation.cells import Cells, Text
from payment.reconciliation.columns import SILENT, Columns, columns_of
from payment.reconciliation.entries import Entry, Movement
from payment.reconciliation.matching.fingerprints import KEY_BYTES, LONGEST, Fingerprints
from payment.reconciliation.matching.packs import open_pack, packed, unpacked, write_pack
from payment.reconciliation.matching.spool import key_of

WHOLE = st.integers(-(2**62), 2**62)
KEY = bytes(range(1, 241)) * 2
TEXTS = st.lists(st.binary(max_size=70).map(lambda text: text.replace(b"\0", b"")), max_size=9)


def piece_of(fens: list[int], fees: list[int | None], texts: list[bytes]) -> Columns:
    cells, done = Cells.of(texts), Cells.alike(b"done", len(texts))
    silent = [SILENT if fee is None else fee for fee in fees]
    numbers = np.array(fens, np.int64), np.array(silent, np.int64)
    return Columns(
        Movement.PAYMENT, cells, done, numbers[0], done, cells, numbers[1], cells, done, done
    )


@given(st.lists(st.tuples(WHOLE, st.none() | WHOLE, st.binary(max_size=9)), min_size=1))
def test_columns_come_back_as_they_were(rows: list[tuple[int, int | None, bytes]]) -> None:
    fens, fees, texts = (list(each) for each in zip(*rows, strict=True))
    piece = piece_of(fens, fees, texts)  # type: ignore[arg-type]

    back = unpacked(packed(piece))

    assert back.fens.tolist() == fens
    assert back.fees.tolist() == piece.fees.tolist()
    assert back.numbers.cut() == back.order_ids.cut() == texts
    assert back.states.cut() == [b"done"] * len(rows)


def test_what_lies_in_a_file_is_read_from_there_again(tmp_path: Path) -> None:
    book, pack = tmp_path / "book", tmp_path / "pack"
    book.write_bytes(b"head\nfirst,1\nsecond,2\nthird,3\n")
    text = Text.of(b"first,1\nsecond,2\nthird,3\n", path=str(book), begin=5)
    places = np.array([0, 8, 17]) + 24
    cells = Cells(text, places, np.array([5, 6, 5]))
    piece = piece_of([1, 2, 3], [None] * 3, [b""] * 3)._replace(numbers=cells, order_ids=cells)

    with open(pack, "wb") as file:
        write_pack(file, piece)
        place = write_pack(file, piece)
    with open(pack, "rb") as file:
        some = open_pack(file, place, np.array([0, 2]))

    assert some.numbers.cut() == [b"first", b"third"]
    assert some.fens.tolist() == [1, 3]
    assert b"second" not in pack.read_bytes()


def test_an_entry_is_the_same_out_of_its_pack() -> None:
    entry = Entry("refund", "a", "r", "T", 5, "2026-01-05 12:00:00", "failed", -3, "N", "U")

    [piece] = columns_of([entry])

    assert list(unpacked(packed(piece)).entries()) == [entry]


def by_hand(text: bytes, key: bytes) -> int:
    """Multilinear hashing twice over, in whole numbers of any size."""
    numbers = [int.from_bytes(key[at : at + 8], "little") for at in range(0, len(key), 8)]
    halves = numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]
    letters = [int.from_bytes(text[at : at + 4], "little") for at in range(0, len(text), 4)]
    first, second = (
        (own[0] + sum(k * x for k, x in zip(own[1:], [len(text), *letters], strict=False)))
        % 2**64
        // 2**32
        for own in halves
    )
    return first << 32 | second


@given(st.lists(st.binary(max_size=LONGEST), min_size=1))
def test_a_fingerprint_is_a_multilinear_hash_twice_over(texts: list[bytes]) -> None:
    key = KEY[:KEY_BYTES]

    found = Fingerprints(key).of(Cells.of(texts)).tolist()

    assert found == [by_hand(text, key) for text in texts]


@given(TEXTS)
def test_a_text_has_the_same_fingerprint_beside_whatever_others(texts: list[bytes]) -> None:
    fingerprints = Fingerprints(KEY[:KEY_BYTES])

    alone = [fingerprints.of_one(text) for text in texts]

    assert fingerprints.of(Cells.of(texts)).tolist() == alone
    assert len(set(alone)) == len(set(texts))


def test_long_texts_differ_in_any_of_their_bytes() -> None:
    fingerprints, long = Fingerprints(KEY[:KEY_BYTES]), b"n" * (LONGEST + 20)
    others = [long[:at] + b"m" + long[at + 1 :] for at in range(len(long))]

    assert len({*fingerprints.of(Cells.of([long, *others])).tolist()}) == len(long) + 1


def test_a_spools_key_is_made_once_and_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()

    assert key_of(folders[0]) == key_of(folders[0]) != key_of(folders[1])
    assert len(key_of(folders[0])) == KEY_BYTES
