"""Bills on disk: private, each under its own hash, never written over."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from channel_gateway.domain.errors import GatewayError
from channel_gateway.private_files import make_private_folder
from payment.on_disk import names_to_disk
from payment.ports import BillFile
from payment.reconciliation.bill_files.kept import KeptFile
from payment.reconciliation.wrong_bills import BillDamaged

_PIECE = 2**20
_LEFT_BEHIND_S = 6 * 3600  # what a killed process had begun to fetch


class KeptFileChanged(GatewayError):
    """A kept bill is not what was fetched: somebody has changed the file."""

    code = "kept_file_changed"


@dataclass(frozen=True, slots=True)
class Counted:
    digest: str
    size: int
    lines: int


class Shelf:
    """A folder: <method>/<day>/<kind>-<beginning of the SHA-256>.csv"""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, method: str, day: date, kind: str, digest: str) -> Path:
        return self._folder / method / day.isoformat() / f"{kind}-{digest[:16]}.csv"

    def place_of(self, file: KeptFile) -> Path:
        return self.place(file.method, file.day, file.kind, file.digest)

    def make_room(self, name: str) -> Path:
        """A new folder to fetch into; what others have left behind long ago is cleared away."""
        incoming = self._folder / ".incoming"
        room = incoming / name
        make_private_folder(room)
        now = room.stat().st_mtime  # the disk's own clock
        for other in incoming.iterdir():
            with suppress(FileNotFoundError):  # another fetch has just cleared its own
                if now - other.stat().st_mtime > _LEFT_BEHIND_S:
                    shutil.rmtree(other, ignore_errors=True)
        return room

    def clear(self, room: Path) -> None:
        shutil.rmtree(room, ignore_errors=True)

    def keep(self, bill: BillFile, method: str, day: date) -> Counted:
        """Put a fetched bill in its place, on disk when this returns. Keeping it again is fine.

        Raises `BillDamaged`, `KeptFileChanged`.
        """
        found = counted(bill.content)
        if found.digest != bill.digest:
            raise BillDamaged(f"{bill.kind} of {day}: changed on its way to disk")
        place = self.place(method, day, bill.kind, bill.digest)
        make_private_folder(place.parent)
        try:
            os.link(bill.content, place)
        except FileExistsError:
            if counted(place) != found:
                raise KeptFileChanged(f"{self._name(place)}: changed since it was kept") from None
        for folder in (place.parent, place.parent.parent, self._folder):
            names_to_disk(folder)
        return found

    def trouble(self, file: KeptFile) -> str:
        """What is wrong with a kept file, naming it; empty: nothing."""
        place = self.place_of(file)
        if not place.is_file():
            return f"{self._name(place)}: missing"
        if counted(place).digest != file.digest:
            return f"{self._name(place)}: changed since {file.fetched_at:%Y-%m-%d %H:%M} UTC"
        return ""

    def _name(self, place: Path) -> str:
        return str(place.relative_to(self._folder))


def counted(path: Path) -> Counted:
    digest, size, lines = sha256(), 0, 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            lines += piece.count(b"\n")
    return Counted(digest.hexdigest(), size, lines)
