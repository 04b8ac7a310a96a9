"""What a folder holds is on disk, and not only in the system's memory."""

import os
from pathlib import Path


def names_to_disk(folder: Path) -> None:
    """A file that was made, linked or renamed in it is there after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
