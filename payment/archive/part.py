"""One file of a day's orders on its way: begun, written, entered in the journal, done. Pure.

A day has several when some of its orders came to rest later than others.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from channel_gateway.domain.state_machine import Transitions, advance


class PartState(StrEnum):
    BEGUN = "begun"  # nothing is on disk that anybody relies on
    WRITTEN = "written"  # the file is on disk; every order is still in the store
    ENTERED = "entered"  # the journal has its digest: orders are being deleted
    DONE = "done"


class PartTrigger(StrEnum):
    WRITE = "write"
    ENTER = "enter"
    FINISH = "finish"


PART_TRANSITIONS: Transitions[PartState, PartTrigger] = {
    PartState.BEGUN: {PartTrigger.WRITE: PartState.WRITTEN},
    PartState.WRITTEN: {PartTrigger.ENTER: PartState.ENTERED},
    PartState.ENTERED: {PartTrigger.FINISH: PartState.DONE},
    PartState.DONE: {},
}


@dataclass(frozen=True, slots=True)
class Part:
    id: str  # day|number
    day: date
    number: int
    by: str
    begun_at: datetime
    state: PartState = PartState.BEGUN
    file: str = ""  # its name in the archive's folder
    digest: str = ""  # SHA-256 of the file
    size: int = 0
    orders: int = 0
    received_fen: int = 0
    returned_fen: int = 0


def begun(day: date, number: int, by: str, now: datetime) -> Part:
    return Part(f"{day}|{number}", day, number, by, now)


def stepped(part: Part, trigger: PartTrigger, **changes: Any) -> Part:
    return replace(part, state=advance(PART_TRANSITIONS, part.state, trigger), **changes)
