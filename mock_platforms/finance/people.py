"""Invented citizens: id numbers of a region that does not exist, with a valid check digit. Pure."""

from datetime import date

from mock_platforms.id_numbers import check_character

_REGION = "990101"


def id_number(born: date, sequence: int) -> str:
    """A citizen id number (GB 11643: ISO 7064 MOD 11-2) that can belong to nobody."""
    body = f"{_REGION}{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body)


CITIZENS = {
    "林示例": id_number(date(1990, 1, 1), 1),
    "周样张": id_number(date(1985, 6, 15), 12),
    "陈虚构": id_number(date(1968, 11, 30), 23),
}
