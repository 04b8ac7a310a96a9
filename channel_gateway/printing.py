"""What `check`, `routes` and `states` print. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.state_machine import diagram
from channel_gateway.masking import mask_userinfo
from channel_gateway.service import Table
from channel_gateway.settings import Settings

_SECRET = ("key", "secret", "token", "password")


def settings_shown(
    settings: Settings, sections: Mapping[str, BaseModel]
) -> dict[str, dict[str, str]]:
    """The whole settings, as they stand after file and variables; secrets masked."""
    core = settings.model_dump(exclude={"plugins"})
    return {name: dict(_pairs(section)) for name, section in core.items()} | {
        f"plugins.{name}": {
            "module": settings.plugins[name]["module"],
            **dict(_pairs(model.model_dump())),
        }
        for name, model in sections.items()
    }


def settings_lines(settings: Settings, sections: Mapping[str, BaseModel]) -> Iterator[str]:
    for name, pairs in settings_shown(settings, sections).items():
        yield f"[{name}]"
        yield from (f"{key} = {text}" for key, text in pairs.items())


def route_lines(table: Table) -> Iterator[str]:
    for route in table.routes:
        who = route.callers
        yield f"{route.method:<6} /v1{route.path:<52} {who:<8} {route.summary}"
    for callback in table.callbacks:
        for method in callback.methods:
            yield f"{method:<6} {callback.template:<55} {'platform':<8} {callback.summary}"
    for listener in table.listeners:
        where = f"{listener.host}:{listener.port}"
        yield f"{'TCP':<6} {where:<55} {'partner':<8} Messages for {listener.name}"


def state_pages(table: Table, names: Iterable[str]) -> Iterator[str]:
    """A Mermaid diagram for each life cycle named, or for all. Raises `NotFound`."""
    for name in names or table.states:
        if name not in table.states:
            raise NotFound(f"nothing here lives as {name}; there are {', '.join(table.states)}")
        yield f"## {name}\n\n```mermaid\n{diagram(table.states[name])}\n```\n"


def _pairs(section: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for key, value in section.items():
        if isinstance(value, dict) and value:
            yield from _pairs(value, f"{within}{key}.")
        else:
            yield f"{within}{key}", _masked(key, value)


def _masked(key: str, value: Any) -> str:
    if value is None:
        return "(not set)"
    if key.endswith("_file"):
        return str(value)  # a path is no secret
    if key.endswith("_files"):
        return ", ".join(map(str, value))
    if isinstance(value, list | tuple) and any(isinstance(each, SecretStr) for each in value):
        return ", ".join("******" for _ in value)
    if any(word in key.split("_") for word in _SECRET) and key != "public_key_id":
        return "******"
    return mask_userinfo(str(value))
