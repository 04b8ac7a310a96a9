"""The worker: leases documents with tasks that are due, reacts, and writes down how it went.

A worker that dies leaves its lease to run out; another goes on. So every reaction may run twice.
"""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import GatewayError, NotFound, Refused, TooMany
from channel_gateway.domain.tasks import (
    Task,
    finished,
    given_up,
    has_task,
    put_off,
    rescheduled,
)
from channel_gateway.ports import (
    Change,
    Clock,
    Document,
    MissingDocument,
    Store,
    VersionConflict,
)
from channel_gateway.service import NeedsAPerson, NotYet, Reaction
from channel_gateway.worker.tasks import on_tasks, tasks_of

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # longer than a reaction, whose calls are bounded by timeouts
_LEVELS = {"put_off": logging.WARNING, "given_up": logging.ERROR}  # a person must look
BATCH = 32  # documents worked on at once


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How a task went: the document after it, as a pure change."""

    action: str
    change: Change
    note: str = ""  # why it is not done


class Outbox:
    def __init__(
        self,
        store: Store,
        reactions: Iterable[Reaction],
        clock: Clock,
        *,
        owner: str,
        lease: timedelta = LEASE,
    ) -> None:
        """`owner` names this worker among all processes."""
        self._store = store
        self._reactions = {(row.collection, row.kind): row for row in reactions}
        self._collections = sorted({collection for collection, _ in self._reactions})
        self._clock = clock
        self._owner = owner
        self._lease = lease

    async def work(self) -> int:
        """Do what is due, one batch of each collection; returns how many documents were taken."""
        taken = 0
        for collection in self._collections:
            now = self._clock.now()
            documents = await self._store.claim(
                collection,
                "due",
                now=milliseconds(now),
                until=milliseconds(now + self._lease),
                owner=self._owner,
                limit=BATCH,
            )
            reacting = (self._react(collection, each) for each in documents)
            for outcome in await asyncio.gather(*reacting, return_exceptions=True):
                if outcome is not None:  # all others of the batch have ended too
                    raise outcome
            taken += len(documents)
        return taken

    async def _react(self, collection: str, document: Document) -> None:
        now = milliseconds(self._clock.now())
        for task in tasks_of(document).tasks:
            if task.due <= now:
                await self._run(collection, document["_id"], task)
        await self._settle(collection, document["_id"], lambda current: _released(current))

    async def _run(self, collection: str, id: str, task: Task) -> None:
        """One task of a document as it is now: an earlier task may just have changed it."""
        document = await self._store.get(collection, id)
        if document is None or not has_task(tasks_of(document), task.id):
            return
        reaction = self._reactions.get((collection, task.kind))
        if reaction is None:
            outcome = self._dead(task, f"nobody reacts to {task.kind}")
        else:
            outcome = await self._outcome(reaction, document, task)
        log.log(
            _LEVELS.get(outcome.action, logging.INFO),
            "task %s",
            outcome.action,
            extra={
                "action": f"task_{outcome.action}",
                "collection": collection,
                "id": id,
                "kind": task.kind,
                "tries": task.tries,
                "note": outcome.note,
            },
        )
        await self._settle(collection, id, outcome.change)

    async def _outcome(self, reaction: Reaction, document: Document, task: Task) -> _Outcome:
        try:
            change = await reaction.run(document, task, self._clock.now())
        except GatewayError as trouble:
            return self._again(reaction, task, trouble)
        except Exception as bug:
            # One broken document must not stop the others; the letter says where to look.
            log.exception("a reaction failed", extra={"action": "reaction_failed"})
            return self._again(reaction, task, bug)
        return _Outcome("done", lambda current: _done(current, task.id, change))

    def _again(self, reaction: Reaction, task: Task, trouble: Exception) -> _Outcome:
        note = str(trouble) if isinstance(trouble, GatewayError) else type(trouble).__name__
        action = "waiting" if isinstance(trouble, NotYet) else "put_off"
        if isinstance(trouble, NotYet) and trouble.pause_s is not None:
            return self._later(action, task, trouble.pause_s, tries=task.tries, note=note)
        if _for_good(trouble) or task.tries >= len(reaction.ladder):
            return self._dead(task, note)
        asked_for = trouble.retry_after_s if isinstance(trouble, TooMany) else 0
        pause_s = max(reaction.ladder[task.tries], asked_for)
        return self._later(action, task, pause_s, tries=task.tries + 1, note=note)

    def _later(self, action: str, task: Task, pause_s: int, *, tries: int, note: str) -> _Outcome:
        due = milliseconds(self._clock.now() + timedelta(seconds=pause_s))

        def later(current: Document) -> Document:
            return on_tasks(
                current, lambda held: put_off(held, task.id, due=due, tries=tries, note=note)
            )

        return _Outcome(action, later, note)

    def _dead(self, task: Task, note: str) -> _Outcome:
        at = milliseconds(self._clock.now())

        def dead(current: Document) -> Document:
            return on_tasks(current, lambda held: given_up(held, task.id, at=at, note=note))

        return _Outcome("given_up", dead, note)

    async def _settle(self, collection: str, id: str, change: Change) -> None:
        try:
            await self._store.mutate(collection, id, change)
        except (VersionConflict, MissingDocument):
            # The lease runs out and the task runs again: that it must bear.
            log.warning("a task's outcome was lost", extra={"action": "outcome_lost", "id": id})


def _for_good(trouble: Exception) -> bool:
    """Whether asking again changes nothing until a person has acted."""
    if isinstance(trouble, NeedsAPerson):
        return True
    return isinstance(trouble, Refused | NotFound) and not trouble.passing


def _done(current: Document, task_id: str, change: Change | None) -> Document | None:
    if not has_task(tasks_of(current), task_id):
        return None  # another worker was faster, and the document may have gone on since
    changed = change(current) if change else None
    after = current if changed is None else changed
    return on_tasks(after, lambda held: finished(held, task_id))


def _released(current: Document) -> Document | None:
    """Give a lease back at once when nothing of the document is due sooner than the lease's end."""
    released = on_tasks(current, rescheduled)
    return None if released.get("due") == current.get("due") else released
