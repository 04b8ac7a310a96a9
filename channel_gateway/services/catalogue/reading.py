"""Service files: read from a folder, refused with file, key and reason."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from channel_gateway.services.catalogue.service_file import ServiceFile

MOST_LINES = 60  # whatever needs more is no longer read in one sitting


class WrongServiceFile(ValueError):
    """`lines`: file, key and reason, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def read_service(name: str, text: bytes) -> ServiceFile:
    """Pure. Raises `WrongServiceFile`. A byte order mark, as some editors write it, is borne."""
    try:
        written = text.decode("utf-8-sig")
        if (lines := len(written.rstrip("\n").split("\n"))) > MOST_LINES:
            raise WrongServiceFile([f"{name}: {lines} lines: at most {MOST_LINES} are wanted"])
        return ServiceFile.model_validate(_frozen(tomllib.loads(written)))
    except UnicodeDecodeError as error:
        raise WrongServiceFile([f"{name}: byte {error.start}: not UTF-8"]) from error
    except tomllib.TOMLDecodeError as error:
        raise WrongServiceFile([f"{name}: not TOML: {error}"]) from error
    except ValidationError as error:
        raise WrongServiceFile(list(_reasons(name, error))) from error


def files_in(folder: Path) -> dict[str, Path]:
    """The service files below a folder, by their name from there. Raises `WrongServiceFile`.

    What begins with a dot is somebody's own: an editor's lock, the versions a ConfigMap's links
    lead to. What is no regular file, or a link to none, would not be read to an end.
    """
    if not folder.is_dir():
        raise WrongServiceFile([f"{folder}: there is no such folder"])
    found = {
        str(name): path
        for path in sorted(folder.rglob("*.toml"))
        if not _is_hidden(name := path.relative_to(folder)) and path.is_file()
    }
    if not found:
        raise WrongServiceFile([f"{folder}: no service file (*.toml) is there"])
    return found


def _is_hidden(name: Path) -> bool:
    return any(part.startswith(".") for part in name.parts)


def _frozen(value: object) -> object:
    """TOML's arrays as tuples: the model is strict, and keeps tuples."""
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def _reasons(name: str, error: ValidationError) -> Iterator[str]:
    for wrong in error.errors(include_url=False, include_input=False):
        path = (at for at in wrong["loc"] if at != "[key]")  # the key itself is what is wrong
        key = "".join(f"[{at}]" if isinstance(at, int) else f".{at}" for at in path)
        reason = wrong["msg"].removeprefix("Value error, ")
        yield f"{name}: {key.removeprefix('.')}: {reason}" if key else f"{name}: {reason}"
