"""丰桥's calls: a form with a digest, an answer inside an answer, its refusals in our words. Pure.

Source: open.sf-express.com, the public parameters and the tables of codes, and public clients'
lists of them. Of an answer's sentences nothing is kept: they may repeat what was sent.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlencode

import orjson

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

CREATE = "EXP_RECE_CREATE_ORDER"
SEARCH = "EXP_RECE_SEARCH_ORDER_RESP"
UPDATE = "EXP_RECE_UPDATE_ORDER"
ROUTES = "EXP_RECE_SEARCH_ROUTES"

_FORM = Headers({"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"})


class AlreadyOrdered(Refused):
    """An order of this number was made before."""


class AlreadyCancelled(Refused):
    """The order of this number was taken back."""


# apiResultCode: of the platform in front. What is about our clock, address, key or contract passes.
_AT_THE_GATE: Mapping[str, type[GatewayError]] = {
    "A1001": Refused,  # a field lacks
    "A1002": RefusedForNow,  # too old: somebody's clock
    "A1003": RefusedForNow,  # our address
    "A1004": RefusedForNow,  # the service is not in our contract
    "A1005": TooMany,
    "A1006": RefusedForNow,  # the digest
    "A1007": TooMany,  # the same requestID: in a minute again
    "A1008": RefusedForNow,  # hearsay: no table that we could read has it
    # A1009 (the service behind is not reached), A1099 (system error) and whatever is new: it is
    # unknown whether the service behind acted.
}
# errorCode: of the service. It understood and says `success: false`; there are hundreds of them,
# nearly all about one wrong field, so that one we do not know is a refusal.
_BY_THE_SERVICE: Mapping[str, type[GatewayError]] = {
    "4001": Unavailable,  # 系统发生数据错误或运行时异常
    "6150": Unavailable,  # 订单不存在: not, or not yet
    "8001": RefusedForNow,  # our address
    "8002": RefusedForNow,  # our contract
    "8005": TooMany,
    "8014": RefusedForNow,  # 校验码错误
    "8016": AlreadyOrdered,
    "8018": Unavailable,  # 未获取到订单信息: not, or not yet
    "8019": Unavailable,  # 订单已确认或已消单: one or the other
    "8024": Unavailable,  # 未下单: not, or not yet
    "8037": AlreadyCancelled,
    "8253": AlreadyCancelled,
}


@dataclass(frozen=True, slots=True)
class Account:
    base_url: str
    partner_id: str
    checkword: str = field(repr=False)
    monthly_card: str = ""
    express_type: int = 1


def msg_digest(message: str, timestamp: str, checkword: str) -> str:
    """Base64(MD5(URLEncode(msgData + timestamp + checkword))).

    As java.net.URLEncoder writes it: a space is +, of the signs only . - * _ stay.
    """
    encoded = quote_plus(message + timestamp + checkword, safe="*").replace("~", "%7E")
    return b64encode(hashlib.md5(encoded.encode(), usedforsecurity=False).digest()).decode()


def call(
    account: Account, service: str, message: Mapping[str, Any], *, now: datetime, nonce: str
) -> HttpRequest:
    data, timestamp = orjson.dumps(message).decode(), str(milliseconds(now))
    form = {
        "partnerID": account.partner_id,
        "requestID": nonce,
        "serviceCode": service,
        "timestamp": timestamp,
        "msgDigest": msg_digest(data, timestamp, account.checkword),
        "msgData": data,
    }
    return HttpRequest("POST", f"{account.base_url}/std/service", _FORM, urlencode(form).encode())


def read_reply(response: HttpResponse) -> dict[str, Any]:
    """The `msgData` of an answer. Raises `Refused`, `TooMany`, `Unavailable`."""
    if response.status == 429:
        raise TooMany("SF answered 429")
    if response.status != 200:
        raise Unavailable(f"SF answered {response.status}")
    outer = _object(response.body)
    code = outer.get("apiResultCode")
    if code != "A1000":
        raise _AT_THE_GATE.get(str(code), Unavailable)(f"SF: apiResultCode {_word(code)}")
    inner = _object(outer.get("apiResultData"))
    code = inner.get("errorCode")
    if inner.get("success") not in (True, "true"):
        raise _BY_THE_SERVICE.get(str(code), Refused)(f"SF: errorCode {_word(code)}")
    if code != "S0000":
        raise Unavailable(f"SF: success, and errorCode {_word(code)}")
    return _object(inner.get("msgData"))


def _object(part: object) -> dict[str, Any]:
    """An object, or the text of one: SF sends its data either way."""
    try:
        value = orjson.loads(part) if isinstance(part, bytes | str) else part
    except ValueError:
        raise Unavailable("SF's answer cannot be read") from None
    if not isinstance(value, dict):
        raise Unavailable("SF's answer is no object")
    return value


def _word(code: object) -> str:
    """A code as it may be shown: not whatever else came in its place."""
    text = str(code)
    return text if re.fullmatch(r"\w{1,12}", text) else "of no known form"
