"""Deliveries as citizens and operators are shown them: where, how we know, since when."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from channel_gateway.domain.days import moment_of
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import Courier
from channel_gateway.services.licence_delivery.citizens.cancelling import may_be_cancelled
from channel_gateway.services.licence_delivery.citizens.changes import (
    may_be_confirmed,
    may_be_readdressed,
)
from channel_gateway.services.licence_delivery.delivery import (
    BEFORE_PICK_UP,
    Attempt,
    Delivery,
    Direction,
    KeptScan,
    State,
    Verdict,
)
from channel_gateway.services.licence_delivery.messages import (
    AttemptView,
    CourierView,
    DeliveryDetail,
    DeliveryView,
    HistoryLine,
    KnownBy,
    OperatedDelivery,
    TaskView,
    WantingLine,
)
from channel_gateway.services.licence_delivery.rules.asking import ASK
from channel_gateway.services.licence_delivery.rules.judging import (
    is_signed_unconfirmed,
    was_called_off,
)
from channel_gateway.services.licence_delivery.rules.since import (
    GATEWAY,
    UNCONFIRMED,
    WHO,
    basis,
    how_known,
    place_of,
)
from channel_gateway.services.licence_delivery.rules.standing import is_put_right
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.services.licence_delivery.texts import words

DEAD_LETTER = "dead_letter"
_UNCONFIRMED_SIGNATURE = "pushed as signed for, not confirmed when asked"


class Views:
    """Opens what is sealed."""

    def __init__(self, sealed: Sealed, couriers: Callable[[], Mapping[str, Courier]]) -> None:
        self._sealed = sealed
        self._couriers = couriers

    def line(self, delivery: Delivery) -> DeliveryView:
        return DeliveryView.model_validate(self._shown(delivery))

    def detail(self, delivery: Delivery) -> DeliveryDetail:
        return DeliveryDetail.model_validate(self._told(delivery))

    def operated(self, delivery: Delivery) -> OperatedDelivery:
        return OperatedDelivery.model_validate(
            self._told(delivery)
            | {
                "history": self._history(delivery, hints=True),
                "department": delivery.department,
                "attention": delivery.attention,
                "attempts": [_attempt(each) for each in delivery.attempts],
                "tasks": [
                    *(_task(each, moment_of(each.due)) for each in delivery.tasks),
                    *(_task(each, None) for each in delivery.given_up),
                ],
                "unlinked": delivery.erased_at is not None,
            }
        )

    def _history(self, delivery: Delivery, *, hints: bool = False) -> list[HistoryLine]:
        """Without hints for the citizen: anybody may push what nobody signs."""
        lines = (*self._scans(delivery), *_events(delivery))
        told = (line for line in lines if hints or line.how != UNCONFIRMED)
        return sorted(told, key=lambda line: line.at)

    def _shown(self, delivery: Delivery) -> dict[str, object]:
        attempt, rests = delivery.attempt, basis(delivery)
        same = (
            "service",
            "service_name",
            "direction",
            "goods",
            "case_id",
            "case_no",
            "appointment_id",
            "state",
            "created_at",
        )
        return {
            "delivery_id": delivery.id,
            "says": says(delivery),
            "since": rests.since,
            "known_by": KnownBy(how=rests.how, at=rests.known_at),
            "courier": self._courier(delivery.courier if attempt is None else attempt.courier),
            "waybill": "" if attempt is None else attempt.waybill,
            **{name: getattr(delivery, name) for name in same},
        }

    def _told(self, delivery: Delivery) -> dict[str, object]:
        return self._shown(delivery) | {
            "place": place_of(delivery),
            "next": next_step(delivery),
            "recipient": self._recipient(delivery),
            "history": self._history(delivery),
            "may_change_address": may_be_readdressed(delivery),
            "may_cancel": may_be_cancelled(delivery),
            "to_confirm": may_be_confirmed(delivery) and delivery.state is State.PROXY_SIGNED,
        }

    def _recipient(self, delivery: Delivery) -> str:
        if not delivery.recipient:
            return ""
        contact = self._sealed.contact(delivery.recipient)
        address = contact.address
        return (
            f"{contact.name.masked()} {contact.phone.masked()} "
            f"{address.province}{address.city}{address.district}****"
        )

    def _courier(self, code: str) -> CourierView:
        courier = self._couriers().get(code)
        if courier is None:
            return CourierView(code=code, name=code, hotline="")
        return CourierView(code=code, name=courier.card.name, hotline=courier.card.hotline)

    def _scans(self, delivery: Delivery) -> Iterator[HistoryLine]:
        for attempt in delivery.attempts:
            for scan in attempt.scans:
                yield self._scan(scan, attempt)

    def _scan(self, scan: KeptScan, attempt: Attempt) -> HistoryLine:
        return HistoryLine(
            at=scan.at,
            says=self._sealed.text(scan) or words.SCANS[scan.stage],
            place=scan.place,
            waybill=attempt.waybill,
            how=how_known(scan),
            put_right=is_put_right(scan, attempt.answered_at),
        )


def says(delivery: Delivery) -> str:
    """The state in a sentence. Pure."""
    attempt = delivery.attempt
    if attempt is not None and attempt.cancel_asked_at and delivery.state in BEFORE_PICK_UP:
        return words.CANCELLING
    if delivery.state is State.EXCEPTION and attempt is not None:
        if attempt.refused and not attempt.waybill:
            return words.REFUSED
        if was_called_off(attempt):
            return words.CALLED_OFF
        judgement = attempt.judgement
        if judgement is not None and judgement.verdict is Verdict.NOT_IN_HAND:
            return words.DENIED
    if delivery.state is State.RETURNED and delivery.closed_at is not None:
        return words.BACK
    return _in_words(delivery, delivery.state)


def _in_words(delivery: Delivery, state: State) -> str:
    if delivery.direction is Direction.IN:
        return words.SAYS_OF_MATERIALS.get(state, words.SAYS[state])
    return words.SAYS[state]


def next_step(delivery: Delivery) -> str:
    """What the citizen can do now. Pure."""
    attempt = delivery.attempt
    if attempt is not None and delivery.state in BEFORE_PICK_UP:
        if attempt.cancel_asked_at is not None:
            return words.NEXT_IS_CANCELLING
        if attempt.by_department:
            return words.NEXT_AT_THE_HALL
        if delivery.state is State.PACKED and not may_be_readdressed(delivery):
            return words.NEXT_IS_ORDERED
    if delivery.state is State.RETURNED and delivery.closed_at is not None:
        return words.NEXT_OF_BACK
    if delivery.direction is Direction.IN:
        return words.NEXT_OF_MATERIALS.get(delivery.state, words.NEXT[delivery.state])
    return words.NEXT[delivery.state]


def wanting(delivery: Delivery) -> WantingLine:
    """Why a person must look. Pure."""
    notes = [
        *(task.note or task.kind for task in delivery.given_up),
        *(task.note for task in delivery.tasks if task.kind == ASK and task.note),
        *([_UNCONFIRMED_SIGNATURE] if is_signed_unconfirmed(delivery) else []),
    ]
    gave_up = None if delivery.gave_up_at is None else moment_of(delivery.gave_up_at)
    return WantingLine(
        delivery_id=delivery.id,
        service=delivery.service,
        department=delivery.department,
        state=delivery.state,
        why=delivery.attention or DEAD_LETTER,
        since=delivery.attention_since or gave_up,
        note="; ".join(notes)[:200],
    )


def _events(delivery: Delivery) -> Iterator[HistoryLine]:
    for event in delivery.events:
        state = event.what if event.what in set(State) else None
        known = words.EVENTS.get(event.what, event.what)
        text = _in_words(delivery, State(state)) if state else known
        if state and event.what != State.REQUESTED.value and _is_scan(delivery, event.what):
            continue  # the courier's own line says so
        yield HistoryLine(at=event.at, says=text, how=WHO.get(event.what, GATEWAY), put_right=False)


def _is_scan(delivery: Delivery, what: str) -> bool:
    return any(
        scan.stage is not None and scan.stage.value == what
        for attempt in delivery.attempts
        for scan in attempt.scans
    )


def _attempt(attempt: Attempt) -> AttemptView:
    return AttemptView(
        number=attempt.number,
        courier=attempt.courier,
        waybill=attempt.waybill,
        refused=attempt.refused,
        asked_at=attempt.asked_at,
        scans=len(attempt.scans),
    )


def _task(task: Task, due_at: datetime | None) -> TaskView:
    return TaskView(kind=task.kind, due_at=due_at, tries=task.tries, note=task.note)
