"""Where is it? What every plug-in tells of a number, in one order of time."""

from collections.abc import Callable, Iterable

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.errors import NotFound
from channel_gateway.service import Line, Table, Told

MOST_NUMBERS = 50  # under which others are asked as well


async def tell_story(
    table: Table, number: str, asked: str, sees: Callable[[Told], bool] = lambda _: True
) -> list[Line]:
    """Ask every plug-in that tells stories, and again by the numbers that they name.

    `sees`: whether who asks may read it; what belongs to something seen is seen with it. Raises
    `NotFound`, naming what was asked.
    """
    told = [each for each in await _told(table, number) if sees(each)]
    also = dict.fromkeys(other for each in told for other in each.also if other != number)
    for other in list(also)[:MOST_NUMBERS]:
        told += await _told(table, other)
    if not told:
        raise NotFound(f"nothing in {asked} goes by this number")
    return in_order(line for each in told for line in each.lines)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """How it stands, then what happened, the oldest first; each line once. Pure."""
    once = list(dict.fromkeys(lines))
    stands = [line for line in once if line.at is None]
    happened = [(line.at, line) for line in once if line.at is not None]
    return stands + [line for _, line in sorted(happened, key=lambda each: each[0])]


def as_text(line: Line) -> str:
    """Beijing time. Pure."""
    return line.text if line.at is None else f"  {beijing_text(line.at)}  {line.text}"


async def _told(table: Table, number: str) -> list[Told]:
    told = [await story.tell(number) for story in table.stories]
    return [each for each in told if each is not None]
