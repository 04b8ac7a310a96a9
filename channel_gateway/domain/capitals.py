"""Amounts in capital characters (大写金额), as vouchers carry them against alteration. Pure.

Source: 正确填写票据和结算凭证的基本规定 (People's Bank, 银发〔1997〕393号). Where that leaves
a 零 to the writer, we write it after a yuan that ends in zero, nowhere else: 壹拾元零叁角整.
"""

from channel_gateway.domain.money import Fen

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")
_MOST = 10**12  # yuan


def capitals(fen: Fen) -> str:
    """Write `人民币贰佰陆拾元整`. Raises `ValueError` beyond what three groups can say."""
    yuan, cents = divmod(abs(fen), 100)
    if yuan >= _MOST:
        raise ValueError("an amount below a million million yuan is wanted")
    jiao, last = divmod(cents, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    return f"{'负' if fen < 0 else ''}人民币{whole}{_cents(yuan, jiao, last)}"


def _cents(yuan: int, jiao: int, last: int) -> str:
    if not jiao and not last:
        return "整" if yuan else "零元整"
    gap = "零" if yuan and (not jiao or yuan % 10 == 0) else ""
    tenths = f"{_DIGITS[jiao]}角" if jiao else ""
    return gap + tenths + (f"{_DIGITS[last]}分" if last else "整")


def _whole(yuan: int) -> str:
    """By groups of four digits; a gap of zeros before a digit is one 零."""
    written, gap = "", False
    for place in range(len(_GROUPS) * 4 - 1, -1, -1):
        digit = yuan // 10**place % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + _PLACES[place % 4]
        gap = digit == 0
        group = yuan // 10 ** (place // 4 * 4) % 10_000
        if place % 4 == 0 and group:
            written += _GROUPS[place // 4]
            gap = False  # the group's name stands where its last digit would
    return written
