"""A stand-in for the gateway without sockets: answers signed by keys made here."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from adapters.alipay.open_platform import rsa2
from channel_gateway.wire import HttpRequest, HttpResponse

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)  # 09:30 in Beijing
AES_KEY = bytes(range(16))
VECTORS = json.loads((Path(__file__).parents[2] / "vectors/alipay_connector.json").read_text())


@dataclass
class FixedClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


Reply = HttpResponse | Exception | Callable[[HttpRequest], HttpResponse]


@dataclass
class Gateway:
    """An `HttpSender` that keeps what was sent and answers what it was told to."""

    key: RSAPrivateKey
    replies: deque[Reply] = field(default_factory=deque)
    sent: list[HttpRequest] = field(default_factory=list)

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        self.sent.append(request)
        await asyncio.sleep(0)  # others run while a socket waits
        reply = self.replies.popleft()
        if isinstance(reply, Exception):
            raise reply
        return reply(request) if callable(reply) else reply

    def answers(self, method: str, node: Any, **more: str) -> None:
        self.replies.append(signed_answer(self.key, method, node, **more))

    def parameters(self, at: int = -1) -> dict[str, str]:
        request = self.sent[at]
        query = request.url.partition("?")[2]
        return dict(parse_qsl(f"{query}&{request.body.decode()}", keep_blank_values=True))

    def content(self, at: int = -1) -> Any:
        return json.loads(self.parameters(at)["biz_content"])


def signed_answer(
    key: RSAPrivateKey, method: str, node: Any, *, cert_sn: str = "", where: str = ""
) -> HttpResponse:
    r"""An answer as the gateway writes it: compact, `/` as `\/`, the node first."""
    text = node if isinstance(node, str) else json.dumps(node, ensure_ascii=False)
    text = text.replace("/", r"\/")
    name = where or method.replace(".", "_") + "_response"
    certificate = f',"alipay_cert_sn":"{cert_sn}"' if cert_sn else ""
    sign = rsa2.sign(text.encode(), key)
    body = f'{{"{name}":{text}{certificate},"sign":"{sign}"}}'
    return HttpResponse(200, body=body.encode())


def success(**fields: Any) -> Mapping[str, Any]:
    return {"code": "10000", "msg": "Success", **fields}


def refusal(sub_code: str, code: str = "40004") -> Mapping[str, Any]:
    return {"code": code, "msg": "Business Failed", "sub_code": sub_code, "sub_msg": "不行"}


@dataclass(frozen=True)
class Authority:
    """A small certificate authority: a root, one authority below it, and leaves."""

    key: RSAPrivateKey
    root: x509.Certificate
    middle: x509.Certificate

    def leaf(self, public_key: Any, serial: int, days: int = 365) -> x509.Certificate:
        return certificate("Alipay", self.middle.subject, public_key, self.key, serial, days=days)


def distinguished_name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CA"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def certificate(
    subject: str,
    issuer: x509.Name,
    public_key: Any,
    key: Any,
    serial: int,
    *,
    may_issue: bool = False,
    days: int = 365,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(distinguished_name(subject))
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(serial)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=may_issue, path_length=None), critical=True)
        .sign(key, SHA256())
    )


def pem(*certificates: x509.Certificate) -> str:
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)
