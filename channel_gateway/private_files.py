"""Files and folders for the gateway's own user alone, from the moment they are made."""

import os
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it, readable by us alone; what is there stays as it is."""
    for each in reversed([folder, *folder.parents]):
        if not each.exists():
            each.mkdir(mode=0o700, exist_ok=True)


def privately(path: str, flags: int) -> int:
    """An opener for `open`: a file it makes is ours alone."""
    return os.open(path, flags, 0o600)
