"""Whether a receipt is true, for anybody who holds it: code, number, check code, maybe amount.

Who guesses is held back, and nobody else: wrong codes are counted against the address they come
from. What a crowd of addresses sends against one receipt makes its verifiers name the amount, which
stands on it, and shuts none of them out: receipts have numbers that follow one another.
"""

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, IPv6Network, ip_address

from channel_gateway.domain.errors import Malformed, NotFound, TooMany
from channel_gateway.domain.money import Fen, fen_from_yuan
from channel_gateway.ports import Sealing
from payment.attempts import Attempts, Bound
from payment.orders import Orders
from payment.payers import Payers
from payment.receipts.copies import Copy, copies
from payment.receipts.register import Register

# A check code has six characters: of a million, an address tries fifty a day, and needs decades.
# Enough that those who share one (an office, a carrier's phones) mistype as they do.
MISSES_OF_A_CALLER = 50
MISSES_OF_A_RECEIPT = 200  # of all addresses together, before the amount is wanted
# As much as one site is given (RFC 6177): within it a caller has any number of addresses.
_IPV6_PREFIX = 48
_CALLER = "receipts.caller"
_WORD = re.compile(r"[0-9A-Za-z]{1,20}", re.ASCII)  # provinces differ in the lengths


class NoSuchReceipt(NotFound):
    """No receipt has these codes: one of them is mistyped, or the receipt is none of ours."""

    code = "no_such_receipt"
    zh = "没有查到该票据，请核对票据代码、票据号码和校验码。"


class ReceiptsGuessed(TooMany):
    """Too many wrong codes came from this address today: try again tomorrow, or from elsewhere."""

    code = "receipts_guessed"
    zh = "您所在的网络今日查验错误次数过多，请明天再试，或换用其他网络。"


class AmountWanted(TooMany):
    """Many guess at this receipt today: whoever holds it names its amount as well."""

    code = "amount_wanted"
    zh = "该票据今日查验错误次数较多，请同时填写票据上的金额合计。"


@dataclass(frozen=True, slots=True)
class Claimed:
    """What somebody says a receipt says."""

    code: str = ""
    number: str = ""
    check_code: str = ""
    amount: str = ""  # in yuan; empty: nothing is said of it


class Verifying:
    def __init__(
        self,
        orders: Orders,
        register: Register,
        payers: Payers,
        attempts: Attempts,
        vault: Sealing,
    ) -> None:
        self._orders = orders
        self._register = register
        self._payers = payers
        self._attempts = attempts
        self._vault = vault

    async def verify(self, claimed: Claimed, caller: str, now: datetime) -> Copy:
        """The receipt; whatever does not fit, the answer is the same. `caller`: their address.

        Raises `NoSuchReceipt`, `ReceiptsGuessed`, `AmountWanted`.
        """
        code, number = claimed.code, claimed.number
        if not all(map(_WORD.fullmatch, (code, number, claimed.check_code))):
            raise NoSuchReceipt
        async with self._attempts.within(self._bounds(claimed, caller), now):
            for copy in await self._copies(code, number):
                if _is(copy, claimed):
                    return copy
            raise NoSuchReceipt

    def _bounds(self, claimed: Claimed, caller: str) -> Sequence[Bound]:
        """Whose guess it is; of which receipt, where it names no amount. No address is kept."""
        whose = self._vault.blind_index(_network(caller), _CALLER)
        of_caller = Bound("receipt_caller", whose, MISSES_OF_A_CALLER, ReceiptsGuessed)
        if claimed.amount:
            return (of_caller,)
        which = f"{claimed.code}|{claimed.number}"
        return (of_caller, Bound("receipt", which, MISSES_OF_A_RECEIPT, AmountWanted))

    async def _copies(self, code: str, number: str) -> tuple[Copy, ...]:
        order_id = await self._register.order_of(code, number)
        if order_id is None:
            return ()
        order = await self._orders.get(order_id)
        return copies(order, self._payers.of(order))


def _network(caller: str) -> str:
    """An address, or the network that is one caller's; all whom nobody knows are one."""
    if not caller:
        return ""
    address = ip_address(caller)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, _IPV6_PREFIX), strict=False))
    return caller


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
