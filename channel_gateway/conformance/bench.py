"""The bench a back end stands on: messages made and signed for it, its answers judged and timed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

import orjson

from channel_gateway.conformance.line import Line
from channel_gateway.domain.days import BEIJING, milliseconds
from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Clock, Randomness
from channel_gateway.standard_webhooks import Secret, headers_of, verify
from channel_gateway.wire import Headers, HttpRequest, HttpResponse


class Failed(Exception):
    """The back end did not do what it must: the sentence says what it did."""


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of a hall, for a service."""

    service: str
    hall: str
    slot: str  # 2026-03-10T09:30, Beijing time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read SERVICE/HALL/SLOT. Raises `ValueError`."""
        service, hall, slot = text.split("/")
        place = cls(service, hall, slot)
        if not (service and hall and place.starts_at):
            raise ValueError("a service, a hall and a slot are wanted")
        return place

    def __str__(self) -> str:
        return f"{self.service}/{self.hall}/{self.slot}"

    @property
    def day(self) -> str:
        return self.slot.partition("T")[0]

    @property
    def starts_at(self) -> datetime:
        """Raises `ValueError` when the slot is not named as slots are."""
        return datetime.strptime(self.slot, "%Y-%m-%dT%H:%M").replace(tzinfo=BEIJING)


SOMEWHERE = Place("CONFORMANCE", "conformance", "2026-03-10T09:30")


@dataclass(frozen=True, slots=True)
class BackEnd:
    """Who is asked, and what both sides sign with."""

    url: str
    secrets: Sequence[Secret]  # the gateway's
    answer_secrets: Sequence[Secret] = ()  # the department's
    place: Place | None = None  # whose seats may be taken for a moment
    about: Place = SOMEWHERE  # of which the invented appointments are


@dataclass(frozen=True, slots=True)
class Patience:
    event_s: float = 15.0
    question_s: float = 5.0
    beyond_s: float = 5.0  # so much longer is waited: what is late is told from what never came
    cut_after_s: float = 0.1


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is ready to leave; it can be sent as often as one likes."""

    type: str
    id: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def asks(self) -> bool:
        """Whether it is a question, which somebody waits for, and not an event."""
        return self.type.startswith("seat")


@dataclass(frozen=True, slots=True, order=True)
class Answered:
    taken_s: float
    type: str


@dataclass
class Bench:
    back_end: BackEnd
    line: Line
    clock: Clock
    randomness: Randomness
    patience: Patience = Patience()
    slowest_event: Answered | None = None
    slowest_question: Answered | None = None
    to_look_at: list[str] = field(default_factory=list)  # in the department's own records

    @property
    def place(self) -> Place:
        """Whose seats are asked for. Raises `ValueError` where nobody said."""
        if self.back_end.place is None:
            raise ValueError("no slot was given to ask for")
        return self.back_end.place

    @property
    def has_answered(self) -> bool:
        """Whether anything has come back yet."""
        return self.slowest_event is not None or self.slowest_question is not None

    def message(
        self,
        type: str,
        data: Mapping[str, Any],
        *,
        secrets: Sequence[Secret] = (),
        off_s: int = 0,
        **more: Any,
    ) -> Message:
        """Write and sign a message; `off_s` seconds from now, with `more` members in its body."""
        now = self.clock.now()
        moment = now.isoformat(timespec="seconds").replace("+00:00", "Z")
        body = orjson.dumps({"type": type, "timestamp": moment, "data": data, **more})
        name = f"conformance-{self.randomness.token(22)}"
        timestamp = milliseconds(now + timedelta(seconds=off_s)) // 1000
        signed = headers_of(name, timestamp, body, secrets or self.back_end.secrets)
        return Message(type, name, {"content-type": "application/json", **signed}, body)

    async def send(self, message: Message, *, url: str = "") -> HttpResponse:
        """Send once. Raises `Failed` when nothing comes back."""
        allowed_s = self.patience.question_s if message.asks else self.patience.event_s
        limit_s, begun = allowed_s + self.patience.beyond_s, self.clock.now()
        try:
            answer = await self.line.send(self._request(message, url), limit_s)
        except Unavailable as error:
            waited_s = (self.clock.now() - begun).total_seconds()
            if waited_s >= limit_s:
                raise Failed(f"no answer to {message.type} within {limit_s:g} s") from error
            failed = f"the connection failed after {waited_s:.1f} s ({error})"
            raise Failed(f"no answer to {message.type}: {failed}") from error
        self._note(message, Answered((self.clock.now() - begun).total_seconds(), message.type))
        return answer

    async def cut(self, message: Message) -> None:
        try:
            await self.line.cut(self._request(message), self.patience.cut_after_s)
        except Unavailable as error:
            raise Failed(str(error)) from error

    async def taken(self, message: Message) -> None:
        """Send an event that must be answered 2xx."""
        answer = await self.send(message)
        if not 200 <= answer.status < 300:
            raise Failed(f"{message.type} was answered {answer.status} instead of 2xx")

    async def refused(self, message: Message, what: str) -> None:
        """Send what must be answered 4xx, 401 at best."""
        answer = await self.send(message)
        if not 400 <= answer.status < 500:
            raise Failed(f"{what} was answered {answer.status} instead of 401")

    async def ask(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a question and read its answer, whoever signed it."""
        return _read(type, await self.send(self.message(type, data)))

    async def ask_of_others(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Ask about what is not there: the answer, or an empty one where it is refused."""
        answer = await self.send(self.message(type, data))
        return {} if 400 <= answer.status < 500 else _read(type, answer)

    async def ask_signed(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a question whose answer must be signed as its answer."""
        message = self.message(type, data)
        answer = await self.send(message)
        said, secrets = _read(type, answer), self.back_end.answer_secrets
        try:
            answered = verify(answer.headers, answer.body, secrets, self.clock.now())
        except GatewayError as error:
            raise Failed(f"the answer to {type} is not signed as it should be: {error}") from error
        if answered != message.id:
            raise Failed(f"the answer to {type} has another webhook-id than the question")
        return said

    def _note(self, message: Message, answered: Answered) -> None:
        if message.asks:
            self.slowest_question = max(self.slowest_question or answered, answered)
        else:
            self.slowest_event = max(self.slowest_event or answered, answered)

    def _request(self, message: Message, url: str = "") -> HttpRequest:
        return HttpRequest("POST", url or self.back_end.url, Headers(message.headers), message.body)


def but(message: Message, body: bytes | None = None, **headers: str | None) -> Message:
    """A message altered after it was signed; a header that is None is taken away."""
    changed = {**message.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
    kept = {name: value for name, value in changed.items() if value is not None}
    return replace(message, headers=kept, body=message.body if body is None else body)


def _read(type: str, answer: HttpResponse) -> dict[str, Any]:
    if answer.status != 200:
        raise Failed(f"{type} was answered {answer.status} instead of 200")
    try:
        said = orjson.loads(answer.body)
    except ValueError as error:
        raise Failed(f"the answer to {type} is not JSON") from error
    if not isinstance(said, dict):
        raise Failed(f"the answer to {type} is not a JSON object")
    return said
