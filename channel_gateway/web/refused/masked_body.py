"""A foreign body as an operator may read it: its shape, and nobody's data. Pure.

What was wrong with it stands in its names, codes and moments; whom it is about stands in the rest,
in ways without end. So names of fields, short numbers and moments are left, and each other run of
letters or digits is its length alone: `•×3`. What a courier pushes nests forms, JSON and escapes in
one another; a digit written `%31` or `\\u0031` is one all the same, so it is decoded first.
"""

import re
from hashlib import sha256
from unicodedata import normalize
from urllib.parse import unquote_plus

MOST_BYTES = 2048
_READ = 16 * 1024  # bytes; a letter of Chinese takes nine in a form
# Letters that are looked at: patterns take their time, which a flood must not have.
_LOOKED_AT = 3 * 1024
_DEEPEST = 3

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPED = re.compile(r"\\{1,8}u([0-9A-Fa-f]{4})")
_ENTITY = re.compile(r"&#(x[0-9A-Fa-f]{1,5}|\d{1,6});")

_GAP = r"[^\w\s{}<>=&]|[\s_]"  # between the parts of one number
_KNOWN_WORDS = "true|false|null|xml|version|encoding|UTF|CDATA|DOCTYPE|ENTITY"
_PIECES = re.compile(
    # A field's name: "name": (escaped as well), name=, <name, name="
    r'(?P<field>(?<=["\'])[A-Za-z][A-Za-z_.-]{0,39}(?=\\{0,8}["\']\s{0,4}:)'
    r"|(?<![^&\s<])[A-Za-z][A-Za-z_.:-]{0,39}(?==)|(?<=<)/?[A-Za-z][A-Za-z_.:-]{0,39})"
    r"|(?P<moment>(?<!\d)20\d\d-[01]\d-[0-3]\d(?:[ T][0-2]\d:[0-5]\d(?::[0-5]\d)?)?(?!\d))"
    rf"|(?P<word>\b(?:{_KNOWN_WORDS})\b)"
    r"|(?P<letters>(?=\d*_*[^\W\d_])\w+|[^\x00-\x7f])"
    rf"|(?P<digits>\d(?:(?:{_GAP}){{0,4}}\d)*)"
)
_SHORT = 6  # digits: codes have as many, telephones more
_UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def masked_body(body: bytes) -> str:
    """At most `MOST_BYTES` of it, in UTF-8; of what is no text its length and digest."""
    try:
        text = _cut(body).decode()
    except UnicodeDecodeError:
        return _digested(body)
    if "\0" in text:  # two bytes a letter, perhaps
        return _digested(body)
    for _ in range(_DEEPEST):
        text = _decoded(text)
    text = normalize("NFKC", text)[:_LOOKED_AT]
    return (
        _PIECES.sub(_shape, _UNPRINTED.sub(" ", text))[:MOST_BYTES]
        .encode()[:MOST_BYTES]
        .decode(errors="ignore")
    )


def _shape(found: re.Match[str]) -> str:
    piece = found[0]
    if found.lastgroup == "digits":
        short = sum(each.isdigit() for each in piece) <= _SHORT
        return piece if short and piece.isascii() else _length(piece)
    return _length(piece) if found.lastgroup == "letters" else piece


def _length(piece: str) -> str:
    return f"•×{len(piece)}"


def _digested(body: bytes) -> str:
    return f"no UTF-8: {len(body)} bytes, SHA-256 {sha256(body).hexdigest()[:16]}"


def _cut(body: bytes) -> bytes:
    """Not within a letter."""
    cut = body[:_READ]
    while len(cut) < len(body) and cut and body[len(cut)] & 0xC0 == 0x80:
        cut = cut[:-1]
    return cut


def _decoded(text: str) -> str:
    if _PERCENT.search(text):
        text = unquote_plus(text, errors="replace")
    text = _ESCAPED.sub(_character, text)
    return _ENTITY.sub(_entity, text)


def _character(found: re.Match[str]) -> str:
    return _shown(int(found[1], 16), found[0])


def _entity(found: re.Match[str]) -> str:
    digits = found[1]
    number = int(digits[1:], 16) if digits.startswith("x") else int(digits)
    return _shown(number, found[0])


def _shown(number: int, written: str) -> str:
    """Half of a pair of surrogates, or what is no character, stays as it is written."""
    if 0xD800 <= number <= 0xDFFF or number > 0x10FFFF:
        return written
    return chr(number)
