"""What a plug-in brings, as rows of plain data: routes, callbacks, reactions, jobs.

A plug-in is a module with one function, `build(table, tools)`, which adds its rows to the table.
The same rows are mounted, listed by `routes`, and turned into the OpenAPI description.
"""

from abc import abstractmethod
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel

from channel_gateway.domain.errors import Conflict, GatewayError
from channel_gateway.domain.state_machine import Transitions
from channel_gateway.domain.tasks import DEAD_LETTERS_BY, DUE, Task
from channel_gateway.ports import Change, Document, Index, Member, Role
from channel_gateway.wire import HttpRequest, HttpResponse


class Who(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"
    CITIZEN = "citizen"  # with one of our session tokens
    OPERATOR = "operator"  # with the operators' key
    STAFF = "staff"  # a member of the staff with one of the route's roles


@dataclass(frozen=True, slots=True)
class Session:
    """A citizen who is logged in: through which channel, as whom. Holds no personal data."""

    id: str
    channel: str
    app: str
    citizen: str  # blind index of channel, app and openid
    expires_at: datetime
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call of one of our routes, after session, size and shape were checked."""

    now: datetime
    request_id: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any  # an instance of the route's `body` model, or None
    visitor: Session | None
    idempotency_key: str | None
    digest: str = ""  # of address and body; with a key alone
    member: Member | None = None
    caller: str = ""  # the address it comes from, as far as our proxies say; empty: not known

    @property
    def staff(self) -> Member:
        """Who calls; routes for `Who.STAFF` always have one."""
        if self.member is None:
            raise TypeError("this route is not for staff: nobody is known to call")
        return self.member

    @property
    def session(self) -> Session:
        """The citizen's session; routes for `Who.CITIZEN` always have one."""
        if self.visitor is None:
            raise TypeError("this route is open to anyone: it has no session")
        return self.visitor


class KeyReused(Conflict):
    """This Idempotency-Key was used with another body: take a new key for a new wish."""

    code = "idempotency_mismatch"
    zh = "请勿重复提交不同的内容，请返回后重新办理。"


class Written(BaseModel):
    """An answer that is no JSON: its kind names the media type, and it writes itself."""

    media_type: ClassVar[str]
    policy: str = ""  # of a page: its content security policy
    attachment: str = ""  # of a file to keep: its name, in plain Latin letters

    @abstractmethod
    def written(self) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Parameter:
    """A query parameter."""

    name: str
    required: bool = False  # there, and not empty
    among: type[StrEnum] | None = None  # its words; else it is any text


@dataclass(frozen=True, slots=True)
class Route:
    """One of our own endpoints. `handler` returns an instance of `answer`."""

    method: str
    path: str  # below /v1; `{name}` is a path parameter
    handler: Callable[[Call], Awaitable[BaseModel | None]]
    summary: str
    body: type[BaseModel] | None = None
    form: bool = False  # the body is what an HTML form sends, not JSON
    answer: type[BaseModel] | None = None
    status: int = 200
    who: Who = Who.CITIZEN
    roles: frozenset[Role] = frozenset()  # of `Who.STAFF`: who has one of these may call
    # The query parameters it reads; a bare name is any text, and may be left out.
    query: tuple[str | Parameter, ...] = ()
    errors: tuple[str, ...] = ()  # codes of the errors of its own, for the description
    idempotent: bool = False  # whether an Idempotency-Key is required; any POST may carry one
    # The handler itself finds what an earlier call made: no first answer is kept beside it.
    keeps_key: bool = False
    # A GET that is written into the audit trail as changes are: it exports or unmasks.
    audited: bool = False

    @property
    def callers(self) -> str:
        """Who may call, in words: of the staff, with which roles."""
        if self.roles in (frozenset(), frozenset(Role)):
            return self.who.value
        return f"{self.who}: {', '.join(sorted(self.roles))}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(Parameter(each) if isinstance(each, str) else each for each in self.query)


@dataclass(frozen=True, slots=True)
class Callback:
    """An endpoint a platform calls. The handler sees the raw bytes and answers in its words."""

    name: str
    path: str  # below /callbacks
    handler: Callable[[HttpRequest, datetime], Awaitable[HttpResponse]]
    summary: str
    body_limit: int = 64 * 1024
    methods: tuple[str, ...] = ("POST",)
    refusal: HttpResponse | None = None  # in the platform's words, when no handler is reached
    # The platform signs nothing: the path gets a part nobody can guess, and only the platform's own
    # addresses may call. `ports.Doors` says the whole address.
    unsigned: bool = False
    # What the handler refuses (an answer with a `code`) is kept, masked, for an operator to see.
    keeps_refused: bool = False

    @property
    def template(self) -> str:
        """The address below ours; the key of an unsigned one is never in it."""
        return f"/callbacks{self.path}/{{key}}" if self.unsigned else f"/callbacks{self.path}"


# The indexes of a collection whose documents have tasks (`domain.tasks`).
TASKS = (Index((DUE,)), Index((DEAD_LETTERS_BY,)))


class NotYet(GatewayError):
    """Nothing went wrong, but it is not done: try again on the ladder.

    With `pause_s` after just that pause, and no step of the ladder is spent: for what waits for
    another task, whose ladder bounds the waiting.
    """

    code = "not_yet"

    def __init__(self, message: str = "", *, pause_s: int | None = None) -> None:
        super().__init__(message)
        self.pause_s = pause_s


class NeedsAPerson(GatewayError):
    """Trying again changes nothing until a person has acted: a dead letter at once."""

    code = "needs_a_person"


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the worker does for a task. It must bear being run twice.

    A change it returns is made together with the task's removal. `NotYet` and every other error of
    ours mean: again. `ladder`: pauses in seconds before the second, third, … try; after the last,
    a dead letter. A refusal for good (`Refused`, `NotFound`) is one at once, as `NeedsAPerson` is;
    `TooMany` is given at least the pause it asks for. `resent`: the document after a person sent a
    dead letter of this kind again, where that is more than trying once more (pure).
    """

    collection: str
    kind: str
    run: Callable[[dict[str, Any], Task, datetime], Awaitable[Change | None]]
    ladder: tuple[int, ...]
    resent: Callable[[Document, Task, datetime], Document] | None = None


@dataclass(frozen=True, slots=True)
class DepartmentAsk:
    """A call of a department, after signature, age and shape were checked."""

    department: str
    id: str  # the same when the department repeats the call
    now: datetime
    body: Any  # an instance of the row's `body` model


@dataclass(frozen=True, slots=True)
class DepartmentCall:
    """What a department may ask of us. The handler bears being called twice with the same id."""

    kind: str  # `hall_day.cancel`
    body: type[BaseModel]
    handler: Callable[[DepartmentAsk], Awaitable[BaseModel | None]]
    summary: str
    answer: type[BaseModel] | None = None
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """What must run once over all processes, every so often."""

    name: str
    every_s: int
    run: Callable[[datetime], Awaitable[None]]
    summary: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A port of its own, where a partner speaks no HTTP.

    `answer` reads one message and writes what goes back; the connection ends with it. It returns
    the code of the error it refused with, empty where it took the message, and raises what
    deserves no answer: then the connection is closed without one. It bounds what it reads.
    """

    name: str  # the plug-in's
    host: str
    port: int  # 0: a free one
    answer: Callable[[StreamReader, StreamWriter], Awaitable[str]]
    timeout_s: float = 10  # from the connection to the answer
    connections: int = 64  # at once; more are closed
    of_one_address: int = 16  # of them: who holds many open shuts nobody else out
    callers: tuple[
        IPv4Network | IPv6Network, ...
    ] = ()  # who may come; empty: whoever reaches the port
    buffer_bytes: int = 64 * 1024  # kept of what is not read yet


@dataclass(frozen=True, slots=True)
class Readiness:
    """Something without which we are not ready; what `check` raises says what is missing."""

    name: str
    check: Callable[[], Awaitable[None]]


class Line(NamedTuple):
    """A line of a story, without personal data."""

    at: datetime | None  # when it happened; None: how it stands now, which is read first
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a plug-in tells of a number; its lines are sorted in among those of all others."""

    lines: tuple[Line, ...]
    also: tuple[str, ...] = ()  # numbers under which others may know more of the same
    units: frozenset[str] = frozenset()  # 执收单位 whose business it is; empty: no unit's


@dataclass(frozen=True, slots=True)
class Story:
    """Answers «where is it?» in words. `tell` takes any number a person holds; None: not mine."""

    about: str
    tell: Callable[[str], Awaitable[Told | None]]


@dataclass
class Table:
    """Where plug-ins put their rows, and what one offers another, by port and name."""

    routes: list[Route] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    department_calls: list[DepartmentCall] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    readiness: list[Readiness] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    # awaited before the store closes: what a plug-in has not written yet
    endings: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    states: dict[str, Transitions[Any, Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)  # what an operator should know: see `check`
    # the same, of what is known when every plug-in has been built
    late_remarks: list[Callable[[], Iterable[str]]] = field(default_factory=list)
    parts: dict[type, dict[str, Any]] = field(default_factory=dict)

    def offer(self, port: type, name: str, part: object) -> None:
        """Offer an implementation of a port under a name; a name can be taken once."""
        offered = self.parts.setdefault(port, {})
        if name in offered:
            raise ValueError(f"two plug-ins offer {port.__name__} {name!r}")
        offered[name] = part

    def offered(self, port: type) -> dict[str, Any]:
        return self.parts.get(port, {})

    def need(self, port: type, name: str, otherwise: str) -> Any:
        """What is offered under a name. Raises `ValueError`, saying what there is instead."""
        offered = self.offered(port)
        if name not in offered:
            there = ", ".join(offered) or "no plug-in that does"
            raise ValueError(f"{otherwise}; there is {there}")
        return offered[name]
