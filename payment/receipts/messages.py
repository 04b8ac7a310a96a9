"""What is sent to and shown by the rows of receipts."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from channel_gateway.service import Written
from payment.messages import Message

Typed = Annotated[str, Field(max_length=40)]  # anything: what fits nothing is said on the page


class Claim(Message):
    """What the page's form sends."""

    code: Typed  # 票据代码
    number: Typed  # 票据号码
    check_code: Typed  # 校验码
    amount: Typed = ""  # in yuan; may be left out


class PdfFile(Written):
    media_type: ClassVar[str] = "application/pdf"

    content: bytes

    def written(self) -> bytes:
        return self.content


class MissingReceipt(BaseModel):
    order_id: str
    pay_code: str
    unit_code: str
    unit_name: str
    amount_fen: int
    paid_at: datetime | None
    confirmed_at: datetime | None
    given_up: bool = Field(description="nobody asks any more until a person sends it again")
    last_word: str = Field(description="why the last try brought none")


class MissingReceipts(BaseModel):
    receipts: list[MissingReceipt]
