"""The two calls of kuaidi100: ask for a parcel, and ask to be told of it. Pure.

Source: api.kuaidi100.com, «实时查询» (query.do), «订阅推送» (poll). Of a telephone number the last
four digits suffice, so no more is told.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from adapters.couriers.kuaidi100.account import Account
from adapters.couriers.kuaidi100.signing import query_sign
from adapters.couriers.kuaidi100.words import read_scans
from channel_gateway.domain.errors import (
    GatewayError,
    Malformed,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.parcels import Scan
from channel_gateway.ports import Parcel
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

_DETAILED = "4"  # resultv2: a state and a detail code for each row
_DONE = frozenset({"200", "501"})  # 501: subscribed already, and still told of
_NOTHING_KNOWN = frozenset({"500", "201"})

Refusals = Mapping[str, type[GatewayError]]
SUBSCRIBE_REFUSALS: Refusals = {
    "500": Unavailable,
    "600": RefusedForNow,  # the key is wrong: ours to mend, then it may be asked again
    "601": RefusedForNow,  # the key has run out
    "700": Refused,
    "701": Refused,
}
QUERY_REFUSALS: Refusals = {
    "400": Refused,
    "408": Refused,  # the telephone number is missing or another one
    "501": Unavailable,
    "502": Unavailable,
    "503": RefusedForNow,  # the signature is wrong: the key or the customer, ours to mend
    "601": RefusedForNow,
}
_FIELDS = {"408": "phone", "600": "key", "601": "key", "503": "key"}


def subscribe(account: Account, com: str, parcel: Parcel) -> HttpRequest:
    parameters = {
        "callbackurl": account.callback_url,
        "salt": account.salts[-1],
        "resultv2": _DETAILED,
        **_phone(parcel),
    }
    param = {
        "company": com,
        "number": parcel.waybill,
        **_cities(parcel),
        "key": account.key,
        "parameters": parameters,
    }
    return _form(account, "/poll", schema=b"json", param=orjson.dumps(param))


def read_subscribed(response: HttpResponse) -> None:
    """Raises `Refused`, `TooMany`, `Unavailable`."""
    answer = _answer(response)
    code = _code(answer)
    if code not in _DONE:
        raise _refusal(code, SUBSCRIBE_REFUSALS)


def query(account: Account, com: str, parcel: Parcel) -> HttpRequest:
    asked = {
        "com": com,
        "num": parcel.waybill,
        **_phone(parcel),
        **_cities(parcel),
        "resultv2": _DETAILED,
        "show": "0",
        "order": "desc",
    }
    param = orjson.dumps(asked)
    sign = query_sign(param, account.key, account.customer)
    customer = account.customer.encode()
    return _form(account, "/poll/query.do", customer=customer, sign=sign.encode(), param=param)


def read_queried(response: HttpResponse, com: str, waybill: str) -> tuple[Scan, ...]:
    """All that is known; nothing yet is empty. Raises `Refused`, `TooMany`, `Unavailable`."""
    answer = _answer(response)
    code = _code(answer)
    if code in _NOTHING_KNOWN:
        return ()
    if code != "200":
        raise _refusal(code, QUERY_REFUSALS)
    about = (str(answer.get("com")), str(answer.get("nu")).casefold())
    if about != (com, waybill.casefold()):
        raise Unavailable("kuaidi100's answer is about another parcel")
    try:
        return read_scans(answer)
    except Malformed as wrong:
        raise Unavailable("kuaidi100's answer cannot be read") from wrong


def _form(account: Account, path: str, **fields: bytes) -> HttpRequest:
    return HttpRequest(
        "POST",
        account.base_url + path,
        Headers({"Content-Type": "application/x-www-form-urlencoded"}),
        urlencode(fields).encode(),
    )


def _phone(parcel: Parcel) -> dict[str, str]:
    return {} if parcel.phone is None else {"phone": parcel.phone.reveal()[-4:]}


def _cities(parcel: Parcel) -> dict[str, str]:
    cities = {"from": parcel.sender_city, "to": parcel.recipient_city}
    return {name: city for name, city in cities.items() if city}


def _answer(response: HttpResponse) -> dict[str, Any]:
    if response.status == 429:
        raise TooMany("kuaidi100 wants to be asked less often")
    if response.status != 200:
        raise Unavailable(f"kuaidi100 answered {response.status}")
    try:
        answer = orjson.loads(response.body)
    except ValueError:
        raise Unavailable("kuaidi100's answer is cut short") from None
    if not isinstance(answer, dict):
        raise Unavailable("kuaidi100's answer is no object")
    return answer


def _code(answer: Mapping[str, Any]) -> str:
    """A refusal has a `returnCode`; a result says 200 as its `status`."""
    return str(answer.get("returnCode") or answer.get("status") or "")


def _refusal(code: str, refusals: Refusals) -> GatewayError:
    """Nothing of `message` is repeated: it may hold what was sent."""
    kind = refusals.get(code, Refused if code else Unavailable)
    return kind(f"kuaidi100 answered {code or 'no code'}", field=_FIELDS.get(code))
