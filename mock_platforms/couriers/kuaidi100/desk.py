"""The two calls: `/poll` subscribes, `/poll/query.do` tells at once. All answers are HTTP 200.

Source: api.kuaidi100.com, «订阅推送» and «实时查询», each with its table of codes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from typing import Any
from urllib.parse import parse_qs

from mock_platforms.couriers.kuaidi100.companies import CODES, code_of, may_see, needs_phone
from mock_platforms.couriers.kuaidi100.subscriptions import Repeated, Subscription, Subscriptions
from mock_platforms.couriers.kuaidi100.words import result
from mock_platforms.couriers.parcels import Parcels
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Request, Response, json_response

SUBSCRIBE, QUERY = "kuaidi100.subscribe", "kuaidi100.query"
_NUMBER = re.compile(r"[0-9A-Za-z-]{6,32}")
_ADDRESS = re.compile(r"https?://[^\s]+")
_PHONE = re.compile(r"[0-9-]{4,20}")
_DETAILS = {"", "0", "1", "2", "3", "4", "5", "6", "8"}


class Refused(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message

    def response(self) -> Response:
        said = {"result": False, "returnCode": self.code, "message": self.message}
        return json_response(said, why=str(self))


@dataclass(frozen=True, slots=True)
class Desk:
    stage: Stage
    parcels: Parcels
    subscriptions: Subscriptions
    customer: str
    key: str

    def subscribe(self, request: Request) -> Response:
        try:
            self._subscribe(request)
        except Refused as refused:
            return refused.response()
        return json_response({"result": True, "returnCode": "200", "message": "提交成功"})

    def query(self, request: Request) -> Response:
        try:
            return json_response(self._query(request))
        except Refused as refused:
            return refused.response()

    def _subscribe(self, request: Request) -> None:
        form = _form(request, "700", {"schema", "param"})
        if form.get("schema") != "json":
            raise Refused("700", "POLL:schema")
        param = _object(form.get("param"), "700")
        if param.get("key") != self.key:
            raise Refused("600", "POLL:KEY错误")
        wish = _wish(param)
        if self.stage.faults.take(
            "couriers", "kuaidi100_company_refused", SUBSCRIBE, {wish.number}
        ):
            raise Refused("701", "POLL:拒绝订阅的快递公司")
        try:
            self.subscriptions.subscribe(wish)
        except Repeated as repeated:
            raise Refused("501", "POLL:重复订阅") from repeated

    def _query(self, request: Request) -> Mapping[str, Any]:
        form = _form(request, "400", {"customer", "sign", "param"})
        text = form.get("param", "")
        right = md5((text + self.key + self.customer).encode(), usedforsecurity=False)
        if form.get("customer") != self.customer or form.get("sign") != right.hexdigest().upper():
            raise Refused("503", "验证签名失败")
        param = _object(text, "400")
        com, number, phone = (_text(param, name, "400") for name in ("com", "num", "phone"))
        if com not in CODES:
            raise Refused("400", "找不到对应公司")
        if not _NUMBER.fullmatch(number):
            raise Refused("400", "提交的数据不完整")
        parcel = self.parcels.find(number)
        unseen = parcel is not None and not may_see(parcel, com, phone)
        if unseen or (needs_phone(com) and not _PHONE.fullmatch(phone)):
            raise Refused("408", "快递公司参数异常：验证码错误")
        if parcel is None or code_of(parcel.courier) != com or not parcel.scans:
            raise Refused("500", "查询无结果，请隔段时间再查")
        scans = parcel.newest_first()
        told = result(scans, com, number, _detail(param, "400"))
        if param.get("order") == "asc":
            told["data"].reverse()
        return told

    def trouble(self, status: int, request: Request) -> Response:
        """Being busy in its own words; a 502, 503 or 504 is its front's page."""
        if status in (502, 503, 504):
            html = Headers({"Content-Type": "text/html"})
            return Response(status, html, b"<html>Bad Gateway</html>")
        queried = request.path.endswith("query.do")
        return Refused("502" if queried else "500", "服务器繁忙").response()


def _wish(param: Mapping[str, Any]) -> Subscription:
    more = param.get("parameters")
    if not isinstance(more, dict):
        raise Refused("700", "POLL:parameters")
    com, number = (_text(param, name, "700") for name in ("company", "number"))
    if com not in CODES:
        raise Refused("700", f"POLL:不支持的快递公司：{com}")
    if not _NUMBER.fullmatch(number):
        raise Refused("700", "POLL:单号错误")
    url, phone = (_text(more, name, "700") for name in ("callbackurl", "phone"))
    if not _ADDRESS.fullmatch(url):
        raise Refused("700", "POLL:回调地址错误")
    if needs_phone(com) and not _PHONE.fullmatch(phone):
        raise Refused("700", "POLL:手机号错误")
    salt = None if more.get("salt") is None else _text(more, "salt", "700")
    return Subscription(com, number, url, salt, _detail(more, "700"), phone)


def _form(request: Request, code: str, names: set[str]) -> dict[str, str]:
    """The fields of a form, each once and none beside them."""
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Refused(code, "请使用application/x-www-form-urlencoded")
    try:
        form = parse_qs(request.body.decode("ascii"), True, True)
    except ValueError as error:
        raise Refused(code, "提交的数据不完整") from error
    if form.keys() - names or any(len(values) > 1 for values in form.values()):
        raise Refused(code, "提交的数据不完整")
    return {name: values[0] for name, values in form.items()}


def _object(text: str | None, code: str) -> dict[str, Any]:
    try:
        value = json.loads(text or "")
    except (ValueError, RecursionError) as error:
        raise Refused(code, "param不是JSON") from error
    if not isinstance(value, dict):
        raise Refused(code, "param不是JSON对象")
    return value


def _text(param: Mapping[str, Any], name: str, code: str) -> str:
    value = param.get(name, "")
    if not isinstance(value, str):
        raise Refused(code, f"{name}错误")
    return value


def _detail(param: Mapping[str, Any], code: str) -> int:
    said = str(param.get("resultv2", ""))
    if said not in _DETAILS:
        raise Refused(code, "resultv2错误")
    return int(said or 0)
