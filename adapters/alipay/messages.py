"""What the channel asks Alipay, and what it hears: who a citizen is, and their phone. Pure.

Sources: opendocs.alipay.com, `alipay.system.oauth.token` and `my.getPhoneNumber`.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.answers import members_of
from adapters.alipay.open_platform.refusals import raise_refusal
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Forged, Malformed, Refused
from channel_gateway.domain.people import OpenId, Phone

TOKEN = "alipay.system.oauth.token"  # noqa: S105 (a method's name)


def read_identity(node: Mapping[str, Any], id_mode: IdMode) -> OpenId:
    """Read who logged in. Raises `Malformed` when this application gets the other kind of name."""
    name = node.get(id_mode.value)
    if not isinstance(name, str) or not name:
        raise Malformed(f"Alipay gave no {id_mode}: see id_mode", field=id_mode.value)
    return OpenId(name)


def read_phone(payload: str, keys: Iterable[RSAPublicKey], aes_key: bytes | None) -> Phone:
    """Verify, then decrypt what `my.getPhoneNumber` gave the mini-program.

    Signed is the ciphertext with its quotes. Raises `Forged` when nobody signed it: Alipay leaves
    the signature out for an application without keys. Raises `Malformed`, `Refused`, `Unavailable`.
    """
    members = members_of(payload)
    sealed, sign = json.loads(members.get("response", "null")), _text(members.get("sign"))
    signed = f'"{sealed}"' if isinstance(sealed, str) else members.get("response", "")
    if not any(rsa2.verifies(signed.encode("utf-8", "surrogatepass"), sign, key) for key in keys):
        raise Forged("the signature of the shared phone number does not hold")
    if isinstance(sealed, str):
        sealed = _opened(sealed, aes_key)
    if not isinstance(sealed, dict):
        raise Malformed("the shared phone number is no object")
    raise_refusal(sealed)
    mobile = sealed.get("mobile")
    if not isinstance(mobile, str) or not mobile:
        raise Refused("this Alipay account shares no phone number")
    return Phone(mobile)


def _opened(ciphertext: str, aes_key: bytes | None) -> Any:
    if aes_key is None:
        raise Refused("phone numbers come encrypted, and no aes_key is set")
    try:
        return json.loads(content.decrypt(ciphertext, aes_key))
    except json.JSONDecodeError as error:
        raise Malformed("the shared phone number is not JSON") from error


def _text(member: str | None) -> str:
    text = json.loads(member) if member else ""
    return text if isinstance(text, str) else ""
