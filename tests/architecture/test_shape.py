"""The project's shape: its top level, its names, and modules that are read in one sitting."""

import ast
import re
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.tree import PACKAGES, ROOT, Module, modules

LONGEST = 400
FOLDERS = {*PACKAGES, "tests", "docs", "requirements"}
MADE_HERE = {"var", "dist", "build", "__pycache__", "htmlcov"}
CUSTOMARY = re.compile(
    r"(README|LICENSE|CHANGELOG|CONTRIBUTING|SECURITY|CODE_OF_CONDUCT|NOTICE)[\w.-]*"
    r"|pyproject\.toml|settings\.toml|Makefile|Dockerfile|compose\.ya?ml|uv\.lock"
)
# Somebody's own folder, as a tool or a hurried hand writes it down.
MACHINE_PATH = re.compile(r"(?<![\w.:/-])/(work|home|root|Users)/\w+")
TEXTS = ("*.py", "*.md", "*.toml", "*.json", "*.jinja")


def test_the_top_level_holds_what_it_is_fixed_to() -> None:
    seen = [each for each in ROOT.iterdir() if not each.name.startswith(".")]
    folders = {each.name for each in seen if each.is_dir()} - MADE_HERE
    files = [each.name for each in seen if each.is_file()]

    assert folders == FOLDERS
    assert [name for name in files if not CUSTOMARY.fullmatch(name)] == []


@pytest.mark.parametrize("name", PACKAGES)
def test_no_locked_dependency_brings_a_package_of_our_name(name: str) -> None:
    assert set(packages_distributions().get(name, ())) <= {"channel-gateway"}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_is_short_and_says_what_it_is(module: Module) -> None:
    says = (ast.get_docstring(module.tree) or "").split("\n", maxsplit=1)[0]

    assert module.text.count("\n") <= LONGEST
    assert says, "no docstring"


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    named = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for folder in FOLDERS
        for pattern in TEXTS
        for path in (ROOT / folder).rglob(pattern)
        if "node_modules" not in path.parts  # other people's packages, fetched and not committed
        if (found := MACHINE_PATH.search(path.read_text(encoding="utf-8")))
    ]

    assert named == []
