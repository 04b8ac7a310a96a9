"""What each kind of template field may hold. Pure.

Source: developers.weixin.qq.com, "subscribe message", table of parameter kinds.
"""

from __future__ import annotations

import re

HAN = r"\u3007\u3400-\u9fff\U00020000-\U0003ffff"
CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
SYMBOLS = r" -/:-@\[-`{-~·"
KINDS = {
    "thing": r"[\s\S]{1,20}",
    "number": r"(?=.{1,32}$)\d+(\.\d+)?",
    "letter": r"[A-Za-z]{1,32}",
    "symbol": r"[^\w\s]{1,5}",
    "character_string": r"[\x20-\x7e]{1,32}",
    "time": rf"(\d{{4}}年\d{{1,2}}月\d{{1,2}}日 ?)?{CLOCK}",
    "date": rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日( ?{CLOCK})?",
    "amount": r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-()*# ]{1,17}",
    "car_number": rf"[{HAN}A-Za-z0-9]([A-Za-z0-9]{{0,6}}[{HAN}A-Za-z0-9])?",
    "name": rf"[{HAN}A-Za-z{SYMBOLS}]{{1,10}}|[A-Za-z{SYMBOLS}]{{1,20}}",
    "phrase": rf"[{HAN}]{{1,5}}",
}


def kind_of(key: str) -> str:
    """Return the kind a field's key begins with: `thing3` is a thing."""
    return key.rstrip("0123456789")


def wrong_with(key: str, value: object) -> str:
    """Return what is wrong with a field's value, or an empty text."""
    if not isinstance(value, str) or not value:
        return f"argument invalid! data.{key}.value is empty"
    if not re.fullmatch(KINDS[kind_of(key)], value):
        return f"argument invalid! data.{key}.value invalid"
    return ""
