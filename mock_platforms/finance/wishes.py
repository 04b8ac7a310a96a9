"""What the control plane may ask of a notice: its items with their late rules, its pauses. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from mock_platforms.commands import Refused
from mock_platforms.finance.late_fees import Late, Pause
from mock_platforms.finance.notices import Item
from mock_platforms.finance.samples import FINE_RATE

_LATE = "late_"


def items(given: object) -> tuple[Item, ...]:
    if given is None:
        return (Item("103050101", "交通违法罚款", 200_00, late=Late(FINE_RATE)),)
    if not isinstance(given, list) or not given:
        raise Refused("items must be a list that is not empty", field="items")
    try:
        found = tuple(_item(item) for item in given)
    except (TypeError, ValueError, AttributeError) as error:
        raise Refused("an item has code, name and amount_fen", field="items") from error
    if not all(isinstance(item.amount_fen, int) and item.amount_fen > 0 for item in found):
        raise Refused("an item's amount_fen is a positive whole number", field="items")
    return found


def _item(given: Mapping[str, Any]) -> Item:
    plain = {name: value for name, value in given.items() if not name.startswith(_LATE)}
    late = {name.removeprefix(_LATE): given[name] for name in given.keys() - plain.keys()}
    if late.get("starts_on"):
        late["starts_on"] = date.fromisoformat(late["starts_on"])
    rule = Late(**late) if late.get("rate_per_10000") else None
    return Item(**plain, late=rule)


def pauses(given: object) -> tuple[Pause, ...]:
    if not isinstance(given, list):
        raise Refused("pauses must be a list", field="pauses")
    return tuple(pause(one) for one in given)


def pause(given: Any) -> Pause:
    try:
        last = given.get("last")
        found = Pause(date.fromisoformat(given["first"]), last and date.fromisoformat(last))
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise Refused("a pause has a first day, and a last one when it is over") from error
    if found.last is not None and found.last < found.first:
        raise Refused("a pause ends before it begins", field="last")
    return found
