"""Which numbers a day has, told by a few bits each instead of by their texts. Pure.

Neighbouring days only explain what the day has: nearly all of them is passed over by asking here.
"""

from collections.abc import Iterable
from zlib import crc32

_BITS = 2**25  # of a million numbers, three in a hundred strangers pass for known


class Numbers:
    """Knows every number it was told; of some others it thinks so, too, and they do no harm."""

    def __init__(self) -> None:
        self._bits = bytearray(_BITS // 8)

    def add(self, numbers: Iterable[bytes]) -> None:
        bits = self._bits
        for number in numbers:
            place = crc32(number) % _BITS
            bits[place >> 3] |= 1 << (place & 7)

    def known(self, numbers: Iterable[bytes]) -> list[bool]:
        bits = self._bits
        places = [crc32(number) % _BITS for number in numbers]
        return [bool(bits[place >> 3] >> (place & 7) & 1) for place in places]
