"""What we sign with the merchant's key: requests, and the page's payment parameters. Pure.

Every line of a signed text ends in a line feed, also the last; the body is the one that travels.
Source: pay.weixin.qq.com/doc/v3/merchant/4012365336 (requests), 4012365341 (paySign).
"""

from base64 import b64encode
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PADDING, HASH = PKCS1v15(), SHA256()


@dataclass(frozen=True, slots=True)
class Merchant:
    """Who signs: the merchant's number, and its API certificate's serial and private key."""

    mch_id: str
    serial: str
    key: RSAPrivateKey = field(repr=False)  # parsed once: parsing takes 140 times a signature


def request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    lines = f"{method}\n{target}\n{timestamp}\n{nonce}\n"
    return lines.encode("utf-8", "surrogateescape") + body + b"\n"


def authorization(
    merchant: Merchant, method: str, target: str, body: bytes, *, timestamp: int, nonce: str
) -> str:
    """Return the Authorization header of a request. `target`: path and query as on the wire."""
    signature = _signed(merchant, request_text(method, target, str(timestamp), nonce, body))
    return (
        f'{SCHEME} mchid="{merchant.mch_id}",nonce_str="{nonce}",signature="{signature}",'
        f'timestamp="{timestamp}",serial_no="{merchant.serial}"'
    )


def pay_parameters(
    merchant: Merchant, app_id: str, prepay_id: str, *, timestamp: int, nonce: str
) -> dict[str, str]:
    """Return what the page passes to `wx.requestPayment`; `timeStamp` is a text there."""
    package = f"prepay_id={prepay_id}"
    text = f"{app_id}\n{timestamp}\n{nonce}\n{package}\n"
    return {
        "timeStamp": str(timestamp),
        "nonceStr": nonce,
        "package": package,
        "signType": "RSA",
        "paySign": _signed(merchant, text.encode()),
    }


def target_of(url: str) -> str:
    """Return the path and query of an absolute URL, not one character changed."""
    return url[url.index("/", url.index("//") + 2) :]


def _signed(merchant: Merchant, text: bytes) -> str:
    return b64encode(merchant.key.sign(text, PADDING, HASH)).decode()
