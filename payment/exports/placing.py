"""A file gets its name when it is whole and on the disk; until then it lies beside, ours alone."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def folder_beside(path: Path) -> Iterator[Path]:
    """On the same disk; what is half written goes with it. Raises `OSError`."""
    with TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        yield Path(folder)


def put_in_place(whole: Path, path: Path, *, over: bool) -> None:
    """Raises `FileExistsError` unless it may go `over` what is there, come a moment ago or not."""
    whole.chmod(0o600)
    with whole.open("rb+") as file:
        os.fsync(file.fileno())
    if over:
        whole.replace(path)
    else:
        os.link(whole, path)
