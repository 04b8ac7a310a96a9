"""Who uses Alipay, and which of their ids an app may see."""

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum

from mock_platforms.alipay.refusals import Refused

_USER_ID = re.compile(r"2088\d{12}", re.ASCII)
_OPEN_ID = re.compile(r"[0-9A-Za-z_-]{16,64}", re.ASCII)
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class IdKind(StrEnum):
    """Old apps see `user_id`, new ones only their own `open_id`; both while one migrates."""

    USER_ID = "user_id"
    OPEN_ID = "open_id"
    BOTH = "both"

    @property
    def shows_open_id(self) -> bool:
        return self is not IdKind.USER_ID

    @property
    def shows_user_id(self) -> bool:
        return self is not IdKind.OPEN_ID


@dataclass(frozen=True)
class Citizen:
    user_id: str  # 2088 and 12 digits

    @property
    def logon_id(self) -> str:
        """Masked, as every answer and notice shows it."""
        return f"cit***{self.user_id[-4:]}@sandbox.com"

    @property
    def nick_name(self) -> str:
        return f"市民{self.user_id[-4:]}"


def derived_open_id(user_id: str, app_id: str) -> str:
    """The id one app sees of one person: 47 base-62 characters, different for every app."""
    number = int.from_bytes(hashlib.sha512(f"{app_id}:{user_id}".encode()).digest())
    letters = []
    for _ in range(44):
        number, rest = divmod(number, 62)
        letters.append(_LETTERS[rest])
    return "074" + "".join(letters)


def derived_user_id(open_id: str) -> str:
    digest = hashlib.sha256(f"person:{open_id}".encode()).digest()
    return f"2088{int.from_bytes(digest[:8]) % 10**12:012d}"


class Register:
    """The people known here: open ids seen by each app, and whose they are."""

    def __init__(self) -> None:
        self._people: dict[str, Citizen] = {}
        self._open_ids: dict[str, tuple[str, str]] = {}  # open_id -> (app_id, user_id)
        self._chosen: dict[tuple[str, str], str] = {}  # (app_id, user_id) -> open_id

    def by_user_id(self, user_id: str) -> Citizen:
        if not _USER_ID.fullmatch(user_id):
            raise Refused("ACQ.INVALID_PARAMETER", "买家标识无效")
        return self._people.setdefault(user_id, Citizen(user_id))

    def by_open_id(self, open_id: str, app_id: str) -> Citizen:
        """The person behind an app's open id; one first seen here is registered with the app."""
        if not _OPEN_ID.fullmatch(open_id):
            raise Refused("ACQ.INVALID_PARAMETER", "买家标识无效")
        known = self._open_ids.get(open_id)
        if known is None:
            known = (app_id, derived_user_id(open_id))
            self._open_ids[open_id] = known
            self._chosen[known] = open_id
        if known[0] != app_id:
            raise Refused("ACQ.INVALID_PARAMETER", "open_id不属于该应用")
        return self.by_user_id(known[1])

    def open_id(self, citizen: Citizen, app_id: str) -> str:
        chosen = self._chosen.get((app_id, citizen.user_id))
        if chosen is None:
            chosen = derived_open_id(citizen.user_id, app_id)
            self._chosen[app_id, citizen.user_id] = chosen
            self._open_ids[chosen] = (app_id, citizen.user_id)
        return chosen
