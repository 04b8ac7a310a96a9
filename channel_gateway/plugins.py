"""Plug-ins: modules that settings name. The core knows their shape, never their names.

A module has `Settings` (a pydantic model of its section), `build(table, tools)`, and, when it keeps
documents, `COLLECTIONS`; with words for the command line, `COMMANDS`. One that takes up what
others offer says `TAKES_OFFERS = True`. A package may have all that in its module `plugin`, so that
a part of it can be imported without the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import click
from pydantic import BaseModel

from channel_gateway.ports import Collection, Tools
from channel_gateway.service import Table
from channel_gateway.settings import Settings, WrongSettings, checked_section, section_of

PLUGIN = "plugin"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plug-in with its section, checked."""

    name: str
    section: dict[str, Any]
    settings: BaseModel
    collections: tuple[Collection, ...]
    takes_offers: bool
    build: Callable[[Table, Tools], None]


def load_plugins(settings: Settings) -> list[Plugin]:
    """Import and check every plug-in, in the settings' order. Raises `WrongSettings`."""
    plugins, faulty = [], []
    for name, given in settings.plugins.items():
        try:
            plugins.append(_load(name, given))
        except WrongSettings as wrong:
            faulty += wrong.lines
    if faulty:
        raise WrongSettings(faulty)
    return plugins


def in_building_order(plugins: list[Plugin]) -> list[Plugin]:
    """The settings' order, but those that take up offers come when all offers are made."""
    return sorted(plugins, key=lambda plugin: plugin.takes_offers)


def brought_commands(settings: Settings) -> dict[str, click.Command]:
    """What plug-ins add to the command line, by name; their sections are not looked at.

    So a command can be found, and say itself what is wrong. Raises `WrongSettings`.
    """
    modules = (_module(name, given) for name, given in settings.plugins.items())
    commands = (each for module in modules for each in getattr(module, "COMMANDS", ()))
    return {str(each.name): each for each in commands}


def _load(name: str, given: dict[str, Any]) -> Plugin:
    module = _module(name, given)
    if not hasattr(module, "Settings") or not hasattr(module, "build"):
        raise WrongSettings([f"plugins.{name}.module: has no Settings and build"])
    section = section_of(name, given, module.Settings)
    return Plugin(
        name,
        section,
        checked_section(name, section, module.Settings),
        getattr(module, "COLLECTIONS", ()),
        getattr(module, "TAKES_OFFERS", False),
        module.build,
    )


def _module(name: str, given: dict[str, Any]) -> ModuleType:
    try:
        module = import_module(given["module"])
        inner = f"{module.__name__}.{PLUGIN}"
        return import_module(inner) if hasattr(module, "__path__") and find_spec(inner) else module
    except ImportError as error:
        raise WrongSettings([f"plugins.{name}.module: {error}"]) from error
