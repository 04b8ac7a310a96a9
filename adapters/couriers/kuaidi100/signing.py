"""How kuaidi100's texts are signed: MD5 over the text and a secret, 32 upper-case digits. Pure.

Source: api.kuaidi100.com, «实时查询», «订阅推送».
"""

import hmac
from collections.abc import Iterable
from hashlib import md5


def query_sign(param: bytes, key: str, customer: str) -> str:
    return _digest(param, key + customer)


def push_sign(param: bytes, salt: str) -> str:
    return _digest(param, salt)


def is_signed(param: bytes, sign: bytes, salts: Iterable[str]) -> bool:
    """Whether one of our salts made the signature; kuaidi100 has written it in lower case too."""
    return any(hmac.compare_digest(push_sign(param, salt).encode(), sign.upper()) for salt in salts)


def _digest(param: bytes, secret: str) -> str:
    return md5(param + secret.encode(), usedforsecurity=False).hexdigest().upper()
