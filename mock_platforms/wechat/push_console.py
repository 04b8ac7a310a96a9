"""Message push in the console: its address, a check of it, and pushes on demand."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.wechat import push
from mock_platforms.wechat.pushes import OTHER, Address, Pushes
from mock_platforms.wire import Headers, Outgoing

_HOW = {"mode?": "safe (unless said), compatible or plain", "form?": "json (unless said) or xml"}


@dataclass(frozen=True, slots=True)
class PushConsole:
    """Message push: WeChat calls the mini-program's server."""

    pushes: Pushes

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                "/wechat/push-address",
                self.set_address,
                "The console has the address from now on: events are pushed there.",
                {"url": "of the server", **_HOW},
                '{"url", "mode", "form"}',
            ),
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
                    **_HOW,
                },
                '{"good": {"status", "answer"}, "forged": {"status", "answer"}}',
            ),
            ControlRoute(
                "POST",
                "/wechat/push",
                self.post,
                "Push a message to the console's address, with the platform's repeats.",
                {"message": 'such as {"MsgType": "text", "FromUserName": …, "MsgId": …}'},
            ),
        ]

    def set_address(self, command: Command) -> dict[str, Any]:
        self.pushes.address = _address(command)
        return asdict(self.pushes.address)

    async def check_url(self, command: Command) -> dict[str, Any]:
        stage = self.pushes.stage
        stamp = int(stage.signing_now().timestamp())
        nonce, echo = stage.randomness.digits(10), stage.randomness.digits(10)
        mark = push.signature(self.pushes.token, str(stamp), nonce)
        asked = f"signature={mark}&timestamp={stamp}&nonce={nonce}&echostr={echo}"
        outgoing = Outgoing("GET", f"{command.text('url')}?{asked}", Headers(), b"")
        came = await stage.deliveries.try_once(outgoing)
        return {"echoed": came["status"] == 200 and came["answer"] == echo, **came}

    async def send(self, command: Command) -> dict[str, Any]:
        address = _address(command)
        message = self.pushes.message(command.mapping("message"))
        send = self.pushes.stage.deliveries.try_once
        return {
            "good": await send(self.pushes.compose(address, message)),
            "forged": await send(self.pushes.compose(address, message, "push_forged")),
        }

    def post(self, command: Command) -> dict[str, Any]:
        if self.pushes.address is None:
            raise Refused("the console has no address: POST /wechat/push-address", status=409)
        message = command.mapping("message")
        self.pushes.post(OTHER, message, {str(message.get("FromUserName", ""))})
        return {}


def _address(command: Command) -> Address:
    mode, form = command.text("mode", "safe"), command.text("form", "json")
    if mode not in push.MODES:
        raise Refused("mode is plain, compatible or safe", field="mode")
    if form not in push.FORMS:
        raise Refused("form is json or xml", field="form")
    return Address(command.text("url"), mode, form)
