"""What others published holds with our text layouts; sources are in tests/vectors/wechat.json."""

from base64 import b64decode
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_public_key

from channel_gateway.domain.errors import Malformed
from channel_gateway.wire import Headers
from payment.connectors.wechat_pay.callbacks import read_callback
from payment.connectors.wechat_pay.signing import HASH, PADDING, request_text
from payment.connectors.wechat_pay.trust import check, opened

Vectors = dict[str, dict[str, Any]]


def key_of(vector: dict[str, Any]) -> RSAPublicKey:
    key = load_der_public_key(b64decode(vector["public_key_spki_b64"]))
    assert isinstance(key, RSAPublicKey)
    return key


def headers_of(vector: dict[str, Any], serial: str) -> Headers:
    return Headers(
        {
            "Wechatpay-Serial": serial,
            "Wechatpay-Timestamp": vector["timestamp"],
            "Wechatpay-Nonce": vector["nonce"],
            "Wechatpay-Signature": vector["signature"],
        }
    )


@pytest.mark.parametrize("name", ["req-sign-post", "req-sign-get-empty-body"])
def test_the_published_request_signatures_are_over_our_text(vectors: Vectors, name: str) -> None:
    vector, key = vectors[name], key_of(vectors["req-sign-post"])

    text = request_text(
        vector["method"],
        vector["url"],
        vector["timestamp"],
        vector["nonce"],
        vector["body"].encode(),
    )

    key.verify(b64decode(vector["signature"]), text, PADDING, HASH)


def test_the_published_answer_verifies_with_the_public_key(vectors: Vectors) -> None:
    vector = vectors["resp-verify-pubkey"]
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)

    check(headers_of(vector, "K"), vector["body"].encode(), {"K": key_of(vector)}, now)


def test_the_published_callback_verifies_and_opens(vectors: Vectors) -> None:
    vector = vectors["notify-full"]
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    keys = {vector["serial"]: key_of(vector)}
    # The sample's key has 16 bytes, and it tells of a service that is not ours: it is verified
    # and then named as an event we do not know.
    aead = AESGCM(vector["apiv3_key"].encode())

    with pytest.raises(Malformed) as error:
        read_callback(
            headers_of(vector, vector["serial"]), vector["body"].encode(), keys, aead, now
        )

    assert error.value.field == "event_type"


def test_the_published_ciphertexts_open(vectors: Vectors) -> None:
    vector = vectors["aead-aes-gcm-16byte-key"]
    resource = {
        "algorithm": "AEAD_AES_256_GCM",
        "nonce": vector["nonce"],
        "associated_data": vector["aad"],
        "ciphertext": vector["ciphertext"],
    }

    assert opened(AESGCM(vector["key"].encode()), resource).decode() == vector["plaintext"]
