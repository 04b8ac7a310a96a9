"""How the platform says no, and what we make of it. Pure.

Source: opendocs.alipay.com, "common error codes" and the pages of the methods.
"""

from collections.abc import Mapping
from typing import Any

from channel_gateway.domain.errors import Refused, TooMany, Unavailable

SUCCESS = "10000"
_UNKNOWN = "20000"  # service unavailable: it may have acted
_TOO_OFTEN = "40005"
_NO = frozenset({"20001", "40001", "40002", "40003", "40004", "40006"})

_OF_THE_GATEWAY = ("isv.", "aop.")

# Looked for inside a sub code: prefixes vary (`isp.`, `aop.`, `ACQ.`, `aop.ACQ.`).
_UNKNOWN_WORDS = ("unknow-error", "UNKNOW_ERROR", "SYSTEM_ERROR")
_TOO_OFTEN_WORDS = ("call-limited", "RATE_LIMIT")
# Refused for now: the seller's balance fills again; a clock, key or certificate of ours that does
# not fit is no word on what was asked, and is put right without touching it.
_FOR_NOW_WORDS = ("BALANCE_NOT_ENOUGH", "signature", "timestamp", "cert-")


class AlipayRefused(Refused):
    """Alipay understood and said no; `sub_code` is its word. Its sentence is not shown: for a wrong
    signature it quotes the whole request.
    """

    def __init__(self, code: str, sub_code: str, sentence: str = "") -> None:
        super().__init__(f"Alipay refused: {code} {sub_code}")
        self._sentence = sentence
        self.sub_code = sub_code
        self.passing = self.says(*_FOR_NOW_WORDS)

    @property
    def of_the_gateway(self) -> bool:
        """Whether the gateway said it, before any business was looked at."""
        return self.sub_code.startswith(_OF_THE_GATEWAY)

    def says(self, *words: str) -> bool:
        """Whether the sub code contains one of these words, whatever its prefix."""
        return any(word in self.sub_code for word in words)

    def explains(self, *words: str) -> bool:
        """Whether its sentence holds one of these: some methods have one sub code for all cases."""
        return any(word in self._sentence for word in words)


class Unsigned(Unavailable):
    """An answer without a signature: whoever wrote it, nothing it says is known to be true.

    Alipay itself signs none when it cannot tell whose key to use (`isv.invalid-app-id`).
    """

    code = "unsigned_answer"

    def __init__(self, sub_code: str) -> None:
        super().__init__(f"an unsigned answer: {sub_code or 'no sub_code'}")
        self.sub_code = sub_code


def raise_refusal(node: Mapping[str, Any]) -> None:
    """Return when the node says it succeeded; a node without a code (a token) does so.

    Raises `Unavailable`, `TooMany`, `AlipayRefused`.
    """
    code = str(node.get("code", SUCCESS))
    sub_code = str(node.get("sub_code") or node.get("subCode") or "")
    if code == SUCCESS:
        return
    if code == _UNKNOWN or any(word in sub_code for word in _UNKNOWN_WORDS):
        raise Unavailable(f"Alipay does not know: {code} {sub_code}")
    if code == _TOO_OFTEN or any(word in sub_code for word in _TOO_OFTEN_WORDS):
        raise TooMany(f"Alipay was asked too often: {sub_code}")
    if code in _NO:
        raise AlipayRefused(code, sub_code, str(node.get("sub_msg", "")))
    raise Unavailable(f"Alipay answered with a code that is not in its list: {code} {sub_code}")
