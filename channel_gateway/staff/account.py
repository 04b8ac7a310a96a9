"""An account of the staff: a name, roles, and tokens of which we keep digests alone. Pure."""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from channel_gateway.domain.errors import Invalid
from channel_gateway.ports import Member, Role
from channel_gateway.staff.refusals import StaffDisabled

# Nothing that may be a telephone or identity number: names stand in the audit trail.
_NAME = re.compile(r"[a-z](?:[a-z_-]|\d(?!\d{5})){1,31}")
# Who else stands in histories and on the trail: nobody of the staff is to be taken for them.
_NOBODYS_NAMES = frozenset(
    {"citizen", "cli", "clock", "gateway", "key", "machine", "nobody", "system", "worker"}
)
_UNIT = re.compile(r"[0-9A-Za-z_-]{1,32}")
# Whoever has one of these has no other role. Both finance roles may be one person's, though never
# on the same case: who asks for something does not approve it.
_ALONE = frozenset({Role.UNIT_CLERK, Role.OPERATOR, Role.AUDITOR})
MOST_TOKENS = 5


@dataclass(frozen=True, slots=True)
class StaffToken:
    id: str
    digest: str  # SHA-256 of the secret, hex
    made_at: datetime
    expires_at: datetime
    locked_until: datetime | None = None  # tried wrongly too often


@dataclass(frozen=True, slots=True)
class StaffAccount:
    id: str  # the name
    roles: tuple[Role, ...]
    created_by: str
    created_at: datetime
    units: tuple[str, ...] = ()
    tokens: tuple[StaffToken, ...] = ()  # the newest last
    disabled_at: datetime | None = None
    disabled_by: str = ""
    version: int = 0

    @property
    def member(self) -> Member:
        return Member(self.id, frozenset(self.roles), frozenset(self.units))

    def token(self, id: str) -> StaffToken | None:
        return next((token for token in self.tokens if token.id == id), None)

    def with_token(self, token: StaffToken, now: datetime, *, beside: bool) -> "StaffAccount":
        """The earlier ones end, or stay `beside` it. Raises `StaffDisabled`, `Invalid`."""
        if self.disabled_at is not None:
            raise StaffDisabled
        kept = [each for each in self.tokens if beside and each.expires_at > now]
        if len(kept) >= MOST_TOKENS:
            raise Invalid(f"at most {MOST_TOKENS} tokens of one account", field="name")
        return replace(self, tokens=(*kept, token))

    def locked(self, id: str, until: datetime) -> "StaffAccount":
        tokens = (replace(t, locked_until=until) if t.id == id else t for t in self.tokens)
        return replace(self, tokens=tuple(tokens))

    def disabled(self, by: str, now: datetime) -> "StaffAccount":
        """For good; all its tokens end."""
        if self.disabled_at is not None:
            return self
        return replace(self, tokens=(), disabled_at=now, disabled_by=by)


def new_account(
    name: str, roles: Collection[Role], units: Collection[str], *, by: str, now: datetime
) -> StaffAccount:
    """Raises `Invalid` for a name, roles or units that do not fit."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            "a name is 2 to 32 of a-z, 0-9, _ and -, begins with a letter, and holds no number "
            "of six digits",
            field="name",
        )
    if name in _NOBODYS_NAMES:
        raise Invalid("this name stands for somebody who is not of the staff", field="name")
    if not roles:
        raise Invalid("an account needs a role", field="roles")
    alone = _ALONE.intersection(roles)
    if alone and len(set(roles)) > 1:
        raise Invalid(f"{min(alone)} has no other role beside it", field="roles")
    if (Role.UNIT_CLERK in roles) != bool(units):
        raise Invalid("a unit clerk has units, and nobody else has", field="units")
    if not all(map(_UNIT.fullmatch, units)):
        raise Invalid("a unit is a code of letters and digits", field="units")
    return StaffAccount(name, tuple(sorted(set(roles))), by, now, tuple(sorted(set(units))))


def write_token(name: str, id: str, secret: str) -> str:
    return f"{name}.{id}.{secret}"


def read_token(text: str) -> tuple[str, str, str] | None:
    """Name, token id and secret, whether there are such or not; None: this is no token."""
    parts = text.split(".")
    if len(parts) != 3 or not text.isascii() or len(text) > 128 or not _NAME.fullmatch(parts[0]):
        return None
    return parts[0], parts[1], parts[2]


def digest_of(secret: str) -> str:
    """Secrets are of 190 bits, so nothing slow is needed to keep a digest safe."""
    return sha256(secret.encode()).hexdigest()


_NOBODYS = digest_of("")


def is_right(secret: str, token: StaffToken | None) -> bool:
    """As long in coming whether there is such a token or not."""
    known = _NOBODYS if token is None else token.digest
    return hmac.compare_digest(known, digest_of(secret)) and token is not None
