"""A call of one of our routes, and the citizen who makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channel_gateway.domain.errors import Conflict
from channel_gateway.ports import Member


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
    address: str = ""  # where it comes from, as far as our proxies say; empty: not known

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
