"""Messages to the application gateway as Alipay posts them; signed by the `openssl` command."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote_plus

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.unit.alipay.alipay_side import NOW

APP_ID = "2021000000000001"
METHOD = "alipay.trade.refund.depositback.completed"
SUBSCRIPTION = "alipay.some.subscription.changed"
OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"

MESSAGE = {
    "notify_id": "2026030201222162644199160501632046",
    "utc_timestamp": str(int(NOW.timestamp()) * 1000),
    "msg_method": METHOD,
    "app_id": APP_ID,
    "version": "1.1",
    "charset": "UTF-8",
    "biz_content": '{"trade_no":"2026030222001","note":"费 用/+"}',
}


def subscription(template: str = "alipay-booked", state: str = "1") -> dict[str, str]:
    relation = {
        "template_id": template,
        "subscribe_type": "onetime",
        "subscribe_state": state,
    }
    content = {"open_id": OPEN_ID, "subscribe_relations": [relation]}
    return {**MESSAGE, "msg_method": SUBSCRIPTION, "biz_content": json.dumps(content)}


def pushed(
    key: RSAPrivateKey,
    message: Mapping[str, str] = MESSAGE,
    *,
    sign_type_signed: bool = True,
    codec: str = "utf-8",
    **beside: str,
) -> bytes:
    """The form, signed; what is said `beside` is put in after signing."""
    said = {**message, "sign_type": "RSA2"}
    signed = said if sign_type_signed else message
    text = "&".join(f"{name}={signed[name]}" for name in sorted(signed) if signed[name])
    whole = {**said, **beside, "sign": openssl_signature(key, text.encode(codec))}
    pairs = (f"{name}={quote_plus(value, encoding=codec)}" for name, value in whole.items())
    return "&".join(pairs).encode()


def openssl_signature(key: RSAPrivateKey, text: bytes) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "key.pem"
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        signed = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", str(file)],
            input=text,
            capture_output=True,
            check=True,
        )
    return b64encode(signed.stdout).decode()
