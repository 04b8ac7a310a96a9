"""Say what is wrong with a signed message of Alipay, part by part, in the order of checks.

Pure. The last finding is the verdict. Of what is private only names and lengths are said.
"""

import binascii
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from adapters.alipay.open_platform.account import Account
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.forms import form_of, raw_value, signed_bytes
from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Forged, Malformed, Stale
from channel_gateway.domain.findings import Finding, as_judged, listed, with_verdict
from channel_gateway.wire import HttpRequest
from payment.connectors.alipay import mistakes
from payment.connectors.alipay.callbacks import check_age, read_callback
from payment.connectors.judging import refusal

_REQUEST = ("sign", "sign_type", "charset", "timestamp", "app_id", "method", "version")
# How a charset names itself, and what reads it: GB 18030 is a superset of both GBK and GB 2312.
_CODECS = {b"utf-8": "utf-8", b"utf8": "utf-8", b"gbk": "gb18030", b"gb2312": "gb18030"}
_HOLDS = Finding("text", True, "the signature holds over the parameters as they came")
_BEIJING_AHEAD = timedelta(hours=8)
_CLOCK_SLIP = timedelta(minutes=10)  # what version 3 of the gateway allows; version 2 says nothing


class Explainer:
    """Implements `SignatureExplainer` for callbacks to us and for our own calls of the gateway."""

    def __init__(self, name: str, platform: OpenPlatform, *, seller_id: str) -> None:
        self.name = name
        self._platform = platform
        self._seller_id = seller_id

    def recognises(self, request: HttpRequest) -> bool:
        form = _form_of(request)
        return bool(raw_value(form, b"notify_id") or raw_value(form, b"method")[:7] == b"alipay.")

    def explain(self, request: HttpRequest, now: datetime) -> tuple[Finding, ...]:
        called = bool(raw_value(_form_of(request), b"method"))
        if called:
            return with_verdict(self._call(request, now))
        return as_judged(self._callback(request.body, now), self._refusal(request.body, now))

    def _refusal(self, body: bytes, now: datetime) -> str | None:
        """What the gateway does with it: the same steps."""
        return refusal(
            lambda: read_callback(body, self._platform.alipay_keys, now),
            app=self._platform.account.app_id,
            merchant=self._seller_id,
        )

    def _callback(self, body: bytes, now: datetime) -> Iterator[Finding]:
        read = _read(body)
        yield read.undecoded()
        yield read.complete(("sign",))
        yield _names(body)
        yield _age(body, now)
        # The bytes are verified as they are, as RSA2, whatever these two say.
        yield from (replace(found, holds=True) for found in (read.charset(), read.sign_type()))
        sign, finding = _sign(read.parameters)
        yield finding
        if sign:
            yield self._signed(body, sign, read)
        yield _app(read.parameters, self._platform.account)

    def _signed(self, body: bytes, sign: bytes, read: "_Read") -> Finding:
        keys = self._platform.alipay_keys
        with suppress(Forged):
            digest = sha256(signed_bytes(form_of(body))).digest()
            if any(_digest(sign, key, SHA256()) == digest for key in keys):
                return _HOLDS
        own = self._platform.account.app_key.public_key()
        others = {"the application's own key: it is not from Alipay": own}
        text = mistakes.text_of(read.parameters, "sign_type")
        return _text(sign, keys, others, text, mistakes.in_callback(read.parameters), read.codec)

    def _call(self, request: HttpRequest, now: datetime) -> Iterator[Finding]:
        read = _read(_form_of(request))
        parameters = read.parameters
        yield read.undecoded()
        yield read.complete(_REQUEST)
        yield _once(read.names)
        yield from (found for found in (read.charset(), read.sign_type()) if not found.holds)
        in_query = bool(raw_value(_query_of(request), b"charset"))
        yield Finding("charset", in_query, "has to stand in the query, or callbacks come in GBK")
        yield _timestamp(parameters.get("timestamp", ""), now)
        account = self._platform.account
        yield _app(parameters, account)
        if account.certified:
            sns = {
                "app_cert_sn": account.certified.app_sn,
                "alipay_root_cert_sn": account.certified.root_sn,
            }
            for name, ours in sns.items():
                yield Finding(name, parameters.get(name) == ours, f"ours is {ours}")
        sign, finding = _sign(parameters)
        yield finding
        if sign:
            text = mistakes.text_of(parameters)
            guesses = mistakes.in_request(parameters)
            keys = (account.app_key.public_key(),)
            others = {f"Alipay's key {sn}": key for sn, key in account.alipay_keys.items()}
            yield _text(sign, keys, others, text, guesses, read.codec)


