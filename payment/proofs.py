"""What else of the store is held against journal and audit trail, and what does not hold."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class ProofFaultKind(StrEnum):
    UNENTERED = "unentered"  # the journal has no entry of it
    CHANGED = "changed"  # it is not what the journal has
    GONE = "gone"  # the journal or the audit trail has it, and the store has not
    UNDECIDED = "undecided"  # the audit trail has nobody who did it


_WORDS = {
    ProofFaultKind.UNENTERED: "the journal has no entry of {0}",
    ProofFaultKind.CHANGED: "{0} is not what the journal has",
    ProofFaultKind.GONE: "{0} was written down, and the store does not have it",
    ProofFaultKind.UNDECIDED: "by the audit trail nobody did this: {0}",
}


@dataclass(frozen=True, slots=True)
class ProofFault:
    kind: ProofFaultKind
    about: str  # what the document is: a refund case, a sum in suspense
    id: str
    what: str  # of it does not hold, and whose name stands there

    def __str__(self) -> str:
        return f"{self.about} {self.id}: {_WORDS[self.kind].format(self.what)}"


class Proof(Protocol):
    """Who holds documents of the store against the chains; `journal verify` asks all offered."""

    def faults(self) -> AsyncIterator[ProofFault]: ...
