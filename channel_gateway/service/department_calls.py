"""A row for what a department may ask of us."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class DepartmentAsk:
    """A call of a department, after signature, age and shape were checked."""

    department: str
    id: str  # the same when the department repeats the call
    now: datetime
    body: Any  # an instance of the row's `body` model


@dataclass(frozen=True, slots=True)
class DepartmentCall:
    """What a department may ask of us. The handler bears being called twice with the same id."""

    kind: str  # `hall_day.cancel`
    body: type[BaseModel]
    handler: Callable[[DepartmentAsk], Awaitable[BaseModel | None]]
    summary: str
    answer: type[BaseModel] | None = None
    errors: tuple[str, ...] = ()
