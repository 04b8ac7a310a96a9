"""Who an account's citizen says they are, and whether a platform has proven it. Pure.

Declared, an identity is believed only where the finance authority's own record agrees; a slip of
the finger may be put right a few times, until finance has answered with a notice. Proven by the
citizen's face it stays, and the account belongs to that person: what was kept under the account is
re-keyed by the task ADOPT, which runs again a little later for what was just being written.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import Task, WithTasks, with_tasks
from channel_gateway.services.citizen.refusals import IdentityGiven

# The first and four corrections. More would be a way to guess who owes what.
MOST_IDENTITIES = 5

ADOPT = "adopt"
# A call that began before the proof may write under the account after it; none takes so long.
ADOPT_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Identity(WithTasks):
    id: str  # the account: `Session.citizen`
    id_index: str  # blind index of the number: the person's key, once proven
    id_number: str  # sealed
    name: str  # sealed
    stamp: str  # blind index of number and name together: whether two identities are the same
    declared_at: datetime
    told: int = 1  # how many identities this account has given
    answered: bool = False  # finance had a notice for it
    proven_at: datetime | None = None
    proven_on: str | None = None  # the channel that proved it
    proof: str | None = None  # by which proof

    @property
    def is_proven(self) -> bool:
        return self.proven_at is not None


def corrected(before: Identity, given: Identity) -> Identity:
    """Another identity in place of the one before. Raises `IdentityGiven`."""
    if before.stamp == given.stamp:
        return before
    if before.is_proven or before.answered or before.told >= MOST_IDENTITIES:
        raise IdentityGiven(before.id)
    return replace(given, told=before.told + 1)


def answered(identity: Identity, stamp: str) -> Identity:
    """Finance has a notice for this one: it stays, unless it was corrected meanwhile."""
    return replace(identity, answered=True) if identity.stamp == stamp else identity


def proven(identity: Identity, stamp: str, proof: str, channel: str, now: datetime) -> Identity:
    """A platform has proven the identity of this stamp; another one is not proven by it."""
    if identity.is_proven or identity.stamp != stamp:
        return identity
    known = replace(identity, proven_at=now, proven_on=channel, proof=proof)
    again = milliseconds(now + ADOPT_AGAIN)
    return with_tasks(
        known,
        Task(ADOPT, ADOPT, due=milliseconds(now)),
        Task(f"{ADOPT}:again", ADOPT, due=again),
    )
