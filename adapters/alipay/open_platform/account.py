"""Our application at the open platform: who we are, what we sign with, whom we believe. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from adapters.alipay.open_platform.certificates import (
    certificate_sn,
    certificates_in,
    chains_to,
    root_sn,
    rsa_key,
)
from channel_gateway.domain.errors import Forged

NO_SN = ""  # the name of the one key of public-key mode


@dataclass(frozen=True)
class Certified:
    """What certificate mode adds: the names of our certificates, and who vouches for Alipay's."""

    app_sn: str
    root_sn: str
    roots: tuple[x509.Certificate, ...]
    between: tuple[x509.Certificate, ...]

    def key_of(self, pem: str, wanted_sn: str, now: datetime) -> RSAPublicKey:
        """The key of a downloaded certificate. Raises `Forged` unless it is the wanted one and one
        of our roots vouches for it.
        """
        for certificate in (held := certificates_in(pem)):
            if certificate_sn(certificate) == wanted_sn:
                if chains_to(self.roots, certificate, [*held, *self.between], now):
                    return rsa_key(certificate)
                raise Forged("a certificate said to be Alipay's does not chain to Alipay's root")
        raise Forged("not the certificate that was asked for")


@dataclass(frozen=True)
class Account:
    gateway_url: str  # without a query
    app_id: str
    app_key: RSAPrivateKey
    alipay_keys: Mapping[str, RSAPublicKey]  # by the SN of the certificate, or under NO_SN
    certified: Certified | None = None
    aes_key: bytes | None = field(default=None, repr=False)
    encrypts: bool = False

    def __post_init__(self) -> None:
        """Refuse the commonest mistake: our own public key put where Alipay's belongs."""
        own = self.app_key.public_key().public_numbers()
        if any(key.public_numbers() == own for key in self.alipay_keys.values()):
            raise ValueError(
                "the key given as Alipay's is the application's own; "
                "the console calls the right one 支付宝公钥"
            )
        if self.encrypts and self.aes_key is None:
            raise ValueError("encrypt = true needs an aes_key")


def certified_keys(
    app_pem: str, alipay_pem: str, root_pem: str, app_key: RSAPrivateKey, now: datetime
) -> tuple[Certified, dict[str, RSAPublicKey]]:
    """Read the three files of certificate mode. Raises ValueError when they do not fit together."""
    apps, alipays, roots = (certificates_in(pem) for pem in (app_pem, alipay_pem, root_pem))
    for name, held in (("app", apps), ("alipay", alipays), ("alipay_root", roots)):
        if not held:
            raise ValueError(f"{name}_cert_file: holds no certificate in PEM")
    if rsa_key(apps[0]).public_numbers() != app_key.public_key().public_numbers():
        raise ValueError("app_cert_file is not the certificate of the application's key")
    certified = Certified(certificate_sn(apps[0]), root_sn(roots), tuple(roots), tuple(alipays[1:]))
    # The file holds the certificate first, then the authority between it and the root.
    sn = certificate_sn(alipays[0])
    try:
        return certified, {sn: certified.key_of(alipay_pem, sn, now)}
    except Forged as error:
        raise ValueError("alipay_cert_file does not chain to alipay_root_cert_file") from error
