"""What each kind of template field may hold, held to before anything is sent. Pure.

A field's kind is its key without the number: `thing3` is a thing. Source: developers.weixin.qq.com,
«订阅消息参数值内容限制说明».
"""

import re
from collections.abc import Mapping
from datetime import date

from channel_gateway.ports import WrongTemplate

LONGEST_THING = 20
ELLIPSIS = "…"

_HAN = r"\u3007\u3400-\u9fff\U00020000-\U0003ffff"
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_DAY = r"[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日"
_SIGN = r"!-/:-@\[-`{-~·"

_KINDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rule)
    for kind, rule in {
        "number": r"(?=.{1,32}\Z)[0-9]+(?:\.[0-9]+)?",
        "letter": r"[A-Za-z]{1,32}",
        "symbol": r"[^\w\s]{1,5}",
        "character_string": r"[\x21-\x7e](?:[\x20-\x7e]{0,30}[\x21-\x7e])?",
        "time": rf"(?:{_DAY} ?)?{_CLOCK}",
        "date": rf"{_DAY}(?: ?{_CLOCK})?",
        "amount": r"[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]+)?元?",
        "phone_number": r"[0-9+\-()*# ]{1,17}",
        "car_number": rf"[{_HAN}A-Za-z0-9](?:[A-Za-z0-9]{{0,6}}[{_HAN}A-Za-z0-9])?",
        "name": rf"[{_HAN}A-Za-z{_SIGN} ]{{1,10}}|[A-Za-z{_SIGN} ]{{1,20}}",
        "phrase": rf"[{_HAN}]{{1,5}}",
    }.items()
}
_WRITTEN_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
_KEY = re.compile(r"([a-z_]*[a-z])\d{1,3}", re.ASCII)
_LAST_RUN = re.compile(r"[\w.:/+\-]*\Z", re.ASCII)  # of digits and letters that belong together


def fitted(values: Mapping[str, str]) -> dict[str, str]:
    """The values as WeChat takes them: a `thing` that is too long is shortened.

    Raises `WrongTemplate`, whose `field` is the one WeChat would name (`data.time2`).
    """
    if not values:
        raise WrongTemplate("a message without values", field="data")
    return {key: _fitted(key, value) for key, value in values.items()}


def _fitted(key: str, value: str) -> str:
    kind = found[1] if (found := _KEY.fullmatch(key)) else ""
    if kind == "thing":
        return _thing(key, value)
    rule = _KINDS.get(kind)
    if rule is None:
        raise WrongTemplate("a field of no kind that we know", field=f"data.{key}")
    if not rule.fullmatch(value) or not _has_real_days(value):
        raise WrongTemplate(f"no {kind} as WeChat takes it", field=f"data.{key}")
    return value


def _thing(key: str, value: str) -> str:
    text = " ".join(value.split())
    if not text or not text.isprintable():
        raise WrongTemplate("nothing that can be read", field=f"data.{key}")
    if _length(text) <= LONGEST_THING:
        return text
    kept = text
    while _length(kept) > LONGEST_THING - len(ELLIPSIS):
        kept = kept[:-1]
    following = text[len(kept)]
    if following.isascii() and following.isalnum():
        kept = _LAST_RUN.sub("", kept, count=1)  # half a number would read like another number
    kept = kept.rstrip()
    if not kept:
        raise WrongTemplate("too long to be shortened safely", field=f"data.{key}")
    return kept + ELLIPSIS


def _length(text: str) -> int:
    """As JavaScript counts: a rare character beyond the first plane is two."""
    return len(text.encode("utf-16-le")) // 2


def _has_real_days(value: str) -> bool:
    try:
        for year, month, day in _WRITTEN_DAY.findall(value):
            date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True
