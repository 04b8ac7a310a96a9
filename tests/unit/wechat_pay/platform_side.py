"""The platform's side, written by hand: it signs, encrypts and answers; nothing of ours is used."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from channel_gateway.wire import Headers, HttpRequest, HttpResponse

NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
APIV3_KEY = b"0123456789abcdef0123456789abcdef"
TRANSACTION = {
    "amount": {"currency": "CNY", "payer_currency": "CNY", "payer_total": 100, "total": 100},
    "appid": "wxd678efh567hg6787",
    "attach": "",
    "bank_type": "OTHERS",
    "mchid": "1230000109",
    "out_trade_no": "1217752501201407033233368018",
    "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    "promotion_detail": [],
    "success_time": "2018-06-08T10:34:56+08:00",
    "trade_state": "SUCCESS",
    "trade_state_desc": "支付成功",
    "trade_type": "JSAPI",
    "transaction_id": "4200000000000000000000000000",
}
REFUND = {
    "amount": {"currency": "CNY", "refund": 30, "total": 100},
    "create_time": "2018-06-09T10:34:56+08:00",
    "out_refund_no": "R1",
    "out_trade_no": "1217752501201407033233368018",
    "refund_id": "50000000382019052709732678859",
    "status": "PROCESSING",
    "transaction_id": "4200000000000000000000000000",
}


@dataclass(frozen=True)
class Signer:
    """A key of the platform and the serial it is named by."""

    serial: str
    key: RSAPrivateKey

    def headers(
        self, body: bytes, *, at: datetime = NOW, nonce: str = "EcZ9Cmy4Xyx1i6RlJQzLcCyEqDa26NBz"
    ) -> dict[str, str]:
        timestamp = str(int(at.timestamp()))
        text = b"\n".join([timestamp.encode(), nonce.encode(), body]) + b"\n"
        return {
            "Wechatpay-Serial": self.serial,
            "Wechatpay-Signature": b64encode(self.key.sign(text, PKCS1v15(), SHA256())).decode(),
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }

    def answer(self, message: object = None, status: int = 200, *, at: datetime = NOW) -> Any:
        body = b"" if message is None else to_json(message)
        return HttpResponse(status, Headers(self.headers(body, at=at)), body)

    def callback(self, body: bytes, *, at: datetime = NOW) -> HttpRequest:
        return HttpRequest(
            "POST", "/callbacks/wechat_pay", Headers(self.headers(body, at=at)), body
        )


def to_json(message: object) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def encrypted(plain: bytes, aad: str, nonce: str = "fdasflkja484") -> dict[str, str]:
    sealed = AESGCM(APIV3_KEY).encrypt(nonce.encode(), plain, aad.encode())
    return {
        "original_type": aad,
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": b64encode(sealed).decode(),
        "associated_data": aad,
        "nonce": nonce,
    }


def callback_body(event: str, resource: object, aad: str = "transaction") -> bytes:
    return to_json(
        {
            "id": "EV-2018022511223320873",
            "create_time": "2015-05-20T13:29:35+08:00",
            "resource_type": "encrypt-resource",
            "event_type": event,
            "summary": "支付成功",
            "resource": encrypted(to_json(resource), aad),
        }
    )


def certificate(signer: Signer, *, until: datetime = NOW + timedelta(days=365)) -> dict[str, Any]:
    """An entry of `/v3/certificates`."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sign")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.key.public_key())
        .serial_number(int(signer.serial, 16))
        .not_valid_before(until - timedelta(days=1825))
        .not_valid_after(until)
        .sign(signer.key, SHA256())
    )
    pem = made.public_bytes(Encoding.PEM)
    return {
        "serial_no": signer.serial,
        "effective_time": (until - timedelta(days=1825)).isoformat(),
        "expire_time": until.isoformat(),
        "encrypt_certificate": encrypted(pem, "certificate", "61f9c719728a"),
    }


def refusal(status: int, code: str, message: str = "") -> HttpResponse:
    """4xx and 5xx come unsigned."""
    return HttpResponse(status, Headers(), to_json({"code": code, "message": message}))


@dataclass
class FakeSender:
    """An `HttpSender` that keeps what was sent and answers what was prepared, in order."""

    answers: list[HttpResponse | Exception] = field(default_factory=list)
    sent: list[HttpRequest] = field(default_factory=list)
    then: Callable[[HttpRequest], HttpResponse] | None = None

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        self.sent.append(request)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        if self.then is None:
            raise AssertionError(f"nothing prepared for {request}")
        return self.then(request)

    def paths(self) -> list[str]:
        return [request.url.partition("example.test")[2] for request in self.sent]


@dataclass
class FakeClock:
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


@dataclass
class FakeRandomness:
    count: int = 0

    def token(self, length: int) -> str:
        self.count += 1
        return str(self.count).rjust(length, "0")
