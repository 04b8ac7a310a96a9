"""A message to a citizen: kept for the inbox, and brought to one phone at most. Pure.

Each call of an outlet is written down before it is made. So whoever goes on after a crash knows
which messages may be on their way, and asks before anything is sent again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.state_machine import Transitions, advance
from channel_gateway.domain.tasks import WithTasks
from channel_gateway.ports import NotArrived


class State(StrEnum):
    WAITING = "waiting"  # to be sent
    SENT = "sent"  # a platform took it
    PERHAPS = "perhaps"  # it may have arrived: not sent again, and nobody can say more
    INBOX_ONLY = "inbox_only"  # no outlet takes it
    OUT_OF_DATE = "out_of_date"  # could not be sent while it was worth anybody's attention
    GIVEN_UP = "given_up"  # no platform took it in all the time there was
    SUPERSEDED = "superseded"  # a later one says that it is not so any more


class Trigger(StrEnum):
    SEND = "send"
    LOSE = "lose"
    NOBODY = "nobody"
    EXPIRE = "expire"
    GIVE_UP = "give_up"
    SUPERSEDE = "supersede"
    COME_BACK = "come_back"  # the platform that took it says that it did not arrive


TRANSITIONS: Transitions[State, Trigger] = {
    State.WAITING: {
        Trigger.SEND: State.SENT,
        Trigger.LOSE: State.PERHAPS,
        Trigger.NOBODY: State.INBOX_ONLY,
        Trigger.EXPIRE: State.OUT_OF_DATE,
        Trigger.GIVE_UP: State.GIVEN_UP,
        Trigger.SUPERSEDE: State.SUPERSEDED,
        Trigger.COME_BACK: State.WAITING,
    },
    State.SENT: {Trigger.SEND: State.SENT, Trigger.COME_BACK: State.WAITING},
    State.PERHAPS: {Trigger.LOSE: State.PERHAPS, Trigger.COME_BACK: State.WAITING},
    State.INBOX_ONLY: {Trigger.NOBODY: State.INBOX_ONLY},
    State.OUT_OF_DATE: {Trigger.EXPIRE: State.OUT_OF_DATE},
    State.GIVEN_UP: {Trigger.GIVE_UP: State.GIVEN_UP},
    State.SUPERSEDED: {Trigger.SUPERSEDE: State.SUPERSEDED},
}

_GONE = frozenset({Happening.CANCELLED, Happening.HALL_CANCELLED})
# What need not reach a phone any more once one of these is behind it.
SUPERSEDED_BY: Mapping[Happening, frozenset[Happening]] = {
    Happening.BOOKED: _GONE,
    Happening.MOVED: _GONE,
    Happening.REMINDER: _GONE,
}

_VISIT = frozenset({Happening.BOOKED, Happening.MOVED, Happening.REMINDER}) | _GONE
_CASE = frozenset({Happening.CASE_CORRECTION, Happening.CASE_DECIDED})
_PARCEL = frozenset(
    {
        Happening.SENT,
        Happening.OUT_FOR_DELIVERY,
        Happening.AT_LOCKER,
        Happening.NOT_DELIVERED,
        Happening.PROXY_SIGNED,
        Happening.SIGNED,
        Happening.RETURNED,
        Happening.LOST,
    }
)
# What makes one that came back old news: each says how the same thing stands. Money is told of
# piece by piece: that another part was refunded is no word on this one.
OVERTAKEN_BY: Mapping[Happening, frozenset[Happening]] = {
    **{each: stages for stages in (_VISIT, _CASE, _PARCEL) for each in stages},
    Happening.PAID: frozenset(),
    Happening.REFUNDED: frozenset(),
    Happening.REFUND_PROGRESS: frozenset(),
}


class Result(StrEnum):
    TRYING = "trying"  # written before the outlet is called: it may have gone out
    UNKNOWN = "unknown"  # no answer: it may have gone out
    AGAIN = "again"  # no answer: sent again, where the same letter arrives once
    NOT_SENT = "not_sent"  # it has not gone out; tried again when no other outlet is left
    SENT = "sent"
    PERHAPS = "perhaps"  # asked often enough: it may have arrived
    NO_CONSENT = "no_consent"
    WRONG_TEMPLATE = "wrong_template"
    REFUSED = "refused"


OPEN = frozenset({Result.TRYING, Result.UNKNOWN, Result.AGAIN})
IN_DOUBT = OPEN | {Result.PERHAPS}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One outlet to one account, with all its tries."""

    account: str
    outlet: str
    template: str
    first_at: datetime
    last_at: datetime
    result: Result
    tries: int = 0  # how often it was sent, or may have been
    asks: int = 0  # how often it was asked in vain whether it arrived
    note: str = ""  # the code of what came back
    again_at: datetime | None = None  # not tried again before

    @property
    def key(self) -> tuple[str, str]:
        return self.account, self.outlet


