"""How the authority says no."""

from collections.abc import Mapping
from typing import ClassVar

from mock_platforms import signed_json


class Refused(signed_json.Refused):
    """The authority refuses."""

    statuses: ClassVar[Mapping[str, int]] = {
        **signed_json.Refused.statuses,
        "18012": 403,  # the unit has no right to charge this item
        "NOT_FOUND": 404,
        "NOTICE_ALREADY_PAID": 409,
        "NOTICE_VOIDED": 409,
        "NOTICE_WAIVED": 409,
        "NOTICE_MISMATCH": 409,
        "VOID_AFTER_PAYMENT": 409,
        "CONFIRMATION_MISMATCH": 409,
        "REFUND_MISMATCH": 409,
        "DAY_NOT_READY": 409,
        "AMOUNT_MISMATCH": 422,
    }
