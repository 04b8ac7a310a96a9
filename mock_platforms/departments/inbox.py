"""What a department was told: each event once by its id, each appointment as its last version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from mock_platforms.departments.refusals import Refused
from mock_platforms.departments.shapes import Message


@dataclass(frozen=True)
class Event:
    id: str
    message: Message
    came_at: datetime
    times: int = 1
    late: bool = False  # a later version of its appointment was there before: nothing changed

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": self.message.type,
            "timestamp": self.message.timestamp,
            "data": dict(self.message.data),
            "came_at": self.came_at.isoformat(),
            "times": self.times,
            "late": self.late,
        }


_OF_PEOPLE = ("answers", "citizen", "recipient")


@dataclass
class Inbox:
    events: dict[str, Event] = field(default_factory=dict)
    appointments: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    _bodies: dict[str, bytes] = field(default_factory=dict)  # digests by id

    def recognise(self, message_id: str, body: bytes) -> None:
        """Refuse an id that came with another body before."""
        digest = sha256(body).digest()
        if self._bodies.setdefault(message_id, digest) != digest:
            raise Refused(409, "id_reused", "this id came with another body", field="webhook-id")

    def take(self, message_id: str, message: Message, now: datetime) -> None:
        """Keep an event and do what it says; when it comes again, only count it."""
        if known := self.events.get(message_id):
            self.events[message_id] = replace(known, times=known.times + 1)
            return
        late = not self._apply(message)
        self.events[message_id] = Event(message_id, message, now, late=late)

    def _apply(self, message: Message) -> bool:
        """Whether the event was news."""
        if message.type == "data.erased":
            gone = [*message.data["appointment_ids"], *message.data.get("delivery_ids", ())]
            self._erase(set(gone))
        elif message.type == "consent.withdrawn":
            self._withdraw(message.data["appointment_id"], set(message.data["fields"]))
        elif message.type.startswith("appointment.") and "version" in message.data:
            return self._move_on(message.data)
        return True

    def _move_on(self, data: Mapping[str, Any]) -> bool:
        """Keep the appointment as its highest version has it, whatever came first."""
        number = data["appointment_id"]
        known = self.appointments.get(number)
        if known is not None and known["version"] >= data["version"]:
            return False
        # Answers and citizen come with some events only; they hold until others come.
        self.appointments[number] = {**(known or {}), **data}
        return True

    def _withdraw(self, number: str, fields: set[str]) -> None:
        """Forget the answers that were given with a consent which is no more."""
        for message_id, event in self.events.items():
            if event.message.data.get("appointment_id") == number:
                message = replace(event.message, data=_without_answers(event.message.data, fields))
                self.events[message_id] = replace(event, message=message)
        if number in self.appointments:
            self.appointments[number] = _without_answers(self.appointments[number], fields)

    def _erase(self, numbers: set[str]) -> None:
        """Forget the person: what is left names nobody."""
        for message_id, event in self.events.items():
            about = {event.message.data.get(name) for name in ("appointment_id", "delivery_id")}
            if about & numbers:
                message = replace(event.message, data=_without_person(event.message.data))
                self.events[message_id] = replace(event, message=message)
        for number in numbers & self.appointments.keys():
            self.appointments[number] = _without_person(self.appointments[number])


def _without_answers(data: Mapping[str, Any], fields: set[str]) -> dict[str, Any]:
    if "answers" not in data:
        return dict(data)
    kept = {name: text for name, text in data["answers"].items() if name not in fields}
    return {**data, "answers": kept}


def _without_person(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in _OF_PEOPLE}
