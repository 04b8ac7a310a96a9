"""The bench a back end stands on: messages made and signed for it, its answers judged and timed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import orjson

from channel_gateway.conformance.line import Line
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Clock, Randomness
from channel_gateway.standard_webhooks import Secret, headers_of, verify
from channel_gateway.wire import Headers, HttpRequest, HttpResponse


class Failed(Exception):
    """The back end did not do what it must: the sentence says what it did."""


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of the department's own, whose seats the checks may take for a moment."""

    service: str
    hall: str
    slot: str  # 2026-03-10T09:30, Beijing time

    @property
    def day(self) -> str:
        return self.slot.partition("T")[0]


@dataclass(frozen=True, slots=True)
class BackEnd:
    """Who is asked, and what both sides sign with."""

    url: str
    secrets: Sequence[Secret]  # the gateway's
    answer_secrets: Sequence[Secret] = ()  # the department's
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    event_s: float = 15.0
    question_s: float = 5.0
    beyond_s: float = 5.0  # so much longer is waited: what is late is told from what never came
    cut_after_s: float = 0.1


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that is ready to leave; it can be sent as often as one likes."""

    type: str
    id: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Bench:
    back_end: BackEnd
    line: Line
    clock: Clock
    randomness: Randomness
    patience: Patience = Patience()
    slowest: dict[bool, tuple[float, str]] = field(default_factory=dict)  # of questions, events
    to_look_at: list[str] = field(default_factory=list)  # in the department's own records

    def letter(
        self,
        type: str,
        data: Mapping[str, Any],
        *,
        secrets: Sequence[Secret] = (),
        off_s: int = 0,
        **more: Any,
    ) -> Letter:
        """Write and sign a message; `off_s` seconds from now, with `more` members in its body."""
        now = self.clock.now()
        moment = now.isoformat(timespec="seconds").replace("+00:00", "Z")
        body = orjson.dumps({"type": type, "timestamp": moment, "data": data, **more})
        name = f"conformance-{self.randomness.token(22)}"
        timestamp = milliseconds(now + timedelta(seconds=off_s)) // 1000
        signed = headers_of(name, timestamp, body, secrets or self.back_end.secrets)
        return Letter(type, name, {"content-type": "application/json", **signed}, body)

    async def send(self, letter: Letter, *, url: str = "") -> HttpResponse:
        """Send once. Raises `Failed` when nothing comes back."""
        asks = letter.type.startswith("seat")
        patience = self.patience.question_s if asks else self.patience.event_s
        limit_s, begun = patience + self.patience.beyond_s, self.clock.now()
        try:
            answer = await self.line.send(self._request(letter, url), limit_s)
        except Unavailable as error:
            raise Failed(f"no answer to {letter.type} within {limit_s:g} s") from error
        taken_s = (self.clock.now() - begun).total_seconds()
        self.slowest[asks] = max(self.slowest.get(asks, (0.0, "")), (taken_s, letter.type))
        return answer

    async def cut(self, letter: Letter) -> None:
        try:
            await self.line.cut(self._request(letter), self.patience.cut_after_s)
        except Unavailable as error:
            raise Failed(str(error)) from error

    async def taken(self, letter: Letter) -> None:
        """Send an event that must be answered 2xx."""
        answer = await self.send(letter)
        if not 200 <= answer.status < 300:
            raise Failed(f"{letter.type} was answered {answer.status} instead of 2xx")

    async def refused(self, letter: Letter, what: str) -> None:
        """Send what must be answered 4xx, 401 at best."""
        answer = await self.send(letter)
        if not 400 <= answer.status < 500:
            raise Failed(f"{what} was answered {answer.status} instead of 401")

    async def ask(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a question and read its answer, whoever signed it."""
        return _read(type, await self.send(self.letter(type, data)))

    async def ask_signed(self, type: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a question whose answer must be signed as its answer."""
        letter = self.letter(type, data)
        answer = await self.send(letter)
        said, secrets = _read(type, answer), self.back_end.answer_secrets
        try:
            answered = verify(answer.headers, answer.body, secrets, self.clock.now())
        except GatewayError as error:
            raise Failed(f"the answer to {type} is not signed as it should be: {error}") from error
        if answered != letter.id:
            raise Failed(f"the answer to {type} has another webhook-id than the question")
        return said

    def _request(self, letter: Letter, url: str = "") -> HttpRequest:
        return HttpRequest("POST", url or self.back_end.url, Headers(letter.headers), letter.body)


def but(letter: Letter, body: bytes | None = None, **headers: str | None) -> Letter:
    """A letter altered after it was signed; a header that is None is taken away."""
    changed = {**letter.headers, **{k.replace("_", "-"): v for k, v in headers.items()}}
    kept = {name: value for name, value in changed.items() if value is not None}
    return replace(letter, headers=kept, body=letter.body if body is None else body)


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
