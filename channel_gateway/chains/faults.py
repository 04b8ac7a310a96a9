"""What may be wrong with a chain, in words. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    CHANGED = "changed"  # its content is not what was hashed
    MISSING = "missing"  # its number is not there
    REORDERED = "reordered"  # it stands in another's place
    UNLINKED = "unlinked"  # it was replaced: what follows was written after another one
    CUT = "cut"  # the chain ended later than it does now
    REWRITTEN = "rewritten"  # a head kept elsewhere knows another entry of this number
    UNSIGNED = "unsigned"  # a head that we did not sign, or none at all
    MISPLACED = "misplaced"  # it is there, but who looks it up does not find it
    ERASED = "erased"  # there is none, though something else is there that has one


_WORDS = {
    FaultKind.CHANGED: "its content is not what was written",
    FaultKind.MISSING: "it is not there",
    FaultKind.REORDERED: "it stands in another entry's place",
    FaultKind.UNLINKED: "it was replaced: the entry after it was written behind another one",
    FaultKind.CUT: "the chain went on until here, and it is not there",
    FaultKind.REWRITTEN: "another entry of this number was signed",
    FaultKind.UNSIGNED: "this head was not signed by us",
    FaultKind.MISPLACED: "whoever looks it up by group, day or key does not find it",
    FaultKind.ERASED: "the chain is empty",
}


@dataclass(frozen=True, slots=True)
class Fault:
    kind: FaultKind
    number: int
    key: str = ""  # as it stands there now
    what: str = ""
    detail: str = ""

    def __str__(self) -> str:
        which = "every entry" if self.kind is FaultKind.ERASED else f"entry {self.number}"
        named = f" ({self.what} {self.key})" if self.key else ""
        more = f"; {self.detail}" if self.detail else ""
        return f"{which}{named} {self.kind}: {_WORDS[self.kind]}{more}"
