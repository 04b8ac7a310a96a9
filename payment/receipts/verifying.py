"""Whether a receipt is true, for anybody who holds it: code, number, check code, maybe amount."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from channel_gateway.domain.errors import Malformed, NotFound, TooMany
from channel_gateway.domain.money import Fen, fen_from_yuan
from payment.attempts import Attempts, Bound
from payment.orders import Orders
from payment.payers import Payers
from payment.receipts.copies import Copy, copies
from payment.receipts.register import Register

# A check code has six characters: of a million, twenty are tried a day.
MISSES_OF_A_RECEIPT = 20
_WORD = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)  # provinces differ in the lengths


class NoSuchReceipt(NotFound):
    """No receipt has these codes: one of them is mistyped, or the receipt is none of ours."""

    code = "no_such_receipt"
    zh = "没有查到该票据，请核对票据代码、票据号码和校验码。"


class ReceiptGuessed(TooMany):
    """Too many wrong codes for this receipt today: try again tomorrow."""

    code = "receipt_guessed"
    zh = "该票据今日查验错误次数过多，请明天再试。"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody says a receipt says."""

    code: str = ""
    number: str = ""
    check_code: str = ""
    amount: str = ""  # in yuan; empty: nothing is said of it


class Verifying:
    def __init__(
        self, orders: Orders, register: Register, payers: Payers, attempts: Attempts
    ) -> None:
        self._orders = orders
        self._register = register
        self._payers = payers
        self._attempts = attempts

    async def verify(self, claimed: Claimed, now: datetime) -> Copy:
        """The receipt; whatever does not fit, the answer is the same.

        Raises `NoSuchReceipt`, `ReceiptGuessed`.
        """
        code, number = claimed.code, claimed.number
        if not all(map(_WORD.fullmatch, (code, number, claimed.check_code))):
            raise NoSuchReceipt
        bound = Bound("receipt", f"{code}|{number}", MISSES_OF_A_RECEIPT, ReceiptGuessed)
        async with self._attempts.within((bound,), now):
            for copy in await self._copies(code, number):
                if _is(copy, claimed):
                    return copy
            raise NoSuchReceipt

    async def _copies(self, code: str, number: str) -> tuple[Copy, ...]:
        order_id = await self._register.order_of(code, number)
        if order_id is None:
            return ()
        order = await self._orders.get(order_id)
        return copies(order, self._payers.of(order))


def _is(copy: Copy, claimed: Claimed) -> bool:
    receipt = copy.receipt
    if (receipt.code, receipt.number) != (claimed.code, claimed.number):
        return False
    same = hmac.compare_digest(receipt.check_code.encode(), claimed.check_code.encode())
    return same and _fen(claimed.amount) in (None, receipt.total_fen)


def _fen(amount: str) -> Fen | None:
    """Raises `NoSuchReceipt`: no receipt is over what is no amount."""
    if not amount:
        return None
    try:
        return fen_from_yuan(amount)
    except Malformed:
        raise NoSuchReceipt from None
