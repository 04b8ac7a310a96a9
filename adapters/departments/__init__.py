"""Departments by Standard Webhooks: told of events, asked, and calling us. One section for all.

Shape: docs/reference/departments.md.
"""

from pathlib import Path

from pydantic import Field

from adapters.departments.asking import Departments
from adapters.departments.calls import ANSWERS, KEPT_FOR, Calls
from adapters.departments.delivery import Delivery
from adapters.departments.events import EVENTS, Events
from adapters.departments.letters import Letters
from adapters.departments.line import Line
from adapters.departments.partner import Partner, own_secrets_each, read_partner
from channel_gateway import ports
from channel_gateway.addresses import HttpAddress
from channel_gateway.ports import Tools
from channel_gateway.sections import Section
from channel_gateway.service import Callback, Job, Story, Table
from channel_gateway.web.idempotency import FirstAnswers

COLLECTIONS = (EVENTS, ANSWERS)

_AN_HOUR_S = 3600


class Connected(Section):
    """A department that speaks with us. During a rotation each direction has several secrets."""

    url: HttpAddress
    secret_files: tuple[Path, ...] = Field(min_length=1)  # what we sign with
    call_secret_files: tuple[Path, ...] = Field(min_length=1)  # what the department signs with


class Settings(Section):
    departments: dict[str, Connected] = Field(
        description="by its code: `url`, `secret_files` (ours), `call_secret_files` (theirs)"
    )


def build(table: Table, tools: Tools) -> None:
    """Raises `ValueError` for a secret that is none, or that serves twice."""
    settings = Settings.model_validate(tools.section)
    partners = {
        code: read_partner(code, given.url, given.secret_files, given.call_secret_files)
        for code, given in settings.departments.items()
    }
    own_secrets_each(partners.values())
    events, line = Events(tools.store, tools.vault), Line(tools.http, tools.clock)
    table.offer(ports.Departments, tools.name, Departments(partners, events, line, tools))
    table.offer(ports.DepartmentNews, tools.name, events)
    answers = FirstAnswers(
        tools.store, tools.vault, tools.clock, tools.randomness, ANSWERS, kept_for=KEPT_FOR
    )
    calls = Calls(table.department_calls, answers)
    table.callbacks += [_callback(partner, calls) for partner in partners.values()]
    table.department_calls += Letters(events).rows()
    table.reactions += Delivery(partners, events, line, tools.clock).rows()
    table.stories.append(Story("an event to a department", events.tell))
    table.jobs += [
        Job(
            "purge-department-events", _AN_HOUR_S, events.purge, "Forget events, delivered long ago"
        ),
        Job("purge-department-answers", _AN_HOUR_S, answers.purge, "Forget answers to departments"),
    ]


def _callback(partner: Partner, calls: Calls) -> Callback:
    return Callback(
        f"department_{partner.code}",
        f"/departments/{partner.code}",
        calls.endpoint(partner),
        f"Calls of the department {partner.code}",
    )
