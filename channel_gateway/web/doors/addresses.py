"""The whole addresses of doors, as platforms are told them."""

from collections.abc import Iterator

from channel_gateway.service import Callback
from channel_gateway.web.doors.door import DoorKey
from channel_gateway.web.doors.keeping import Doors


class Addresses:
    """The port `Doors`. `callbacks` may still grow."""

    def __init__(self, callbacks: list[Callback], doors: Doors, public_url: str) -> None:
        self._callbacks = callbacks
        self._doors = doors
        self._public_url = public_url.rstrip("/")

    async def address(self, callback: str) -> str:
        """With the newest key. Raises `LookupError` for a callback that is behind no door."""
        row = self.row(callback)
        if row is None:
            raise LookupError(f"no callback behind a door is called {callback}")
        return self.of(row, (await self._doors.door(callback)).keys[-1])

    def of(self, row: Callback, key: DoorKey) -> str:
        return f"{self._public_url}{row.template.replace('{key}', self._doors.key(key))}"

    def row(self, name: str) -> Callback | None:
        return next((row for row in self.rows() if row.name == name), None)

    def rows(self) -> Iterator[Callback]:
        return (row for row in self._callbacks if row.unsigned)
