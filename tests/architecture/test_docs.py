"""What the documents name is there: pages, files, commands, make targets, error codes."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from channel_gateway.__main__ import main as gateway
from mock_platforms.__main__ import main as stand_ins
from payment.plugin import COMMANDS as PLUG_IN_COMMANDS
from tests.architecture.tree import PACKAGES, ROOT, within

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))

LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
NAMED = re.compile(rf"`((?:{'|'.join((*PACKAGES, 'docs', 'tests'))})/[\w./-]+)`")
COMMAND = re.compile(r"python -m (channel_gateway|mock_platforms) ([a-z][a-z-]*)")
TARGET = re.compile(r"(?:^|`)make ([a-z][a-z-]*)", re.MULTILINE)
CODE = re.compile(r"^\| `(\w+)` \| \d{3} \| (.+) \|$", re.MULTILINE)

TOML = re.compile(r"^```toml\n(.*?)^```$", re.MULTILINE | re.DOTALL)

TO_BE_MADE = "citybank"  # the guide's channel, which its reader scaffolds
COMMANDS = {
    "channel_gateway": {*gateway.commands, *(each.name for each in PLUG_IN_COMMANDS)},
    "mock_platforms": stand_ins.commands,
}


@each_page
def test_every_link_leads_to_a_page(page: Path) -> None:
    broken = [link for link in LINK.findall(_text(page)) if not (page.parent / link).exists()]

    assert broken == []


@each_page
def test_every_file_a_page_names_is_there(page: Path) -> None:
    named = [path for path in NAMED.findall(_text(page)) if TO_BE_MADE not in path]

    assert [path for path in named if not (ROOT / path).exists()] == []


@each_page
def test_every_command_a_page_names_exists(page: Path) -> None:
    named = COMMAND.findall(_text(page))

    assert [f"{program} {name}" for program, name in named if name not in COMMANDS[program]] == []


@each_page
def test_every_make_target_a_page_names_exists(page: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", _text(ROOT / "Makefile"), re.MULTILINE)

    assert set(TARGET.findall(_text(page))) <= set(targets)


def test_the_reference_lists_every_error_there_is_and_no_other() -> None:
    listed = dict(CODE.findall(_text(ROOT / "docs/reference/errors.md")))

    assert listed == dict(_errors())


def test_the_reference_names_every_refusal_that_passes() -> None:
    page = _text(ROOT / "docs/reference/errors.md")
    status = dict(re.findall(r"^\| `(\w+)` \| (\d{3}) \|", page, re.MULTILINE))
    passing = {
        code
        for module in within("channel_gateway", "adapters", "payment")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and "passing = True" in map(ast.unparse, node.body)
        for code in _codes(node)
    }
    paragraph = page.partition("save those that pass")[2].partition("The same call")[0]

    assert set(re.findall(r"`(\w+)`", paragraph)) == {
        code for code in passing if status[code] in ("409", "422")
    }


def _errors() -> Iterator[tuple[str, str]]:
    """Each error's code, and the first line it says of itself."""
    for module in within("channel_gateway", "adapters", "payment"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef):
                for code in _codes(node):
                    yield code, (ast.get_docstring(node) or "").partition("\n")[0]


def _codes(kind: ast.ClassDef) -> Iterator[str]:
    for statement in kind.body:
        match statement:
            case ast.Assign(targets=[ast.Name("code")], value=ast.Constant(str(code))):
                yield code


def _text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_the_settings_of_going_live_name_every_plug_in_of_the_clone() -> None:
    page = _text(ROOT / "docs/how-to/go-live.md")
    (settings,) = (tomllib.loads(block) for block in TOML.findall(page) if "[server]" in block)

    cloned = tomllib.loads(_text(ROOT / "settings.toml"))
    assert settings["plugins"].keys() == cloned["plugins"].keys()
