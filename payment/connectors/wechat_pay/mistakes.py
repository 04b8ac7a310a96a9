"""What usually goes wrong between signing and verifying: what may have been signed instead. Pure.

Each yields words for people, and the text a signature would be over if that was the mistake. They
are the ones users report against the official SDKs: bodies trimmed or written anew, header
values mixed up, line feeds forgotten.
"""

import json
from collections.abc import Iterator

from payment.connectors.wechat_pay.signing import request_text
from payment.connectors.wechat_pay.trust import signed_text

Guess = tuple[str, bytes]

_BOM = b"\xef\xbb\xbf"
_WRITERS = {
    "compact UTF-8": {"ensure_ascii": False, "separators": (",", ":")},
    "compact ASCII": {"ensure_ascii": True, "separators": (",", ":")},
    "UTF-8 with blanks": {"ensure_ascii": False},
    "ASCII with blanks": {"ensure_ascii": True},
    "indented UTF-8": {"ensure_ascii": False, "indent": 2},
}


def in_callback(timestamp: str, nonce: str, body: bytes) -> Iterator[Guess]:
    for words, original in bodies_before(body):
        yield words, signed_text(timestamp, nonce, original)
    yield "timestamp and nonce are swapped", signed_text(nonce, timestamp, body)
    yield "the signer left out the last line feed", signed_text(timestamp, nonce, body)[:-1]
    yield "the signer signed an empty body", signed_text(timestamp, nonce, b"")


def in_request(
    method: str, target: str, timestamp: str, nonce: str, body: bytes
) -> Iterator[Guess]:
    for words, original in bodies_before(body):
        yield words, request_text(method, target, timestamp, nonce, original)
    text = request_text(method, target, timestamp, nonce, body)
    path = target.partition("?")[0]
    yield "timestamp and nonce are swapped", request_text(method, target, nonce, timestamp, body)
    yield "the signer left out the last line feed", text[:-1]
    yield "the signer signed an empty body", request_text(method, target, timestamp, nonce, b"")
    yield (
        "the signer left out the query",
        request_text(method, path, timestamp, nonce, body),
    )
    yield (
        "the signer wrote the method in small letters",
        request_text(method.lower(), target, timestamp, nonce, body),
    )


def bodies_before(body: bytes) -> Iterator[Guess]:
    """Guess what a body was before it was altered on its way to us."""
    yield "a line feed at the body's end was stripped", body + b"\n"
    yield "a CR LF at the body's end was stripped", body + b"\r\n"
    yield "a byte order mark before the body was stripped", _BOM + body
    if body != body.strip():
        yield "white space was added round the body", body.strip()
    if body.startswith(_BOM):
        yield "a byte order mark was put before the body", body.removeprefix(_BOM)
    if b"\r\n" in body:
        yield "line feeds in the body became CR LF", body.replace(b"\r\n", b"\n")
    try:
        message = json.loads(body)
    except ValueError:
        return
    for form, options in _WRITERS.items():
        original = json.dumps(message, **options).encode("utf-8", "surrogatepass")  # type: ignore[arg-type]  # a table of keyword arguments
        if original != body:
            yield f"the JSON was parsed and written anew (it was {form})", original
