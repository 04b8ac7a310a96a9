"""The self-test: one call that proves signing, verifying, sealing and opening, also of callbacks.

Source: pay.weixin.qq.com, "signature and encryption test" and its callback
(doc/v3/partner/4015139289 and 4019605946, of 2026-04). The pages do not show the callback's
plaintext: here it is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay import signatures
from mock_platforms.wechat_pay.fields import Address, Field, Group, Text, check
from mock_platforms.wechat_pay.fields import optional as may
from mock_platforms.wechat_pay.gate import Call, Gate
from mock_platforms.wechat_pay.notices import Notices

ASK = Group(
    {
        "notify_url": may(Address(256), "商户回调地址"),
        "echo_message": Field(Text(1024), "回显信息"),
        "encrypted_echo_message": may(Text(1024), "加密测试字段"),
    }
)


@dataclass(frozen=True, slots=True)
class SecurityEcho:
    stage: Stage
    gate: Gate
    notices: Notices

    def routes(self) -> list[Route]:
        return [Route("POST", "/v3/security/echo", self.gate.guard(self.echo), "security.echo")]

    def echo(self, call: Call) -> dict[str, Any]:
        """Say a message back, the sealed one sealed for the merchant's own certificate."""
        serial = self.gate.named_key(call).serial
        check(call.body, ASK, "请求正文", "/body")
        answer = {"echo_message": call.body["echo_message"]}
        if "encrypted_echo_message" in call.body:
            plain = self.gate.opened(call, "encrypted_echo_message")
            sealed = signatures.seal_field(self.gate.merchant.public_key, plain)
            answer |= {"encrypted_echo_message": sealed}
        if url := call.body.get("notify_url"):
            self.stage.deliveries.post(self.notices.echo(url, answer, serial))
        return answer
