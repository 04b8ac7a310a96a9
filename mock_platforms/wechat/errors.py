"""The open platform's answers: always HTTP 200, and an errcode when something is wrong. Pure.

Source: developers.weixin.qq.com, "global return codes" and each interface's own page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_platforms.wire import Response, json_response

MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40013: "invalid appid",
    40014: "invalid access_token",
    40029: "invalid code",
    40037: "invalid template_id",
    40097: "invalid args",
    40125: "invalid appsecret",
    40163: "code been used",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    41030: "invalid page",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    48001: "api unauthorized",
    84001: "invalid identify id",
    84006: "name or id_card_number empty",
    87009: "invalid signature",
    9300507: "invalid waybill_token",
    # Of face verification only the family 840xx is public, and the two above have been quoted;
    # which numbers these cases have is inferred.
    84002: "parameters differ from getverifyid",
    84003: "out_seq_no been used",
    84007: "invalid id_card_number",
}


class Errcode(Exception):
    """The platform says no."""

    def __init__(self, code: int, message: str = "") -> None:
        self.code, self.message = code, message or MESSAGES[code]
        super().__init__(f"{code}: {self.message}")

    def response(self, rid: str) -> Response:
        body = {"errcode": self.code, "errmsg": f"{self.message} rid: {rid}"}
        return json_response(body, why=str(self))


def done(**more: Any) -> Mapping[str, Any]:
    """Return the answer of a call that succeeded."""
    return {"errcode": 0, "errmsg": "ok", **more}
