"""The form of a service: fields a mini-program renders as they come. Pure.

The kinds are few, so that every mini-program can render every form.
"""

import string
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from channel_gateway.domain.readable import readable
from channel_gateway.services.catalogue.part import Line, Name, Part
from channel_gateway.services.catalogue.pattern import shortest


class Kind(StrEnum):
    """How a field is asked, and what an answer to it looks like."""

    TEXT = "text"
    DIGITS = "digits"  # a number as text: leading zeros count
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"
    PERSON_NAME = "person_name"
    ID_NUMBER = "id_number"  # GB 11643
    COMPANY_NUMBER = "company_number"  # 统一社会信用代码, GB 32100
    PHONE = "phone"
    PLATE = "plate"
    ADDRESS = "address"


# Shown masked wherever it is shown again, unless the file says otherwise.
PERSONAL = frozenset({Kind.PERSON_NAME, Kind.ID_NUMBER, Kind.PHONE, Kind.PLATE, Kind.ADDRESS})
_CHOSEN = (Kind.CHOICE, Kind.CHOICES)
_WRITTEN = (Kind.TEXT, Kind.DIGITS)


def _seen(hint: str) -> str:
    return readable(hint) if hint else hint


class FormField(Part):
    name: Name
    label: Line  # what the citizen reads
    kind: Kind = Field(strict=False)
    required: bool = True
    hint: Annotated[str, Field(max_length=60), AfterValidator(_seen)] = ""  # where to find it, say
    pattern: str = Field("", max_length=200)  # of the whole answer; for text and digits
    longest: int = Field(60, ge=1, le=500)  # characters
    options: tuple[Line, ...] = ()  # of a choice
    masked: bool | None = None  # None: as its kind has it
    purpose: Name = "service"  # the consent it falls under

    @property
    def is_masked(self) -> bool:
        return self.kind in PERSONAL if self.masked is None else self.masked

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        shortest(pattern)
        return pattern

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if (self.kind in _CHOSEN) != bool(self.options):
            raise ValueError(f"{self.kind} and options do not go together")
        if len(set(self.options)) != len(self.options):
            raise ValueError("an option comes twice")
        if self.pattern and self.kind not in _WRITTEN:
            raise ValueError(f"a pattern is for {' and '.join(_WRITTEN)}: {self.kind} has its own")
        if not self._can_be_answered():
            raise ValueError(f"pattern: no answer of at most {self.longest} {self._made_of} fits")
        return self

    def _can_be_answered(self) -> bool:
        if self.kind is Kind.DIGITS:
            length = shortest(self.pattern, letters=string.digits)
        else:
            length = shortest(self.pattern)
        return length is not None and length <= self.longest

    @property
    def _made_of(self) -> str:
        return "digits" if self.kind is Kind.DIGITS else "characters"
