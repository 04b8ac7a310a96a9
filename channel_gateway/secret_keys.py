"""Our own keys: files in one folder, made at the first start, never in the repository.

`session-*.key` and `data-*.key` may be several, for rotation: the last by name signs and seals, all
of them read. `index.key` never changes: the blind indexes hang on it.
"""

import contextlib
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from channel_gateway.private_files import make_private_folder
from channel_gateway.settings import WrongSettings

_BYTES = 32
_FIRST = ("session-1", "data-1", "index", "operator")


@dataclass(frozen=True, slots=True)
class SecretKeys:
    session: dict[str, bytes] = field(repr=False)  # by id; the signing one first
    data: dict[str, bytes] = field(repr=False)  # by id; the sealing one first
    index: bytes = field(repr=False)
    operator: str = field(repr=False)  # hex


def read_secret_keys(folder: Path, *, create: bool) -> SecretKeys:
    """Read the keys; `create` makes the missing ones. Raises `WrongSettings`, naming the file."""
    if create:
        _make_missing(folder)
    missing = [
        f"secrets: {folder / name}.key is missing"
        for name, found in {
            "session-1": _numbered(folder, "session"),
            "data-1": _numbered(folder, "data"),
            "index": (folder / "index.key").exists(),
            "operator": (folder / "operator.key").exists(),
        }.items()
        if not found
    ]
    if missing:
        raise WrongSettings(missing)
    return SecretKeys(
        session=_numbered(folder, "session"),
        data=_numbered(folder, "data"),
        index=_read(folder / "index.key"),
        operator=_read(folder / "operator.key").hex(),
    )


def look_at_secret_keys(folder: Path, *, create: bool) -> SecretKeys:
    """The same for a command that only looks: the keys `create` would make are made up, for once,
    and nothing is written. Raises `WrongSettings`.
    """
    if not create:
        return read_secret_keys(folder, create=False)
    made_up = secrets.token_bytes(_BYTES)
    index, operator = folder / "index.key", folder / "operator.key"
    return SecretKeys(
        session=_numbered(folder, "session") or {"1": made_up},
        data=_numbered(folder, "data") or {"1": made_up},
        index=_read(index) if index.exists() else made_up,
        operator=(_read(operator) if operator.exists() else made_up).hex(),
    )


def _make_missing(folder: Path) -> None:
    make_private_folder(folder)
    for name in _FIRST:
        # Written whole under another name first: another process may be starting beside us.
        handle, draft = tempfile.mkstemp(dir=folder)  # readable by us alone
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_BYTES))
        with contextlib.suppress(FileExistsError):
            os.link(draft, folder / f"{name}.key")
        Path(draft).unlink()


def _numbered(folder: Path, kind: str) -> dict[str, bytes]:
    files = sorted(folder.glob(f"{kind}-*.key"), reverse=True)
    return {file.stem.removeprefix(f"{kind}-"): _read(file) for file in files}


def _read(path: Path) -> bytes:
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise WrongSettings([f"secrets: {path} is not a key in hexadecimal"]) from error
    if len(key) != _BYTES:
        raise WrongSettings([f"secrets: {path} does not hold {_BYTES} bytes"])
    return key
