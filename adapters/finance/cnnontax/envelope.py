"""CNNONTAX XML: `CFX` with a head and vouchers, each voucher XML in Base64; all of it GBK. Pure.

Source: domain facts 1.5 A1. That answers carry their fields in a voucher as well is inferred.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from adapters.finance.xml_reading import read_xml
from channel_gateway.domain.errors import Malformed

ENCODING = "GBK"
_DECLARATION = f'<?xml version="1.0" encoding="{ENCODING}"?>'

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    source: str  # SRC, a node: F320682 is a finance authority's
    target: str  # DES
    number: str  # MsgNo
    id: str  # MsgID
    answers: str  # MsgRef: of an answer the id of what it answers; of a question its own
    day: str  # WorkDate, yyyymmdd


@dataclass(frozen=True, slots=True)
class Message:
    head: Head
    count: str  # of vouchers, as it says
    bodies: tuple[str, ...]  # read when they are wanted: who sent what cannot be read is answered

    @property
    def vouchers(self) -> tuple[ElementTree.Element, ...]:
        """Raises `Malformed`."""
        if self.count != str(len(self.bodies)):
            raise Malformed("another number of vouchers than it says", field="VoucherCount")
        return tuple(map(_voucher, self.bodies))

    def fields(self) -> Fields:
        """Of the one voucher. Raises `Malformed`."""
        if len(self.bodies) != 1:
            raise Malformed("one voucher is wanted", field="VoucherCount")
        return _fields(self.vouchers[0])


def written(head: Head, *vouchers: Fields) -> bytes:
    """What GBK does not have becomes a character reference, which XML knows."""
    about = {
        **{"APP": "CNNONTAX", "VER": "1.0", "SRC": head.source, "DES": head.target},
        **{"MsgNo": head.number, "MsgID": head.id, "MsgRef": head.answers},
        **{"WorkDate": head.day, "Reserve": ""},
    }
    inner = (_gbk(f"{_DECLARATION}<Voucher>{_elements(each)}</Voucher>") for each in vouchers)
    bodies = "".join(f"<Voucher>{b64encode(each).decode()}</Voucher>" for each in inner)
    return _gbk(
        f"{_DECLARATION}<CFX><HEAD>{_elements(about)}</HEAD><MSG><MOF>"
        f"<VoucherCount>{len(vouchers)}</VoucherCount><VoucherBody>{bodies}</VoucherBody>"
        "</MOF></MSG></CFX>"
    )


def read(xml: bytes) -> Message:
    """Raises `Malformed`, but of the vouchers not yet."""
    root = _parsed(xml)
    about = _fields(_one(root, "HEAD"))
    try:
        head = Head(
            *(about[name] for name in ("SRC", "DES", "MsgNo", "MsgID", "MsgRef", "WorkDate"))
        )
    except KeyError as missing:
        raise Malformed("a message's head is not whole", field=str(missing.args[0])) from missing
    bodies = tuple(each.text or "" for each in root.iterfind("MSG/MOF/VoucherBody/*"))
    return Message(head, root.findtext("MSG/MOF/VoucherCount", "0"), bodies)


def _voucher(text: str) -> ElementTree.Element:
    try:
        return _parsed(b64decode(text, validate=True))
    except ValueError as error:
        raise Malformed("a voucher that is no Base64", field="Voucher") from error


def _parsed(xml: bytes) -> ElementTree.Element:
    if b"<!" in xml:  # no character of GBK has these two bytes in it
        raise Malformed("neither a document type nor CDATA nor a comment is wanted")
    return read_xml(xml.lstrip(), ENCODING)


def _one(root: ElementTree.Element, name: str) -> Iterable[ElementTree.Element]:
    found = root.find(name)
    if found is None:
        raise Malformed("an element is missing", field=name)
    return found


def _fields(of: Iterable[ElementTree.Element]) -> Fields:
    found: dict[str, str] = {}
    for each in of:
        if each.tag in found:
            raise Malformed("a field is there twice", field=each.tag)
        found[each.tag] = (each.text or "").strip()
    return found


def _elements(fields: Fields) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())


def _gbk(text: str) -> bytes:
    return text.encode(ENCODING, "xmlcharrefreplace")
