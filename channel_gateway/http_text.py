"""A request as it came, out of a text: request line, headers, raw body. Or the bare form. Pure."""

import re

from channel_gateway.domain.errors import Malformed
from channel_gateway.wire import Headers, HttpRequest

_REQUEST_LINE = re.compile(rb"([A-Z]+) (\S+)(?: HTTP/[\d.]+)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)")
_FORM = re.compile(rb"[\w.%-]+=[^\s]*(&[\w.%-]+=[^\s]*)*\s*")


def read_http_text(raw: bytes) -> HttpRequest:
    """Read a message. The body stays as it is, a last line feed too. Raises `Malformed`."""
    if _FORM.fullmatch(raw):
        return HttpRequest("POST", "/", Headers(), raw.strip())
    head, body = _split(raw)
    lines = head.splitlines()
    method, url = b"POST", b"/"
    if lines and (first := _REQUEST_LINE.fullmatch(lines[0])):
        method, url = first.groups()
        lines = lines[1:]
    fields = []
    for number, line in enumerate(lines, start=1):
        found = _HEADER.fullmatch(line)
        if found is None:
            raise Malformed(f"header line {number} is not `Name: value`", field="headers")
        fields.append((found[1].decode(), found[2].decode("latin-1").strip()))
    return HttpRequest(method.decode(), url.decode("latin-1"), Headers(fields), body)


def _split(raw: bytes) -> tuple[bytes, bytes]:
    for blank in (b"\r\n\r\n", b"\n\n"):
        head, found, body = raw.partition(blank)
        if found:
            return head, body
    return raw, b""
