"""The key folder: keys, certificates and secrets made at start, reused when the folder exists."""

from __future__ import annotations

import secrets
import string
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

ALPHANUMERIC = string.ascii_letters + string.digits


class KeyFolder:
    """PEM files of one stage: `NAME.pem` private (PKCS#8), `NAME_public.pem`, `NAME_cert.pem`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        self._keys: dict[str, rsa.RSAPrivateKey] = {}

    def path(self, file_name: str) -> Path:
        return self.folder / file_name

    def private_key(self, name: str) -> rsa.RSAPrivateKey:
        """Return the named RSA 2048 key; parsed once."""
        if name not in self._keys:
            self._keys[name] = self._load(name) or self._make(name)
        return self._keys[name]

    def secret(
        self, name: str, length: int, alphabet: str = ALPHANUMERIC, *, prefix: str = ""
    ) -> str:
        """Return the named secret text: `prefix`, and so many characters by chance."""
        file = self.path(f"{name}.txt")
        if not file.exists():
            made = "".join(secrets.choice(alphabet) for _ in range(length))
            _write(file, f"{prefix}{made}".encode())
        return file.read_text()

    def certificate(
        self,
        name: str,
        *,
        common_name: str,
        organisation: str = "Stand-in",
        issuer: str | None = None,
        valid_days: int = 1826,
        authority: bool = False,
    ) -> x509.Certificate:
        """Return the certificate of the key `name`, signed by `issuer`'s or by itself."""
        file = self.path(f"{name}_cert.pem")
        if not file.exists():
            key = self.private_key(name)
            subject = _subject(common_name, organisation)
            signer, issued_by = key, subject
            if issuer is not None:
                signer = self.private_key(issuer)
                issued_by = self._certificate_of(issuer).subject
            now = datetime.now(UTC).replace(microsecond=0)
            certificate = (
                x509.CertificateBuilder()
                .subject_name(subject)
                .issuer_name(issued_by)
                .public_key(key.public_key())
                # 159 bits with the top ones set: always 40 hex digits, so no SDK drops a zero.
                .serial_number(secrets.randbits(158) | 1 << 158)
                .not_valid_before(now - timedelta(days=1))
                .not_valid_after(now + timedelta(days=valid_days))
                .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
                .sign(signer, hashes.SHA256())
            )
            _write(file, certificate.public_bytes(serialization.Encoding.PEM))
        return self._certificate_of(name)

    def _certificate_of(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.path(f"{name}_cert.pem").read_bytes())

    def _load(self, name: str) -> rsa.RSAPrivateKey | None:
        file = self.path(f"{name}.pem")
        if not file.exists():
            return None
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101 - this folder holds no other
        return key

    def _make(self, name: str) -> rsa.RSAPrivateKey:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        _write(
            self.path(f"{name}.pem"),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        _write(
            self.path(f"{name}_public.pem"),
            key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
        )
        return key


def serial_of(certificate: x509.Certificate) -> str:
    """Return a certificate's serial as the platforms write it: 40 hex digits, upper case."""
    return format(certificate.serial_number, "040X")


def _subject(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _write(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(content)
