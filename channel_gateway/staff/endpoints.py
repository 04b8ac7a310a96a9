"""What the staff may ask about themselves, and auditors about everybody."""

from datetime import date, datetime

from pydantic import BaseModel, Field

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Link, Role
from channel_gateway.service import Call, Route, Table, Who
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.story_endpoints import StoryEndpoints
from channel_gateway.staff.trail import Trail

_PAGE = 100


class StaffTokenView(BaseModel):
    id: str
    made_at: datetime
    expires_at: datetime


class StaffMeView(BaseModel):
    name: str
    roles: list[Role]
    units: list[str] = Field(description="of a unit clerk: the units whose money they see")
    tokens: list[StaffTokenView] = Field(description="the newest last")


class AuditEntryView(BaseModel):
    number: int = Field(description="of the chain: 1, 2, 3, … without a gap")
    at: datetime
    what: str = Field(
        description="`begun`: is about to be done; `ended`: how it ended; `refused`: wrong role"
    )
    actor: str = Field(description="an account, `key:operator`, or `cli:` and a user")
    roles: list[str]
    action: str = Field(examples=["POST /v1/operator/dead-letters/{collection}/{id}"])
    parameters: str = Field(description="of the path, or of the command; masked")
    request_id: str
    outcome: str = Field(description="`done`, or the code of an error; empty when it has begun")
    begun: int | None = Field(description="of an `ended`: the number under which it had begun")
    hash: str


class AuditView(BaseModel):
    entries: list[AuditEntryView] = Field(description="the newest first")
    before: int | None = Field(description="ask with this for older ones; null: there are none")


class StaffEndpoints:
    def __init__(self, accounts: StaffAccounts, trail: Trail) -> None:
        self._accounts = accounts
        self._trail = trail

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/staff/me",
                self.me,
                "Say who calls: name, roles, units",
                answer=StaffMeView,
                who=Who.STAFF,
                roles=frozenset(Role),
            ),
            Route(
                "GET",
                "/staff/audit",
                self.audit,
                "List what staff and operators did, the newest first",
                answer=AuditView,
                who=Who.STAFF,
                roles=frozenset({Role.AUDITOR}),
                query=("actor", "day", "before", "limit"),
            ),
        ]

    async def me(self, call: Call) -> StaffMeView:
        account = await self._accounts.account(call.staff.name)
        return StaffMeView(
            name=account.id,
            roles=list(account.roles),
            units=list(account.units),
            tokens=[
                StaffTokenView(id=each.id, made_at=each.made_at, expires_at=each.expires_at)
                for each in account.tokens
            ],
        )

    async def audit(self, call: Call) -> AuditView:
        limit = _whole(call, "limit", most=_PAGE) or _PAGE
        links = await self._trail.page(
            actor=call.query.get("actor") or None,
            day=_day(call),
            before=_whole(call, "before", most=10**12),
            limit=limit,
        )
        older = links[-1].number if len(links) == limit else None
        return AuditView(entries=[_view(link) for link in links], before=older)


def build(table: Table, accounts: StaffAccounts, trail: Trail) -> None:
    table.routes += StaffEndpoints(accounts, trail).rows()
    table.routes += StoryEndpoints(table).rows()


def _view(link: Link) -> AuditEntryView:
    fields = link.fields
    begun = fields.get("begun")
    return AuditEntryView(
        number=link.number,
        at=link.at,
        what=link.what,
        actor=link.group,
        roles=[role for role in str(fields["roles"]).split(",") if role],
        action=str(fields["action"]),
        parameters=str(fields["parameters"]),
        request_id=str(fields["request_id"]),
        outcome=str(fields.get("outcome", "")),
        begun=None if begun is None else int(begun),
        hash=link.hash,
    )


def _whole(call: Call, name: str, *, most: int) -> int | None:
    """Raises `Invalid`."""
    text = call.query.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 13 and 0 < int(text) <= most):
        raise Invalid(f"a whole number from 1 to {most}", field=f"query.{name}")
    return int(text)


def _day(call: Call) -> date | None:
    """Raises `Invalid`."""
    text = call.query.get("day", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("a day like 2026-03-02", field="query.day") from None