@dataclass(frozen=True, slots=True)
class Message(WithTasks):
    id: str
    person: str
    happening: Happening
    service: str
    subject: str
    words: str  # sealed
    at: datetime  # when it happened
    told_at: datetime  # when we were told
    place: int  # its number in its subject, by which it is sent
    place_key: str  # subject|place, unique: of two at once one is the earlier
    state: State = State.WAITING
    queue: str | None = None  # its subject, while it waits to be sent
    unread_of: str | None = None  # its person, until it is read
    account: str | None = None
    page: str = ""
    good_until: datetime | None = None
    letter: str | None = None  # id of the one that was tried last: by it a platform says its end
    turn_at: datetime | None = None  # when nothing was before it any more
    hurried: bool = False  # an urgent one of its subject waits for it
    ended_at: datetime | None = None
    read_at: datetime | None = None
    attempts: tuple[Attempt, ...] = ()

    def attempt(self, key: tuple[str, str]) -> Attempt | None:
        return next((each for each in self.attempts if each.key == key), None)

    @property
    def open_attempt(self) -> Attempt | None:
        """The one of which it is still to be found out what became: never more than one."""
        return next((each for each in self.attempts if each.result in OPEN), None)

    @property
    def is_in_doubt(self) -> bool:
        """Whether some outlet may have brought it."""
        return any(each.result in IN_DOUBT for each in self.attempts)

    @property
    def has_gone_out(self) -> bool:
        """Whether a phone has it, or may have it."""
        return self.is_in_doubt or any(each.result is Result.SENT for each in self.attempts)

    @property
    def came_back(self) -> bool:
        """Whether a platform took it, and it did not arrive."""
        return any(each.note == NotArrived.code for each in self.attempts)


def ended(message: Message, trigger: Trigger, now: datetime) -> Message:
    """To be sent no more; of what may have arrived that is said. One that has ended stays so."""
    if message.state is not State.WAITING:
        return message
    in_doubt = message.is_in_doubt and trigger is not Trigger.SEND
    state = advance(TRANSITIONS, message.state, Trigger.LOSE if in_doubt else trigger)
    return replace(message, state=state, queue=None, ended_at=now)


def letter_id(message: str, account: str, outlet: str) -> str:
    """The same however often it is tried; another phone's is another letter."""
    return sha256(f"{message}\n{account}\n{outlet}".encode()).hexdigest()[:32]


def with_attempt(message: Message, attempt: Attempt) -> Message:
    """The attempt in place of what was known of it."""
    if message.attempt(attempt.key) is None:
        return replace(message, attempts=(*message.attempts, attempt))
    kept = (attempt if each.key == attempt.key else each for each in message.attempts)
    return replace(message, attempts=tuple(kept))


def is_read(message: Message, now: datetime) -> Message:
    """Again changes nothing."""
    return replace(message, unread_of=None, read_at=message.read_at or now)
