"""RSA keys that settings give: what cannot be read is said with the setting's name."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from channel_gateway.sections import read_text

Key = TypeVar("Key")


def rsa_private_key(setting: str, given: Path | str) -> RSAPrivateKey:
    """Parse a file or its text. Raises `ValueError`, naming the setting."""
    wanted = "an RSA private key in PEM, without a password, is wanted"
    return parsed(setting, _text(setting, given), _private_key, wanted)


def rsa_public_key(setting: str, given: Path | str) -> RSAPublicKey:
    """Parse a file or its text. Raises `ValueError`, naming the setting."""
    wanted = "an RSA public key in PEM is wanted"
    return parsed(setting, _text(setting, given), _public_key, wanted)


def parsed(setting: str, text: str, read: Callable[[str], Key], wanted: str) -> Key:
    """Read a key; why it cannot be read is told by what is wanted. Raises `ValueError`."""
    try:
        return read(text)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:  # a password: TypeError
        raise ValueError(f"{setting}: {wanted}") from error


def _text(setting: str, given: Path | str) -> str:
    return read_text(setting, given) if isinstance(given, Path) else given


def _private_key(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("another kind of key")
    return key


def _public_key(pem: str) -> RSAPublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise TypeError("another kind of key")
    return key
