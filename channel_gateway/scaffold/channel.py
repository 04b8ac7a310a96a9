"""A channel and its payment method out of templates: the files of `channel_files/`, filled in."""

import keyword
import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import groupby
from pathlib import Path, PurePosixPath
from sys import stdlib_module_names

from jinja2 import Environment, StrictUndefined

_NAME = re.compile(r"[a-z][a-z0-9]{1,15}(_[a-z0-9]+)*")
_LONGEST = 20
_TEMPLATE = ".jinja"
_TABLES = """\
[plugins.<< name >>]
module = "<< adapter >>"
from = "var/stand-ins/platforms.json#<< name >>"

[plugins.<< name >>_pay]
module = "<< connector >>"
from = "var/stand-ins/platforms.json#<< name >>"
"""

# Not jinja's own marks: braces mean something in Python and JSON.
TEMPLATES = Environment(
    variable_start_string="<<",
    variable_end_string=">>",
    undefined=StrictUndefined,
    keep_trailing_newline=True,
    autoescape=False,  # noqa: S701 (it writes Python, not HTML)
)


class WrongName(ValueError):
    """No name for a channel."""


class NameTaken(ValueError):
    """Something of this name is there already."""


def check_names(name: str, under: str = "", taken: Iterable[str] = ()) -> None:
    """Raises `WrongName`: the name becomes packages, classes and paths of the control plane.

    `taken`: the plug-ins there are. Raises `NameTaken`.
    """
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or _means_something(name):
        raise WrongName(
            f"{name!r} cannot be a channel's name: a lower-case identifier of at most {_LONGEST}"
            " characters is wanted that means nothing else in Python or here, such as citybank"
        )
    if under and not all(map(_is_package, under.split("."))):
        raise WrongName(f"{under!r} cannot be a package: dotted identifiers are wanted")
    if rivals := {name, f"{name}_pay"}.intersection(taken):
        raise NameTaken(f"[plugins.{min(rivals)}] is in settings.toml already: take another name")


def _means_something(name: str) -> bool:
    """To Python, or here: a package, a module of the standard library, a word of the language."""
    ours = ("adapters", "channel_gateway", "finance", "mock_platforms", "payment", "tests")
    return keyword.iskeyword(name) or name in (*keyword.softkwlist, *ours, *stdlib_module_names)


def _is_package(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name)


def channel_files(name: str, *, under: str = "") -> dict[PurePosixPath, str]:
    """Return what to write, by path from the checkout's root. Code goes into the package `under`;
    vectors and rig lie with the project's tests, which find them there.
    """
    words = _words(name, under)
    written = {}
    for path, template in _templates(files(__package__) / "channel_files"):
        place = PurePosixPath(str(path).replace("NAME", name).removesuffix(_TEMPLATE))
        if under and place.parts[0] != "tests":
            place = PurePosixPath(*under.split("."), place)
        filled = TEMPLATES.from_string(template.read_text(encoding="utf-8")).render(words)
        written[place] = _with_imports_sorted(filled) if place.suffix == ".py" else filled
    return written


def settings_tables(name: str, *, under: str = "") -> str:
    """Return the tables of settings.toml that name the new plug-ins."""
    return TEMPLATES.from_string(_TABLES).render(_words(name, under))


def write_new(root: Path, written: Mapping[PurePosixPath, str]) -> list[PurePosixPath]:
    """Write files that are not there yet, all or none. Raises `NameTaken`."""
    for path in written:
        place = root / path
        # Beside a module of the same name a new folder would hide it.
        rivals = [place]
        if place.parent != root:
            rivals.append(place.parent.with_suffix(".py"))
        if path.name == "__init__.py":
            rivals.append(place.parent)
        if taken := next((each for each in rivals if each.exists()), None):
            raise NameTaken(f"{taken.relative_to(root)} exists already: take another name")
    for path, text in written.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return sorted(written)


def _words(name: str, under: str) -> dict[str, str]:
    package = f"{under}." if under else ""
    return {
        "name": name,
        "title": name.title().replace("_", ""),
        "adapter": f"{package}adapters.{name}",
        "connector": f"{package}payment.connectors.{name}_pay",
        "stand_in": f"{package}mock_platforms.{name}",
    }


def _templates(folder: Traversable) -> list[tuple[PurePosixPath, Traversable]]:
    """Every template below a folder, with its path from there."""
    found: list[tuple[PurePosixPath, Traversable]] = []
    for entry in folder.iterdir():
        path = PurePosixPath(entry.name)
        if entry.is_dir():
            found += [(path / deeper, template) for deeper, template in _templates(entry)]
        elif entry.name.endswith(_TEMPLATE):
            found.append((path, entry))
    return sorted(found, key=lambda each: each[0])


def _with_imports_sorted(source: str) -> str:
    """Sort each run of `from … import` lines: where a package comes depends on its name."""
    lines: list[str] = []
    for importing, run in groupby(source.split("\n"), lambda line: line.startswith("from ")):
        block = list(run)
        lines += sorted(block, key=_module_of) if importing else block
    return "\n".join(lines)


def _module_of(line: str) -> str:
    return line.split()[1]
