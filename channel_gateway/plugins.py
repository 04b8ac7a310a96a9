"""Plug-ins: modules that settings name. The core knows their shape, never their names.

A module has `Settings` (a pydantic model of its section), `build(table, tools)`, and, when it keeps
documents, `COLLECTIONS`; with words for the command line, `COMMANDS`. One that takes up what
others offer says `TAKES_OFFERS = True`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click
from pydantic import BaseModel

from channel_gateway.ports import Collection, Tools
from channel_gateway.service import Table
from channel_gateway.settings import Settings, WrongSettings, checked_section, section_of


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plug-in with its section, checked."""

    name: str
    section: dict[str, Any]
    settings: BaseModel
    collections: tuple[Collection, ...]
    takes_offers: bool
    commands: tuple[click.Command, ...]
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


def _load(name: str, given: dict[str, Any]) -> Plugin:
    try:
        module = import_module(given["module"])
    except ImportError as error:
        raise WrongSettings([f"plugins.{name}.module: {error}"]) from error
    if not hasattr(module, "Settings") or not hasattr(module, "build"):
        raise WrongSettings([f"plugins.{name}.module: has no Settings and build"])
    section = section_of(name, given, module.Settings)
    return Plugin(
        name,
        section,
        checked_section(name, section, module.Settings),
        getattr(module, "COLLECTIONS", ()),
        getattr(module, "TAKES_OFFERS", False),
        getattr(module, "COMMANDS", ()),
        module.build,
    )
