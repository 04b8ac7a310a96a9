"""Who we are to EMS, and how it is called and answers. Pure.

A form with apiCode, senderNo, authorization, timeStamp and the sealed logitcsInterface (spelled so
by the platform); an answer's retBody is JSON in a text. Source: public clients of api.ems.com.cn
(specification V2.7). Which codes there are is not published: one that begins with S is taken for
the platform's own trouble (S00001 was seen), and one whose retMsg speaks of our key may pass with
the key. Confidence low for both.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson

from adapters.couriers.ems.sealing import SealingKey, sealed
from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

PATH = "/amp-prod-api/f/amp/api/open"
_DONE = "00000"
_OWN_TROUBLE = "S"
_ABOUT_OUR_KEY = ("授权", "签名", "密钥", "解密")  # and not about what was asked
_FORM = Headers({"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"})


@dataclass(frozen=True, slots=True)
class Account:
    base_url: str  # no slash at the end
    sender_no: str
    authorization: str = field(repr=False)
    key: SealingKey


def call(account: Account, api_code: str, content: Any, now: datetime) -> HttpRequest:
    form = {
        "apiCode": api_code,
        "senderNo": account.sender_no,
        "authorization": account.authorization,
        "msgType": "0",  # JSON
        "timeStamp": beijing_text(now),
        "version": "V1.0.0",
        "logitcsInterface": sealed(orjson.dumps(content), account.key),
    }
    return HttpRequest("POST", account.base_url + PATH, _FORM, urlencode(form).encode())


def read_answer(response: HttpResponse) -> Any:
    """What retBody says; None when it is empty.

    Raises `Refused` with the code, `TooMany`, and `Unavailable` when it says nothing.
    """
    if response.status == 429:
        raise TooMany("EMS wants to be asked less often")
    if response.status != 200:
        raise Unavailable(f"EMS answered {response.status}")
    try:
        answer = orjson.loads(response.body)
        code, body = str(answer["retCode"]), answer.get("retBody")
        about = str(answer.get("retMsg") or "")
        if code == _DONE:
            return orjson.loads(body) if body else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable("EMS's answer cannot be read") from error
    raise _meaning(code, about)(f"EMS: retCode {code}")


def _meaning(code: str, about: str) -> type[GatewayError]:
    if code.startswith(_OWN_TROUBLE):
        return Unavailable
    return RefusedForNow if any(word in about for word in _ABOUT_OUR_KEY) else Refused
