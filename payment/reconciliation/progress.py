"""What a run says of itself while it is under way: steps, and how far the long ones are. Pure."""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """Of a run that heals nothing, in order; what was healed has the day matched again."""

    BILLS = "bills"  # fetched, and each line read once
    JOURNAL = "journal"
    STATEMENT = "statement"
    BILL = "bill"
    NEIGHBOURS = "neighbours"
    OWNERS = "owners"  # of finance's lines
    MATCHING = "matching"
    LOOKING_UP = "looking up"
    KEEPING = "keeping"  # what was found
    HEALING = "healing"
    CASES = "cases"


Progress = Callable[[Step, int], None]  # the step, and of how many entries it is done


def unsaid(step: Step, done: int) -> None:
    """Nobody looks."""
