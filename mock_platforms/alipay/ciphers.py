"""Alipay's cryptography: RSA2 signatures and AES content encryption. Pure."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.padding import PKCS7

_ZERO_IV = bytes(16)  # the platform's rule, so equal contents give equal ciphertexts


def sign_rsa2(text: bytes, key: RSAPrivateKey) -> str:
    return b64encode(key.sign(text, PKCS1v15(), SHA256())).decode()


def verifies_rsa2(text: bytes, signature: str, key: RSAPublicKey) -> bool:
    try:
        key.verify(b64decode(signature, validate=True), text, PKCS1v15(), SHA256())
    except (InvalidSignature, NotBase64, ValueError):
        return False
    return True


def encrypt_content(plain: bytes, aes_key: str) -> str:
    """AES-128-CBC, zero IV, PKCS7, Base64; the key is 16 bytes in Base64, as in the console."""
    padder = PKCS7(128).padder()
    encryptor = Cipher(AES(b64decode(aes_key)), CBC(_ZERO_IV)).encryptor()
    return b64encode(encryptor.update(padder.update(plain) + padder.finalize())).decode()


def decrypt_content(cipher: str, aes_key: str) -> bytes:
    """Raises ValueError when the text is not a ciphertext of this key."""
    decryptor = Cipher(AES(b64decode(aes_key)), CBC(_ZERO_IV)).decryptor()
    padded = decryptor.update(b64decode(cipher, validate=True)) + decryptor.finalize()
    unpadder = PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()
