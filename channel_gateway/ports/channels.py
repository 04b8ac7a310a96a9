"""A platform whose citizens come to us, and what explains its signatures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.wire import HttpRequest


class LoginCodeInvalid(Refused):
    """The login code is wrong or too old: let the mini-program fetch a new one."""

    code = "login_code_invalid"


class LoginCodeUsed(Refused):
    """The login code was used before: a code works once."""

    code = "login_code_used"


class LoginCodeExpired(Refused):
    """The login code has expired: let the mini-program fetch a new one."""

    code = "login_code_expired"


class Channel(Protocol):
    """A platform whose mini-program citizens come from."""

    name: str
    app: str  # our application's id there

    async def login(self, code: str) -> OpenId:
        """Change a login code into who the citizen is there.

        Raises `LoginCodeInvalid`, `LoginCodeUsed`, `LoginCodeExpired`, `Refused`, `Unavailable`.
        """
        ...

    async def phone(self, payload: str) -> Phone:
        """Read the phone number a citizen chose to share. `payload` is what the mini-program got.

        Raises `Refused`, `Forged`, `Unavailable`.
        """
        ...


@dataclass(frozen=True)
class Finding:
    """One thing looked at in a signed message: which part, whether it holds, and what is wrong."""

    part: str  # `timestamp`, `serial`, `body`, `signature` …
    holds: bool
    words: str


class SignatureExplainer(Protocol):
    """Says what is wrong with a signed message: which part, which key, which clock."""

    name: str

    def recognises(self, request: HttpRequest) -> bool:
        """Whether this looks like a request or callback of this platform, by its form alone."""
        ...

    def explain(self, request: HttpRequest, now: datetime) -> tuple[Finding, ...]:
        """Look at every part in the platform's own order; the last finding is the verdict."""
        ...
