"""How WeChat signs and seals what it pushes: the one module that speaks through wechatpy. Pure.

Of wechatpy are the sorted SHA-1 and the cipher (AES-256-CBC, the key's head as IV). Not of it are
the comparison, which there takes as long as the texts agree, the padding, which it does not check,
and the reading, which knows XML alone. Source: developers.weixin.qq.com, «消息推送».
"""

from base64 import b64decode, b64encode
from hmac import compare_digest

from wechatpy.crypto import WeChatCipher
from wechatpy.utils import WeChatSigner

from channel_gateway.domain.errors import Forged

BLOCK = 32  # what is sealed is padded to a multiple of it: by 1 to 32 bytes


def signature(*parts: str) -> str:
    """Hex SHA-1 of the parts, sorted and joined."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def check_signature(given: str, *parts: str) -> None:
    """Raises `Forged`. Takes as long for every wrong one."""
    if not compare_digest(given.encode(), signature(*parts).encode()):
        raise Forged("a push whose signature does not hold")


class Seal:
    """Opens and seals what one app and WeChat say to each other."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        """Raises `ValueError`, that does not show the key."""
        try:
            key = b64decode(encoding_aes_key + "=", validate=True)
        except ValueError:
            key = b""
        if len(encoding_aes_key) != 43 or len(key) != 32:
            raise ValueError("an EncodingAESKey has 43 letters and digits")
        self._cipher = WeChatCipher(key)
        self._app_id = app_id.encode()

    def opened(self, encrypted: str) -> bytes:
        """The message inside. Raises `Forged`, which does not say what was wrong.

        To be asked only after the signature over it was found to hold.
        """
        try:
            sealed = b64decode(encrypted, validate=True)
        except ValueError:
            raise Forged("a push that does not open") from None
        if not sealed or len(sealed) % BLOCK:
            raise Forged("a push that does not open")
        plain: bytes = self._cipher.decrypt(sealed)
        padding = plain[-1]
        padded = plain[-padding:] == bytes([padding]) * padding
        if not 1 <= padding <= BLOCK or not padded:
            raise Forged("a push that does not open")
        content = plain[16:-padding]  # after 16 random bytes: length, message, appid
        end = 4 + int.from_bytes(content[:4], "big")
        if end > len(content) or not compare_digest(content[end:], self._app_id):
            raise Forged("a push that does not open")
        return content[4:end]

    def sealed(self, message: bytes, random16: bytes) -> str:
        """Return what only the other holder of the key opens; `random16`: 16 bytes of chance."""
        plain = random16 + len(message).to_bytes(4, "big") + message + self._app_id
        missing = BLOCK - len(plain) % BLOCK
        encrypted: bytes = self._cipher.encrypt(plain + bytes([missing]) * missing)
        return b64encode(encrypted).decode()
