"""SOAP 1.1 round one text, which is XML of named parameters; read strictly, written alike. Pure.

Source: domain facts 1.5 A2 (XML in CDATA, `<PARAM NAME="X">v</PARAM>`; the answer echoes REQUEST
and adds IS_SUCCESS and ERRMSG). That the text is one argument, and where DETAIL and PROJECT lie
beside REQUEST, is inferred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from adapters.finance.xml_reading import read_xml
from channel_gateway.domain.errors import Malformed

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
UNIT = "http://server.webservice.datanew.com"  # calls the platform makes
PLATFORM = "http://server.remotting.hundsun.com"  # calls we make
DONE, FAILED = "00", "99"
ENCODING = "utf-8-sig"  # UTF-8, be it with a mark or without
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'

Params = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Detail:
    """One notice: its own parameters, and those of each of its items."""

    params: Params
    projects: Sequence[Params] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    code: str  # DONE, FAILED, or one of the call's own
    words: str
    params: Params = field(default_factory=dict)
    details: Sequence[Detail] = ()


def write_call(namespace: str, operation: str, params: Params) -> bytes:
    return _enveloped(namespace, operation, f"<ROOT>{_request(params)}</ROOT>")


def read_call(body: bytes) -> tuple[str, Params]:
    """Which operation with what. Raises `Malformed`."""
    namespace, called, text = _opened(body)
    if namespace != UNIT:
        raise Malformed("a call of another namespace", field="Body")
    return called, _params(_one(read_xml(text, ENCODING), "REQUEST"))


def write_answer(operation: str, asked: Params, answer: Answer) -> bytes:
    told = f'<IS_SUCCESS CODE="{answer.code}">{escape(answer.words)}</IS_SUCCESS>'
    error = "<ERRMSG/>" if answer.code == DONE else f"<ERRMSG>{escape(answer.words)}</ERRMSG>"
    details = "".join(_detail(each) for each in answer.details)
    inner = f"{_request(asked)}{told}{error}{_written(answer.params)}{details}"
    return _enveloped(UNIT, f"{operation}Response", f"<ROOT>{inner}</ROOT>")


def read_answer(body: bytes, operation: str) -> tuple[Params, Answer]:
    """What it echoes, and what it says. Raises `Malformed`."""
    _, answered, text = _opened(body)
    if answered != f"{operation}Response":
        raise Malformed("an answer to another call", field="operation")
    root = read_xml(text, ENCODING)
    success = _one(root, "IS_SUCCESS")
    words = (success.text or "").strip()
    code = success.get("CODE", "")
    return _params(_one(root, "REQUEST")), Answer(code, words, _params(root))


def _enveloped(namespace: str, operation: str, text: str) -> bytes:
    argument = escape(_DECLARATION + text)  # CDATA and escaped text read alike
    return (
        f'{_DECLARATION}<soap:Envelope xmlns:soap="{SOAP}"><soap:Body>'
        f'<ns:{operation} xmlns:ns="{namespace}"><arg0>{argument}</arg0></ns:{operation}>'
        "</soap:Body></soap:Envelope>"
    ).encode()


def _opened(body: bytes) -> tuple[str, str, bytes]:
    """The call's namespace and name, and the text in it."""
    envelope = read_xml(body, ENCODING)
    content = envelope.find(f"{{{SOAP}}}Body")
    if envelope.tag != f"{{{SOAP}}}Envelope" or content is None or len(content) != 1:
        raise Malformed("no SOAP 1.1 envelope with one call", field="Body")
    call = content[0]
    if len(call) != 1:
        raise Malformed("one argument is wanted", field="arg0")
    namespace, _, name = call.tag.removeprefix("{").rpartition("}")
    return namespace, name, (call[0].text or "").encode()


def _params(of: ElementTree.Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in of.findall("PARAM"):
        name = each.get("NAME", "")
        if not name or name in found:
            raise Malformed("a parameter without a name, or twice", field=name or "NAME")
        found[name] = (each.text or "").strip()
    return found


def _one(root: ElementTree.Element, name: str) -> ElementTree.Element:
    found = root.findall(name)
    if len(found) != 1:
        raise Malformed("an element is missing, or there twice", field=name)
    return found[0]


def _request(params: Params) -> str:
    return f"<REQUEST>{_written(params)}</REQUEST>"


def _detail(detail: Detail) -> str:
    projects = "".join(f"<PROJECT>{_written(each)}</PROJECT>" for each in detail.projects)
    return f"<DETAIL>{_written(detail.params)}{projects}</DETAIL>"


def _written(params: Params) -> str:
    return "".join(
        f"<PARAM NAME={quoteattr(name)}>{escape(value)}</PARAM>" for name, value in params.items()
    )
