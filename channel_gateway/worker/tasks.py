"""Tasks inside a document: done, put off, given up, sent again. Pure, on plain documents.

`tasks` are what must still happen, `due` is the soonest of them (absent when none), `given_up` the
dead letters, and `gave_up_at` when the first of those was given up, so that a person finds them.
"""

from channel_gateway.ports import Document
from channel_gateway.service import DEAD_LETTERS_BY, DUE


def finished(document: Document, task_id: str) -> Document:
    """The document without the task."""
    left = [task for task in document.get("tasks", []) if task["id"] != task_id]
    return rescheduled(document | {"tasks": left})


def put_off(document: Document, task_id: str, again: Document) -> Document:
    """One more try: `again` says when (`due`), which one (`tries`), and why (`note`)."""
    return rescheduled(
        document
        | {
            "tasks": [
                task | again if task["id"] == task_id else task
                for task in document.get("tasks", [])
            ]
        }
    )


def given_up(document: Document, task_id: str, *, at: int, note: str) -> Document:
    """A dead letter: kept, seen by a person, sent again by hand."""
    dead = [task | {"note": note} for task in document.get("tasks", []) if task["id"] == task_id]
    if not dead:
        return document
    return finished(document, task_id) | {
        "given_up": [*document.get("given_up", []), *dead],
        DEAD_LETTERS_BY: document.get(DEAD_LETTERS_BY, at),
    }


def sent_again(document: Document, task_id: str, *, now: int) -> Document:
    """A person says: try it again, from the ladder's beginning."""
    dead = document.get("given_up", [])
    again = [task | {"due": now, "tries": 0} for task in dead if task["id"] == task_id]
    left = [task for task in dead if task["id"] != task_id]
    revived = document | {"tasks": [*document.get("tasks", []), *again], "given_up": left}
    if not left:
        revived.pop(DEAD_LETTERS_BY, None)
    return rescheduled(revived)


def rescheduled(document: Document) -> Document:
    """Due when the soonest of its tasks is."""
    due = min((task["due"] for task in document["tasks"]), default=None)
    rest = {name: value for name, value in document.items() if name != DUE}
    return rest if due is None else rest | {DUE: due}
