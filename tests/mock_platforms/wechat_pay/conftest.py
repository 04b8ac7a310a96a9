"""A merchant written by hand from the public documentation; it shares nothing with the stand-in."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mock_platforms.control import control
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import build
from mock_platforms.wire import Headers, Outgoing, Request, Response

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # in Beijing
NOTIFY_URL = "https://gateway.example/callbacks/wechat_pay"


@cache
def private_key(file: str) -> Any:
    """Return a key; parsing one takes longer than signing with it."""
    return serialization.load_pem_private_key(Path(file).read_bytes(), None)


def rs256_verifies(public_key: Any, headers: Mapping[str, str], body: bytes) -> bool:
    """Verify an answer or a notification as the documentation says."""
    text = b"".join(
        part + b"\n"
        for part in (
            headers["Wechatpay-Timestamp"].encode(),
            headers["Wechatpay-Nonce"].encode(),
            body,
        )
    )
    signature = base64.b64decode(headers["Wechatpay-Signature"])
    try:
        public_key.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


@dataclass
class Merchant:
    stage: Stage
    status: int = 200  # how it answers notifications
    notified: list[Outgoing] = field(default_factory=list)

    @property
    def facts(self) -> dict[str, Any]:
        return self.stage.describe()["wechat_pay"]

    async def take(self, outgoing: Outgoing) -> Response:
        self.notified.append(outgoing)
        return Response(self.status)

    def authorization(self, method: str, target: str, body: bytes, **change: str) -> str:
        key = private_key(self.facts["merchant_key_file"])
        timestamp = change.get("timestamp") or str(int(self.stage.signing_now().timestamp()))
        text = f"{method}\n{target}\n{timestamp}\nNONCE\n".encode() + body + b"\n"
        signature = base64.b64encode(key.sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()
        values = {
            "mchid": self.facts["mch_id"],
            "nonce_str": "NONCE",
            "signature": signature,
            "timestamp": timestamp,
            "serial_no": self.facts["merchant_serial"],
        } | change
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{k}="{v}"' for k, v in values.items())

    async def call(self, method: str, target: str, value: Any = None, **headers: str) -> Response:
        body = b"" if value is None else json.dumps(value).encode()
        given = {
            "Accept": "application/json",
            "User-Agent": "test",
            "Content-Type": "application/json",
            "Authorization": self.authorization(method, target, body),
        } | {name.replace("_", "-"): text for name, text in headers.items()}
        return await self.stage.handle("wechat_pay", Request(method, target, Headers(given), body))

    def order(self, number: str = "ORDER-0001", **change: Any) -> dict[str, Any]:
        return {
            "appid": self.facts["app_id"],
            "mchid": self.facts["mch_id"],
            "description": "不动产登记费",
            "out_trade_no": number,
            "notify_url": NOTIFY_URL,
            "amount": {"total": 8000, "currency": "CNY"},
            "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
        } | change

    async def prepay(self, number: str = "ORDER-0001", **change: Any) -> Response:
        return await self.call("POST", "/v3/pay/transactions/jsapi", self.order(number, **change))

    async def query(self, number: str = "ORDER-0001") -> Response:
        mch_id = self.facts["mch_id"]
        return await self.call("GET", f"/v3/pay/transactions/out-trade-no/{number}?mchid={mch_id}")

    async def close(self, number: str = "ORDER-0001") -> Response:
        target = f"/v3/pay/transactions/out-trade-no/{number}/close"
        return await self.call("POST", target, {"mchid": self.facts["mch_id"]})

    async def refund(
        self, number: str, fen: int, order: str = "ORDER-0001", **change: Any
    ) -> Response:
        ask = {
            "out_trade_no": order,
            "out_refund_no": number,
            "notify_url": NOTIFY_URL,
            "amount": {"refund": fen, "total": 8000, "currency": "CNY"},
        } | change
        return await self.call("POST", "/v3/refund/domestic/refunds", ask)

    async def pays(self, number: str = "ORDER-0001", **body: Any) -> Response:
        """Let the citizen pay, and the notification go out."""
        answer = await self.command("POST", f"/wechat_pay/orders/{number}/pay", body)
        await self.stage.clock.run_due()
        return answer

    async def command(self, method: str, path: str, body: Any = None) -> Response:
        given = b"" if body is None else json.dumps(body).encode()
        return await control(self.stage, Request(method, path, body=given))

    async def paid_order(self, number: str = "ORDER-0001") -> None:
        await self.prepay(number)
        assert (await self.pays(number)).status == 200

    def opened(self, index: int = -1) -> dict[str, Any]:
        """Return the plaintext of a notification."""
        resource = json.loads(self.notified[index].body)["resource"]
        plain = AESGCM(self.facts["apiv3_key"].encode()).decrypt(
            resource["nonce"].encode(),
            base64.b64decode(resource["ciphertext"]),
            resource["associated_data"].encode(),
        )
        value: dict[str, Any] = json.loads(plain)
        return value

    def platform_key(self) -> Any:
        pem = Path(self.facts["platform_cert_file"]).read_bytes()
        return x509.load_pem_x509_certificate(pem).public_key()

    def public_key(self) -> Any:
        return serialization.load_pem_public_key(Path(self.facts["public_key_file"]).read_bytes())


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def merchant(tmp_path: Path, keys: KeyFolder) -> Merchant:
    ends: list[Merchant] = []

    async def send(outgoing: Outgoing) -> Response:
        return await ends[0].take(outgoing)

    stage = Stage(
        tmp_path, {"wechat_pay": build}, wall=lambda: NOON, shared_clock=True, send=send, keys=keys
    )
    ends.append(Merchant(stage))
    return ends[0]


def words(response: Response) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(response.body)
    return value


def sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
