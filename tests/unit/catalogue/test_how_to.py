"""The guide for whoever writes a service file: its examples are right, and it names every key."""

import re
import tomllib
from typing import Any

import pytest

from channel_gateway.services.catalogue.booking_rules import PRESETS, Ban, BookingRules
from channel_gateway.services.catalogue.fee_items import FeeItem
from channel_gateway.services.catalogue.form import FormField, Kind
from channel_gateway.services.catalogue.part import Part
from channel_gateway.services.catalogue.reading import MOST_LINES, read_service
from channel_gateway.services.catalogue.service_file import (
    Appointment,
    Delivery,
    Hall,
    Hours,
    ServiceFile,
)
from channel_gateway.services.catalogue.templates import WORDS, Message
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs/how-to/add-a-service.md").read_text(encoding="utf-8")
WHOLE, *PIECES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PARTS = (
    *(Appointment, Ban, BookingRules, Delivery, FeeItem, FormField, Hall, Hours, Message),
    ServiceFile,
)


def over(whole: dict[str, Any], piece: dict[str, Any]) -> dict[str, Any]:
    """The whole file with a piece of the page in its place."""
    both = whole.keys() & piece.keys()
    tables = {key: over(whole[key], piece[key]) for key in both if isinstance(piece[key], dict)}
    return whole | piece | tables


def frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: frozen(each) for key, each in value.items()}
    return tuple(map(frozen, value)) if isinstance(value, list) else value


def test_the_whole_file_is_right_and_not_too_long() -> None:
    service = read_service("dog_licence.toml", WHOLE.encode())

    assert service.code == "GA-QZ-21"
    assert WHOLE.count("\n") <= MOST_LINES


def test_the_whole_file_has_every_key_of_the_service() -> None:
    assert tomllib.loads(WHOLE).keys() == ServiceFile.model_fields.keys()


@pytest.mark.parametrize("piece", PIECES)
def test_a_piece_is_right_in_the_whole_file(piece: str) -> None:
    changed = over(tomllib.loads(WHOLE), tomllib.loads(piece))

    assert ServiceFile.model_validate(frozen(changed))


@pytest.mark.parametrize("part", PARTS)
def test_every_key_of_a_part_is_named(part: type[Part]) -> None:
    missing = [key for key in part.model_fields if not re.search(rf"\b{key}\b", _in_code())]

    assert missing == []


def test_every_kind_preset_and_word_is_named() -> None:
    rows = {f"{_coded(each)} | {', '.join(map(_coded, words))}" for each, words in WORDS.items()}

    assert [kind for kind in Kind if _coded(kind) not in PAGE] == []
    assert [name for name in PRESETS if _coded(name) not in PAGE] == []
    assert [row for row in rows if row not in PAGE] == []


def _coded(word: str) -> str:
    return f"`{word}`"


def _in_code() -> str:
    """All that the page's own words set as code: keys in its examples alone are not explained."""
    prose = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    return "\n".join(re.findall(r"`([^`]+)`", prose))
