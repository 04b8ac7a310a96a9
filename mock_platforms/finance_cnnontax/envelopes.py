"""The XML round what is said: a head, and vouchers in Base64 of GBK. Strict about both. Pure."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.dom import minidom
from xml.parsers.expat import ExpatError

FIRST = '<?xml version="1.0" encoding="GBK"?>'
HEAD = ("APP", "VER", "SRC", "DES", "MsgNo", "MsgID", "MsgRef", "WorkDate", "Reserve")
Values = Mapping[str, str]


class BadEnvelope(Exception):
    """What was sent is not such a message; the text says where."""


@dataclass(frozen=True)
class Envelope:
    head: Values
    voucher: Values  # empty where there is none


def unfold(xml: bytes) -> Envelope:
    """Raises `BadEnvelope`."""
    root = _root(xml, "CFX")
    head = _values(_only(root, "HEAD"))
    if tuple(head) != HEAD:
        raise BadEnvelope(f"HEAD must have {', '.join(HEAD)}")
    body = _only(_only(root, "MSG"), "MOF")
    vouchers = _children(_only(body, "VoucherBody"), "Voucher")
    if _text(_only(body, "VoucherCount")) != str(len(vouchers)):
        raise BadEnvelope("VoucherCount")
    if len(vouchers) != 1:
        raise BadEnvelope("one Voucher is taken at a time")
    try:
        inner = base64.b64decode(_text(vouchers[0]), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadEnvelope("Voucher is no Base64") from error
    return Envelope(head, _values(_root(inner, "Voucher")))


def fold(head: Values, vouchers: Sequence[str]) -> bytes:
    """`vouchers`: what stands inside each `Voucher`, as XML."""
    bodies = []
    for inner in vouchers:
        whole = f"{FIRST}<Voucher>{inner}</Voucher>".encode("gbk", "xmlcharrefreplace")
        bodies.append(f"<Voucher>{base64.b64encode(whole).decode()}</Voucher>")
    return (
        f"{FIRST}<CFX><HEAD>{elements(head)}</HEAD><MSG><MOF><VoucherCount>{len(vouchers)}"
        f"</VoucherCount><VoucherBody>{''.join(bodies)}</VoucherBody></MOF></MSG></CFX>"
    ).encode("gbk", "xmlcharrefreplace")


def elements(values: Values) -> str:
    return "".join(f"<{name}>{_safe(value)}</{name}>" for name, value in values.items())


def _safe(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _root(xml: bytes, name: str) -> minidom.Element:
    try:
        text = xml.decode("gbk")
    except UnicodeDecodeError as error:
        raise BadEnvelope("the text is not GBK") from error
    if not text.startswith(FIRST) or "<!" in text:
        raise BadEnvelope("the XML must begin by declaring GBK, and have no document type")
    try:
        root = minidom.parseString(text.removeprefix(FIRST)).documentElement  # noqa: S318
    except ExpatError as error:
        raise BadEnvelope("this is no XML") from error
    if root is None or root.tagName != name:
        raise BadEnvelope(f"{name} is wanted")
    return root


def _children(parent: minidom.Element, name: str = "") -> list[minidom.Element]:
    found = [each for each in parent.childNodes if isinstance(each, minidom.Element)]
    return [each for each in found if name in ("", each.tagName)]


def _only(parent: minidom.Element, name: str) -> minidom.Element:
    found = _children(parent, name)
    if len(found) != 1:
        raise BadEnvelope(f"{name} is wanted once")
    return found[0]


def _text(element: minidom.Element) -> str:
    return "".join(each.data for each in element.childNodes if isinstance(each, minidom.Text))


def _values(parent: minidom.Element) -> dict[str, str]:
    values = {each.tagName: _text(each) for each in _children(parent)}
    if len(values) != len(_children(parent)):
        raise BadEnvelope(f"{parent.tagName} says something twice")
    return values
