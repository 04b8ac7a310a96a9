"""Numbers, moments and lines read eight bytes at a time, against regular expressions."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.connectors.bill_table import Layout
from payment.connectors.regular_lines import Lines, moments, numbers, plain
from payment.reconciliation.cells import Cells, Text

DIGITS = st.text("0123456789", min_size=1, max_size=14)
WHOLE = st.builds("{}{}".format, st.sampled_from(["", "-"]), DIGITS)
LIKELY = st.one_of(
    WHOLE,
    st.builds("{}.{}".format, WHOLE, st.text("0123456789", max_size=6)),
    st.text("0123456789.-:/", max_size=20),
).map(str.encode)
LAYOUT = Layout({"one": 0, "two": 1, "three": 2}, b"`", b",`", b"end", b"\r\n", "utf-8")


@pytest.mark.parametrize("decimals", [0, 2, 5])
@given(st.lists(LIKELY | st.binary(max_size=20), min_size=1))
def test_numbers_are_read_exactly_or_not_at_all(decimals: int, texts: list[bytes]) -> None:
    look = re.compile(rb"-?[0-9]{1,12}" + (rb"\.[0-9]{%d}" % decimals if decimals else b""))

    found, fit = numbers(Cells.of(texts), decimals)

    assert fit.tolist() == [look.fullmatch(text) is not None for text in texts]
    read = [int(text.replace(b".", b"")) for text in texts if look.fullmatch(text)]
    assert found[fit].tolist() == read


MOMENT = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")


@given(st.lists(st.from_regex(MOMENT, fullmatch=True), min_size=1), st.integers(0, 18), st.binary())
def test_moments_are_known_by_every_sign(told: list[bytes], place: int, other: bytes) -> None:
    spoilt = told[0][:place] + other[:1] + told[0][place + 1 :]
    texts = [*told, spoilt, b"", other]

    fit = moments(Cells.of(texts)).tolist()

    assert fit == [MOMENT.fullmatch(text) is not None for text in texts]


@given(st.lists(st.text(max_size=20).map(str.encode), min_size=1))
def test_plain_is_what_is_ascii(texts: list[bytes]) -> None:
    assert plain(Cells.of(texts)).tolist() == [text.isascii() for text in texts]


PARTS = st.sampled_from(["`", ",", ",`", "\n", "\r", "\r\n", "`a,`b,`c\r\n", "x", "号"])


@given(st.lists(PARTS).map("".join))
def test_a_line_is_cut_as_it_would_be_by_itself_or_left_whole(text: str) -> None:
    whole = text.encode() + b"\r\n"
    lines = Lines(Text.of(whole), LAYOUT)

    cut = [lines.cells(name).cut() for name in LAYOUT.columns]

    # Of what is left the lines are those that no cutting of a line by itself would take.
    rows = [line for line in whole.removesuffix(b"\r\n").split(b"\r\n") if b"\n" not in line]
    fine = [row for row in rows if row.startswith(b"`") and row.count(b",`") == 2]
    assert list(zip(*cut, strict=True)) == [tuple(row[1:].split(b",`")) for row in fine]
    taken = b"".join(b"`%s,`%s,`%s\r\n" % cells for cells in zip(*cut, strict=True))
    left = lines.left(np.arange(len(lines)))
    assert sorted(left + taken) == sorted(whole)
