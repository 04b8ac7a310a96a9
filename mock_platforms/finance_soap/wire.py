"""The platform's SOAP as this stand-in reads and writes it, from minidom nodes and plain texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.dom import minidom
from xml.dom.minidom import Element
from xml.parsers.expat import ExpatError

OWN = "http://server.remotting.hundsun.com"
UNITS = "http://server.webservice.datanew.com"


class Unreadable(Exception):
    """No call, or no answer, of this protocol."""


@dataclass(frozen=True)
class Told:
    """What a unit answered."""

    code: str
    words: str
    details: list[dict[str, Any]]  # each with its projects


def call_text(namespace: str, operation: str, params: Mapping[str, str]) -> bytes:
    """The XML lies in CDATA, as the platform has it."""
    inner = f"<ROOT><REQUEST>{_lines(params)}</REQUEST></ROOT>"
    return _envelope(namespace, operation, inner)


def answer_text(
    operation: str, asked: Mapping[str, str], code: str, words: str, more: Mapping[str, str]
) -> bytes:
    error = "" if code == "00" else words
    inner = (
        f"<ROOT><REQUEST>{_lines(asked)}</REQUEST>"
        f'<IS_SUCCESS CODE="{code}">{_safe(words)}</IS_SUCCESS><ERRMSG>{_safe(error)}</ERRMSG>'
        f"{_lines(more)}</ROOT>"
    )
    return _envelope(OWN, f"{operation}Response", inner)


def read_call(body: bytes) -> tuple[str, dict[str, str]]:
    """Raises `Unreadable`."""
    operation, root = _opened(body)
    return operation, _params(_child(root, "REQUEST"))


def read_told(body: bytes, operation: str) -> Told:
    """Raises `Unreadable`."""
    answered, root = _opened(body)
    if answered != f"{operation}Response":
        raise Unreadable("an answer to another call")
    success = _child(root, "IS_SUCCESS")
    details = [
        {**_params(each), "projects": [_params(one) for one in _children(each, "PROJECT")]}
        for each in _children(root, "DETAIL")
    ]
    return Told(success.getAttribute("CODE"), _text(success), details)


def _envelope(namespace: str, operation: str, inner: str) -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-8"?>'
    return (
        f'{xml}\n<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:ser="{namespace}"><soapenv:Header/><soapenv:Body><ser:{operation}>'
        f"<in0><![CDATA[{xml}{inner}]]></in0></ser:{operation}></soapenv:Body></soapenv:Envelope>"
    ).encode()


def _opened(body: bytes) -> tuple[str, Element]:
    envelope = _root(body)
    bodies = [each for each in _elements(envelope) if each.localName == "Body"]
    if envelope.localName != "Envelope" or len(bodies) != 1:
        raise Unreadable("no SOAP envelope")
    calls = _elements(bodies[0])
    arguments = _elements(calls[0]) if len(calls) == 1 else []
    if len(arguments) != 1:
        raise Unreadable("one call with one argument is wanted")
    return str(calls[0].localName), _root(_text(arguments[0]).encode())


def _root(xml: bytes) -> Element:
    if b"<!DOCTYPE" in xml:
        raise Unreadable("a document type")
    try:
        root = minidom.parseString(xml).documentElement  # noqa: S318 (it has no document type)
    except (ExpatError, ValueError) as error:
        raise Unreadable("no XML") from error
    if root is None:
        raise Unreadable("no XML")
    return root


def _elements(of: Element) -> list[Element]:
    return [each for each in of.childNodes if isinstance(each, Element)]


def _children(of: Element, name: str) -> list[Element]:
    return [each for each in _elements(of) if each.tagName == name]


def _child(of: Element, name: str) -> Element:
    found = _children(of, name)
    if len(found) != 1:
        raise Unreadable(f"{name} is wanted once")
    return found[0]


def _params(of: Element) -> dict[str, str]:
    return {each.getAttribute("NAME"): _text(each) for each in _children(of, "PARAM")}


def _text(of: Element) -> str:
    return "".join(
        each.data
        for each in of.childNodes
        if each.nodeType in (each.TEXT_NODE, each.CDATA_SECTION_NODE)
    ).strip()


def _lines(params: Mapping[str, str]) -> str:
    return "".join(
        f'<PARAM NAME="{_safe(name)}">{_safe(value)}</PARAM>' for name, value in params.items()
    )


def _safe(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace(">", "&gt;")
    )
