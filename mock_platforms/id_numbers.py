"""Citizen id numbers 公民身份号码 (GB 11643, check character of ISO 7064 MOD 11-2). Pure."""

import re
from datetime import date

_FORM = re.compile(r"\d{17}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def check_character(body: str) -> str:
    """Return the eighteenth character that belongs to seventeen digits."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECK[total % 11]


def is_id_number(text: str) -> bool:
    """Whether this has the form of an id number, a day of birth and the right check character."""
    if not _FORM.fullmatch(text) or check_character(text[:17]) != text[17]:
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return True
