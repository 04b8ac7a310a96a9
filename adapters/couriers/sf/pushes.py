"""RoutePushService: routes as SF pushes them, in JSON or as XML in a form, and our answers. Pure.

Nothing in a push proves where it came from. Source: showdoc.com.cn/hnqiao/9157102515696868; the
answers of the form: the rules of SF's older XML services (Head OK or ERR).
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus
from xml.parsers import expat

import orjson

from adapters.couriers.forms import read_form
from adapters.couriers.sf.routes import read_scan
from channel_gateway.domain.errors import Malformed
from channel_gateway.ports import CourierPush
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

MOST_ROUTES = 10
_DEEPEST = 4  # Request, Body, WaybillRoute, and one to spare
_NUMBER = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ID = re.compile(r"[0-9A-Za-z_-]{0,64}")


@dataclass(frozen=True, slots=True)
class Words:
    """How SF wants to be answered, which depends on how it pushes."""

    kind: str
    accepted: str
    refused: str

    def answer(self, *, accepted: bool, status: int = 200, code: str = "") -> HttpResponse:
        text = self.accepted if accepted else self.refused
        return HttpResponse(status, Headers({"Content-Type": self.kind}), text.encode(), code)


_JSON = Words(
    "application/json;charset=UTF-8",
    '{"return_code":"0000","return_msg":""}',
    '{"return_code":"1000","return_msg":"refused"}',
)
_XML = Words(
    "text/xml;charset=UTF-8",
    '<Response service="RoutePushService"><Head>OK</Head></Response>',
    '<Response service="RoutePushService"><Head>ERR</Head>'
    '<ERROR code="4001">refused</ERROR></Response>',
)
REFUSED = _JSON.answer(accepted=False, status=400)


def words_of(request: HttpRequest) -> Words:
    return _XML if _is_form(request) else _JSON


def read_pushes(request: HttpRequest, courier: str) -> list[CourierPush]:
    """One for each route of a push, as they came. Raises `Malformed`."""
    routes = _routes_in_form(request.body) if _is_form(request) else _routes_in_json(request.body)
    if not routes:
        raise Malformed("a push without a route", field="WaybillRoute")
    if len(routes) > MOST_ROUTES:
        raise Malformed(f"a push of more than {MOST_ROUTES} routes", field="WaybillRoute")
    return [_push(route, courier) for route in routes]


def _push(route: Any, courier: str) -> CourierPush:
    scan = read_scan(route)
    waybill, number, id = (str(route.get(name) or "") for name in ("mailno", "orderid", "id"))
    if not _NUMBER.fullmatch(waybill):
        raise Malformed("a route of no waybill", field="mailno")
    if not _ID.fullmatch(number) or not _ID.fullmatch(id):
        raise Malformed("a route whose order or id is none", field="orderid")
    return CourierPush(courier, waybill, (scan,), signed=False, number=number, id=id)


def _is_form(request: HttpRequest) -> bool:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded"


def _routes_in_json(body: bytes) -> list[Any]:
    try:
        routes = orjson.loads(body)["Body"]["WaybillRoute"]
    except (ValueError, KeyError, TypeError) as error:
        raise Malformed("not a push of routes", field="Body.WaybillRoute") from error
    if not isinstance(routes, list):
        raise Malformed("the routes are no list", field="Body.WaybillRoute")
    return routes


def _routes_in_form(body: bytes) -> list[Any]:
    try:
        content = read_form(body)[b"content"].decode()
    except (ValueError, KeyError) as error:
        raise Malformed("a form without one content", field="content") from error
    # SF says to decode the field that a form's reader has decoded already: it may come so.
    text = unquote_plus(content) if content.startswith("%3C") else content
    return _routes_in_xml(text)


def _routes_in_xml(text: str) -> list[Any]:
    """The attributes of each WaybillRoute. A document type, so every entity too, is refused."""
    routes: list[dict[str, str]] = []
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Malformed("the XML is nested too deeply", field="content")
        if name == "WaybillRoute":
            routes.append(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_: object) -> None:
        raise Malformed("the XML has a document type", field="content")

    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(text.encode(), True)
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise Malformed("not XML", field="content") from error
    return routes