@dataclass(frozen=True, slots=True)
class _Read:
    """A form decoded leniently: what is wrong becomes a finding, not an error."""

    form: bytes
    said: bytes  # the charset, as the form names it
    codec: str
    names: tuple[str, ...]
    parameters: dict[str, str]

    def undecoded(self) -> Finding:
        decoded = not self.form.isascii() or b" " in self.form
        words = "was decoded before it came here: keep the raw bytes" if decoded else "is a form"
        return Finding("form", not decoded, words)

    def complete(self, wanted: Iterable[str]) -> Finding:
        missing = [name for name in wanted if not self.parameters.get(name)]
        return Finding("parameters", not missing, listed("missing", missing) or "all are there")

    def charset(self) -> Finding:
        named = self.said.decode("latin-1") or "no charset"
        broken = any("\N{REPLACEMENT CHARACTER}" in value for value in self.parameters.values())
        if broken or self.said not in _CODECS:
            return Finding("charset", False, f"says {named}, but the values are in another one")
        return Finding("charset", True, f"says {named}")

    def sign_type(self) -> Finding:
        kind = self.parameters.get("sign_type")
        if kind in (None, "RSA2"):
            return Finding("sign_type", True, f"says {kind or 'nothing'}")
        words = "names another kind than RSA2: set RSA2 for the application in the console"
        return Finding("sign_type", False, words)


def _read(form: bytes) -> _Read:
    charset = raw_value(form, b"charset").lower()
    codec = _CODECS.get(charset, "utf-8")
    pairs = parse_qsl(
        form.decode("latin-1"), keep_blank_values=True, encoding=codec, errors="replace"
    )
    return _Read(form, charset, codec, tuple(name for name, _ in pairs), dict(pairs))


def _names(body: bytes) -> Finding:
    """As the gateway takes them: undecoded, since a hidden name could hide what was signed."""
    names = [piece.partition(b"=")[0].decode("latin-1") for piece in body.split(b"&")]
    hidden = [name for name in names if "%" in name]
    return Finding("names", False, listed("encoded", hidden)) if hidden else _once(names)


def _once(names: Iterable[str]) -> Finding:
    doubled = [name for name, times in Counter(names).items() if times > 1]
    return Finding("names", not doubled, listed("twice", doubled) or "each comes once")


def _age(body: bytes, now: datetime) -> Finding:
    try:
        check_age(body, now)
    except Stale as stale:
        return Finding("notify_time", False, f"{stale}: a replay, or our clock is wrong")
    except Forged as error:
        return Finding("notify_time", False, str(error))
    return Finding("notify_time", True, "is fresh")


def _timestamp(text: str, now: datetime) -> Finding:
    try:
        age = now - moment_from_beijing_text(text)
    except Malformed as error:
        return Finding("timestamp", False, str(error))
    if abs(age - _BEIJING_AHEAD) < _CLOCK_SLIP:
        return Finding(
            "timestamp", False, "is eight hours behind: UTC, where Beijing time is meant"
        )
    return Finding("timestamp", True, f"{int(age.total_seconds())} s old")


def _app(parameters: Mapping[str, str], account: Account) -> Finding:
    ours = parameters.get("app_id") == account.app_id
    return Finding("app_id", ours, f"ours is {account.app_id}")


def _sign(parameters: Mapping[str, str]) -> tuple[bytes, Finding]:
    sign = parameters.get("sign", "")
    try:
        raw = binascii.a2b_base64(sign, strict_mode=True)
    except ValueError:
        words = "is no Base64"
        if " " in sign:
            words = "holds spaces: each was a `+` that went unencoded, or was decoded twice"
        elif "%" in sign:
            words = "holds `%`: it is encoded twice"
        return b"", Finding("sign", False, words)
    return raw, Finding("sign", bool(raw), f"{len(raw)} bytes of Base64")


def _text(
    sign: bytes,
    keys: Sequence[RSAPublicKey],
    others: Mapping[str, RSAPublicKey],
    text: str,
    guesses: Iterable[mistakes.Guess],
    codec: str,
) -> Finding:
    """The signature gives back the digest of what was signed: search for the text that has it."""
    digest = next(filter(None, (_digest(sign, key, SHA256()) for key in keys)), b"")
    if not digest:
        return Finding("key", False, _whose(sign, keys, others))
    if _hashed(text, codec) == digest:
        return _HOLDS
    for other in {"utf-8", "gb18030"} - {codec}:
        if _hashed(text, other) == digest:
            return Finding("text", False, f"was signed in {other}: see charset")
    for words, guess in guesses:
        if _hashed(guess, codec) == digest:
            return Finding("text", False, words)
    return Finding(
        "text", False, "the right key signed, but not these parameters: altered on the way"
    )


def _whose(sign: bytes, keys: Iterable[RSAPublicKey], others: Mapping[str, RSAPublicKey]) -> str:
    if any(_digest(sign, key, SHA1()) for key in keys):  # noqa: S303 (to name the mistake)
        return "the right key, but RSA (SHA-1) instead of RSA2"
    for words, key in others.items():
        if _digest(sign, key, SHA256()):
            return f"signed with {words}"
    return "signed with a key we do not hold (sandbox and production differ), or sign was altered"


def _digest(sign: bytes, key: RSAPublicKey, algorithm: HashAlgorithm) -> bytes:
    try:
        return key.recover_data_from_signature(sign, PKCS1v15(), algorithm)
    except (InvalidSignature, ValueError):
        return b""


def _hashed(text: str, codec: str) -> bytes:
    return sha256(text.encode(codec, "replace")).digest()


def _query_of(request: HttpRequest) -> bytes:
    return request.url.partition("?")[2].encode()


def _form_of(request: HttpRequest) -> bytes:
    """Query and body together, as the gateway reads a call."""
    return b"&".join(filter(None, (_query_of(request), request.body)))
