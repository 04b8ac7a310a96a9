"""A row becomes an address: the steps from a request to a handler and back, in order."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, TypeAdapter

from channel_gateway.domain.errors import GatewayError, Invalid
from channel_gateway.ports import Member
from channel_gateway.service import Call, Callback, Route, Session, Who, Written
from channel_gateway.staff.refusals import WrongRole
from channel_gateway.staff.trail import Deed, Trail
from channel_gateway.web.arrival import Arrival
from channel_gateway.web.gate import Gate
from channel_gateway.web.idempotency import FirstAnswers
from channel_gateway.web.lanes import Lane
from channel_gateway.web.metrics import Metrics
from channel_gateway.web.problems import problem, status_of
from channel_gateway.web.reading import read_body, read_form, read_idempotency_key, read_query
from channel_gateway.web.refusals import Internal
from channel_gateway.web.refused.keeping import RefusedCallbacks
from channel_gateway.web.words import prefers_chinese
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

_JSON_HEADERS = Headers({"Content-Type": "application/json", "Cache-Control": "no-store"})
# Of a page's address nothing is told to where its links lead: it may hold a receipt's codes.
_OF_PAGES = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_LONGEST_NOTED = 100  # of a query's text, on the audit trail
_EMPTY_HEADERS = Headers({"Cache-Control": "no-store"})


class RouteEndpoint:
    """One of our own routes, below /v1."""

    def __init__(
        self,
        row: Route,
        gate: Gate,
        trail: Trail,
        first: FirstAnswers,
        body_limit: int,
        lane: Lane,
    ) -> None:
        """Raises `ValueError` for a row of the staff that no role may call."""
        if (row.who is Who.STAFF) != bool(row.roles):
            raise ValueError(f"{row.method} {row.path}: rows for staff have roles, no others do")
        self.row = row
        self.methods = (row.method,)
        self.template = "/v1" + row.path
        self.body_limit = body_limit
        self.lane = lane
        self._gate = gate
        self._trail = trail
        self._first = first
        self._on_record = row.audited or row.method != "GET"
        self._parameters = row.parameters
        self._answer = None if row.answer is None else TypeAdapter(row.answer)

    async def answer(self, arrival: Arrival) -> HttpResponse:
        """Admit, read, act; a POST with an Idempotency-Key acts once."""
        caller = await self._gate.admit(self.row.who, arrival.request.headers, arrival.now)
        if isinstance(caller, Member):
            return await self._by_staff(caller, arrival)
        if caller is None:
            return await self._once(self._call(arrival), self.row.who, arrival.request.headers)
        arrival.channel = caller.channel
        call = self._call(arrival, visitor=caller)
        with self.lane.of(caller.citizen):
            return await self._once(call, caller.citizen, arrival.request.headers)

    async def _by_staff(self, member: Member, arrival: Arrival) -> HttpResponse:
        """What changes something is on the audit trail before it is done, and before it is said."""
        action, request_id = f"{self.row.method} {self.template}", arrival.request_id
        deed = Deed(member.name, action, self._of_what(arrival), member.roles, request_id)
        if not member.may(*self.row.allowed):
            await self._trail.refused(deed, WrongRole.code)
            raise WrongRole
        headers, who = arrival.request.headers, f"staff:{member.name}"
        if not self._on_record:
            return await self._once(self._call(arrival, member=member), who, headers)
        async with self._trail.of(deed) as outcome:
            response = await self._once(self._call(arrival, member=member), who, headers)
            outcome.code = response.code or outcome.code
        return response

    def _of_what(self, arrival: Arrival) -> Mapping[str, str]:
        """The path's parameters; of an export, which is all in its query, those there too."""
        if not self.row.audited:
            return arrival.path
        try:
            asked = read_query(self._parameters, arrival.query)
        except Invalid:  # it will be refused, and nothing is exported
            return arrival.path
        return {**arrival.path, **{name: text[:_LONGEST_NOTED] for name, text in asked.items()}}

    def _call(
        self, arrival: Arrival, *, visitor: Session | None = None, member: Member | None = None
    ) -> Call:
        row, request = self.row, arrival.request
        key = None
        if row.method == "POST":
            key = read_idempotency_key(request.headers, required=row.idempotent)
        return Call(
            now=arrival.now,
            request_id=arrival.request_id,
            path=arrival.path,
            query=read_query(self._parameters, arrival.query),
            body=_body(row, request),
            visitor=visitor,
            idempotency_key=key,
            digest=_digest(request) if key is not None else "",
            member=member,
            address=arrival.address,
        )

    async def _once(self, call: Call, who: str, headers: Headers) -> HttpResponse:
        key = call.idempotency_key
        if key is None or self.row.keeps_key:
            return await self._act(call)
        return await self._first.once(
            (who, self.template, key),
            call.digest,
            lambda: self._act_or_say_why(call, zh=prefers_chinese(headers)),
        )

    def refusal(self, error: GatewayError) -> HttpResponse | None:
        return None

    def settled(self, answer: HttpResponse) -> None:
        """Routes are counted by their template alone."""

    async def _act(self, call: Call) -> HttpResponse:
        result = await self.row.handler(call)
        if self._answer is None or self.row.answer is None:
            if result is not None:
                raise TypeError(f"{self.template} declares no answer, but its handler gave one")
            return HttpResponse(self.row.status, _EMPTY_HEADERS)
        if not isinstance(result, self.row.answer):
            raise TypeError(f"{self.template} did not answer with {self.row.answer.__name__}")
        if isinstance(result, Written):
            headers = {**_EMPTY_HEADERS, "Content-Type": result.media_type}
            if result.attachment:
                headers["Content-Disposition"] = f'attachment; filename="{result.attachment}"'
            if result.policy:
                headers |= {"Content-Security-Policy": result.policy, **_OF_PAGES}
            return HttpResponse(self.row.status, Headers(headers), result.written())
        return HttpResponse(self.row.status, _JSON_HEADERS, self._answer.dump_json(result))

    async def _act_or_say_why(self, call: Call, *, zh: bool) -> HttpResponse:
        """A refusal is an answer too: the same key gets it again, unless it passes."""
        try:
            return await self._act(call)
        except GatewayError as error:
            if error.passing:
                raise  # so that the key is let go
            return problem(error, request_id=call.request_id, zh=zh)


