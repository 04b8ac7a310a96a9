"""The control plane's reference page, printed from its rows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mock_platforms.commands import ControlRoute
from mock_platforms.faults import EVERYWHERE, FaultKind

HEAD = """# Control plane of the stand-ins

JSON in and out on `control.base_url` of `platforms.json`. An error answers
`{"error": why, "field": name}`; a field that is not listed is refused.
Fields marked `?` may be left out. This page is printed by `python -m mock_platforms control`.

"""


def page(rows: Sequence[ControlRoute], kinds: Mapping[str, Sequence[FaultKind]]) -> str:
    """Return the page in Markdown."""
    commands = "\n".join(_command(row) for row in rows)
    return f"{HEAD}## Commands\n\n{commands}\n{_faults(kinds)}"


def _command(row: ControlRoute) -> str:
    lines = [f"### `{row.method} {row.path}`", "", row.says, ""]
    if row.fields:
        lines += [f"- `{name}`: {meaning}" for name, meaning in row.fields.items()] + [""]
    if row.answers:
        lines += [f"Answers `{row.answers}`.", ""]
    return "\n".join(lines)


def _faults(kinds: Mapping[str, Sequence[FaultKind]]) -> str:
    head = "| kind | says | parameters | operations |\n| --- | --- | --- | --- |\n"
    shared = {kind.name for kind in EVERYWHERE}
    parts = [f"## Faults of every stand-in\n\n{head}{_table(EVERYWHERE)}"]
    for platform, known in kinds.items():
        if own := [kind for kind in known if kind.name not in shared]:
            parts.append(f"## Faults of `{platform}`\n\n{head}{_table(own)}")
    return "\n".join(parts)


def _table(kinds: Sequence[FaultKind]) -> str:
    return "".join(
        f"| `{kind.name}` | {kind.says} | {_parameters(kind)} | {_operations(kind)} |\n"
        for kind in kinds
    )


def _parameters(kind: FaultKind) -> str:
    return ", ".join(f"`{name}` = {value}" for name, value in kind.parameters.items())


def _operations(kind: FaultKind) -> str:
    where = " and ".join(f"every {place}" for place in sorted(kind.where))
    return ", ".join(f"`{name}`" for name in sorted(kind.operations or ())) or where
