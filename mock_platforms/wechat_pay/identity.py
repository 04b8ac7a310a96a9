"""Who plays: the merchant with its key and numbers, and WeChat Pay's own signing keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509 import Certificate

from mock_platforms.keys import KeyFolder, serial_of
from mock_platforms.randomness import Randomness

MCH_ID = "1900000109"
SUB_MCH_ID = "1900000181"  # a bureau under the merchant, for service-provider mode
PUBLIC_KEY_ID = "PUB_KEY_ID_0119000001092024112200000000000001"


def app_id(keys: KeyFolder) -> str:
    """Return the mini-program's id; the open platform's stand-in reads the same file."""
    return "wx" + keys.secret("wechat_app_id", 16, "0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Merchant:
    """What WeChat Pay knows of the one merchant it serves."""

    mch_id: str
    sub_mch_id: str
    app_id: str
    serial: str
    public_key: RSAPublicKey
    apiv3_key: str


def merchant(keys: KeyFolder) -> Merchant:
    certificate = keys.certificate(
        "wechat_pay_merchant", common_name=MCH_ID, organisation="Stand-in Merchant"
    )
    return Merchant(
        mch_id=MCH_ID,
        sub_mch_id=SUB_MCH_ID,
        app_id=app_id(keys),
        serial=serial_of(certificate),
        public_key=keys.private_key("wechat_pay_merchant").public_key(),
        apiv3_key=keys.secret("wechat_pay_apiv3_key", 32),
    )


@dataclass(frozen=True, slots=True)
class Signer:
    """A key of WeChat Pay, and the serial by which clients find its public half."""

    serial: str
    key: RSAPrivateKey
    certificate: Certificate | None = None  # None: the bare public key


@dataclass
class PlatformKeys:
    """Which keys sign now: certificates while they last, the public key when asked for by id."""

    folder: KeyFolder
    randomness: Randomness
    certificates: list[Signer] = field(default_factory=list)
    has_certificates: bool = True  # merchants made since autumn 2024 have none
    public_key_enabled: bool = True  # a key may be made and not yet be put to use
    notify_pubkey_ratio: float = 0.0  # WeChat moves notifications over from 0.1 % to 100 %
    generation: int = 1

    def __post_init__(self) -> None:
        self.certificates = [self._certificate(self.generation)]
        self.public = Signer(PUBLIC_KEY_ID, self.folder.private_key("wechat_pay_public_key"))

    def for_request(self, wanted: str | None) -> Signer:
        """Return what signs the answer to a request whose Wechatpay-Serial is `wanted`."""
        if not self.has_certificates:
            return self.public
        if wanted == self.public.serial and self.public_key_enabled:
            return self.public
        return self._any_certificate()

    def for_notice(self) -> Signer:
        if not self.has_certificates:
            return self.public
        ratio = self.notify_pubkey_ratio if self.public_key_enabled else 0
        if ratio and self.randomness.happens(ratio * 100):
            return self.public
        return self._any_certificate()

    def by_serial(self, serial: str) -> Signer | None:
        """Return the key a client sealed a field for, if the merchant has it."""
        certificates = self.certificates if self.has_certificates else []
        known = {signer.serial: signer for signer in (*certificates, self.public)}
        return known.get(serial)

    def rotate(self) -> None:
        """List a second certificate; until the first is retired either may sign."""
        self.generation += 1
        self.certificates.append(self._certificate(self.generation))

    def retire(self) -> None:
        """Keep the newest certificate only."""
        self.certificates = self.certificates[-1:]

    def _any_certificate(self) -> Signer:
        if len(self.certificates) == 1:
            return self.certificates[0]
        return self.certificates[self.randomness.integer(0, len(self.certificates) - 1)]

    def _certificate(self, generation: int) -> Signer:
        name = f"wechat_pay_platform_{generation}"
        certificate = self.folder.certificate(
            name, common_name="Tenpay.com sign", organisation="Stand-in Tenpay.com"
        )
        return Signer(serial_of(certificate), self.folder.private_key(name), certificate)


def describe(keys: KeyFolder, who: Merchant, signers: PlatformKeys) -> Mapping[str, Any]:
    """Return the section of platforms.json but its address."""
    return {
        "mch_id": who.mch_id,
        "sub_mch_id": who.sub_mch_id,
        "app_id": who.app_id,
        "merchant_serial": who.serial,
        "merchant_key_file": str(keys.path("wechat_pay_merchant.pem")),
        "merchant_cert_file": str(keys.path("wechat_pay_merchant_cert.pem")),
        "apiv3_key": who.apiv3_key,
        "platform_serial": signers.certificates[-1].serial,
        "platform_cert_file": str(keys.path(f"wechat_pay_platform_{signers.generation}_cert.pem")),
        "public_key_id": signers.public.serial,
        "public_key_file": str(keys.path("wechat_pay_public_key_public.pem")),
    }
