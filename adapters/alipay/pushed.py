"""Read a message Alipay posts to the application gateway (应用网关): whole, signed, ours. Pure.

It is a form as trade callbacks are; its moment is `utc_timestamp`, in milliseconds. The open
platform's page says that `sign_type` is signed with it, a support page verifies it as a callback's
is: whichever of the two rules holds, Alipay signed it. What fails before is `Forged`, what fails
after is `Malformed`: Alipay did send it, and a person must look.
Sources: opendocs.alipay.com, "asynchronous notification", and the common parameters of messages.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.forms import V1, V2, Form, decoded, form_of, signed_bytes
from adapters.alipay.open_platform.forms import raw_value as raw
from channel_gateway.domain.days import moment_of
from channel_gateway.domain.errors import Forged, Malformed, Stale

# Unacknowledged messages are repeated for 24 h 24 min, with the moment of the first.
MAX_AGE = timedelta(hours=25)
MAX_AHEAD = timedelta(minutes=5)

_RULES = (V2 | {b"alipay_cert_sn"}, V1 | {b"alipay_cert_sn"})  # whose key it is, nobody signs
_MILLISECONDS = re.compile(rb"[1-9]\d{12}")
_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_METHOD = re.compile(r"[0-9a-z_.]{1,100}")
_CODECS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}


@dataclass(frozen=True, slots=True)
class Pushed:
    """A message of Alipay's, verified."""

    id: str  # the same in all its repeats
    method: str  # what kind of message
    at: datetime
    content: str


def read_pushed(
    body: bytes,
    keys: Iterable[RSAPublicKey],
    now: datetime,
    *,
    app_id: str,
    aes_key: bytes | None,
) -> Pushed:
    """Check age, signature and application. Raises `Stale`, `Forged`, `Malformed`.

    Cheap checks come first, so that refusing costs next to nothing.
    """
    sign = raw(body, b"sign")
    if not sign:
        raise Forged("nobody signed the message")
    at = sent_at(body)
    if not -MAX_AHEAD <= now - at <= MAX_AGE:
        raise Stale("the message is too old, or from the future")
    form = form_of(body)
    _verify(form, decoded(sign), keys)
    if _plain(form, "app_id") != app_id:
        raise Malformed("a message for another application", field="app_id")
    return Pushed(
        id=_matching(form, "notify_id", _ID),
        method=_matching(form, "msg_method", _METHOD),
        at=at,
        content=_content(form, aes_key),
    )


def sent_at(body: bytes) -> datetime:
    """Read the moment without reading the rest. Raises `Forged` when there is none."""
    written = raw(body, b"utc_timestamp")
    if not _MILLISECONDS.fullmatch(written):
        raise Forged("the message says no moment")
    return moment_of(int(written))


def _verify(form: Form, signature: bytes, keys: Iterable[RSAPublicKey]) -> None:
    trusted = tuple(keys)
    for rule in _RULES:
        signed = signed_bytes(form, rule)
        if any(rsa2.verifies(signed, signature, key) for key in trusted):
            return
    raise Forged("the signature of the message does not hold")


def _content(form: Form, aes_key: bytes | None) -> str:
    written = decoded(form.get(b"biz_content", b""))
    charset = _plain(form, "charset").lower() or "utf-8"
    codec = _CODECS.get(charset)
    if codec is None:
        raise Malformed("a charset Alipay did not use before", field="charset")
    try:
        text = written.decode(codec)
    except UnicodeDecodeError as error:
        raise Malformed("the content is not in its charset", field="biz_content") from error
    if not form.get(b"encrypt_type"):
        return text
    if aes_key is None:
        raise Malformed("the content is encrypted, and no aes_key is set", field="encrypt_type")
    return content.decrypt(text, aes_key, codec)


def _matching(form: Form, name: str, pattern: re.Pattern[str]) -> str:
    text = _plain(form, name)
    if not pattern.fullmatch(text):
        raise Malformed("Alipay left a field out, or wrote it in a new way", field=name)
    return text


def _plain(form: Form, name: str) -> str:
    try:
        return decoded(form.get(name.encode(), b"")).decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("a name or number that is not plain text", field=name) from error
