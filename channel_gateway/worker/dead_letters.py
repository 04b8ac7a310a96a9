"""What was given up after all tries: an operator sees it, and may send it again."""

from datetime import datetime

from pydantic import BaseModel, Field

from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.tasks import DEAD_LETTERS_BY, Task, sent_again
from channel_gateway.ports import Document, MissingDocument, Store
from channel_gateway.service import Call, Reaction, Route, Table, Who
from channel_gateway.worker.tasks import on_tasks, tasks_of

MOST = 100  # documents of a collection


class DeadLetterView(BaseModel):
    collection: str = Field(examples=["orders"])
    id: str = Field(description="of the document it belongs to")
    task_id: str
    kind: str
    detail: str = Field(description="what it is about: a refund number, say")
    since: datetime = Field(description="when the first letter of this document was given up")
    note: str = Field(description="why the last try did not do")


class DeadLettersView(BaseModel):
    letters: list[DeadLetterView] = Field(description="the oldest first, by collection")


class DeadLetters:
    def __init__(self, store: Store, reactions: list[Reaction]) -> None:
        self._store = store
        self._reactions = reactions

    async def list(self) -> list[DeadLetterView]:
        """Those of the hundred documents of each collection that have waited longest."""
        letters: list[DeadLetterView] = []
        for collection in sorted({row.collection for row in self._reactions}):
            for document in await self._store.find(collection, order=DEAD_LETTERS_BY, limit=MOST):
                since = moment_of(document[DEAD_LETTERS_BY])
                dead = tasks_of(document).given_up
                letters += [_view(collection, document["_id"], task, since) for task in dead]
        return letters

    async def resend(self, collection: str, id: str, task_id: str, now: datetime) -> None:
        """Raises `NotFound` when nothing of that name was given up there."""

        def again(document: Document) -> Document:
            dead = tasks_of(document).given_up
            task = next((task for task in dead if task.id == task_id), None)
            if task is None:
                raise NotFound("nothing of that name was given up", field="task_id")
            for row in self._reactions:
                if (row.collection, row.kind) == (collection, task.kind) and row.resent:
                    return row.resent(document, task, now)
            return on_tasks(document, lambda held: sent_again(held, task_id, now=milliseconds(now)))

        if all(row.collection != collection for row in self._reactions):
            raise NotFound("nothing of that kind is ever given up", field="collection")
        try:
            await self._store.mutate(collection, id, again)
        except MissingDocument:
            raise NotFound("there is no such document", field="id") from None


def build(table: Table, store: Store) -> None:
    """Add the operators' rows. Reactions may be added before or after."""
    letters = DeadLetters(store, table.reactions)

    async def show(call: Call) -> DeadLettersView:
        return DeadLettersView(letters=await letters.list())

    async def resend(call: Call) -> None:
        path = call.path
        await letters.resend(path["collection"], path["id"], path["task_id"], call.now)

    table.routes += [
        Route(
            "GET",
            "/operator/dead-letters",
            show,
            "List what was given up after all tries",
            answer=DeadLettersView,
            who=Who.OPERATOR,
        ),
        Route(
            "POST",
            "/operator/dead-letters/{collection}/{id}/{task_id}/resend",
            resend,
            "Try again what was given up",
            status=204,
            who=Who.OPERATOR,
            errors=("not_found",),
        ),
    ]


def _view(collection: str, id: str, task: Task, since: datetime) -> DeadLetterView:
    return DeadLetterView(
        collection=collection,
        id=id,
        task_id=task.id,
        kind=task.kind,
        detail=task.detail,
        since=since,
        note=task.note,
    )
