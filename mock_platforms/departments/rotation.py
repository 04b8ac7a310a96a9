"""The secrets of one direction: one of them, or two while the old gives way to the new."""

from mock_platforms.departments.signing import PREFIX
from mock_platforms.keys import KeyFolder

_CHARACTERS = 44  # all of Base64's alphabet: 33 bytes


class Rotation:
    """Secrets numbered from 1; files of earlier plays are taken up again."""

    def __init__(self, keys: KeyFolder, name: str) -> None:
        self._keys, self._name = keys, name
        self._held = [self._made(1)]

    @property
    def under_way(self) -> bool:
        return len(self._held) == 2

    def begin(self) -> None:
        self._held.append(self._made(self._number(self._held[-1]) + 1))

    def end(self) -> None:
        self._held = self._held[-1:]

    def files(self) -> list[str]:
        return [str(self._keys.path(f"{name}.txt")) for name in self._held]

    def secrets(self) -> list[str]:
        """The secrets in use, the older first."""
        return [self._secret(name) for name in self._held]

    def _made(self, number: int) -> str:
        name = f"{self._name}_{number}"
        self._secret(name)
        return name

    def _secret(self, name: str) -> str:
        return self._keys.secret(name, _CHARACTERS, prefix=PREFIX)

    @staticmethod
    def _number(name: str) -> int:
        return int(name.rpartition("_")[2])
