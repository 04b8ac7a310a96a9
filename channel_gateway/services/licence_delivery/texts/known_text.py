"""What couriers write, as far as every word of it is known to name nobody. Pure.

Couriers write who did it into their texts: «投递员：王建国，电话13512345678». There is no end to
the ways of writing a name, so it is the known that is let through: words of couriers
(`vocabulary.py`), moments, and what reads as a place's name. Names after a role, and digits, are
hidden; of a text in which anything else is unknown nothing is left, and our own words for the stage
stand in its stead.
"""

import re
from collections.abc import Iterable

from channel_gateway.services.licence_delivery.texts.vocabulary import (
    AFTER_A_NAME,
    AREAS,
    OFFICES,
    PLACES,
    ROLES,
    STOPS,
    WORDS,
)

HIDDEN = "***"

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_PAUSES = " \u3000,，。.;；:：、!！/"
_BRACKETS = '()（）【】\\[\\]〔〕「」『』“”"《》'


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# No name of a place holds a word for what couriers do, nor one for who they are.
_NO_PLACE = _any(each for each in (*ROLES, *WORDS, *STOPS) if len(each) > 1)
_NAMED = f"(?:(?!{_NO_PLACE}|由)[{_HAN}])"
_OFFICE = f"{_NAMED}{{1,10}}?(?:{_any(OFFICES)})"
_AREA = f"{_NAMED}{{2,4}}?(?:{_any(AREAS)})(?<!小区)(?![长员])"
_PLACE = re.compile(f"{_any(STOPS)}|{_OFFICE}|{_AREA}|(?:{_any(PLACES)})(?:省|市)?")
_BY_AN_OFFICE = re.compile(f"[{_PAUSES}{_BRACKETS}]*{_OFFICE}")
# Behind what a place may be named.
_LEADS_TO_PLACE = re.compile(f"(?:^|[{_PAUSES}{_BRACKETS}]|[在到达至往从向开出])$")

_ROLE = re.compile(_any(ROLES))
_WORD = re.compile(_any((*WORDS, *STOPS)))
_NO_NAME = re.compile(_any(each for each in (*ROLES, *WORDS, *STOPS) if len(each) > 1))
_MONTH, _DAY = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
_MOMENT = re.compile(
    rf"(?<![0-9])(?:20[0-9]{{2}}[-/.年]{_MONTH}[-/.月]{_DAY}日?|{_MONTH}月{_DAY}日"
    r"|[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?|[0-9]{1,2}(?:天|小时|分钟|件|次|点|时)"
    r"|第[0-9]{1,2}次)(?![0-9])"
)
_HOTLINE = re.compile(r"(?<![0-9])(?:95[0-9]{3}|1118[35])(?!\s*[-—转0-9])")
_DIGITS = re.compile(r"[+＋]?\d(?:[\s\-‐–—－_.·()（）转*]*\d)*")
_POINT = re.compile(f"[{_PAUSES}{_BRACKETS}—→*-]")
_KNOWN = (_MOMENT, _HOTLINE, _WORD, _POINT)

_LEAD = re.compile(f"(?:的?姓名)?[{_PAUSES}{_BRACKETS}-]*(?:是|为(?!您))?[{_PAUSES}{_BRACKETS}]*")
_NAME = re.compile(
    f"(?:(?!{_any(AFTER_A_NAME)})[{_HAN}A-Za-z·•‧∙⋅・･.' ]){{1,24}}"
    f"(?={_any(AFTER_A_NAME)}|[^{_HAN}A-Za-z]|$)"
)

_TWICE = re.compile(f"(?:{re.escape(HIDDEN)}){{2,}}")
_SAYS = re.compile(f"[{_HAN}]")

_CODE = re.compile("[0-9A-Z]{1,6}")
NO_CODE = "?"


def known_text(text: str) -> str:
    """The text without its staff and without any number; nothing, if it holds what is unknown."""
    kept, at = "", 0
    while at < len(text):
        if (role := _ROLE.match(text, at)) is not None:
            shown, at = _of_a_role(text, role)
        elif (found := _place(text, at, kept) or _first(_KNOWN, text, at)) is not None:
            shown, at = found[0], found.end()
        elif (number := _DIGITS.match(text, at)) is not None:
            shown, at = HIDDEN, number.end()
        else:
            return ""
        kept += shown
    kept = _TWICE.sub(HIDDEN, kept)
    return kept if _SAYS.search(kept) else ""


def known_place(text: str) -> str:
    """What of it is a place for certain: the rest may be anybody's name or address."""
    found: list[str] = []
    at = 0
    while at < len(text):
        here = _place(text, at, text[:at])
        found += [] if here is None else [here[0]]
        known = here or _WORD.match(text, at)  # no place begins within a word: 到|达文新站
        at = at + 1 if known is None else known.end()
    return " ".join(found)


def known_code(code: str, *, understood: bool) -> str:
    """A courier's own code; one that we do not know may be anything, save short and plain."""
    if understood or _CODE.fullmatch(code):
        return code
    return known_text(code) or NO_CODE


def plain_refusal(text: str) -> str:
    """Why a courier refused: in known words, or in an adapter's English with a short code."""
    return known_text(text) or re.sub(r"(?:[^ -~]|[0-9]{7,})+", HIDDEN, text)


def _of_a_role(text: str, role: re.Match[str]) -> tuple[str, int]:
    """The role and what leads to the name, the name hidden; and where that ends."""
    after = role.end()
    if _NO_NAME.match(text, after) is not None:
        return role[0], after  # 由快递员, 派件员正在派件
    if role[0] == "由" and (office := _BY_AN_OFFICE.match(text, after)) is not None:
        return role[0] + office[0], office.end()
    lead = _LEAD.match(text, after)
    begins = after if lead is None else lead.end()
    name = _NAME.match(text, begins)
    if name is None:
        return role[0], after
    ends = name.end()
    blank = " " if name[0].endswith(" ") else ""
    return text[role.start() : begins] + HIDDEN + blank, ends


def _place(text: str, at: int, before: str) -> re.Match[str] | None:
    if not _LEADS_TO_PLACE.search(before[-1:]) and not _ends_in_a_place(before):
        return None
    return _PLACE.match(text, at)


def _ends_in_a_place(text: str) -> bool:
    return text.endswith((*PLACES, *OFFICES, "省", *AREAS))


def _first(patterns: Iterable[re.Pattern[str]], text: str, at: int) -> re.Match[str] | None:
    return next((found for each in patterns if (found := each.match(text, at))), None)
