"""How a department says no: a status, a code, a sentence, sometimes the field at fault. Pure."""

from typing import Any


class Refused(Exception):
    """What came is understood to be wrong, and changes nothing."""

    def __init__(self, status: int, code: str, message: str, *, field: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message, self.field = status, code, message, field

    def answer(self) -> dict[str, Any]:
        said = {"code": self.code, "message": self.message}
        return {**said, "field": self.field} if self.field else said
