"""A form that Alipay signed: split as it travels, decoded once, joined as it was signed. Pure.

What is signed is the form, sorted and percent-decoded: bytes, in whatever charset it is written.
So it is verified as bytes, and only what is needed of it is ever decoded.
Source: opendocs.alipay.com, "asynchronous notification".
"""

from collections.abc import Mapping

from channel_gateway.domain.errors import Forged

Form = Mapping[bytes, bytes]  # names and values as they travel, still encoded

# What stays out of the signed text: the "V1" rule is of trades, the "V2" rule of other messages.
V1 = frozenset({b"sign", b"sign_type"})
V2 = frozenset({b"sign"})


def form_of(body: bytes) -> dict[bytes, bytes]:
    """Split the form into values by name.

    Raises `Forged` when a name comes twice or is itself encoded: it could hide what was signed.
    """
    pieces = body.split(b"&")
    form = {}
    for piece in pieces:
        name, _, value = piece.partition(b"=")
        form[name] = value
    if len(form) != len(pieces) or b"%" in b"".join(form):
        raise Forged("the callback says one thing twice, or under a hidden name")
    return form


def signed_bytes(form: Form, unsigned: frozenset[bytes] = V1) -> bytes:
    """All but what the rule leaves out, sorted by name, decoded once; empty values are left out."""
    names = [name for name in sorted(form) if form[name] and name not in unsigned]
    return decoded(b"&".join([name + b"=" + form[name] for name in names]))


def raw_value(body: bytes, name: bytes) -> bytes:
    """A parameter as it travels, still encoded; empty when it is not there."""
    _, _, rest = (b"&" + body).partition(b"&" + name + b"=")
    return rest.partition(b"&")[0]


def decoded(raw: bytes) -> bytes:
    r"""Decode percent escapes and pluses, strictly. Raises `Forged` for a broken escape.

    `%E4` is read as the `\xE4` of a Python literal: in C, and five times as fast as urllib.
    """
    if b"%" not in raw:
        return raw.replace(b"+", b" ")
    literal = raw.replace(b"\\", b"%5C").replace(b"+", b" ").replace(b"%", b"\\x")
    try:
        return literal.decode("unicode_escape").encode("latin-1")
    except UnicodeDecodeError as error:
        raise Forged("the callback is no form body") from error
