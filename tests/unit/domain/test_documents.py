"""Records and documents: what is written is read back, whatever a record is made of."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NewType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.documents import from_document, to_document

Fen = NewType("Fen", int)


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True)
class Line:
    id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    id: str
    colour: Colour
    fen: Fen
    day: date | None = None
    at: datetime | None = None
    first: Line | None = None
    lines: tuple[Line, ...] = ()
    words: tuple[str, ...] = ()
    version: int = 0


moments = st.integers(0, 2**42).map(lambda ms: datetime(2000, 1, 1, tzinfo=UTC) + _MS * ms)
_MS = timedelta(milliseconds=1)
lines = st.builds(Line, st.text(), moments)
sheets = st.builds(
    Sheet,
    st.text(),
    st.sampled_from(Colour),
    st.integers().map(Fen),
    st.none() | st.dates(),
    st.none() | moments,
    st.none() | lines,
    st.lists(lines).map(tuple),
    st.lists(st.text()).map(tuple),
    st.integers(),
)


@given(sheets)
def test_what_is_written_is_read_back(sheet: Sheet) -> None:
    assert from_document(Sheet, to_document(sheet)) == sheet


@given(sheets)
def test_a_document_holds_only_what_every_engine_keeps(sheet: Sheet) -> None:
    def kinds(value: object) -> set[type]:
        inside = value.values() if isinstance(value, dict) else value
        below = inside if isinstance(value, dict | list) else ()
        return {type(value)}.union(*map(kinds, below))  # type: ignore[arg-type]

    assert kinds(to_document(sheet)) <= {dict, list, str, int}


def test_the_aggregate_gives_its_id_and_version_the_stores_names_and_its_parts_keep_theirs() -> (
    None
):
    part = Line("l1", datetime(2026, 1, 1, tzinfo=UTC))
    document = to_document(Sheet("s1", Colour.RED, Fen(1), lines=(part,), version=3))

    assert (document["_id"], document["v"]) == ("s1", 3)
    assert document["lines"] == [{"id": "l1", "at": 1767225600000}]


def test_members_a_record_does_not_have_are_passed_over() -> None:
    document = {"_id": "s1", "v": 2, "colour": "blue", "fen": 5, "added_later": True}

    assert from_document(Sheet, document) == Sheet("s1", Colour.BLUE, Fen(5), version=2)


def test_what_could_not_be_read_again_is_not_written() -> None:
    @dataclass(frozen=True)
    class Parcel:
        id: str
        stage: Colour | None

    with pytest.raises(TypeError, match=r"Parcel\.stage may be None: it needs a default"):
        to_document(Parcel("1", Colour.RED))
