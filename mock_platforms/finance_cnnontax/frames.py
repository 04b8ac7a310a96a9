"""A frame of the finance node: cut from a stream, taken apart, put together. Pure.

`<length, 8 characters, counting all of it>CNNONTAX1.0<MsgNo, 4 digits><XML in GBK><64 hex of
SHA-256(token + XML)>`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_FIXED = 8 + 8 + 3 + 4
_HASH = 64
_MOST = 2_000_000


class BadFrame(Exception):
    """A frame that is refused; what it says is never looked at."""


@dataclass(frozen=True)
class Parts:
    number: str
    xml: bytes


def length(start: bytes) -> int:
    """What the first eight characters say. Raises `ValueError`: such a stream is cut."""
    text = start.decode("ascii")
    said = int(text.rstrip(" "))
    if f"{said:<8}" != text or not _FIXED + _HASH <= said <= _MOST:
        raise ValueError("this is no length of a frame")
    return said


def take_apart(raw: bytes, token: str) -> Parts:
    """Raises `BadFrame`."""
    if raw[8:19] != b"CNNONTAX1.0":
        raise BadFrame("报文头错误")
    digits = raw[19:23]
    if not digits.isdigit():
        raise BadFrame("报文编号错误")
    xml, said = raw[_FIXED:-_HASH], raw[-_HASH:].decode("ascii", "replace")
    if said.lower() != code_of(xml, token):
        raise BadFrame("MAC校验失败")
    return Parts(digits.decode("ascii"), xml)


def put_together(number: str, xml: bytes, token: str) -> bytes:
    """The node writes its MAC in upper case, as some do."""
    rest = b"CNNONTAX1.0" + number.encode("ascii") + xml + code_of(xml, token).upper().encode()
    return str(len(rest) + 8).ljust(8).encode("ascii") + rest


def code_of(xml: bytes, token: str) -> str:
    return hashlib.sha256(token.encode("gbk") + xml).hexdigest()
