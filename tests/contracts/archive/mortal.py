"""A process that is killed at its n-th write, to the store or to the disk, before or after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channel_gateway.ports import Store
from payment.archive.files import Files, Kept, Writing

_WRITES = frozenset({"insert", "insert_many", "replace", "mutate", "delete"})


class Killed(BaseException):
    """Nothing catches it, and nothing works after it."""


@dataclass
class Life:
    """`writes` are still to be done; the last is done in truth (`applied`) or not."""

    writes: int
    applied: bool = True
    dead: bool = False

    def before(self) -> None:
        self.writes -= 1
        if self.writes < 0 or (self.writes == 0 and not self.applied):
            self.dead = True
        if self.dead:
            raise Killed

    def after(self) -> None:
        if self.writes <= 0:
            self.dead = True
        if self.dead:
            raise Killed


class MortalStore:
    """A `Store` as one process has it; what others have of it goes on."""

    def __init__(self, store: Store, life: Life) -> None:
        self._store = store
        self._life = life

    def __getattr__(self, name: str) -> Any:
        whole = getattr(self._store, name)

        async def write(*given: Any, **named: Any) -> Any:
            self._life.before()
            done = await whole(*given, **named)
            self._life.after()
            return done

        async def look(*given: Any, **named: Any) -> Any:
            if self._life.dead:
                raise Killed
            return await whole(*given, **named)

        return write if name in _WRITES else look


class MortalFiles(Files):
    def __init__(self, folder: Path, life: Life) -> None:
        super().__init__(folder)
        self._life = life

    def begin(self, stem: str, token: str) -> Writing:
        self._life.before()
        writing = super().begin(stem, f"{token}{self._life.writes}")
        try:
            self._life.after()
        except Killed:
            writing.close()
            raise
        return MortalWriting(writing, self._life)  # type: ignore[return-value]

    def clear(self, stem: str, keep: str) -> None:
        self._life.before()
        super().clear(stem, keep)
        self._life.after()


class MortalWriting:
    def __init__(self, writing: Writing, life: Life) -> None:
        self._writing = writing
        self._life = life

    def add(self, lines: Iterable[bytes]) -> None:
        self._life.before()
        self._writing.add(lines)
        self._life.after()

    def finish(self) -> Kept:
        self._life.before()
        kept = self._writing.finish()
        self._life.after()
        return kept

    def close(self) -> None:
        self._writing.close()
