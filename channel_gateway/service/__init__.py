"""What a plug-in brings, as rows of plain data: routes, callbacks, reactions, jobs.

A plug-in is a module with one function, `build(table, tools)`, which adds its rows to the table.
The same rows are mounted, listed by `routes`, and turned into the OpenAPI description.
"""

from channel_gateway.service.callbacks import Callback
from channel_gateway.service.calls import Call, KeyReused, Session
from channel_gateway.service.department_calls import DepartmentAsk, DepartmentCall
from channel_gateway.service.jobs import Job
from channel_gateway.service.listeners import Listener
from channel_gateway.service.reactions import TASKS, NeedsAPerson, NotYet, Reaction
from channel_gateway.service.readiness import Readiness
from channel_gateway.service.routes import Parameter, Route, Who, Written
from channel_gateway.service.stories import Line, Story, Told
from channel_gateway.service.table import Table

__all__ = [
    "TASKS",
    "Call",
    "Callback",
    "DepartmentAsk",
    "DepartmentCall",
    "Job",
    "KeyReused",
    "Line",
    "Listener",
    "NeedsAPerson",
    "NotYet",
    "Parameter",
    "Reaction",
    "Readiness",
    "Route",
    "Session",
    "Story",
    "Table",
    "Told",
    "Who",
    "Written",
]
