"""A refund's life, inside its order: asked for once, repeated under its number. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.domain.state_machine import Transitions
from payment.facts import RefundStatus


class RefundState(StrEnum):
    REQUESTED = "requested"  # ours; the platform has not answered yet
    UNKNOWN = "unknown"  # no answer: the same number is sent again
    PROCESSING = "processing"  # the platform has it, the money is not there yet
    ABNORMAL = "abnormal"  # the citizen's account does not take it: a person must act
    DONE = "done"
    CLOSED = "closed"  # the platform gave up; no money was moved
    REFUSED = "refused"  # the platform never took it: a person must act
    TRANSFER = "transfer"  # finance pays it back outside the platforms: people say so, two of them


class RefundTrigger(StrEnum):
    LOSE = "lose"
    ACCEPT = "accept"
    FINISH = "finish"
    STALL = "stall"
    GIVE_UP = "give_up"
    REFUSE = "refuse"
    HAND_OVER = "hand_over"  # to finance, for a transfer
    REDIRECT = "redirect"  # the platform was given another account of the citizen's


_UNDER_WAY = {
    RefundTrigger.LOSE: RefundState.UNKNOWN,
    RefundTrigger.ACCEPT: RefundState.PROCESSING,
    RefundTrigger.FINISH: RefundState.DONE,
    RefundTrigger.STALL: RefundState.ABNORMAL,
    RefundTrigger.GIVE_UP: RefundState.CLOSED,
    RefundTrigger.REFUSE: RefundState.REFUSED,
}

REFUND_TRANSITIONS: Transitions[RefundState, RefundTrigger] = {
    RefundState.REQUESTED: _UNDER_WAY | {RefundTrigger.HAND_OVER: RefundState.TRANSFER},
    RefundState.UNKNOWN: _UNDER_WAY,
    RefundState.PROCESSING: {
        RefundTrigger.ACCEPT: RefundState.PROCESSING,
        RefundTrigger.LOSE: RefundState.UNKNOWN,  # the platform has forgotten it: sent again
        RefundTrigger.FINISH: RefundState.DONE,
        RefundTrigger.STALL: RefundState.ABNORMAL,
        RefundTrigger.GIVE_UP: RefundState.CLOSED,
        RefundTrigger.REFUSE: RefundState.PROCESSING,  # one sending of several was taken
    },
    RefundState.ABNORMAL: {
        RefundTrigger.STALL: RefundState.ABNORMAL,
        RefundTrigger.ACCEPT: RefundState.ABNORMAL,  # an older word that came late
        RefundTrigger.LOSE: RefundState.ABNORMAL,
        RefundTrigger.FINISH: RefundState.DONE,  # to another account, after a person acted
        RefundTrigger.REDIRECT: RefundState.PROCESSING,
        RefundTrigger.GIVE_UP: RefundState.CLOSED,
        RefundTrigger.REFUSE: RefundState.ABNORMAL,
    },
    RefundState.DONE: {
        RefundTrigger.FINISH: RefundState.DONE,
        RefundTrigger.ACCEPT: RefundState.DONE,
        RefundTrigger.STALL: RefundState.DONE,
        RefundTrigger.LOSE: RefundState.DONE,
        RefundTrigger.GIVE_UP: RefundState.DONE,
        RefundTrigger.REFUSE: RefundState.DONE,
    },
    RefundState.CLOSED: {
        RefundTrigger.FINISH: RefundState.DONE,  # the platform's word on money wins
        RefundTrigger.STALL: RefundState.CLOSED,
        RefundTrigger.GIVE_UP: RefundState.CLOSED,
        RefundTrigger.ACCEPT: RefundState.CLOSED,
        RefundTrigger.LOSE: RefundState.CLOSED,
        RefundTrigger.REFUSE: RefundState.CLOSED,
    },
    RefundState.REFUSED: {
        RefundTrigger.REFUSE: RefundState.REFUSED,
        RefundTrigger.LOSE: RefundState.REFUSED,  # asked, the platform does not know it
        RefundTrigger.ACCEPT: RefundState.PROCESSING,  # an earlier sending came through after all
        RefundTrigger.FINISH: RefundState.DONE,
        RefundTrigger.STALL: RefundState.ABNORMAL,
        RefundTrigger.GIVE_UP: RefundState.CLOSED,
    },
    RefundState.TRANSFER: {
        RefundTrigger.HAND_OVER: RefundState.TRANSFER,
        RefundTrigger.LOSE: RefundState.TRANSFER,  # asked, the platform does not know it
        RefundTrigger.ACCEPT: RefundState.TRANSFER,
        RefundTrigger.STALL: RefundState.TRANSFER,
        RefundTrigger.GIVE_UP: RefundState.TRANSFER,
        RefundTrigger.REFUSE: RefundState.TRANSFER,
        RefundTrigger.FINISH: RefundState.DONE,
    },
}

# The platform will not bring it to an end by itself: a person must act.
STUCK = (RefundState.ABNORMAL, RefundState.CLOSED, RefundState.REFUSED)

# What a platform says, as our trigger. ABSENT after a lost answer: the number is sent again.
SAID: dict[RefundStatus, RefundTrigger] = {
    RefundStatus.DONE: RefundTrigger.FINISH,
    RefundStatus.PROCESSING: RefundTrigger.ACCEPT,
    RefundStatus.ABNORMAL: RefundTrigger.STALL,
    RefundStatus.CLOSED: RefundTrigger.GIVE_UP,
    RefundStatus.ABSENT: RefundTrigger.LOSE,
}


@dataclass(frozen=True, slots=True)
class NamedCard:
    """Another account of the citizen's, for a refund that the first one does not take."""

    digest: str  # keyed: the same card has the same, and none can be guessed from it
    sealed: str
    named_by: str
    named_at: datetime
    confirmed_by: str = ""  # the second person: the platform is told, or its answer was lost


@dataclass(frozen=True, slots=True)
class Refund:
    number: str  # our out_refund_no, out_request_no
    amount_fen: Fen
    reason: str  # said to the citizen
    asked_at: datetime
    state: RefundState = RefundState.REQUESTED
    done_at: datetime | None = None
    case_id: str | None = None  # the refund case that decided it; None: it goes back by itself
    short: bool = False  # never reserved: less than this was left of the payment
    reference: str = ""  # of a transfer: the treasury's or the bank's number of it
    paid_by: str = ""  # who of the staff says that it was transferred
    confirmed_by: str = ""  # the second person
    card: NamedCard | None = None  # where it is to go instead, until the platform has it
    red_receipt: Receipt | None = None  # 红票, once finance knows of it
    held_up: str = ""  # the platform takes it once something is put right: its own words for what

    @property
    def is_done(self) -> bool:
        return self.state is RefundState.DONE

    @property
    def by_transfer(self) -> bool:
        """Whether the money goes round the platform that took it: no bill of its has it."""
        return self.state is RefundState.TRANSFER or bool(self.confirmed_by)

    @property
    def is_void(self) -> bool:
        """It moves no money and its number is spent: its amount may be asked for again."""
        return self.state in (RefundState.CLOSED, RefundState.REFUSED)
