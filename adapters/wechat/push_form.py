"""A pushed body as the console's setting writes it, JSON or XML, as one mapping. Pure.

XML is read without entities, document types or processing instructions, to a small depth. A
repeated element becomes a list, as JSON has it; a single one does not, in either form.
"""

from collections.abc import Mapping
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

import orjson

from channel_gateway.domain.errors import Malformed

DEEPEST = 8

Fields = Mapping[str, Any]


def read_form(body: bytes) -> Fields:
    """Raises `Malformed`."""
    return _Xml().read(body) if body.lstrip()[:1] == b"<" else _json(body)


def several(value: Any) -> list[Any]:
    """What may be one thing or an array of them."""
    return value if isinstance(value, list) else [value]


def entries(value: Any) -> tuple[Fields, ...]:
    """What may be one object or an array of them. Raises `Malformed`."""
    found = several(value)
    if not all(isinstance(each, dict) for each in found):
        raise Malformed("a list of what is no object")
    return tuple(found)


def text_of(fields: Fields, name: str) -> str:
    """A field as text; empty when it is not there. JSON writes some numbers as texts, some not."""
    value = fields.get(name, "")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _json(body: bytes) -> Fields:
    try:
        value = orjson.loads(body)
    except ValueError:
        raise Malformed("a push that is neither JSON nor XML") from None
    if not isinstance(value, dict):
        raise Malformed("a push that is no object")
    return value


class _Xml:
    """One reading of one document."""

    def __init__(self) -> None:
        # The element being read last: what is in it, and its text.
        self._open: list[tuple[str, dict[str, Any], list[str]]] = []
        self._whole: dict[str, Any] | None = None

    def read(self, body: bytes) -> Fields:
        parser = self._parser()
        try:
            parser.Parse(body, True)
        except ExpatError:
            raise Malformed("a push that is no XML") from None
        if self._whole is None:
            raise Malformed("a push that is no XML with elements")
        return self._whole

    def _parser(self) -> XMLParserType:
        parser = ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        parser.ProcessingInstructionHandler = _refuse
        return parser

    def _begin(self, name: str, _: object) -> None:
        if len(self._open) == DEEPEST:
            raise Malformed("a push that is nested too deeply")
        self._open.append((name, {}, []))

    def _text(self, text: str) -> None:
        self._open[-1][2].append(text)

    def _end(self, _: str) -> None:
        name, within, texts = self._open.pop()
        value: Any = within or "".join(texts).strip()
        if not self._open:
            self._whole = within or None
            return
        around = self._open[-1][1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]


def _refuse(*_: object) -> None:
    raise Malformed("a push with a document type or an instruction")
