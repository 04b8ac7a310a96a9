"""Fields that only WeChat Pay may read: RSA-OAEP with its key, which the request names.

Source: pay.weixin.qq.com (v3), «敏感信息加解密»: SHA-1 and MGF1 with SHA-1, in base64.
"""

from base64 import b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

_PADDING = OAEP(mgf=MGF1(algorithm=SHA1()), algorithm=SHA1(), label=None)  # noqa: S303 (theirs)


@dataclass(frozen=True, slots=True)
class Seal:
    serial: str
    key: RSAPublicKey

    def sealed(self, text: str) -> str:
        """Another one each time: the padding is random."""
        return b64encode(self.key.encrypt(text.encode(), _PADDING)).decode()
