"""A part of a service file: strict, frozen, unknown keys refused; texts that can be read."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from channel_gateway.domain.readable import readable

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Readable = AfterValidator(readable)
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True), Readable
]
Sentence = Annotated[
    str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True), Readable
]

# Source: GB/T 2260; the first digit is a part of the country, the second a province in it.
_PROVINCES = frozenset(
    str(each)
    for part in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 82))
    for each in range(part[0], part[1] + 1)
)


def _region(code: str) -> str:
    if code[:2] not in _PROVINCES:
        raise ValueError(f"no province has the digits {code[:2]}")
    if code[2:4] == "00" != code[4:]:
        raise ValueError("a district of no city: its middle digits are 00")
    return code


Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), AfterValidator(_region)]

Item = TypeVar("Item")


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    # Not `min_length`: that complains a second time when an item is wrong.
    if not items:
        raise ValueError("at least one is wanted")
    return items


Some = Annotated[tuple[Item, ...], AfterValidator(_some)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
