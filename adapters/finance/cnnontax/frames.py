"""CNNONTAX frames: a length that counts itself, a header, XML, and a MAC over token and XML. Pure.

Frame: 8 characters of length, left-aligned and padded with blanks; `CNNONTAX`; `1.0`; four digits
of message number; the XML; 64 hex digits of SHA-256 over the shared token and the XML as sent. Both
cases of hex are seen on the wire. Source: domain facts 1.5 A1, five logged frames.
"""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256

from channel_gateway.domain.errors import Forged, Malformed

LENGTH = 8
MAGIC = b"CNNONTAX1.0"
HEADER = LENGTH + len(MAGIC) + 4
MAC = 64
LONGEST = 1024 * 1024  # ours: a receipt's layout file is the largest thing that travels

_LENGTH = re.compile(rb"([1-9][0-9]{0,7}) *")
_NUMBER = re.compile(rb"[0-9]{4}")
_HEX = re.compile(rb"[0-9A-Fa-f]{64}")


@dataclass(frozen=True, slots=True)
class Frame:
    number: str  # MsgNo
    xml: bytes  # as it travelled


def sealed(frame: Frame, token: bytes) -> bytes:
    """A frame as it travels."""
    body = MAGIC + frame.number.encode() + frame.xml + mac(token, frame.xml).encode()
    return f"{LENGTH + len(body):<{LENGTH}}".encode() + body


def whole(come: bytes) -> int | None:
    """How long the frame is that begins so; None: it does not show yet. Raises `Malformed`."""
    if len(come) < LENGTH:
        return None
    said = _LENGTH.fullmatch(come[:LENGTH])
    if said is None or not HEADER + MAC <= int(said[1]) <= LONGEST:
        raise Malformed("a frame of an impossible length", field="length")
    return int(said[1])


def opened(raw: bytes, token: bytes) -> Frame:
    """Verify a frame, then give what is in it. Raises `Malformed`, `Forged`."""
    if whole(raw) != len(raw):
        raise Malformed("a frame is not as long as it says", field="length")
    number, xml, said = raw[HEADER - 4 : HEADER], raw[HEADER:-MAC], raw[-MAC:]
    if raw[LENGTH : HEADER - 4] != MAGIC or not _NUMBER.fullmatch(number):
        raise Malformed("a frame of another protocol", field="header")
    if not _HEX.fullmatch(said):
        raise Malformed("a frame without a MAC", field="mac")
    if not hmac.compare_digest(said.lower(), mac(token, xml).encode()):
        raise Forged("a frame's MAC does not hold", field="mac")
    return Frame(number.decode(), xml)


def mac(token: bytes, xml: bytes) -> str:
    return sha256(token + xml).hexdigest()
