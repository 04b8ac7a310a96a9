"""Who hears of a delivery: its department, its citizen, the platforms' own pages, its case."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.day_words import minute_words
from channel_gateway.domain.days import milliseconds, utc_text
from channel_gateway.domain.happenings import Happening, telling_id
from channel_gateway.domain.ladders import DAYS_3
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import (
    Cases,
    Change,
    Courier,
    Departments,
    Messenger,
    ServiceCatalogue,
    Telling,
)
from channel_gateway.service import NotYet, Reaction
from channel_gateway.services.licence_delivery.citizens.changes import not_objected
from channel_gateway.services.licence_delivery.citizens.consents import hold
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries, read
from channel_gateway.services.licence_delivery.delivery import Delivery, Direction, State
from channel_gateway.services.licence_delivery.following import (
    CLOSE_CASE,
    IN_LOCKER_FOR,
    NOBODY_OBJECTS,
    NOT_SENT,
    REQUESTED,
    STILL_THERE,
    TELL_CITIZEN,
    TELL_DEPARTMENT,
    happening_of,
)
from channel_gateway.services.licence_delivery.rules.since import (
    moment_of_state,
    number_of,
    place_of,
)
from channel_gateway.services.licence_delivery.sealed import Sealed, in_clear

_BEHIND_A_NAME = re.compile("[，,。；;：:【\\[（(*]|取件|提货|取货|凭码|快递员|联系|电话")
# How long a phone need be troubled with it at all; later it is in the inbox.
_GOOD_FOR = {
    Happening.OUT_FOR_DELIVERY: IN_LOCKER_FOR / 2,
    Happening.AT_LOCKER: IN_LOCKER_FOR,
    Happening.NOT_DELIVERED: IN_LOCKER_FOR,
}


class News:
    def __init__(
        self,
        deliveries: Deliveries,
        sealed: Sealed,
        catalogue: ServiceCatalogue,
        *,
        departments: Callable[[], Departments | None],
        messenger: Callable[[], Messenger | None],
        cases: Callable[[], Cases | None],
        couriers: Callable[[], Mapping[str, Courier]],
        page: str = "",
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._deliveries = deliveries
        self._sealed = sealed
        self._catalogue = catalogue
        self._departments = departments
        self._messenger = messenger
        self._cases = cases
        self._couriers = couriers
        self._page = page

    def rows(self) -> list[Reaction]:
        # Services are in the same house; only a store that is away can stop these.
        return [
            Reaction(DELIVERIES.name, TELL_DEPARTMENT, self.tell_department, DAYS_3),
            Reaction(DELIVERIES.name, TELL_CITIZEN, self.tell_citizen, DAYS_3),
            Reaction(DELIVERIES.name, STILL_THERE, self.still_there, DAYS_3),
            Reaction(DELIVERIES.name, NOBODY_OBJECTS, self.nobody_objects, DAYS_3),
            Reaction(DELIVERIES.name, NOT_SENT, self.not_sent, DAYS_3),
            Reaction(DELIVERIES.name, CLOSE_CASE, self.close_case, DAYS_3),
        ]

    async def tell_department(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """As the delivery is now, under the number of then: what is told later is truer."""
        delivery = read(document)
        departments = self._departments()
        if departments is None:
            raise NotYet("no plug-in of the settings speaks with departments")
        number = number_of(task)
        event = next((each for each in delivery.events if each.number == number), None)
        data = _data(delivery, number)
        named = delivery.direction is Direction.OUT and delivery.recipient
        if task.detail == REQUESTED and named and hold(delivery.consents):
            data["recipient"] = in_clear(self._sealed.contact(delivery.recipient))
        await departments.tell(
            delivery.department,
            f"{delivery.id}-{number}",
            task.detail,
            data,
            now if event is None else event.at,
        )
        return None

    async def tell_citizen(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """Once for each reaching of a state; who reached several at once is told the newest."""
        delivery = read(document)
        state = State(task.detail)
        if delivery.state is not state or _is_news_of_later(delivery, number_of(task)):
            return None
        await self._tell(delivery, state, now)
        return None

    async def still_there(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """A day in the locker: told again, once."""
        delivery = read(document)
        last = _last_number(delivery)
        if delivery.state is State.AT_LOCKER and last == number_of(task):
            await self._tell(delivery, State.AT_LOCKER, now, again="again")
        return None

    async def nobody_objects(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        delivery = read(document)
        if delivery.state is not State.PROXY_SIGNED or _last_number(delivery) != number_of(task):
            return None
        return self._deliveries.changing(lambda current: not_objected(current, now), now)

    async def not_sent(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """Neither courier nor department has made a waybill: somebody must ask why."""
        delivery = read(document)
        if delivery.state is not State.PACKED or _last_number(delivery) != number_of(task):
            return None
        return self._deliveries.changing(
            lambda current: replace(current, attention=NOT_SENT, attention_since=now), now
        )

    async def close_case(
        self, document: dict[str, Any], task: Task, now: datetime
    ) -> Change | None:
        """送达: the result is in the citizen's hands."""
        delivery, cases = read(document), self._cases()
        if delivery.state is not State.SIGNED or cases is None:
            return None
        case_id = delivery.case_id
        if case_id is None and delivery.appointment_id is not None:
            case = await cases.of_visit(delivery.appointment_id)
            case_id = None if case is None else case.id
        if case_id is not None:
            await cases.delivered(case_id, moment_of_state(delivery))
        return None

    async def _tell(
        self, delivery: Delivery, state: State, now: datetime, *, again: str = ""
    ) -> None:
        happening, messenger = happening_of(delivery, state), self._messenger()
        if messenger is None or happening is None or delivery.person is None:
            return
        at = moment_of_state(delivery)
        good_for = _GOOD_FOR.get(happening)
        await messenger.tell(
            Telling(
                id=_telling_id(delivery, happening, at, again),
                person=delivery.person,
                happening=happening,
                service=delivery.service,
                subject=f"delivery:{delivery.id}",
                words=await self._words(delivery, at),
                at=at,
                account=delivery.account,
                page=self._page.replace("{id}", delivery.id),
                good_until=None if good_for is None else max(at, now) + good_for,
            ),
            now,
        )

    async def _words(self, delivery: Delivery, at: datetime) -> dict[str, str]:
        attempt = delivery.attempt
        courier = None if attempt is None else self._couriers().get(attempt.courier)
        deliverable = await self._catalogue.deliverable(delivery.service)
        return {
            "service": delivery.service_name,
            "waybill": "" if attempt is None else attempt.waybill,
            "courier": "快递" if courier is None else courier.card.name,
            "at": minute_words(at),
            "place": _name_of(place_of(delivery)) or "快递柜或驿站",
            "hall": "办事大厅" if deliverable is None else deliverable.hall.name.reveal(),
        }


