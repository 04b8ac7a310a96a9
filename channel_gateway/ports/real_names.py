"""Who proves, through a channel, that a citizen is the person they say they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from channel_gateway.domain.people import OpenId, Person


@dataclass(frozen=True, slots=True)
class ProofBegun:
    """A proof the citizen can now give, by showing their face to the platform."""

    reference: str  # the platform's name for this proof, to ask for its result with; opaque
    page: dict[str, str]  # what the mini-program hands to the platform's page
    expires_at: datetime | None  # the citizen must have begun by then; None: nobody knows


class ProofState(StrEnum):
    PENDING = "pending"  # the citizen has not finished; ends by itself in one of the others
    PROVEN = "proven"
    FAILED = "failed"  # this attempt is over; a fresh one may succeed


class WhyFailed(StrEnum):
    """Our words for why an attempt failed; a platform may also give no reason."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"  # not done in time
    TIMED_OUT = "timed_out"  # begun, and took too long
    NETWORK = "network"
    DEVICE = "device"  # the telephone cannot do it
    CAMERA = "camera"  # not allowed, or it does not work
    UNCLEAR = "unclear"  # the picture was not good enough
    MISMATCH = "mismatch"  # the face, or the name, is not that of the identity number
    NOT_ON_RECORD = "not_on_record"  # the platform cannot look this person up
    TOO_OFTEN = "too_often"
    PLATFORM = "platform"  # its own trouble


@dataclass(frozen=True, slots=True)
class ProofResult:
    state: ProofState
    reason: str = ""  # of a failure: one of `WhyFailed`, or empty; never personal data


class RealNames(Protocol):
    """Proofs that a citizen is the person of a name and identity number.

    What the mini-program is told proves nothing: only `result` does. Both calls raise `Refused`
    (also where it passes by itself: `RefusedForNow`), `TooMany`, `Unavailable`.
    """

    name: str  # the channel's

    async def begin(self, number: str, person: Person, openid: OpenId) -> ProofBegun:
        """Begin a proof under a number of ours: 1 to 32 letters and digits.

        The same again gives another proof as good as the first: nothing is lost with a lost answer.
        """
        ...

    async def result(
        self, number: str, reference: str, person: Person, openid: OpenId
    ) -> ProofResult:
        """Ask how a proof went. Asking again changes nothing.

        Raises `Refused` when it was begun under another number, or for another person or citizen.
        """
        ...
