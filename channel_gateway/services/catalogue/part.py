"""A part of a service file: strict, frozen, unknown keys refused."""

from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=40, strip_whitespace=True)]
Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]  # GB/T 2260

Item = TypeVar("Item")


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    # Not `min_length`: that complains a second time when an item is wrong.
    if not items:
        raise ValueError("at least one is wanted")
    return items


Some = Annotated[tuple[Item, ...], AfterValidator(_some)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
