"""Money is whole fen. Yuan is a text that exists only at the wire. Pure."""

import re
from typing import NewType

from channel_gateway.domain.errors import Malformed

Fen = NewType("Fen", int)  # one hundredth of a yuan; never negative in what we owe or receive
NOTHING = Fen(0)

# Alipay and both platforms' bills write `12`, `12.3` or `12.34`; anything else is not an amount.
_YUAN = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,2}))?")


def fen_from_yuan(text: str) -> Fen:
    """Read a yuan text exactly. Raises `Malformed`; no float is ever involved."""
    match = _YUAN.fullmatch(text)
    if match is None:
        raise Malformed("not an amount in yuan with at most two decimals")
    sign, whole, fraction = match.groups()
    fen = int(whole + (fraction or "").ljust(2, "0"))
    return Fen(-fen if sign else fen)


def yuan_from_fen(fen: Fen) -> str:
    """Write fen as yuan with two decimals: 1230 becomes `12.30`."""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{rest:02d}"
