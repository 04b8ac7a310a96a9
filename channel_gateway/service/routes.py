"""A row for an endpoint of our own: its address, who may call it, what it takes and gives."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel

from channel_gateway.ports import Role
from channel_gateway.service.calls import Call


class Who(StrEnum):
    """Who may call a route."""

    ANYONE = "anyone"
    CITIZEN = "citizen"  # with one of our session tokens
    OPERATOR = "operator"  # with the operators' key
    STAFF = "staff"  # a member of the staff with one of the route's roles


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
    def allowed(self) -> frozenset[Role]:
        """Of the staff: one of these roles will do. What is for operators is for the role too."""
        return frozenset({Role.OPERATOR}) if self.who is Who.OPERATOR else self.roles

    @property
    def callers(self) -> str:
        """Who may call, in words: of the staff, with which roles."""
        if self.roles in (frozenset(), frozenset(Role)):
            return self.who.value
        return f"{self.who}: {', '.join(sorted(self.roles))}"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(Parameter(each) if isinstance(each, str) else each for each in self.query)
