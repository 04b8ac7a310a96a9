"""Message push on demand: control rows that call the mini-program's server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.wechat import push
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wire import Headers, Outgoing


@dataclass(frozen=True, slots=True)
class PushConsole:
    """Message push: WeChat calls the mini-program's server."""

    platform: OpenPlatform
    token: str
    encoding_aes_key: str

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                "/wechat/check-push-url",
                self.check_url,
                "The console checks a push address: the echo must come back.",
                {"url": "of the server"},
                '{"echoed", "status", "answer"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/send-push",
                self.send,
                "Push one good and one forged message, and tell what came back.",
                {
                    "url": "where to",
                    "message": 'such as {"MsgType": "event", "Event": …, "FromUserName": …}',
                    "form?": "json (unless said) or xml",
                },
                '{"good": {"status", "answer"}, "forged": {"status", "answer"}}',
            ),
        ]

    async def check_url(self, command: Command) -> dict[str, Any]:
        stamp, nonce, echo = self._now(), self._nonce(), self._nonce()
        mark = push.signature(self.token, str(stamp), nonce)
        asked = f"signature={mark}&timestamp={stamp}&nonce={nonce}&echostr={echo}"
        outgoing = Outgoing("GET", f"{command.text('url')}?{asked}", Headers(), b"")
        came = await self.platform.stage.deliveries.try_once(outgoing)
        return {"echoed": came["status"] == 200 and came["answer"] == echo, **came}

    async def send(self, command: Command) -> dict[str, Any]:
        form = command.text("form", "json")
        if form not in ("json", "xml"):
            raise Refused("form is json or xml", field="form")
        message = {
            "ToUserName": "gh_97417a04a28d",
            "CreateTime": self._now(),
            **command.mapping("message"),
        }
        send = self.platform.stage.deliveries.try_once
        url = command.text("url")
        return {
            "good": await send(self._push(url, message, form, self.token)),
            "forged": await send(self._push(url, message, form, "another token")),
        }

    def _push(self, url: str, message: dict[str, Any], form: str, token: str) -> Outgoing:
        text = json.dumps(message, ensure_ascii=False) if form == "json" else push.to_xml(message)
        random16 = self.platform.stage.randomness.text(16).encode()
        sealed = push.encrypt(text, self.platform.app_id, self.encoding_aes_key, random16)
        openid = str(message.get("FromUserName", ""))
        query = push.query(token, self._now(), self._nonce(), sealed, openid)
        kind = "application/json" if form == "json" else "text/xml"
        body = push.envelope(message["ToUserName"], sealed, form)
        return Outgoing("POST", f"{url}?{query}", Headers({"Content-Type": kind}), body)

    def _now(self) -> int:
        return int(self.platform.stage.signing_now().timestamp())

    def _nonce(self) -> str:
        return self.platform.stage.randomness.digits(10)
