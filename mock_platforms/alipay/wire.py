"""Alipay's v2 messages as bytes: reading a call charset first, writing an answer. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote_plus, unquote_to_bytes

# The caller names its charset; the codec is what we decode with.
CODECS = {"utf-8": "utf-8", "gbk": "gbk", "gb2312": "gbk", "gb18030": "gb18030"}
TAKEN = frozenset({"utf-8", "gbk", "gb2312"})  # what a call may name; notices know one more


@dataclass(frozen=True)
class Call:
    """One call of the gateway, decoded but not yet believed."""

    params: Mapping[str, str]  # query and body merged
    charset: str  # as the caller wrote it; "" when it wrote none
    charset_in_query: bool

    def get(self, name: str) -> str:
        return self.params.get(name, "")

    @property
    def charset_known(self) -> bool:
        return self.charset.lower() in TAKEN

    @property
    def codec(self) -> str:
        return _codec(self.charset)

    @property
    def notify_charset(self) -> str:
        # Real notices come back in GBK when the create call named its charset outside the URL
        # (reported in yansongda/pay#125 and laravel-pay#19).
        return self.charset if self.charset_in_query else "GBK"

    @property
    def method(self) -> str:
        return self.get("method")


def read_call(raw_query: bytes, raw_body: bytes) -> Call:
    """Merge query and form body; the charset is read from the bytes before anything is decoded."""
    query, body = list(_pairs(raw_query)), list(_pairs(raw_body))
    from_query = _latin(query, "charset")
    charset = from_query or _latin(body, "charset")
    codec = _codec(charset)
    params = {
        name.decode(codec, "replace"): value.decode(codec, "replace")
        for name, value in query + body
    }
    return Call(params, charset, charset_in_query=bool(from_query))


def _codec(charset: str) -> str:
    return CODECS[charset.lower()] if charset.lower() in TAKEN else "utf-8"


def _pairs(raw: bytes) -> Iterable[tuple[bytes, bytes]]:
    for piece in filter(None, raw.split(b"&")):
        name, _, value = piece.partition(b"=")
        yield _unquote(name), _unquote(value)


def _unquote(raw: bytes) -> bytes:
    return unquote_to_bytes(raw.replace(b"+", b" "))


def _latin(pairs: list[tuple[bytes, bytes]], wanted: str) -> str:
    found = (value.decode("latin-1") for name, value in pairs if name == wanted.encode())
    return next(found, "")


def write_form(params: Mapping[str, str], codec: str) -> bytes:
    """A form body with every value percent-encoded in the given charset; a plus becomes %2B."""
    pieces = (
        f"{quote_plus(name)}={quote_plus(value, encoding=codec, errors='replace')}"
        for name, value in params.items()
    )
    return "&".join(pieces).encode("ascii")


def call_text(params: Mapping[str, str], *, keep_empty: bool = False) -> str:
    """The signed text of a call: all but `sign`, sorted, values not URL-encoded.

    The documented rule drops empty values; two widespread SDKs sign them, so both are tried.
    """
    return _text(params, {"sign"}, keep_empty=keep_empty)


def notice_text(params: Mapping[str, str]) -> str:
    """The signed text of a trade notice (the "V1" rule): `sign_type` stays out as well."""
    return _text(params, {"sign", "sign_type"}, keep_empty=False)


def message_text(params: Mapping[str, str]) -> str:
    """The signed text of a message to the application gateway (the "V2" rule)."""
    return _text(params, {"sign"}, keep_empty=False)


def _text(params: Mapping[str, str], without: set[str], *, keep_empty: bool) -> str:
    return "&".join(
        f"{name}={value}"
        for name, value in sorted(params.items())
        if name not in without and (value or keep_empty)
    )


def compact_json(value: object) -> str:
    """JSON without white space, Chinese kept raw."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def node_text(node: object) -> str:
    r"""A response node as it travels: compact, every slash written `\/`, Chinese raw.

    Source: real sandbox answers verify in this form only (tests/vectors/alipay.json).
    """
    return compact_json(node).replace("/", "\\/")


def response_key(method: str) -> str:
    return method.replace(".", "_") + "_response" if method else "error_response"


def envelope(key: str, node: str, *, sign: str | None, cert_sn: str | None = None) -> str:
    """The answer's document: node first, `sign` last, nothing between; clients cut it by that."""
    parts = [f'"{key}":{node}']
    if cert_sn is not None:
        parts.append(f'"alipay_cert_sn":"{cert_sn}"')
    if sign is not None:
        parts.append(f'"sign":"{sign}"')
    return "{" + ",".join(parts) + "}"
