"""Read a push of kuaidi100: verified over the text as it came, and parsed only then. Pure.

Each push tells all that is known of a parcel, newest first. Who sent the parcel under the wrong
courier is told of the right one (`comNew`), and from then on in the right one's name.
Source: api.kuaidi100.com, «订阅推送» and the vendor's own SDK (SubscribePushParamResp).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from adapters.couriers.forms import read_form
from adapters.couriers.kuaidi100.account import Account
from adapters.couriers.kuaidi100.signing import is_signed
from adapters.couriers.kuaidi100.words import read_scans
from channel_gateway.domain.errors import Forged, Malformed
from channel_gateway.ports import CourierPush

_GIVEN_UP = "abort"
_STATUSES = frozenset({"polling", "shutdown", _GIVEN_UP, "updateall"})


@dataclass(frozen=True, slots=True)
class Told:
    """A push, and what of it is for an operator."""

    push: CourierPush | None  # None: of a courier that we do not have, so of no parcel of ours
    stranger: str = ""  # a courier we have no code for, by kuaidi100's


def read_push(body: bytes, account: Account) -> Told:
    """Raises `Forged`, `Malformed`."""
    form = _form(body)
    param, sign = form.get(b"param", b""), form.get(b"sign", b"")
    if not sign:
        raise Forged("nobody signed the push")
    if not is_signed(param, sign, account.salts):
        raise Forged("the signature of the push does not hold")
    return _told(_object(param), account)


def _told(said: Mapping[str, Any], account: Account) -> Told:
    status, result = str(said.get("status")), said.get("lastResult")
    if status not in _STATUSES:
        raise Malformed("a push of no status we know", field="status")
    if not isinstance(result, dict):
        raise Malformed("a push without a result", field="lastResult")
    waybill, com = result.get("nu"), result.get("com")
    if not isinstance(waybill, str) or not waybill:
        raise Malformed("a push about no parcel", field="lastResult.nu")
    if not isinstance(com, str) or not com:
        raise Malformed("a push about no courier", field="lastResult.com")
    old, new = str(said.get("comOld") or com), str(said.get("comNew") or "")
    moved = new if new != old else ""
    moved_to = account.known(moved)
    # Of a courier that is asked elsewhere it is heard alone that the parcel went on, or came back.
    courier = account.known(old) if moved_to else account.tracked(old)
    if not courier:
        return Told(None, old)
    # Who names the right courier goes on telling: it gave up the wrong one alone.
    gave_up = status == _GIVEN_UP and not moved_to
    push = CourierPush(
        courier,
        waybill,
        read_scans(result) if account.tracked(old) else (),
        signed=True,
        gave_up=str(said.get("message") or status) if gave_up else "",
        moved_to=moved_to,
    )
    return Told(push, moved if not moved_to else "")


def _form(body: bytes) -> dict[bytes, bytes]:
    """The fields. Raises `Forged`: what is no form, nobody has signed."""
    try:
        return read_form(body)
    except Malformed as broken:
        raise Forged("the push is no form that could be signed") from broken


def _object(param: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(param)
    except ValueError:
        raise Malformed("the push is no JSON", field="param") from None
    if not isinstance(said, dict):
        raise Malformed("the push is no object", field="param")
    return said
