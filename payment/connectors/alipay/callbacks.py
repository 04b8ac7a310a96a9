"""Read a callback Alipay posts to `notify_url`. Pure, and quick: it runs inline in the event loop.

It is verified as bytes, and of what it says only the few plain-ASCII fields we need are ever
decoded: GBK, in which real ones come by mistake (yansongda/pay#125), is no case apart.

What fails before the signature holds is `Forged`; what fails after is `Malformed`: Alipay did send
it, and a person must look. Cheap checks come first, so that refusing costs next to nothing.
Source: opendocs.alipay.com, "asynchronous notification" (the "V1" signing rule).
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.alipay.open_platform import rsa2
from adapters.alipay.open_platform.forms import Form, decoded, form_of, raw_value, signed_bytes
from channel_gateway.domain.errors import Forged, Malformed, Stale
from payment.connectors.alipay.words import payment_fact, refund_callback_fact, text
from payment.facts import Fact

# Unacknowledged callbacks are repeated for 24 h 24 min. It is not documented whether a repeat keeps
# its `notify_time`, so the oldest one that may be true is let through; what a replay inside this
# window says is known already and changes nothing.
MAX_AGE = timedelta(hours=25)
MAX_AHEAD = timedelta(minutes=5)

_READ = (
    "app_id",
    "seller_id",
    "out_trade_no",
    "trade_no",
    "trade_status",
    "total_amount",
    "gmt_payment",
    "out_biz_no",
    "send_back_fee",
    "gmt_refund",
)
_NAMES = tuple((name, name.encode()) for name in _READ)
_MOMENT = re.compile(rb"(\d{4}-\d\d-\d\d)(?:\+|%20)(\d\d)(?:%3[Aa]|:)(\d\d)(?:%3[Aa]|:)(\d\d)")


def read_callback(body: bytes, keys: Iterable[RSAPublicKey], now: datetime) -> Fact | None:
    """Check age and signature, and say what happened; None for a refund that names no number.

    The hash is RSA2's whatever `sign_type` says. Raises `Stale`, `Forged`, `Malformed`.
    """
    sign = raw_value(body, b"sign")
    if not sign:
        raise Forged("nobody signed the callback")
    check_age(body, now)
    form = form_of(body)
    signed = signed_bytes(form)
    signature = decoded(sign)
    if not any(rsa2.verifies(signed, signature, key) for key in keys):
        raise Forged("the signature of the callback does not hold")
    said = _said(form)
    if form.get(b"refund_fee") or form.get(b"gmt_refund"):  # an empty one is not signed
        return refund_callback_fact(said)
    app, merchant = text(said, "app_id"), text(said, "seller_id")
    return payment_fact(said, app=app, merchant=merchant, paid_at_field="gmt_payment")


def check_age(body: bytes, now: datetime) -> None:
    age = now - sent_at(body)
    if not -MAX_AHEAD <= age <= MAX_AGE:
        raise Stale("the callback is too old, or from the future")


def sent_at(body: bytes) -> datetime:
    """Read `notify_time` without reading the rest. Raises `Forged` when there is none."""
    written = _MOMENT.fullmatch(raw_value(body, b"notify_time"))
    if written is None:
        raise Forged("the callback says no time")
    try:
        return datetime.fromisoformat((b"%b %b:%b:%b+08:00" % written.groups()).decode())
    except ValueError as error:
        raise Forged("the callback says an impossible time") from error


def _said(form: Form) -> dict[str, str]:
    said = {}
    try:
        for name, raw in _NAMES:
            if value := form.get(raw):
                said[name] = decoded(value).decode("ascii")
    except UnicodeDecodeError as error:
        raise Malformed("a number, moment or amount that is not plain text") from error
    return said
