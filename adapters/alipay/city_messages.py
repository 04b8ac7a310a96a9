"""Messages of the city service (城市服务): one to one citizen, and whether it arrived. Pure.

Source: opendocs.alipay.com, `alipay.eco.cityservice.message.send` and `.query`; which numbers mean
which industry and template is told by Alipay's business contact.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, WrongTemplate

SEND = "alipay.eco.cityservice.message.send"
QUERY = "alipay.eco.cityservice.message.query"

LONGEST_UUID = 64
LONGEST_NUMBER = 18  # digits of what the platform holds as a 64-bit number

_WHO = {IdMode.OPEN_ID: "open_id", IdMode.USER_ID: "alipay_user_id"}
# Would hash a citizen's identity number; named although we write to accounts.
_ENCRYPT_TYPE = "md5"
_ARRIVED = {"SUCCESS": True, "FAIL": False}


@dataclass(frozen=True, slots=True)
class CityService:
    """How Alipay knows this city's service."""

    app_code: str
    city_code: str
    industry_type: int
    target_url: str


def send_content(
    to: OpenId, letter: Letter, service: CityService, *, id_mode: IdMode
) -> dict[str, Any]:
    """The content of the call. The same letter has the same `uuid`, by which it arrives once.

    Raises `WrongTemplate` for what Alipay would not take.
    """
    message = {
        "uuid": bounded(letter.id),
        _WHO[id_mode]: to.reveal(),
        "app_code": service.app_code,
        "city_code": service.city_code,
        "industry_type": service.industry_type,
        "msg_type": _message_type(letter.template),
        "ext_info": _ext_info(letter.values),
        "target_url": service.target_url,
    }
    return {"batch_size": 1, "encrypt_type": _ENCRYPT_TYPE, "msg_list": [message]}


def query_content(to: OpenId, letter: Letter, *, id_mode: IdMode) -> dict[str, str]:
    return {
        "uuid": bounded(letter.id),
        _WHO[id_mode]: to.reveal(),
        "encrypt_type": _ENCRYPT_TYPE,
    }


def read_arrived(node: Mapping[str, Any], letter: Letter) -> bool | None:
    """Whether it arrived; None: it is not said. Raises `Unavailable` for another's answer."""
    if node.get("uuid", bounded(letter.id)) != bounded(letter.id):
        raise Unavailable("an answer about another message")
    status = node.get("send_status")
    if not status:
        return None
    if status not in _ARRIVED:
        raise Unavailable("a word Alipay did not use before: send_status")
    return _ARRIVED[status]


def bounded(text: str) -> str:
    """As it is, or a digest of it when it is longer than the platform's keys."""
    return text if len(text) <= LONGEST_UUID else sha256(text.encode()).hexdigest()


def _message_type(template: str) -> int:
    if not template.isascii() or not template.isdecimal() or len(template) > LONGEST_NUMBER:
        raise WrongTemplate("a template of the city service is a number", field="template")
    return int(template)


def _ext_info(values: Mapping[str, str]) -> str:
    """A text that holds JSON; its members depend on the template."""
    for name, value in values.items():
        if not value.strip():
            raise WrongTemplate("a value says nothing", field=name)
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
