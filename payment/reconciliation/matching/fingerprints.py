"""Fingerprints of texts, 64 bits each, that stand for them where all sides agree. Pure.

Multilinear hashing (Carter and Wegman; Lemire and Kaser, «Strongly universal string hashing is
fast», 2014), twice over with keys of their own: 32 bits each. Whatever two texts are, they have the
same fingerprint under one key in 2⁶⁴; the key is a spool's own, and all its processes share it.
"""

from hashlib import blake2b

import numpy as np

from payment.reconciliation.cells import WORD, Bits, Cells, Flags, Whole

LONGEST = 64  # bytes of a text that is taken as it is; longer ones by a digest
_WORDS = LONGEST // WORD
_KEYS = 2 + 2 * _WORDS  # to begin with, for the length, and for each half of a word
KEY_BYTES = 2 * _KEYS * WORD
_LOW, _HALF = np.uint64(2**32 - 1), np.uint64(32)


class Fingerprints:
    def __init__(self, key: bytes) -> None:
        self._keys = np.frombuffer(key, "<u8").reshape(2, _KEYS)
        self._digest_key = key[:64]

    def of(self, cells: Cells) -> Bits:
        lengths = cells.lengths.astype(np.uint64)
        if cells.longest > LONGEST:
            cells = self._digested(cells)
        first, second = (keys[0] + keys[1] * lengths for keys in self._keys)
        for number in range(-(-cells.longest // WORD)):
            word = cells.word(number)
            low, high = word & _LOW, word >> _HALF
            place = 2 + 2 * number
            first += low * self._keys[0, place] + high * self._keys[0, place + 1]
            second += low * self._keys[1, place] + high * self._keys[1, place + 1]
        both: Bits = (first & ~_LOW) | (second >> _HALF)
        return both

    def of_one(self, text: bytes) -> int:
        return int(self.of(Cells.of([text]))[0])

    def _digested(self, cells: Cells) -> Cells:
        return Cells.of(
            [
                cell if len(cell) <= LONGEST else blake2b(cell, key=self._digest_key).digest()
                for cell in cells.cut()
            ]
        )


def shares(fingerprints: Bits, many: int) -> Whole:
    """Which of so many shares each falls into, all of the same size."""
    return ((fingerprints >> _HALF) * np.uint64(many) >> _HALF).astype(np.int64)


def are_among(fingerprints: Bits, known: Bits) -> Flags:
    """Which of them are among some that are in order."""
    if not len(known):
        return np.zeros(len(fingerprints), np.bool_)
    near = np.minimum(np.searchsorted(known, fingerprints), len(known) - 1)
    among: Flags = known[near] == fingerprints
    return among
