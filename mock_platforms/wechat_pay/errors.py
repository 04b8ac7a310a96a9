"""WeChat Pay's refusals, in its own words and statuses. Pure.

Source: pay.weixin.qq.com, "APIv3 error codes"; messages as seen on the live platform.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_platforms.wire import Response, json_response


class Refusal(Exception):
    """The platform says no: status, code, message and, for a field, where and what."""

    def __init__(
        self, status: int, code: str, message: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message, self.detail = status, code, message, detail

    def response(self) -> Response:
        """Return the answer. 4xx and 5xx carry no signature."""
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.detail:
            body |= {"detail": self.detail}
        return json_response(body, self.status, why=str(self))


def bad_field(path: str, value: object, message: str, issue: str = "") -> Refusal:
    """Return PARAM_ERROR; `path` is like `/body/amount/total`."""
    location, _, field = path.lstrip("/").partition("/")
    detail = {"field": f"/{field}", "value": value, "issue": issue or message, "location": location}
    return Refusal(400, "PARAM_ERROR", message, detail)


def unsigned(message: str, detail: Mapping[str, Any] | None = None) -> Refusal:
    return Refusal(401, "SIGN_ERROR", message, detail)


def impossible(message: str) -> Refusal:
    return Refusal(400, "INVALID_REQUEST", message)


def no_order() -> Refusal:
    return Refusal(404, "ORDER_NOT_EXIST", "订单不存在")


def no_resource(message: str) -> Refusal:
    return Refusal(404, "RESOURCE_NOT_EXISTS", message)


TROUBLE = {
    429: ("FREQUENCY_LIMITED", "频率超限，请降低请求接口频率"),
    500: ("SYSTEM_ERROR", "系统异常，请稍后重试"),
    502: ("SERVICE_UNAVAILABLE", "服务不可用，请稍后重试"),
    503: ("SERVICE_UNAVAILABLE", "服务不可用，请稍后重试"),
}


def trouble(status: int) -> Response:
    """Return a rate limit or a server's failure."""
    return Refusal(status, *TROUBLE.get(status, TROUBLE[500])).response()
