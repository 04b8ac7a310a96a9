"""The calling side of the finance protocol, written apart from the stand-in."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Request, Response


class Gateway:
    """Signs calls with the gateway's key and verifies every answer with finance's."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.section: dict[str, Any] = stage.describe()["finance"]
        self._key: Any = serialization.load_pem_private_key(
            Path(self.section["app_key_file"]).read_bytes(), None
        )
        self._calls = 0

    async def call(self, path: str, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
        return self.read(await self.send(path, json.dumps(body).encode(), **headers))

    async def send(self, path: str, body: bytes, **headers: str) -> Response:
        """Send a signed call; `headers` replace some of the signed ones afterwards."""
        self._calls += 1
        timestamp = str(int(self.stage.signing_now().timestamp()))
        nonce = f"nonce-{self._calls:016d}"
        text = f"POST\n{path}\n{timestamp}\n{nonce}\n{body.decode()}\n".encode()
        signature = self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())
        fields = {
            "X-Finance-App": self.section["app_id"],
            "X-Finance-Timestamp": timestamp,
            "X-Finance-Nonce": nonce,
            "X-Finance-Signature": b64encode(signature).decode(),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        return await self.stage.handle("finance", Request("POST", path, Headers(fields), body))

    def read(self, response: Response) -> tuple[int, dict[str, Any]]:
        self.verify(response)
        return response.status, json.loads(response.body)

    def verify(self, response: Response) -> None:
        """Raises InvalidSignature."""
        said = response.headers
        text = f"{said['X-Finance-Timestamp']}\n{said['X-Finance-Nonce']}\n".encode()
        pem = Path(self.section["finance_public_key_file"]).read_bytes()
        key: Any = serialization.load_pem_public_key(pem)
        signature = b64decode(said["X-Finance-Signature"])
        key.verify(signature, text + response.body + b"\n", padding.PKCS1v15(), hashes.SHA256())

    async def look_up(self, notice: dict[str, Any]) -> dict[str, Any]:
        asked = {name: notice[name] for name in ("pay_code", "check_code")}
        return (await self.call("/v1/notices/look-up", asked))[1]

    async def confirm(
        self, notice: dict[str, Any], number: str = "order-1", **changes: Any
    ) -> tuple[int, dict[str, Any]]:
        """Confirm what the notice says is owed, paid now."""
        body = {
            "confirmation_no": number,
            "pay_code": notice["pay_code"],
            "amount_fen": notice["total_fen"],
            "late_fee_fen": notice["late_fee_fen"],
            "paid_at": self.stage.clock.now().isoformat(),
            "channel": "alipay",
            "channel_transaction_no": "2026010722001400000000000001",
        }
        return await self.call("/v1/payments/confirm", {**body, **changes})


async def command(stage: Stage, method: str, path: str, body: object = None) -> Any:
    raw = b"" if body is None else json.dumps(body).encode()
    return json.loads((await control(stage, Request(method, path, body=raw))).body)


async def issue(stage: Stage, **what: Any) -> dict[str, Any]:
    """A unit issues a notice; the answer says what a citizen must know."""
    return await command(stage, "POST", "/finance/notices", what)
