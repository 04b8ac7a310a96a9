"""What can be made to go wrong: kinds as data, and the rows that ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mock_platforms.commands import Refused
from mock_platforms.randomness import Randomness

Where = Literal["call", "notice"]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to fail. `parameters` gives each one's default; its type is the default's type."""

    name: str
    says: str
    where: frozenset[Where]
    operations: frozenset[str] | None = None  # None: every operation
    parameters: Mapping[str, Any] = field(default_factory=dict)


CALL: frozenset[Where] = frozenset({"call"})
NOTICE: frozenset[Where] = frozenset({"notice"})
BOTH: frozenset[Where] = CALL | NOTICE

# Every stand-in has these; what belongs to one platform is contributed by its StandIn.
EVERYWHERE = (
    FaultKind("connection_cut", "The connection is cut; nothing was processed.", CALL),
    FaultKind("reply_lost", "Processed, then the connection is cut before a byte came back.", CALL),
    FaultKind(
        "server_error",
        "The platform's own 5xx or SYSTEM_ERROR; nothing was processed.",
        CALL,
        parameters={"status": 500},
    ),
    FaultKind(
        "server_error_after",
        "Processed, and then answered with the platform's own 5xx or SYSTEM_ERROR.",
        CALL,
        parameters={"status": 500},
    ),
    FaultKind("too_many_requests", "The platform's own rate limit; nothing was processed.", CALL),
    FaultKind("truncated_reply", "Half of the body arrives, then the connection is cut.", CALL),
    FaultKind(
        "slow_reply", "The answer comes late; it was processed.", CALL, parameters={"seconds": 10.0}
    ),
    FaultKind("notify_lost", "The callback leaves and never arrives; the ladder goes on.", NOTICE),
    FaultKind("notify_doubled", "The callback is sent twice within a second.", NOTICE),
    FaultKind(
        "notify_delayed",
        "The callback leaves late, on the moved clock.",
        NOTICE,
        parameters={"seconds": 90000.0},  # 25 hours: after the platform's last repeat
    ),
    FaultKind(
        "notify_reordered",
        "The callback waits for the platform's next one, though not longer than so many seconds.",
        NOTICE,
        parameters={"seconds": 60.0},
    ),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A wish that something fails, so many times."""

    id: str
    platform: str
    kind: str
    operation: str | None = None  # None: wherever the kind applies
    order: str | None = None  # any number of ours or theirs that the call or notice carries
    times: int | None = 1  # None: until deleted
    per_cent: float = 100
    parameters: Mapping[str, Any] = field(default_factory=dict)
    used: int = 0

    @property
    def spent(self) -> bool:
        return self.times is not None and self.used >= self.times

    def fits(self, operation: str, orders: Collection[str]) -> bool:
        return (
            not self.spent
            and self.operation in (None, operation)
            and (self.order is None or self.order in orders)
        )


class Faults:
    """The fault list of a stage. A row that could never act is refused."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._kinds: dict[str, dict[str, FaultKind]] = {}
        self._operations: dict[str, frozenset[str]] = {}
        self._rows: dict[str, Fault] = {}
        self._number = 0

    def learn(self, platform: str, kinds: Iterable[FaultKind], operations: Iterable[str]) -> None:
        """Take up a platform with its own kinds and the names of its calls and notices."""
        self._kinds[platform] = {kind.name: kind for kind in (*EVERYWHERE, *kinds)}
        self._operations[platform] = frozenset(operations)

    def kinds(self) -> dict[str, list[FaultKind]]:
        return {platform: list(kinds.values()) for platform, kinds in self._kinds.items()}

    def rows(self) -> list[Fault]:
        return list(self._rows.values())

    def add(
        self,
        platform: str,
        kind: str,
        *,
        operation: str | None = None,
        order: str | None = None,
        times: int | None = 1,
        per_cent: float = 100,
        parameters: Mapping[str, Any] | None = None,
    ) -> Fault:
        """Add a row. Raises Refused, naming the field, when it says what no stand-in can do."""
        if platform not in self._kinds:
            raise Refused(f"no stand-in is called {platform}", field="platform")
        if (known := self._kinds[platform].get(kind)) is None:
            raise Refused(f"{platform} knows no fault {kind}", field="kind")
        if operation is not None:
            if operation not in self._operations[platform]:
                raise Refused(f"{platform} has no operation {operation}", field="operation")
            if known.operations is not None and operation not in known.operations:
                raise Refused(f"{kind} cannot befall {operation}", field="operation")
        if times is not None and times < 1:
            raise Refused("times must be at least 1", field="times")
        self._number += 1
        row = Fault(
            f"fault-{self._number}",
            platform,
            kind,
            operation,
            order,
            times,
            per_cent,
            _parameters(known, parameters or {}),
        )
        self._rows[row.id] = row
        return row

    def remove(self, fault_id: str) -> None:
        if self._rows.pop(fault_id, None) is None:
            raise Refused(f"no fault {fault_id}", field="id", status=404)

    def take(
        self, platform: str, kind: str, operation: str, orders: Collection[str] = ()
    ) -> Fault | None:
        """Return the oldest row that strikes here, and count it as used."""
        known = self._kinds[platform].get(kind)
        if known is None or (known.operations is not None and operation not in known.operations):
            return None
        for row in self._rows.values():
            if (
                row.platform == platform
                and row.kind == kind
                and row.fits(operation, orders)
                and self._randomness.happens(row.per_cent)
            ):
                self._rows[row.id] = replace(row, used=row.used + 1)
                return row
        return None

    def clear(self) -> None:
        self._rows.clear()


def _parameters(kind: FaultKind, given: Mapping[str, Any]) -> dict[str, Any]:
    for name, value in given.items():
        if name not in kind.parameters:
            raise Refused(f"{kind.name} has no parameter {name}", field=f"parameters.{name}")
        if not _same_type(value, kind.parameters[name]):
            wanted = type(kind.parameters[name]).__name__
            raise Refused(f"{name} must be a {wanted}", field=f"parameters.{name}")
    return {**kind.parameters, **given}


def _same_type(value: object, default: object) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
