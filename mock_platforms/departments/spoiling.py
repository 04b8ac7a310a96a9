"""Ways in which a department's call can be wrong, for the gateway to refuse. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mock_platforms.departments.signing import signed_headers
from mock_platforms.wire import Headers

_NOBODYS = "whsec_" + "A" * 44
_OFF = timedelta(minutes=10)


@dataclass(frozen=True)
class Draft:
    """A call before it is signed."""

    id: str
    moment: datetime
    body: bytes
    secrets: tuple[str, ...]

    def signed(self) -> tuple[Headers, bytes]:
        headers = signed_headers(self.secrets, self.id, self.moment, self.body)
        return Headers(headers), self.body


Spoiled = Callable[[Draft], tuple[Headers, bytes]]


def _signature(draft: Draft) -> tuple[Headers, bytes]:
    return replace(draft, secrets=(_NOBODYS,)).signed()


def _timestamp(draft: Draft) -> tuple[Headers, bytes]:
    return replace(draft, moment=draft.moment - _OFF).signed()


def _future(draft: Draft) -> tuple[Headers, bytes]:
    return replace(draft, moment=draft.moment + _OFF).signed()


def _body(draft: Draft) -> tuple[Headers, bytes]:
    return draft.signed()[0], draft.body.replace(b"{", b"{ ", 1)


def _id(draft: Draft) -> tuple[Headers, bytes]:
    headers, body = draft.signed()
    return headers.but(webhook_id=f"{draft.id[:60]}-2"), body


def _header(draft: Draft) -> tuple[Headers, bytes]:
    headers, body = draft.signed()
    kept = {name: value for name, value in headers.items() if name != "webhook-signature"}
    return Headers(kept), body


SPOILS: dict[str, Spoiled] = {
    "signature": _signature,  # by a secret nobody shares
    "timestamp": _timestamp,  # ten minutes old, rightly signed
    "future": _future,  # ten minutes ahead, rightly signed
    "body": _body,  # altered after it was signed
    "id": _id,  # another than was signed
    "header": _header,  # webhook-signature is missing
}
