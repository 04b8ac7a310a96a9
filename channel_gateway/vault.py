"""People's data at rest: AES-256-GCM with key ids, and a keyed blind index to find it again.

A sealed text is `key id . base64url(nonce ‖ ciphertext ‖ tag)`; its place (`orders.payer`) is
authenticated with it, so that it cannot be moved to another field. Old keys
open, the first one seals.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from channel_gateway.domain.errors import Forged
from channel_gateway.ports import Randomness


class Vault:
    def __init__(self, keys: Mapping[str, bytes], index_key: bytes, randomness: Randomness) -> None:
        """`keys`: id → 32 bytes, the sealing key first; `index_key`: 32 bytes that never change."""
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._sealing = next(iter(self._ciphers))
        # OpenSSL looks the digest up anew for each new HMAC; a copy has it already.
        self._index = hmac.new(index_key, digestmod=sha256)
        self._randomness = randomness

    def seal(self, text: str, place: str) -> str:
        nonce = sha256(self._randomness.token(32).encode()).digest()[:12]
        sealed = self._ciphers[self._sealing].encrypt(nonce, text.encode(), place.encode())
        return f"{self._sealing}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, place: str) -> str:
        """Raises `Forged` when it was altered, moved, or sealed with a key we do not hold."""
        key_id, _, packed = sealed.partition(".")
        try:
            raw = urlsafe_b64decode(packed)
            return self._ciphers[key_id].decrypt(raw[:12], raw[12:], place.encode()).decode()
        except (KeyError, ValueError, InvalidTag) as error:
            raise Forged("a sealed text does not open") from error

    def blind_index(self, text: str, place: str) -> str:
        """The same text in the same place gives the same 32 hex characters, to us only."""
        keyed = self._index.copy()
        keyed.update(f"{place}\n{text}".encode())
        return keyed.hexdigest()[:32]
