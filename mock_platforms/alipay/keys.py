"""The platform's two apps and their credentials, made at start and kept in the key folder."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mock_platforms.alipay.app import App, CertificateMode
from mock_platforms.alipay.certificates import (
    Signer,
    authority,
    leaf,
    name,
    pem,
    root_authority,
)
from mock_platforms.alipay.citizens import IdKind
from mock_platforms.alipay.handed_out import HANDED_OUT
from mock_platforms.alipay.order_centre import BIZ_TYPE
from mock_platforms.keys import KeyFolder

MAIN_APP_ID = "9021000100000001"  # public-key mode, content encryption available
CERT_APP_ID = "9021000100000002"  # certificate mode
SELLER_ID = "2088102100000001"  # the merchant both apps belong to

_CERTIFICATES = {
    "root": "alipay_root_cert.pem",
    "intermediate": "alipay_intermediate_cert.pem",
    "alipay": "alipay_cert_platform_cert.pem",
    "app": "alipay_cert_app_cert.pem",
}


def make_apps(keys: KeyFolder, now: datetime) -> dict[str, App]:
    main = App(
        app_id=MAIN_APP_ID,
        seller_id=SELLER_ID,
        public_key=keys.private_key("alipay_app").public_key(),
        alipay_key=keys.private_key("alipay_platform"),
        id_kind=IdKind.OPEN_ID,
        aes_key=b64encode(keys.secret("alipay_aes", 16).encode()).decode(),
    )
    _write_pkcs1(keys.path("alipay_app_pkcs1.pem"), keys.private_key("alipay_app"))
    cert = App(
        app_id=CERT_APP_ID,
        seller_id=SELLER_ID,
        public_key=keys.private_key("alipay_cert_app").public_key(),
        alipay_key=keys.private_key("alipay_cert_platform"),
        id_kind=IdKind.BOTH,
        certificates=_certificate_mode(keys, now),
    )
    return {app.app_id: app for app in (main, cert)}


def describe(keys: KeyFolder, base_url: str, apps: Mapping[str, App]) -> dict[str, object]:
    """The stand-in's section of platforms.json."""
    return {
        "gateway_url": f"{base_url}/gateway.do",
        "app_id": MAIN_APP_ID,
        "app_key_file": str(keys.path("alipay_app.pem")),
        "alipay_public_key_file": str(keys.path("alipay_platform_public.pem")),
        "seller_id": SELLER_ID,
        "parcel_biz_type": BIZ_TYPE,
        "aes_key": apps[MAIN_APP_ID].aes_key,
        **HANDED_OUT,
        "cert_app": {
            "app_id": CERT_APP_ID,
            "app_key_file": str(keys.path("alipay_cert_app.pem")),
            "app_cert_file": str(keys.path(_CERTIFICATES["app"])),
            "alipay_cert_file": str(keys.path(_CERTIFICATES["alipay"])),
            "alipay_root_cert_file": str(keys.path(_CERTIFICATES["root"])),
        },
    }


def renewed_certificate(keys: KeyFolder, mode: CertificateMode, now: datetime) -> x509.Certificate:
    """A new certificate of the same platform key, as Alipay re-issues its own."""
    key = keys.private_key("alipay_cert_platform").public_key()
    above = Signer(mode.intermediate, keys.private_key("alipay_intermediate"))
    subject = mode.alipay_certificate.subject
    return leaf(above, subject, key, now=now, serial=x509.random_serial_number())


def _certificate_mode(keys: KeyFolder, now: datetime) -> CertificateMode:
    files = {part: keys.path(file_name) for part, file_name in _CERTIFICATES.items()}
    if not all(file.exists() for file in files.values()):
        for part, text in _issue(keys, now).items():
            files[part].write_text(text)
    read = {part: x509.load_pem_x509_certificates(files[part].read_bytes()) for part in files}
    return CertificateMode(
        app_certificate=read["app"][0],
        alipay_certificate=read["alipay"][0],
        intermediate=read["alipay"][1],
        roots=tuple(read["root"]),
    )


def _issue(keys: KeyFolder, now: datetime) -> dict[str, str]:
    serial = x509.random_serial_number
    root = root_authority(keys.private_key("alipay_root"), now=now, serial=serial())
    middle = authority(root, keys.private_key("alipay_intermediate"), now=now, serial=serial())
    alipay_key = keys.private_key("alipay_cert_platform").public_key()
    alipay = leaf(middle, name("Alipay", SELLER_ID), alipay_key, now=now, serial=serial())
    app_key = keys.private_key("alipay_cert_app").public_key()
    app = leaf(middle, name(SELLER_ID, "Alipay"), app_key, now=now, serial=serial())
    # The real file mixes RSA and SM2 roots, and only the former make up the root SN; a root of
    # another algorithm stands for them here. One SDK splits the file at its blank lines.
    other = root_authority(ec.generate_private_key(ec.SECP256R1()), now=now, serial=serial())
    return {
        "root": "\n".join(pem(one.certificate) for one in (root, other)),
        "intermediate": pem(middle.certificate),
        "alipay": pem(alipay, middle.certificate),
        "app": pem(app),
    }


def _write_pkcs1(file: Path, key: RSAPrivateKey) -> None:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(
            key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        )
