"""EMS, written by hand: it gives the answers it was told to, and keeps what was asked."""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB

from channel_gateway.domain.errors import Unavailable
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

VECTORS: Mapping[str, Any] = {
    each["id"]: each for each in json.loads(Path("tests/vectors/couriers_ems.json").read_text())
}
SIGN_KEY: str = VECTORS["ems-sm4"]["key"]
CLERK = "已签收,本人签收,投递员:赵示例13800000001"


def says(content: Any = None, **members: Any) -> HttpResponse:
    body = None if content is None else json.dumps(content, ensure_ascii=False)
    said = {"serialNo": "1", "retCode": "00000", "retMsg": "", "retBody": body, "success": True}
    return HttpResponse(200, Headers(), json.dumps(said | members).encode())


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

    @property
    def content(self) -> Any:
        boxed = b64decode(self.form["logitcsInterface"].removeprefix("|$4|"))
        opener = Cipher(SM4(b64decode(SIGN_KEY)), ECB()).decryptor()  # noqa: S305 - EMS's choice
        plain = opener.update(boxed) + opener.finalize()
        return json.loads(plain[: -plain[-1]].removesuffix(SIGN_KEY.encode()))


def trace(**members: Any) -> dict[str, Any]:
    return {
        "traceNo": "1136281381675",
        "waybillNo": "1136281381675",
        "opTime": "2026-01-07 12:30:00",
        "opOrgName": "示例投递部",
        "opOrgCity": "宁波市",
        "opCode": "704",
        "opName": "妥投",
        "opDesc": CLERK,
    } | members