def _data(delivery: Delivery, number: int) -> dict[str, Any]:
    attempt = delivery.attempt
    said = {
        "delivery_id": delivery.id,
        "service": delivery.service,
        "direction": delivery.direction.value,
        "case_no": delivery.case_no,
        "appointment_id": delivery.appointment_id,
        "state": delivery.state.value,
        "goods": delivery.goods,
        "courier": delivery.courier if attempt is None else attempt.courier,
        "waybill": "" if attempt is None else attempt.waybill,
        "since": utc_text(moment_of_state(delivery)),
        "version": number,
    }
    return {name: value for name, value in said.items() if value}


def _telling_id(delivery: Delivery, happening: Happening, at: datetime, again: str) -> str:
    """The same however often it is tried; of one sending, the same wherever it is seen first."""
    number = "" if delivery.attempt is None else delivery.attempt.number
    when = "" if happening is Happening.SENT else str(milliseconds(at))
    return telling_id(delivery.id, number, happening, when, again)


def _name_of(place: str) -> str:
    """Couriers write codes and people behind it: those are for the courier's own messages."""
    return _BEHIND_A_NAME.split(place, maxsplit=1)[0].strip()


def _last_number(delivery: Delivery) -> int:
    """Of the line of history that brought the present state."""
    states = (each.number for each in delivery.events if each.what == delivery.state.value)
    return max(states, default=0)


def _is_news_of_later(delivery: Delivery, number: int) -> bool:
    return _last_number(delivery) > number
