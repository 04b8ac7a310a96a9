"""The checks as rows: what must hold, how it is asked, and what is usually amiss when it fails."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from channel_gateway.conformance import events, refusals, seats, timing
from channel_gateway.conformance.bench import Bench


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    says: str  # what must hold
    ask: Callable[[Bench], Awaitable[None]]  # raises Failed
    usually: str  # what is amiss


EVENTS = (
    Check(
        "good-event", "a good event is taken", events.good_event,
        "the signature is computed over a parsed body, or with the secret's text instead of its "
        "decoded bytes; or another secret is held",
    ),
    Check(
        "rotation", "two signatures are taken when one of them fits", events.rotation,
        "only the first or the last of the signatures, which blanks separate, is looked at",
    ),
    Check(
        "wrong-signature", "a wrong signature is refused", refusals.wrong_signature,
        "the signature is not compared, or only as far as the given one reaches, or whatever its "
        "version: pass over what does not begin with v1,",
    ),
    Check(
        "missing-header", "a missing header is refused", refusals.missing_header,
        "what is not there is not checked",
    ),
    Check(
        "stale", "an event ten minutes old is refused", refusals.stale,
        "the age is not checked: whoever recorded an event may send it again",
    ),
    Check(
        "future", "an event ten minutes ahead is refused", refusals.future,
        "the age is checked in one direction only",
    ),
    Check(
        "altered-body", "an altered body is refused", refusals.altered_body,
        "the signature is computed over a body that was parsed and written anew",
    ),
    Check(
        "other-path", "another path is refused", refusals.other_path,
        "every path is answered alike: a wrong address in the settings would lose events",
    ),
    Check(
        "unknown-type", "an unknown type is borne", events.unknown_type,
        "types are added in time: answer 2xx to those you do not know",
    ),
    Check(
        "unknown-members", "unknown members are borne", events.unknown_members,
        "members are added in time: do not refuse them",
    ),
    Check(
        "repeated", "the same id again is answered 2xx", events.repeated,
        "a repeat is refused: the gateway would go on repeating, for three days",
    ),
    Check(
        "cut", "an event whose connection was cut is taken when repeated", events.cut_and_repeated,
        "what was begun when the connection was cut stays begun for ever",
    ),
    Check(
        "at-once", "the same id twice at once is answered 2xx both times", events.at_once,
        "the second fails over the first: on a unique key, for instance",
    ),
    Check(
        "wrong-order", "events in the wrong order are taken", events.wrong_order,
        "an earlier version is to be answered 2xx and passed over",
    ),
    Check(
        "withdrawn-consent", "a withdrawn consent is taken", events.withdrawn_consent,
        "it names no hall and no slot, as what is told of an appointment does",
    ),
    Check(
        "large-body", "a body of 60 KB is taken", events.large_body,
        "a server before the back end has a lower limit",
    ),
    Check(
        "other-scripts", "Chinese and rare characters are taken", events.other_scripts,
        "bytes are decoded otherwise than UTF-8, or a column holds three bytes a character",
    ),
    Check(
        "events-in-time", "events are answered within 15 s", timing.events_in_time,
        "keep the event, answer, and work on it afterwards",
    ),
)  # fmt: skip
SEATS = (
    Check(
        "signed-answers", "answers are signed, with their question's id", seats.signed_answers,
        "sign the bytes that leave, with the department's own secret and the time of the answer",
    ),
    Check(
        "forged-question", "a question that is not signed rightly is refused",
        refusals.forged_question, "only events are checked",
    ),
    Check(
        "seats-left", "seats.left counts what is taken", seats.seats_left,
        "another service, hall or day is counted, or a copy that lags behind",
    ),
    Check(
        "asked-day", "seats.left names slots of the asked day alone", seats.asked_day,
        "the day is not looked at: slots of every day are answered",
    ),
    Check(
        "full-slot", "seats.left names a full slot, with 0", seats.full_slot,
        "only slots with free seats are answered: a slot that is left out counts as closed",
    ),
    Check(
        "other-place", "a seat is of the asked service, hall and slot", seats.other_place,
        "service, hall or slot is not looked at: there is no seat where there is no such place",
    ),
    Check(
        "same-key", "the same key again gets the same answer", seats.same_key,
        "each question takes a seat: keep the answer by its key",
    ),
    Check(
        "same-key-at-once", "the same key twice at once takes one seat", seats.same_key_at_once,
        "key and seat are not written in one transaction",
    ),
    Check(
        "last-seat", "two keys at once for the last seat: one gets it", seats.last_seat,
        "seats are counted first and taken afterwards, without a lock",
    ),
    Check(
        "refused-key", "a key that was answered full stays full", seats.refused_key,
        "only the keys that got a seat are remembered",
    ),
    Check(
        "release-and-take", "a released seat can be taken again", seats.release_and_take,
        "the release is answered but not done",
    ),
    Check(
        "release-unknown", "releasing what holds no seat is answered true", seats.release_unknown,
        "a release must be repeatable, for its answer may be lost",
    ),
    Check(
        "release-again", "a key that is released again frees nothing more", seats.release_again,
        "each release counts one up, and releases are repeated, for answers get lost: it oversells",
    ),
    Check(
        "late-take", "a take after its release takes nothing", seats.late_take,
        "remember released keys, also those never heard of",
    ),
    Check(
        "answers-in-time", "questions are answered within 5 s", timing.answers_in_time,
        "a citizen waits for this answer",
    ),
)  # fmt: skip


def checks_for(*, with_seats: bool) -> tuple[Check, ...]:
    return (*EVENTS, *SEATS) if with_seats else EVENTS