def _body(row: Route, request: HttpRequest) -> BaseModel | None:
    if row.form and row.body is not None:
        return read_form(row.body, request.headers, request.body)
    return read_body(row.body, request.headers, request.body)


def _digest(request: HttpRequest) -> str:
    return hashlib.sha256(request.url.encode() + b"\n" + request.body).hexdigest()


@dataclass(frozen=True, slots=True)
class CallbackEndpoint:
    """What a platform calls, below /callbacks: raw bytes in, its own words out."""

    row: Callback
    metrics: Metrics
    lane: Lane
    refused: RefusedCallbacks

    @property
    def methods(self) -> tuple[str, ...]:
        return self.row.methods

    @property
    def template(self) -> str:
        return self.row.template

    @property
    def body_limit(self) -> int:
        return self.row.body_limit

    async def answer(self, arrival: Arrival) -> HttpResponse:
        request = arrival.request
        if self.row.unsigned:  # whatever is done with the address, its key is not in it
            query = f"?{arrival.query}" if arrival.query else ""
            request = replace(request, url=self.row.template + query)
        try:
            response = await self.row.handler(request, arrival.now)
        except Exception as error:
            kind = type(error) if isinstance(error, GatewayError) else Internal
            self._note(kind.code, status_of(kind), request)
            raise
        if response.code:
            self._note(response.code, response.status, request)
        return response

    def _note(self, code: str, status: int, request: HttpRequest) -> None:
        if self.row.keeps_refused:
            self.metrics.refused(self.row.name, code)
            self.refused.note(self.row.name, code, status, request.body)

    def refusal(self, error: GatewayError) -> HttpResponse | None:
        words = self.row.refusal
        if words is None:
            return None
        return replace(words, status=status_of(type(error)), code=error.code)

    def settled(self, answer: HttpResponse) -> None:
        self.metrics.called_back(self.row.name, answer.status, answer.code)
