"""People's data prints masked; the raw value is asked for by name, at the wire. Pure."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import Self
from unicodedata import normalize

from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.readable import can_be_seen

# GB 11643: eleven-step weights and check characters of the 18-character identity number.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_CENTURIES = ("19", "20")
_DOTS = "·•‧∙⋅・･"
_NOWHERE = "00"  # no province's

_NAME = re.compile(r"[^\W\d_][^\d_<>]{0,48}[^\W\d_][\u0300-\u036f]{0,2}")  # 玛丽·居里, José


class Masked(ABC):
    """A text about a person. Equal to an equal one, but never readable by accident."""

    __slots__ = ("_raw",)

    def __init__(self, raw: str) -> None:
        self._raw = raw

    def reveal(self) -> str:
        return self._raw

    @abstractmethod
    def masked(self) -> str: ...

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.masked()!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._raw == self._raw

    def __hash__(self) -> int:
        return hash((type(self), self._raw))


class OpenId(Masked):
    """Who a citizen is to one app of one platform. Shown by its last four characters."""

    __slots__ = ()

    def masked(self) -> str:
        return "***" + self._raw[-4:]


class Phone(Masked):
    """A mobile number, shown as 138****0000."""

    __slots__ = ()

    def masked(self) -> str:
        return f"{self._raw[:3]}****{self._raw[-4:]}" if len(self._raw) >= 11 else "****"


class PersonName(Masked):
    """A name, shown by its first character."""

    __slots__ = ()

    @classmethod
    def written(cls, text: str) -> Self:
        """As a citizen writes one down. Raises `Invalid` where nobody can be called that."""
        name = text.strip()
        if not name.isprintable() or not _NAME.fullmatch(name) or not can_be_seen(name):
            raise Invalid("a name is wanted")
        return cls(name)

    def is_same(self, other: "PersonName") -> bool:
        """However blanks and the dot of 玛丽·居里 are written, and whichever case letters have."""
        return _spelled(self._raw) == _spelled(other._raw)

    def masked(self) -> str:
        return self._raw[:1] + "*" * max(1, len(self._raw) - 1)


class BankAccount(Masked):
    """A card or account number, shown by its last four digits."""

    __slots__ = ()

    def masked(self) -> str:
        return "****" + self._raw[-4:]


class IdNumber(Masked):
    """A resident identity number 居民身份证号 (GB 11643), shown by its first six and last four."""

    __slots__ = ()

    def __init__(self, raw: str) -> None:
        """Raises `Invalid` unless it has 18 characters, all of which fit; whoever knows the day
        compares it with `born`.
        """
        text = raw.strip().upper()
        if not re.fullmatch("[0-9]{17}[0-9X]", text):
            raise Invalid(
                "an identity number has 17 digits and a check character; 15 digits are the old form"
            )
        total = sum(int(digit) * weight for digit, weight in zip(text, _ID_WEIGHTS, strict=False))
        if _ID_CHECKS[total % 11] != text[17]:
            raise Invalid("the identity number's check character does not fit")
        if text.startswith(_NOWHERE):
            raise Invalid("the identity number is of no region")
        if text[6:8] not in _CENTURIES or not _is_day(text[6:14]):
            raise Invalid("the identity number's day of birth is no day")
        super().__init__(text)

    @property
    def born(self) -> date:
        return date.fromisoformat(self._raw[6:14])

    def masked(self) -> str:
        return f"{self._raw[:6]}********{self._raw[-4:]}"


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person, as the identity card has them."""

    name: PersonName
    id_number: IdNumber


def _spelled(name: str) -> str:
    letters = normalize("NFKC", name.translate(dict.fromkeys(map(ord, _DOTS), "·")))
    return "".join(letters.split()).casefold()


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
