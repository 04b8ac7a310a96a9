"""The reference pages that are made from the code: routes, settings, life cycles. Pure.

`python -m channel_gateway reference docs/reference` writes them; a test holds them to the code.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from channel_gateway.domain.state_machine import diagram
from channel_gateway.service import Table
from channel_gateway.settings import Settings

# How Python writes a kind, and how a reader of settings does.
_KINDS = {
    "pydantic.types.SecretStr": "secret text",
    "tuple[datetime.date, ...]": "list of days",
    "tuple[str, ...]": "list of texts",
    "pathlib._local.Path": "path",
    "pathlib.Path": "path",
    "typing.Literal": "one of ",
    " | None": "",
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "true or false",
    "Path": "path",
}

_OPTIONAL = re.compile(r"typing\.Optional\[(.*)\]")
_TABLES = re.compile(r"dict\[text, [\w.]+\]")

_MADE = "<!-- Made by `python -m channel_gateway reference docs/reference`; not edited by hand. -->"


def pages(table: Table, plugins: Mapping[str, type[BaseModel]]) -> dict[str, str]:
    """File name → page."""
    return {
        "routes.md": _page("Routes", _routes(table)),
        "settings.md": _page("Settings", _settings(plugins)),
        "states.md": _page("Life cycles", _states(table)),
    }


def _page(title: str, lines: Iterable[str]) -> str:
    return "\n".join([f"# {title}", "", _MADE, "", *lines]) + "\n"


def _routes(table: Table) -> Iterator[str]:
    yield "Ours lie below `/v1` and speak JSON; errors are `application/problem+json` (errors.md)."
    yield "The same rows make `/openapi.json` and the page at `/docs`."
    yield ""
    yield "| | path | who | what | errors of its own |"
    yield "|---|---|---|---|---|"
    for route in table.routes:
        errors = ", ".join(f"`{code}`" for code in route.errors)
        who = route.callers
        yield f"| {route.method} | `/v1{route.path}` | {who} | {route.summary} | {errors} |"
    yield ""
    yield "Platforms call these; they are answered in the platform's own words."
    yield ""
    yield "| | path | what |"
    yield "|---|---|---|"
    for callback in table.callbacks:
        methods = ", ".join(callback.methods)
        yield f"| {methods} | `{callback.template}` | {callback.summary} |"
    yield ""
    yield "Departments call these, each at its own of the addresses above (departments.md)."
    yield ""
    yield "| type | what | errors of its own |"
    yield "|---|---|---|"
    for call in table.department_calls:
        errors = ", ".join(f"`{code}`" for code in call.errors)
        yield f"| `{call.kind}` | {call.summary} | {errors} |"
    yield ""
    yield "And these are for machines: `/healthz`, `/readyz`, `/metrics`, `/openapi.json`, `/docs`."


def _settings(plugins: Mapping[str, type[BaseModel]]) -> Iterator[str]:
    yield "`settings.toml`, then variables over it: `GATEWAY_STORE__URL` is `url` in `[store]`."
    yield "Lists and tables are given as JSON: a value that begins with `[` or `{` is read so."
    yield "What is unknown is refused at start, in one line; `check` prints the whole, masked."
    for name, field in Settings.model_fields.items():
        model = field.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from _section(f"[{name}]", model)
    yield ""
    yield "A plug-in's section also has `module`, and may have `from`: a JSON file and its members,"
    yield "whose values lie beneath the keys given in the section."
    for name, model in plugins.items():
        yield from _section(f"[plugins.{name}]", model)


def _section(title: str, model: type[BaseModel]) -> Iterator[str]:
    yield ""
    yield f"## `{title}`"
    yield ""
    yield "| key | kind | default | |"
    yield "|---|---|---|---|"
    kinds = get_type_hints(model)  # without what is only checked: a function has no name of ours
    for key, field in model.model_fields.items():
        default = "**needed**" if field.is_required() else f"`{_default(field)}`"
        yield f"| `{key}` | {_kind(kinds[key])} | {default} | {field.description or ''} |"


def _kind(kind: Any) -> str:
    name = kind.__name__ if isinstance(kind, type) else str(kind)
    for ours, theirs in _KINDS.items():
        name = name.replace(ours, theirs)
    return _TABLES.sub("a table for each", _OPTIONAL.sub(r"\1", name))


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    return "not set" if value is None else str(value)


def _states(table: Table) -> Iterator[str]:
    yield "Printed from the tables in the code; what is not an arrow here may not happen."
    for name, transitions in table.states.items():
        yield ""
        yield f"## {name}"
        yield ""
        yield "```mermaid"
        yield diagram(transitions)
        yield "```"
