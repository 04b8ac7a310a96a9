"""Fields for WeChat Pay's eyes alone, opened again by the `openssl` command."""

import subprocess
from base64 import b64decode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from payment.connectors.wechat_pay.sealing import Seal


def test_openssl_opens_what_was_sealed(tmp_path: Path) -> None:
    key = generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    (tmp_path / "sealed").write_bytes(b64decode(Seal("S1", key.public_key()).sealed("林示例")))
    how = ("rsa_padding_mode:oaep", "rsa_oaep_md:sha1", "rsa_mgf1_md:sha1")
    opened = subprocess.run(
        [
            *("openssl", "pkeyutl", "-decrypt", "-inkey", tmp_path / "key.pem"),
            *("-in", tmp_path / "sealed"),
            *(word for each in how for word in ("-pkeyopt", each)),
        ],
        capture_output=True,
        check=True,
    )
    assert opened.stdout.decode() == "林示例"
