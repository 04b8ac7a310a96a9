"""An app registered on the platform: its keys, its mode, and what it may see."""

from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from mock_platforms.alipay.certificates import pem, root_serial_number, serial_number
from mock_platforms.alipay.citizens import IdKind


@dataclass(frozen=True)
class CertificateMode:
    """What replaces the two exchanged public keys when an app works with certificates."""

    app_certificate: x509.Certificate
    alipay_certificate: x509.Certificate
    intermediate: x509.Certificate
    roots: tuple[x509.Certificate, ...]

    @property
    def app_cert_sn(self) -> str:
        return serial_number(self.app_certificate)

    @property
    def alipay_cert_sn(self) -> str:
        return serial_number(self.alipay_certificate)

    @property
    def root_cert_sn(self) -> str:
        return root_serial_number(list(self.roots))

    @property
    def alipay_chain(self) -> str:
        """The file a merchant downloads: the leaf first, the intermediate after it."""
        return pem(self.alipay_certificate, self.intermediate)


@dataclass(frozen=True)
class App:
    app_id: str
    seller_id: str  # the merchant's 2088 number
    public_key: RSAPublicKey  # what the app's calls are verified with
    alipay_key: RSAPrivateKey  # what the platform answers this app with
    id_kind: IdKind
    aes_key: str | None = None  # 16 bytes in Base64; None when the app has none set up
    certificates: CertificateMode | None = None  # None means public-key mode
