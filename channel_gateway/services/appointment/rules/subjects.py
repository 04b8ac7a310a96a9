"""Of whom something is counted: the person, and what the form says beside them. Pure.

Each has fields of its own in an appointment, so that one insert decides over all of them.
"""

from dataclasses import dataclass
from typing import NamedTuple

_OF_ALL = ("day", "week", "month")
_OF_THIS = ("service_day", "service_week", "service_month", "service")


@dataclass(frozen=True, slots=True)
class Subject:
    index: str  # the field that says who it is: a keyed digest
    prefix: str  # of the fields of its limits
    cancel_key: str
    cancelled_of: str
    no_show_of: str
    slot: str | None = None  # the field of the one slot at a time, where that is a limit
    name: str = ""  # what the citizen reads, where it is not they themselves
    advice: str = ""

    @property
    def shares(self) -> tuple[str, ...]:
        return self.ruled if self.slot is None else (self.slot, *self.ruled)

    @property
    def ruled(self) -> tuple[str, ...]:
        """The field of each limit of the rules, in their order."""
        return (*(f"{self.prefix}_{name}" for name in _OF_ALL), *self.of_this)

    @property
    def of_this(self) -> tuple[str, ...]:
        """Of the limits of one service."""
        return tuple(f"{self.prefix}_{name}" for name in _OF_THIS)


def _mark(prefix: str, name: str, advice: str, slot: str | None = None) -> Subject:
    return Subject(
        f"{prefix}_index",
        prefix,
        f"{prefix}_cancel_key",
        f"{prefix}_cancelled_of",
        f"{prefix}_no_show_of",
        slot,
        name,
        advice,
    )


PERSON = Subject("person", "quota", "cancel_key", "cancelled_of", "no_show_of", "quota_slot")
# Whoever has the number cannot be in two halls at once; a family may share a phone.
ID_NUMBER = _mark("id", "该身份证号", "如填写有误，请改正。", slot="id_slot")
PHONE = _mark("phone", "该手机号", "如不是您本人的手机号，请改填本人的。")
MARKS = (ID_NUMBER, PHONE)
SUBJECTS = (PERSON, *MARKS)


class Counted(NamedTuple):
    of: Subject
    who: str
