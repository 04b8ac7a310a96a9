"""The one customer there is: its number, its authorization, its keys; made at start."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from mock_platforms.keys import KeyFolder

_SENDER_NO = "1100000000001"


@dataclass(frozen=True, slots=True)
class Customer:
    sender_no: str
    authorization: str
    sign_key: str  # 16 bytes in Base64
    push_keys: tuple[str, str]  # the one pushes are signed with, and its successor

    def described(self) -> dict[str, Any]:
        return {
            "sender_no": self.sender_no,
            "authorization": self.authorization,
            "sign_key": self.sign_key,
            "push_keys": list(self.push_keys),
        }


def identity(keys: KeyFolder) -> Customer:
    return Customer(
        _SENDER_NO,
        keys.secret("ems_authorization", 32),
        b64encode(keys.secret("ems_sign_key", 16).encode()).decode(),
        (keys.secret("ems_push_key", 32), keys.secret("ems_next_push_key", 32)),
    )
