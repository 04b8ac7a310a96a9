"""What departments ask of us: verified over the raw bytes, acted on once, answered signed.

Who cannot sign is told nothing but that, unsigned. The same id with the same body gets the first
answer again; with another body it is refused.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson
from pydantic import BaseModel, ValidationError

from adapters.departments.messages import answer
from adapters.departments.partner import Partner
from adapters.departments.refusals import IdReused
from channel_gateway.domain.errors import (
    Forged,
    GatewayError,
    Invalid,
    Malformed,
    NotFound,
    TooMany,
)
from channel_gateway.ports import Collection, Index
from channel_gateway.service import DepartmentAsk, DepartmentCall, KeyReused
from channel_gateway.standard_webhooks import verify
from channel_gateway.web.idempotency import FirstAnswers
from channel_gateway.web.lanes import Lane
from channel_gateway.web.problems import status_of, summary
from channel_gateway.web.refusals import Busy
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

ANSWERS = Collection("department_calls", (Index(("kept_until",)),))
KEPT_FOR = timedelta(days=7)  # longer than a department goes on repeating a call

_AT_ONCE = 32  # of one department: its rush takes no place from the payments' callbacks

_JSON = Headers({"Content-Type": "application/json"})


@dataclass(frozen=True, slots=True)
class _Content:
    """A body's members, as far as they are ours to read."""

    kind: str
    data: dict[str, Any]


class Calls:
    def __init__(self, rows: Sequence[DepartmentCall], answers: FirstAnswers) -> None:
        """`rows`: plug-ins may still add to them; they are looked up when a call comes."""
        self._rows = rows
        self._answers = answers

    def endpoint(
        self, partner: Partner
    ) -> Callable[[HttpRequest, datetime], Awaitable[HttpResponse]]:
        """Where this department calls: its own secrets alone open it."""
        lane = Lane(_AT_ONCE)

        async def receive(request: HttpRequest, now: datetime) -> HttpResponse:
            return await self._receive(partner, lane, request, now)

        return receive

    async def _receive(
        self, partner: Partner, lane: Lane, request: HttpRequest, now: datetime
    ) -> HttpResponse:
        try:
            id = verify(request.headers, request.body, partner.theirs, now)
        except (Forged, Malformed) as wrong:
            return _refusal(wrong, partner, status=401)
        try:
            with lane:
                response = await self._once(partner, id, request, now)
        except Busy:
            wait = TooMany("more calls of yours are at work than may be", retry_after_s=1)
            response = _refusal(wait, partner)
        except GatewayError as trouble:
            response = _refusal(trouble, partner)
        return answer(partner, id, response, now)

    async def _once(
        self, partner: Partner, id: str, request: HttpRequest, now: datetime
    ) -> HttpResponse:
        async def act() -> HttpResponse:
            try:
                return await self._act(partner, id, request, now)
            except GatewayError as refusal:
                return _refusal(refusal, partner)  # what passes is not kept, by its status

        try:
            key, asked = (partner.code, "departments", id), sha256(request.body).hexdigest()
            return await self._answers.once(key, asked, act)
        except KeyReused:
            raise IdReused(field="webhook-id") from None

    async def _act(
        self, partner: Partner, id: str, request: HttpRequest, now: datetime
    ) -> HttpResponse:
        try:
            content = _read(request)
        except Malformed as wrong:
            return _refusal(wrong, partner, status=400)
        row = next((row for row in self._rows if row.kind == content.kind), None)
        if row is None:
            raise NotFound("we know no call of this type", field="type")
        wanted = _fitted(row.body, content.data)
        told = await row.handler(DepartmentAsk(partner.code, id, now, wanted))
        log.info(
            "department call done",
            extra={"action": "department_call", "department": partner.code, "kind": row.kind},
        )
        # What there is none of is left out: a null would have to be borne as well.
        body = b"{}" if told is None else told.model_dump_json(exclude_none=True).encode()
        return HttpResponse(200, _JSON, body)


def _read(request: HttpRequest) -> _Content:
    """Raises `Malformed`, and `Invalid`, naming the member."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Malformed("application/json is wanted", field="content-type")
    try:
        content = orjson.loads(request.body)
    except ValueError:
        raise Malformed("the body is not JSON in UTF-8") from None
    if not isinstance(content, dict):
        raise Malformed("a JSON object is wanted")
    kind, data = content.get("type"), content.get("data")
    if not isinstance(kind, str):
        raise Invalid("a text is wanted", field="type")
    if not isinstance(data, dict):
        raise Invalid("a JSON object is wanted", field="data")
    return _Content(kind, data)


def _fitted(model: type[BaseModel], data: dict[str, Any]) -> BaseModel:
    """Members we do not know are borne. Raises `Invalid` with the first wrong one."""
    try:
        return model.model_validate_json(orjson.dumps(data), extra="ignore")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "data"
        said = first["msg"].removeprefix("Value error, ")
        raise Invalid(said, field=where) from None  # the cause would carry what was sent


def _refusal(error: GatewayError, partner: Partner, status: int | None = None) -> HttpResponse:
    """In the contract's words, without what concerns nobody outside."""
    log.warning(
        "department call refused",
        extra={
            "action": "department_call_refused",
            "department": partner.code,
            "code": error.code,
            "field": error.field,
            "why": str(error),
        },
    )
    status = status or _status(error)
    said = {"code": error.code, "message": summary(type(error)) if status >= 500 else str(error)}
    if error.field is not None:
        said["field"] = error.field
    return HttpResponse(status, _JSON, orjson.dumps(said), error.code)


def _status(error: GatewayError) -> int:
    """What passes is to be repeated, and says so."""
    if error.passing and not isinstance(error, TooMany):
        return 503
    return status_of(type(error))
