"""Certificate mode: serial numbers (SN), files of several certificates, chains. Pure.

Source: opendocs.alipay.com, "certificate mode"; the SN rule agrees with six published values.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import md5

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_RSA_SIGNATURES = "1.2.840.113549.1.1."  # the arc of all RSA signature algorithms
_LONGEST_CHAIN = 4


def certificates_in(pem: str) -> list[x509.Certificate]:
    """The readable certificates of a file, in its order.

    One by one, whatever the line ends: Alipay's own root file holds SM2 roots, one of which no
    strict parser reads, and a parser of whole files would refuse all four for its sake.
    """
    found = []
    for block in _PEM.findall(pem):
        try:
            found.append(x509.load_pem_x509_certificate(block.encode()))
        except ValueError:
            continue
    return found


def sn(issuer: str, serial: int) -> str:
    """The SN: MD5 in lower-case hex of the issuer's name followed by the decimal serial number."""
    return md5(f"{issuer}{serial}".encode(), usedforsecurity=False).hexdigest()


def certificate_sn(certificate: x509.Certificate) -> str:
    """The SN of a certificate; the name is read backwards: `CN=…,OU=…,O=…,C=…`."""
    attributes = reversed(list(certificate.issuer))
    issuer = ",".join(f"{each.rfc4514_attribute_name}={each.value!s}" for each in attributes)
    return sn(issuer, certificate.serial_number)


def root_sn(roots: Iterable[x509.Certificate]) -> str:
    """The SNs of the roots signed with RSA, joined by underscores; SM2 roots do not count."""
    return "_".join(
        certificate_sn(root)
        for root in roots
        if root.signature_algorithm_oid.dotted_string.startswith(_RSA_SIGNATURES)
    )


def rsa_key(certificate: x509.Certificate) -> RSAPublicKey:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the certificate holds no RSA key")  # noqa: TRY004 (a wrong file)
    return key


def chains_to(
    roots: Sequence[x509.Certificate],
    certificate: x509.Certificate,
    between: Sequence[x509.Certificate],
    now: datetime,
) -> bool:
    """Whether one of our roots vouches for a certificate, through authorities valid at `now`."""
    for _ in range(_LONGEST_CHAIN):
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            return False
        if any(_issued(certificate, root) for root in roots):
            return True
        above = [each for each in between if _is_authority(each) and _issued(certificate, each)]
        if not above:
            return False
        certificate = above[0]
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False  # another name, another kind of key, or a signature that does not hold
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False
