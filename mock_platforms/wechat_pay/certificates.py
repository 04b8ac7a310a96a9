"""The list of platform certificates, each sealed with the merchant's APIv3 key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import signatures
from mock_platforms.wechat_pay.errors import bad_field, no_resource
from mock_platforms.wechat_pay.gate import Call, Gate
from mock_platforms.wechat_pay.identity import Signer
from mock_platforms.wechat_pay.moments import rfc3339

NONE_LEFT = (
    "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。"
    "可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196"
)


@dataclass(frozen=True, slots=True)
class Certificates:
    stage: Stage
    gate: Gate

    def routes(self) -> list[Route]:
        return [Route("GET", "/v3/certificates", self.gate.guard(self.list), "certificates.list")]

    def list(self, call: Call) -> dict[str, Any]:
        algorithm = call.query.get("algorithm_type", "ALL")
        if algorithm not in ("RSA", "SM2", "ALL"):
            raise bad_field("/query/algorithm_type", algorithm, "algorithm_type取值错误")
        if algorithm == "SM2" or not self.gate.keys.has_certificates:
            raise no_resource(NONE_LEFT)
        return {"data": [self._sealed(signer) for signer in self.gate.keys.certificates]}

    def _sealed(self, signer: Signer) -> dict[str, Any]:
        certificate = signer.certificate
        assert certificate is not None  # noqa: S101 - the list holds no bare keys
        nonce = self.stage.randomness.hex(12)
        pem = certificate.public_bytes(Encoding.PEM)
        return {
            "serial_no": signer.serial,
            "effective_time": rfc3339(certificate.not_valid_before_utc),
            "expire_time": rfc3339(certificate.not_valid_after_utc),
            "encrypt_certificate": {
                "algorithm": "AEAD_AES_256_GCM",
                "nonce": nonce,
                "associated_data": "certificate",
                "ciphertext": signatures.seal(
                    pem, self.gate.merchant.apiv3_key, nonce, "certificate"
                ),
            },
        }
