"""The tasks of a document of any kind, changed where they lie. Pure."""

from collections.abc import Callable
from dataclasses import fields

from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.tasks import WithTasks
from channel_gateway.ports import Document

_FIELDS = {field.name for field in fields(WithTasks)}


def tasks_of(document: Document) -> WithTasks:
    return from_document(WithTasks, document)


def on_tasks(document: Document, change: Callable[[WithTasks], WithTasks]) -> Document:
    """The document with its tasks changed, and nothing else."""
    others = {name: value for name, value in document.items() if name not in _FIELDS}
    return others | to_document(change(tasks_of(document)))
