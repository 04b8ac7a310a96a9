"""Order cards of the city service (行业消息订单): one card to an appointment, state by state. Pure.

Source: opendocs.alipay.com, `alipay.eco.cityservice.message.order.create`; the words of the states
and the number of the industry are told by Alipay's business contact.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from adapters.alipay.city_messages import CityService, bounded
from adapters.alipay.settings import IdMode
from channel_gateway.domain.days import BEIJING, beijing_text
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, WrongTemplate

CREATE = "alipay.eco.cityservice.message.order.create"
SUBJECT = "appointment:"

_MOMENTS = frozenset({"start_time", "end_time", "take_time"})
_EXT_INFO = _MOMENTS | {
    *("name", "address", "window", "queue_number", "wait_number"),
    *("reason", "tips", "attachment_info"),
}
# 3月2日（周一）09:30 and 2026年3月2日 09:30 as people read it, 2026-03-02 09:30:00 as programs do.
_WRITTEN = re.compile(
    r"(?:(\d{4})[年-])?(\d{1,2})[月-](\d{1,2})日?(?:（[^）]*）)?\s*(\d{1,2}):(\d\d)(?::\d\d)?.*"
)
_HALF_A_YEAR = timedelta(days=183)


@dataclass(frozen=True, slots=True)
class OrderWords:
    """What Alipay's contact gave for these cards."""

    industry_id: str
    scene_type: str
    statuses: Mapping[str, str]  # by `Happening`


@dataclass(frozen=True, slots=True)
class Card:
    """What an order's states have in common, and what has to differ."""

    created_at: datetime
    updated_at: datetime  # later than that of the state before
    reason: str = ""  # of a change, told again in every state after it


def order_no(subject: str) -> str:
    """The same for all states of an appointment. Raises `WrongTemplate` for what is none."""
    appointment = subject.removeprefix(SUBJECT)
    if appointment in (subject, ""):
        raise WrongTemplate("an order card is of an appointment", field="subject")
    return bounded(appointment)


def create_content(
    to: OpenId,
    letter: Letter,
    card: Card,
    service: CityService,
    words: OrderWords,
    *,
    id_mode: IdMode,
) -> dict[str, Any]:
    """The content of the call. Raises `WrongTemplate` for what Alipay would not take."""
    reason = {"reason": card.reason} if card.reason else {}
    return {
        "out_order_no": order_no(letter.subject),
        id_mode.value: to.reveal(),
        "status": status_of(letter.happening, words),
        "scene_type": words.scene_type,
        "template_id": letter.template,
        "industry_id": words.industry_id,
        "app_code": service.app_code,
        "city_code": service.city_code,
        "order_create_time": beijing_text(card.created_at),
        "order_update_time": beijing_text(card.updated_at),
        "target_url": service.target_url,
        "ext_info": reason | ext_info(letter.values, letter.at),
    }


def status_of(happening: Happening, words: OrderWords) -> str:
    status = words.statuses.get(happening)
    if not status:
        raise WrongTemplate(f"order_statuses has no word for {happening}", field="status")
    return status


def ext_info(values: Mapping[str, str], at: datetime) -> dict[str, str]:
    """Hall, times and notes, by Alipay's names; times as Alipay writes them."""
    written = {}
    for name, value in values.items():
        if name not in _EXT_INFO:
            raise WrongTemplate("an order card has no such field", field=name)
        if not value.strip():
            raise WrongTemplate("a value says nothing", field=name)
        written[name] = _moment_text(name, value, at) if name in _MOMENTS else value
    return written


def _moment_text(name: str, words: str, at: datetime) -> str:
    """A moment that people read, as Alipay reads it; without a year it is the one nearest `at`."""
    found = _WRITTEN.fullmatch(words.strip())
    if found is None:
        raise WrongTemplate("no moment like 3月2日 09:30", field=name)
    year, month, day, hour, minute = (int(part) if part else None for part in found.groups())
    years = [year] if year else [at.astimezone(BEIJING).year + off for off in (-1, 0, 1)]
    for each in years:
        try:
            moment = datetime(each, month or 0, day or 0, hour or 0, minute or 0, tzinfo=BEIJING)
        except ValueError:
            continue
        if year or abs(moment - at) <= _HALF_A_YEAR:
            return beijing_text(moment)
    raise WrongTemplate("not a moment of the calendar", field=name)
