"""A request as it came, out of a text: request line, headers, raw body. Or the bare form. Pure."""

import re
from collections import Counter
from dataclasses import dataclass

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.findings import Finding
from channel_gateway.wire import Headers, HttpRequest

_REQUEST_LINE = re.compile(rb"([A-Z]+) (\S+)(?: HTTP/[\d.]+)?")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)")
_FORM = re.compile(rb"[\w.%-]+=[^\s]*(&[\w.%-]+=[^\s]*)*\s*")
# Of a form that somebody decoded: anything may stand in its values, blanks and line feeds too.
_FIRST_NAME = re.compile(rb"[\w.%-]+=")
_SIGN = re.compile(rb"(^|&)sign=")


@dataclass(frozen=True, slots=True)
class Message:
    request: HttpRequest
    fields: tuple[tuple[str, str], ...] = ()  # every header field; a request keeps one of a name

    def findings(self) -> tuple[Finding, ...]:
        """What is odd about the message whoever sent it: it is not whole, or says a thing twice."""
        times = Counter(name.lower() for name, _ in self.fields)
        twice = [name for name, count in times.items() if count > 1]
        found = [
            Finding(name, True, f"came {times[name]} times: the last one counts") for name in twice
        ]
        announced, there = self.request.headers.get("Content-Length", ""), len(self.request.body)
        if announced.isdecimal() and int(announced) != there:
            how = "was cut off" if there < int(announced) else "got longer, perhaps when copied"
            words = f"{announced} bytes are announced, {there} are here: the body {how}"
            found.append(Finding("content-length", False, words))
        return tuple(found)


def read_http_text(raw: bytes) -> Message:
    """Read a message. The body stays as it is, a last line feed too. Raises `Malformed`."""
    if _is_form(raw):
        return Message(HttpRequest("POST", "/", Headers(), raw.strip()))
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
    request = HttpRequest(method.decode(), url.decode("latin-1"), Headers(fields), body)
    return Message(request, tuple(fields))


def _is_form(raw: bytes) -> bool:
    signed = b"&" in raw and _SIGN.search(raw) and _FIRST_NAME.match(raw)
    return bool(_FORM.fullmatch(raw) or signed)


def _split(raw: bytes) -> tuple[bytes, bytes]:
    for blank in (b"\r\n\r\n", b"\n\n"):
        head, found, body = raw.partition(blank)
        if found:
            return head, body
    return raw, b""
