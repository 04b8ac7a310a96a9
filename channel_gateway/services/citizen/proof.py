"""A proof by face: one citizen shows a platform that they are the person they say they are. Pure.

What a mini-program is told proves nothing: only what the platform says when asked does. One proof
of an account runs at a time (`open_key`), and so many may begin on a day (`try_key`). Begun again
while it runs, it keeps its number and has one more reference; whichever of them was used counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.state_machine import Transitions, advance, may
from channel_gateway.domain.tasks import Task, WithTasks, doing, with_tasks
from channel_gateway.ports import Consent, ProofResult, ProofState

ASK = "ask"
ASK_AFTER = timedelta(seconds=10)
MOST_TRIES = 5  # a day; the platforms have bounds of their own
_MOST_REFERENCES = 8
_LONGEST = timedelta(days=1)  # where the platform names no end
_GRACE = timedelta(hours=1)  # a face shown in the last moment is still being judged

CHANGED = "identity_changed"
FORGOTTEN = "being_forgotten"
OUTDATED = "consent_outdated"
REFUSED = "refused"
WITHDRAWN = "withdrawn"


class State(StrEnum):
    BEGUN = "begun"  # the platform waits for the citizen's face, or its answer was lost
    PROVEN = "proven"
    FAILED = "failed"  # a fresh one may succeed
    EXPIRED = "expired"  # the citizen never came


class Trigger(StrEnum):
    PROVE = "prove"
    FAIL = "fail"
    EXPIRE = "expire"


TRANSITIONS: Transitions[State, Trigger] = {
    State.BEGUN: {
        Trigger.PROVE: State.PROVEN,
        Trigger.FAIL: State.FAILED,
        Trigger.EXPIRE: State.EXPIRED,
    },
    State.PROVEN: {Trigger.PROVE: State.PROVEN},
    State.FAILED: {Trigger.FAIL: State.FAILED},
    State.EXPIRED: {Trigger.EXPIRE: State.EXPIRED},
}


@dataclass(frozen=True, slots=True)
class Proof(WithTasks):
    id: str  # our number for it at the platform
    account: str
    channel: str
    stamp: str  # which identity is being proven
    consent: Consent
    begun_at: datetime
    state: State = State.BEGUN
    references: tuple[str, ...] = ()  # the platform's names for it, the newest last
    expires_at: datetime | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""  # of a failure, never personal data
    open_key: str | None = None  # the account, while it runs
    try_key: str | None = None  # account|day|n
    forgotten_at: datetime | None = None  # from then on it proves the consent, and nothing else

    @property
    def given_up_at(self) -> datetime:
        return (self.expires_at or self.begun_at + _LONGEST) + _GRACE


def begun(proof: Proof) -> Proof:
    """A new one: asked about by itself, whether the mini-program lives or not."""
    due = milliseconds(proof.begun_at + ASK_AFTER)
    return with_tasks(proof, Task(ASK, ASK, due=due))


def page_given(proof: Proof, reference: str, expires_at: datetime | None, now: datetime) -> Proof:
    """The platform has a page for it: from now on it is looked at again from the beginning."""
    if proof.state is not State.BEGUN:
        return proof
    others = tuple(each for each in proof.references if each != reference)
    return replace(
        proof,
        references=(*others, reference)[-_MOST_REFERENCES:],
        expires_at=expires_at or now + _LONGEST,
        **doing(Task(ASK, ASK, due=milliseconds(now + ASK_AFTER))),
    )


def ended(proof: Proof, trigger: Trigger, now: datetime, reason: str = "") -> Proof:
    """Proven, failed or expired: nothing of it is asked any more. Again changes nothing."""
    if not may(TRANSITIONS, proof.state, trigger):
        return proof  # ended otherwise, and that stands
    state = advance(TRANSITIONS, proof.state, trigger)
    if state is proof.state:
        return proof
    return replace(
        proof, state=state, ended_at=now, reason=reason, open_key=None, references=(), **doing()
    )


def together(results: Iterable[ProofResult]) -> ProofResult:
    """What the references of one proof say, the newest last: proven once is proven.

    Otherwise the newest counts: an older one's page was never seen, its answer was lost.
    """
    said = list(results)
    proven = [each for each in said if each.state is ProofState.PROVEN]
    return [ProofResult(ProofState.PENDING), *said, *proven][-1]
