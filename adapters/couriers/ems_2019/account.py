"""Who we are to EMS, how its calls are signed, and how it answers. Pure.

Source: the interface as Hefei uses it (github.com/yanFranklin/bdc20230104), and clients that agree
with it. An answer says success T or F, with errorCode; in the family this protocol comes from S02
and S03 are about our key, S06 and S07 its own trouble (confidence low); all else is for good.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson

from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

PATH = "/api/gateway"
_PASSING: Mapping[str, type[GatewayError]] = {
    "S02": RefusedForNow,  # 非法的数字签名: about our key, not about what was asked
    "S03": RefusedForNow,  # 非法的客户
    "S06": Unavailable,  # 请求超时
    "S07": Unavailable,  # 系统异常
}
_FORM = Headers({"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"})


@dataclass(frozen=True, slots=True)
class Account:
    base_url: str  # no slash at the end
    app_key: str
    authorization: str = field(repr=False)
    secret: str = field(repr=False)


def sign(params: Mapping[str, str], secret: str) -> str:
    """Base64 of the SHA-256 of all names and values in the names' order, then the secret.

    Empty values count; `sign` itself is left out.
    """
    said = "".join(name + params[name] for name in sorted(params) if name != "sign")
    return b64encode(sha256((said + secret).encode()).digest()).decode()


def call(account: Account, method: str, own: Mapping[str, str], now: datetime) -> HttpRequest:
    params = {
        "app_key": account.app_key,
        "method": method,
        "authorization": account.authorization,
        "version": "V3.01",
        "timestamp": beijing_text(now),
        "format": "json",
        "charset": "UTF-8",
        **own,
    }
    form = urlencode(params | {"sign": sign(params, account.secret)})
    return HttpRequest("POST", account.base_url + PATH, _FORM, form.encode())


def read_answer(response: HttpResponse) -> dict[str, Any]:
    """The answer's members. Raises `Refused` with the code, `TooMany`, `Unavailable`."""
    if response.status == 429:
        raise TooMany("EMS wants to be asked less often")
    if response.status != 200:
        raise Unavailable(f"EMS answered {response.status}")
    try:
        answer: dict[str, Any] = orjson.loads(response.body)
        success, code = answer["success"], str(answer.get("errorCode") or "")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable("EMS's answer cannot be read") from error
    if success == "F":
        raise _PASSING.get(code, Refused)(f"EMS: errorCode {code}")
    if success != "T":
        raise Unavailable("EMS's answer says neither yes nor no")
    return answer
