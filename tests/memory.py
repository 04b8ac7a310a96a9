"""Where data of tests lies that would wait for the disk: in memory, if there is room for it."""

import os
import shutil
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 (what is made within has a name by chance)
ROOM_BYTES = 4 << 30  # a server takes half a GiB, and each worker of a run has its own


def folder_in_memory() -> Path | None:
    """None on other systems and in small containers: temporary files are on the disk there."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else None
