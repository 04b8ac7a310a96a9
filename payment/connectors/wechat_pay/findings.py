"""Look at the parts that every signed message has: timestamp, signature, signed text. Pure."""

from base64 import b64decode
from collections.abc import Iterable
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from channel_gateway.domain.findings import Finding
from payment.connectors.wechat_pay.mistakes import Guess
from payment.connectors.wechat_pay.signing import HASH, PADDING
from payment.connectors.wechat_pay.trust import MAX_AGE_S, SIGNATURE_LENGTH

PROBE = "WECHATPAY/SIGNTEST/"


def timestamp_finding(timestamp: str, nonce: str, now: datetime) -> Finding:
    if timestamp.isdecimal() and len(timestamp) == 13:
        return Finding("timestamp", False, "is in milliseconds; seconds are meant")
    if not timestamp.isdecimal() or len(timestamp) > 12:
        swapped = nonce.isdecimal() and len(nonce) == 10
        hint = ": it and the nonce look swapped" if swapped else ""
        return Finding("timestamp", False, f"is no number of seconds{hint}")
    age_s = int(now.timestamp()) - int(timestamp)
    if age_s >= MAX_AGE_S:
        return Finding("timestamp", False, f"is {age_s} s old: a replay, or our clock is ahead")
    if age_s <= -MAX_AGE_S:
        return Finding("timestamp", False, f"is {-age_s} s in the future: our clock is behind")
    return Finding("timestamp", True, f"{age_s} s old")


def signature_finding(signature: str) -> Finding:
    if signature.startswith(PROBE):
        words = "is the platform's probe: refuse it, the message comes again rightly signed"
        return Finding("signature", False, words)
    if decoded(signature) is None:
        return Finding("signature", False, "is not base64: broken or escaped on its way")
    if len(signature) != SIGNATURE_LENGTH:
        words = f"has {len(signature)} characters instead of {SIGNATURE_LENGTH}: cut on its way"
        return Finding("signature", False, words)
    return Finding("signature", True, f"{SIGNATURE_LENGTH} characters of base64")


def text_finding(
    key: RSAPublicKey | None,
    others: dict[str, RSAPublicKey],
    signature: bytes,
    text: bytes,
    guesses: Iterable[Guess],
) -> Finding:
    """Try the signature on what came, with other keys, and on what may have been signed."""
    if key is not None and holds(key, signature, text):
        return Finding("body", True, "the signature holds over these very bytes")
    for words, other in others.items():
        if holds(other, signature, text):
            return Finding("body", False, f"unaltered, but signed with {words}")
    for words, guessed in guesses:
        if key is not None and holds(key, signature, guessed):
            return Finding("body", False, words)
    if key is None:
        return Finding("body", False, "cannot be told without the key")
    return Finding(
        "body", False, "this body, with this timestamp and nonce, is not what was signed"
    )


def holds(key: RSAPublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text, PADDING, HASH)
    except InvalidSignature:
        return False
    return True


def decoded(signature: str) -> bytes | None:
    try:
        return b64decode(signature, validate=True)
    except ValueError:
        return None
