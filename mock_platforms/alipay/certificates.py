"""Alipay's certificate mode: its own authority, its leaves, and their serial numbers (SN)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SigningKey = RSAPrivateKey | EllipticCurvePrivateKey
PublicKey = RSAPublicKey | EllipticCurvePublicKey

_RSA_SIGNATURES = "1.2.840.113549.1.1"
_YEARS = timedelta(days=3650)  # either way, so that a moved clock does not outrun them


@dataclass(frozen=True)
class Signer:
    """A certificate together with the key that may issue others in its name."""

    certificate: x509.Certificate
    key: SigningKey


def name(common_name: str, unit: str = "Certification Authority") -> x509.Name:
    """A subject of exactly C, O, OU, CN: clients rebuild the DN from just these four."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ant Financial stand-in"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def root_authority(key: SigningKey, *, now: datetime, serial: int) -> Signer:
    subject = name("Ant Financial Certification Authority R1 stand-in")
    return Signer(_certificate(subject, subject, key.public_key(), key, now, serial, True), key)


def authority(above: Signer, key: SigningKey, *, now: datetime, serial: int) -> Signer:
    subject = name("Ant Financial Certification Authority Class 2 R1 stand-in")
    issuer = above.certificate.subject
    issued = _certificate(subject, issuer, key.public_key(), above.key, now, serial, True)
    return Signer(issued, key)


def leaf(
    above: Signer, subject: x509.Name, key: PublicKey, *, now: datetime, serial: int
) -> x509.Certificate:
    return _certificate(subject, above.certificate.subject, key, above.key, now, serial, False)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: PublicKey,
    signing_key: SigningKey,
    now: datetime,
    serial: int,
    may_issue: bool,
) -> x509.Certificate:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(now - _YEARS)
        .not_valid_after(now + _YEARS)
        .add_extension(x509.BasicConstraints(ca=may_issue, path_length=None), critical=True)
        .sign(signing_key, SHA256())
    )


def serial_number(certificate: x509.Certificate) -> str:
    """The SN of a certificate; its issuer's DN is read backwards, from CN to C."""
    issuer = ",".join(
        f"{attribute.rfc4514_attribute_name}={attribute.value!s}"
        for attribute in reversed(list(certificate.issuer))
    )
    return serial_text(issuer, certificate.serial_number)


def serial_text(issuer: str, serial: int) -> str:
    """MD5, in lower-case hex, of the issuer's DN and the serial number in decimal."""
    return hashlib.md5(f"{issuer}{serial}".encode(), usedforsecurity=False).hexdigest()


def root_serial_number(certificates: list[x509.Certificate]) -> str:
    """The SNs of the RSA-signed roots joined by underscores; the SM2 roots do not count."""
    return "_".join(
        serial_number(certificate)
        for certificate in certificates
        if certificate.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURES)
    )


def pem(*certificates: x509.Certificate) -> str:
    return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in certificates)
