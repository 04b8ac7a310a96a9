"""EMS of 2019, written by hand: it gives the answers it was told to, and keeps what was asked."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from channel_gateway.domain.errors import Unavailable
from channel_gateway.wire import Headers, HttpRequest, HttpResponse


def says(**members: Any) -> HttpResponse:
    return HttpResponse(200, Headers(), json.dumps({"success": "T"} | members).encode())


@dataclass
class FakeEms:
    """An `HttpSender`; `answer` None: the reply is lost."""

    answer: HttpResponse | None = field(default_factory=says)
    asked: list[HttpRequest] = field(default_factory=list)

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        self.asked.append(request)
        if self.answer is None:
            raise Unavailable("no reply")
        return self.answer

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.asked[-1].body.decode(), keep_blank_values=True))


def trace(**members: Any) -> dict[str, Any]:
    return {
        "acceptTime": "2026-01-07 12:30:00",
        "acceptAddress": "示例投递部",
        "code": "10",
        "remark": "妥投,本人签收,投递员:赵示例13800000001",
    } | members
