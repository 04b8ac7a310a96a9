"""Our mini-program, as WeChat's server knows it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import orjson

from channel_gateway.wire import Headers, HttpRequest


@dataclass(frozen=True, slots=True)
class App:
    base_url: str  # no slash at the end
    app_id: str
    secret: str = field(repr=False)

    def url(self, path: str, **query: str) -> str:
        return f"{self.base_url}{path}?{urlencode(query)}" if query else self.base_url + path


def post(url: str, body: dict[str, Any]) -> HttpRequest:
    return HttpRequest(
        "POST", url, Headers({"Content-Type": "application/json"}), orjson.dumps(body)
    )
