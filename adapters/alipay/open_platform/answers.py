r"""The gateway's answers: cut the node out as it came, verify it, only then read it. Pure.

The body is `{"<method>_response":<node>[,"alipay_cert_sn":"…"],"sign":"…"}`, always HTTP 200 and
`text/html`; what is signed is the node's own text, `\/` and all, in the answer's charset.
"""

import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.alipay.open_platform import content, rsa2
from adapters.alipay.open_platform.refusals import Unsigned, raise_refusal
from channel_gateway.domain.errors import Forged, Malformed, Unavailable
from channel_gateway.wire import HttpResponse

_JSON = json.JSONDecoder()
_SPACE = " \t\r\n"
_ERROR = "error_response"  # where methods without a node of their own put their errors


@dataclass(frozen=True, slots=True)
class Envelope:
    """An answer that nobody has verified yet."""

    node: bytes  # exactly what was signed, in the answer's charset
    codec: str
    sign: str
    cert_sn: str  # whose key signed it, in certificate mode; else empty


def read_envelope(response: HttpResponse, method: str) -> Envelope:
    """Cut an answer. Raises `Unavailable` for what is none, `Unsigned` when nobody signed it."""
    if response.status != 200:
        raise Unavailable(f"the gateway answered with HTTP status {response.status}")
    try:
        text, codec = _decode(response.body)
        members = members_of(text)
    except Malformed as error:
        raise Unavailable("the gateway's answer is not one of its documents") from error
    own = method.replace(".", "_") + "_response"
    node = members.get(own) or members.get(_ERROR)
    if node is None:
        raise Unavailable(f"the answer holds neither {own} nor {_ERROR}")
    sign = _text_of(members.get("sign"))
    if not sign:
        read = json.loads(node)
        raise Unsigned(str(read.get("sub_code", "")) if isinstance(read, dict) else "")
    return Envelope(node.encode(codec), codec, sign, _text_of(members.get("alipay_cert_sn")))


def read_node(envelope: Envelope, key: RSAPublicKey, aes_key: bytes | None) -> dict[str, Any]:
    """Verify, decrypt, read. Raises `Forged`, `Unavailable`, `TooMany`, `AlipayRefused`."""
    if not rsa2.verifies(envelope.node, envelope.sign, key):
        raise Forged("the signature of Alipay's answer does not hold")
    node = json.loads(envelope.node.decode(envelope.codec))
    if isinstance(node, str):
        node = _decrypted(node, aes_key)
    if not isinstance(node, dict):
        raise Unavailable("the answer's node is no object")
    raise_refusal(node)
    return node


def members_of(document: str) -> dict[str, str]:
    """The members of the outermost object, each as the text it came in. Raises `Malformed`.

    A JSON scanner and no counting of braces: a `sub_msg` may hold braces, quotes, even the name of
    the node. A name that comes twice is refused: readers differ on which one is meant.
    """
    members: dict[str, str] = {}
    try:
        at = _expect(document, 0, "{")
        while True:
            name, at = _JSON.raw_decode(document, _skip(document, at))
            start = _skip(document, _expect(document, at, ":"))
            _, at = _JSON.raw_decode(document, start)
            if not isinstance(name, str) or name in members:
                raise Malformed("a member without a name of its own")
            members[name] = document[start:at]
            at = _skip(document, at)
            if document[at : at + 1] == "}":
                break
            at = _expect(document, at, ",")
    except (ValueError, RecursionError) as error:
        raise Malformed("not a JSON object") from error
    if document[at + 1 :].strip(_SPACE):
        raise Malformed("something follows the JSON object")
    return members


def _decode(body: bytes) -> tuple[str, str]:
    # We always ask in utf-8; an answer in GBK comes when a proxy lost our query. GB 18030 reads
    # every GBK text and writes it back byte for byte.
    for codec in ("utf-8", "gb18030"):
        try:
            return body.decode(codec), codec
        except UnicodeDecodeError:
            continue
    raise Malformed("neither utf-8 nor GBK")


def _decrypted(ciphertext: str, aes_key: bytes | None) -> Any:
    if aes_key is None:
        raise Unavailable("the answer is encrypted, and no aes_key is set")
    try:
        return json.loads(content.decrypt(ciphertext, aes_key))
    except (Malformed, ValueError) as error:
        raise Unavailable("the answer does not decrypt") from error


def _text_of(member: str | None) -> str:
    text = json.loads(member) if member else ""
    return text if isinstance(text, str) else ""


def _skip(document: str, at: int) -> int:
    while document[at : at + 1] and document[at] in _SPACE:
        at += 1
    return at


def _expect(document: str, at: int, mark: str) -> int:
    at = _skip(document, at)
    if document[at : at + 1] != mark:
        raise ValueError(f"expected {mark} at {at}")
    return at + 1
