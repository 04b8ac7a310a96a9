"""A platform whose citizens come to us."""

from typing import Protocol

from channel_gateway.domain.errors import Refused
from channel_gateway.domain.people import OpenId, Phone


class LoginCodeInvalid(Refused):
    """The login code is wrong or too old: let the mini-program fetch a new one."""

    code = "login_code_invalid"
    zh = "登录未成功，请重新进入。"


class LoginCodeUsed(Refused):
    """The login code was used before: a code works once."""

    code = "login_code_used"
    zh = "登录已失效，请重新进入。"


class LoginCodeExpired(Refused):
    """The login code has expired: let the mini-program fetch a new one."""

    code = "login_code_expired"
    zh = "登录已超时，请重新进入。"


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
