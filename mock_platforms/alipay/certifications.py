"""Open certifications: whom a merchant asks to be certified, and how it went. Pure.

Sources: opendocs.alipay.com, `alipay.user.certify.open.*`; Alipay's support on the life of a
`certify_id`; alipay-easysdk's own tests, which run against the platform, for the sub codes and for
`passed` F of what nobody finished. Inferred: that a used `outer_order_no` is refused (the merchant
has to see to it that it is unique), and that a certification takes one result.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mock_platforms.alipay.refusals import Refused

LIFE = timedelta(hours=23)  # to be finished in
KEPT = timedelta(days=90)  # to be asked about in, once it is finished


@dataclass(frozen=True)
class Certification:
    """The person's certificate is checked and not kept."""

    certify_id: str
    app_id: str
    return_url: str
    expires_at: datetime  # unfinished until then, or forgotten from then on
    opened: bool = False  # the citizen has come to the page
    passed: bool | None = None  # None: not finished
    fail_reason: str = ""

    @property
    def finished(self) -> bool:
        return self.passed is not None

    def told(self, now: datetime) -> dict[str, str | None]:
        """What a query hears. Raises Refused when it has expired."""
        self.check_alive(now)
        return {
            "passed": "T" if self.passed else "F",  # also of what is not finished
            "material_info": "{}",
            "fail_reason": self.fail_reason or None,
        }

    def check_alive(self, now: datetime) -> None:
        if now >= self.expires_at:
            raise Refused("CERTIFY_ID_EXPIRED")
