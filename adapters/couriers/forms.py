"""A courier's form over bytes nobody has vouched for yet: its fields, decoded once and in C. Pure.

Whoever floods us with long forged forms takes the time of citizens' calls: a form is read before
it can be verified, for what is signed stands inside.
"""

from channel_gateway.domain.errors import Malformed

MOST_FIELDS = 20


def read_form(body: bytes) -> dict[bytes, bytes]:
    """The fields by their names.

    Raises `Malformed` for more than a push has, and when one comes twice: which was signed?
    """
    pieces = body.split(b"&", MOST_FIELDS)
    pairs = [piece.partition(b"=") for piece in pieces]
    form = {_decoded(name): _decoded(value) for name, _, value in pairs}
    if len(pieces) > MOST_FIELDS or len(form) != len(pieces):
        raise Malformed("the push says one thing twice, or more than a push does")
    return form


def _decoded(raw: bytes) -> bytes:
    r"""Decode percent escapes and pluses. Raises `Malformed` for a broken escape.

    `%E4` is read as the `\xE4` of a Python literal, which C does.
    """
    if b"%" not in raw:
        return raw.replace(b"+", b" ")
    literal = raw.replace(b"\\", b"%5C").replace(b"+", b" ").replace(b"%", b"\\x")
    try:
        return literal.decode("unicode_escape").encode("latin-1")
    except UnicodeDecodeError as error:
        raise Malformed("the push is no form") from error
