"""Open certification (身份认证): a citizen's face against a name and identity number. Pure.

What begins one is a call, what asks for its result another; between them the citizen opens a page
whose address we sign. Alipay does not compare what a result is asked with, so our reference says
for whom it was begun. Sources: opendocs.alipay.com, `alipay.user.certify.open.*` and
`my.startAPVerify`; Alipay's support on how long a `certify_id` lives.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from channel_gateway.domain.errors import Malformed, Refused
from channel_gateway.domain.people import Person
from channel_gateway.ports import ProofBegun, ProofResult, ProofState

INITIALIZE = "alipay.user.certify.open.initialize"
CERTIFY = "alipay.user.certify.open.certify"
QUERY = "alipay.user.certify.open.query"
EXPIRED = "CERTIFY_ID_EXPIRED"
LIFE = timedelta(hours=23)
GRACE = timedelta(minutes=10)  # who began in the last second may still be before the camera


@dataclass(frozen=True, slots=True)
class Certification:
    """Our reference, read."""

    certify_id: str
    ends_at: datetime
    bound: str  # blind index of number, person and citizen

    def reference(self) -> str:
        return f"{self.certify_id}.{int(self.ends_at.timestamp())}.{self.bound}"

    def is_over(self, now: datetime) -> bool:
        return now >= self.ends_at + GRACE


def outer_order_no(number: str, nonce: str) -> str:
    """Our number with something new each time: it is for us to see that Alipay gets it once."""
    return f"{number[:20]}{nonce}"


def initialize_content(order_no: str, person: Person, app_id: str) -> dict[str, Any]:
    """`return_url` leads back into the mini-program; `my.startAPVerify` comes back without it."""
    return {
        "outer_order_no": order_no,
        "biz_code": "FACE",
        "identity_param": {
            "identity_type": "CERT_INFO",
            "cert_type": "IDENTITY_CARD",
            "cert_name": person.name.reveal(),
            "cert_no": person.id_number.reveal(),
        },
        "merchant_config": {"return_url": f"alipays://platformapi/startapp?appId={app_id}"},
    }


def read_certify_id(node: Mapping[str, Any]) -> str:
    certify_id = node.get("certify_id")
    if not isinstance(certify_id, str) or not certify_id:
        raise Malformed("a certification without its id", field="certify_id")
    return certify_id


def begun(certification: Certification, address: str) -> ProofBegun:
    page = {"url": address, "certifyId": certification.certify_id}
    return ProofBegun(certification.reference(), page, certification.ends_at)


def read_reference(reference: str) -> Certification:
    """Raises `Refused` when it is none of ours."""
    rest, _, bound = reference.rpartition(".")
    certify_id, _, ends_at = rest.rpartition(".")
    if not certify_id or not ends_at.isdecimal() or len(ends_at) > len("9999999999"):
        raise Refused("this names no proof")
    return Certification(certify_id, datetime.fromtimestamp(int(ends_at), UTC), bound)


def check_bound(certification: Certification, bound: str) -> None:
    """Raises `Refused` when it was begun under another number or for somebody else."""
    if not hmac.compare_digest(certification.bound.encode(), bound.encode()):
        raise Refused("this proof was begun under another number, or for somebody else")


def read_result(node: Mapping[str, Any]) -> ProofResult:
    """F with a reason is a failure; F without one is also what Alipay says of what is not done.

    The reasons' codes are not public, so that a failure here has no reason of ours.
    """
    passed = node.get("passed")
    if passed == "T":
        return ProofResult(ProofState.PROVEN)
    if passed != "F":
        raise Malformed("a word Alipay did not use before", field="passed")
    return ProofResult(ProofState.FAILED if node.get("fail_reason") else ProofState.PENDING)
