"""A merchant's side of Alipay, written apart from the stand-in: signs with `cryptography`."""

from __future__ import annotations

import json
import subprocess
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from mock_platforms.control import control
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Request, Response

NOTIFY_URL = "http://merchant.example/alipay/notify"


@dataclass
class Ear:
    """Where notices arrive."""

    answer: bytes = b"success"
    got: list[Outgoing] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Response:
        self.got.append(outgoing)
        return Response(200, body=self.answer)


class Merchant:
    """One app of the stand-in, calling it in process."""

    def __init__(self, stage: Stage, section: dict[str, Any], **always: str) -> None:
        self.stage, self.section, self.always = stage, section, always
        with open(section["app_key_file"], "rb") as file:
            self._key: Any = serialization.load_pem_private_key(file.read(), None)

    def params(self, method: str, biz: object = None, **top: str) -> dict[str, str]:
        params = {
            "app_id": self.section["app_id"],
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2026-01-05 10:00:00",
            "version": "1.0",
            **self.always,
            **top,
        }
        if biz is not None:
            params["biz_content"] = biz if isinstance(biz, str) else json.dumps(biz)
        return params

    def sign(self, params: dict[str, str]) -> dict[str, str]:
        text = "&".join(f"{k}={params[k]}" for k in sorted(params))
        raw = text.encode(params.get("charset", "utf-8"))
        signature = self._key.sign(raw, padding.PKCS1v15(), hashes.SHA256())
        return {**params, "sign": b64encode(signature).decode()}

    async def send(self, params: dict[str, str], *, method: str = "POST") -> Response:
        """Public parameters travel in the URL, biz_content in the body, as documented."""
        charset = params.get("charset", "utf-8")
        in_body = {k: v for k, v in params.items() if k == "biz_content" and method == "POST"}
        in_query = {k: v for k, v in params.items() if k not in in_body}
        return await self.stage.handle(
            "alipay",
            Request(
                method,
                "/gateway.do?" + form(in_query, charset),
                Headers({"Content-Type": f"application/x-www-form-urlencoded;charset={charset}"}),
                form(in_body, charset).encode(),
            ),
        )

    async def call(self, method: str, biz: object = None, **top: str) -> dict[str, Any]:
        """The node of the answer."""
        return node(await self.send(self.sign(self.params(method, biz, **top))))

    async def create(self, out_trade_no: str = "fee_1", **changes: Any) -> dict[str, Any]:
        biz = {
            "out_trade_no": out_trade_no,
            "total_amount": "206.00",
            "subject": "行政 费+测试",
            "product_code": "JSAPI_PAY",
            "op_app_id": self.section["app_id"],
            "buyer_open_id": "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5",
        }
        top = {"notify_url": NOTIFY_URL, "charset": changes.pop("charset", "utf-8")}
        return await self.call("alipay.trade.create", {**biz, **changes}, **top)

    async def query(self, out_trade_no: str = "fee_1") -> dict[str, Any]:
        return await self.call("alipay.trade.query", {"out_trade_no": out_trade_no})

    async def refund(
        self, amount: str, request: str = "r1", out_trade_no: str = "fee_1"
    ) -> dict[str, Any]:
        biz = {"out_trade_no": out_trade_no, "refund_amount": amount, "out_request_no": request}
        return await self.call("alipay.trade.refund", biz)


def form(params: dict[str, str], charset: str) -> str:
    return "&".join(f"{k}={quote_plus(v, encoding=charset)}" for k, v in params.items())


def node(response: Response) -> dict[str, Any]:
    document = json.loads(response.body)
    return next(iter(document.values()))


def signed_node(text: str) -> tuple[str, str]:
    """The signed text and the signature, cut as alipay-sdk-nodejs-all does: at the last "sign"."""
    start = text.index(":") + 1
    end = text.rindex(',"sign":"')
    cert = text.rfind(',"alipay_cert_sn":"', 0, end)
    return text[start : cert if cert > 0 else end], text[end + len(',"sign":"') : -2]


def verify(text: str, sign: str, public_key_file: str, charset: str = "utf-8") -> None:
    """Raises InvalidSignature."""
    key: Any = serialization.load_pem_public_key(Path(public_key_file).read_bytes())
    key.verify(b64decode(sign), text.encode(charset), padding.PKCS1v15(), hashes.SHA256())


def openssl_says(text: str, sign: str, public_key_file: str, folder: Path) -> str:
    file = folder / "sign"
    file.write_bytes(b64decode(sign))
    verified = subprocess.run(
        ["openssl", "dgst", "-sha256", "-verify", public_key_file, "-signature", str(file)],
        input=text.encode(),
        capture_output=True,
        check=False,
    )
    return verified.stdout.decode().strip()


async def command(stage: Stage, method: str, path: str, body: object = None) -> Any:
    """The control plane's answer; what became due is sent before this returns."""
    raw = b"" if body is None else json.dumps(body).encode()
    response = await control(stage, Request(method, path, body=raw))
    await stage.clock.run_due()
    return json.loads(response.body)


async def pay(stage: Stage, number: str = "fee_1", **how: Any) -> Any:
    return await command(stage, "POST", f"/alipay/trades/{number}/pay", how)
