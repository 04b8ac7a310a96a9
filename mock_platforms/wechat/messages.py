"""Subscribe messages: templates, the citizens' consents, and what arrived on their phones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mock_platforms.wechat.errors import Errcode
from mock_platforms.wechat.template_fields import wrong_with

STATES = {"developer", "trial", "formal"}
LANGUAGES = {"zh_CN", "en_US", "zh_HK", "zh_TW"}


@dataclass(frozen=True, slots=True)
class Template:
    template_id: str
    keys: Sequence[str]
    long_term: bool = False  # government services may have these: one consent, many messages


@dataclass(frozen=True, slots=True)
class Message:
    """What a phone showed: a subscribe message, or what a card of the city service said anew."""

    openid: str
    template_id: str
    page: str
    data: Mapping[str, str]
    at: datetime
    order_no: str = ""  # of a card


@dataclass
class Messages:
    templates: dict[str, Template] = field(default_factory=dict)
    consents: Counter[tuple[str, str]] = field(default_factory=Counter)
    inbox: list[Message] = field(default_factory=list)

    def accept(self, body: Mapping[str, Any], now: datetime) -> Message:
        """Take a message for delivery and use a consent up. Raises Errcode."""
        openid, template = body.get("touser"), self.templates.get(str(body.get("template_id")))
        if not isinstance(openid, str) or not openid.startswith("o"):
            raise Errcode(40003)
        if template is None:
            raise Errcode(40037)
        if body.get("miniprogram_state", "formal") not in STATES:
            raise Errcode(47001)
        if body.get("lang", "zh_CN") not in LANGUAGES:
            raise Errcode(47001)
        data = _values(body.get("data"), template)
        if not self.consents[openid, template.template_id]:
            raise Errcode(43101)
        if not template.long_term:
            self.consents[openid, template.template_id] -= 1
        page = str(body.get("page") or "")
        return Message(openid, template.template_id, page, data, now)

    def answer(self, openid: str, template: Template, *, accepts: bool, times: int = 1) -> None:
        """The citizen answers the window. Refusing takes no earlier consent to one message back."""
        place = openid, template.template_id
        if accepts:
            self.consents[place] += times
        elif template.long_term:
            self.consents[place] = 0

    def withdraw(self, openid: str, template_id: str) -> None:
        """The citizen refuses a template's messages in the settings."""
        self.consents[openid, template_id] = 0


def _values(data: Any, template: Template) -> dict[str, str]:
    """Return the template's values, each as its kind allows."""
    if not isinstance(data, dict):
        raise Errcode(47001)
    values = {}
    for key in template.keys:
        given = data.get(key)
        value = given.get("value") if isinstance(given, dict) else None
        if wrong := wrong_with(key, value):
            raise Errcode(47003, wrong)
        values[key] = str(value)
    return values
