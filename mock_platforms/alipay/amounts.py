"""Yuan text at Alipay's wire, exactly, to and from integer fen. Pure."""

import re

_YUAN = re.compile(r"(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?", re.ASCII)


def fen(yuan: str) -> int | None:
    """Read `0.01` … `100000000` yuan; None when the text is not such an amount."""
    found = _YUAN.fullmatch(yuan)
    if found is None:
        return None
    whole, fraction = found.groups()
    return int(whole) * 100 + int((fraction or "").ljust(2, "0"))


def yuan(amount_fen: int) -> str:
    sign, size = ("-", -amount_fen) if amount_fen < 0 else ("", amount_fen)
    return f"{sign}{size // 100}.{size % 100:02d}"
