"""How the authority says no: a code, a sentence, sometimes the field at fault. Pure."""

from typing import Any

STATUS = {
    "INVALID_REQUEST": 400,
    "UNKNOWN_APP": 401,
    "STALE_REQUEST": 401,
    "NONCE_REPEATED": 401,
    "INVALID_SIGNATURE": 401,
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
    "TOO_MANY_REQUESTS": 429,
    "SYSTEM_BUSY": 503,
}


class Refused(Exception):
    """The authority refuses; `more` are further members of the answer."""

    def __init__(self, code: str, message: str, *, field: str = "", **more: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.field, self.more = code, message, field, more

    @property
    def status(self) -> int:
        return STATUS[self.code]

    def answer(self) -> dict[str, Any]:
        said = {"code": self.code, "message": self.message}
        if self.field:
            said["field"] = self.field
        return {**said, **self.more}
