"""A number nobody can guess, out of the port that makes names."""

from hashlib import sha256

from channel_gateway.ports import Randomness


def draw(randomness: Randomness) -> int:
    """64 bits."""
    return int.from_bytes(sha256(randomness.token(16).encode()).digest()[:8])
