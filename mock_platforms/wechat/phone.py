"""What happens on the citizen's phone: control rows of the open platform."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.wechat.messages import Template
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wechat.template_fields import KINDS, kind_of


@dataclass(frozen=True, slots=True)
class Phone:
    platform: OpenPlatform

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST",
                "/wechat/login-codes",
                self.login_code,
                "A citizen opens the mini-program: what wx.login gives.",
                {"openid?": "whose; a new citizen's unless said"},
                '{"code", "openid"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/phone-codes",
                self.phone_code,
                "A citizen agrees to show the phone number.",
                {"phone": "eleven digits"},
                '{"code"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/templates",
                self.add_template,
                "The console takes a message template up.",
                {
                    "template_id?": "a new one unless said",
                    "keys": 'such as ["thing1", "time2"]',
                    "long_term?": "one consent serves many messages",
                },
                '{"template_id", "keys", "long_term"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/consents",
                self.consent,
                "A citizen agrees to messages: what wx.requestSubscribeMessage asks.",
                {"openid": "whose", "template_id": "to which", "times?": "1 unless said"},
                '{"left"}',
            ),
            ControlRoute(
                "GET",
                "/wechat/phones/{openid}/messages",
                self.inbox,
                "Look at the messages a citizen has got.",
                answers='{"messages": [{"template_id", "page", "data", "at"}]}',
            ),
        ]

    def login_code(self, command: Command) -> dict[str, Any]:
        chance = self.platform.stage.randomness
        openid = command.text("openid", "") or f"o{chance.text(27)}"
        if not openid.startswith("o"):
            raise Refused("an openid begins with o", field="openid")
        self.platform.citizens.add(openid)
        code = self.platform.logins.give(openid, self.platform.stage.clock.now())
        return {"code": code, "openid": openid}

    def phone_code(self, command: Command) -> dict[str, Any]:
        phone = command.text("phone")
        return {"code": self.platform.phones.give(phone, self.platform.stage.clock.now())}

    def add_template(self, command: Command) -> dict[str, Any]:
        keys = command.body["keys"]
        if not isinstance(keys, list) or any(kind_of(str(key)) not in KINDS for key in keys):
            raise Refused(f"keys begin with one of {', '.join(KINDS)}", field="keys")
        template_id = command.text("template_id", "") or self.platform.stage.randomness.text(43)
        template = Template(template_id, tuple(keys), command.flag("long_term"))
        self.platform.messages.templates[template_id] = template
        return asdict(template)

    def consent(self, command: Command) -> dict[str, Any]:
        openid, template_id = command.text("openid"), command.text("template_id")
        if template_id not in self.platform.messages.templates:
            raise Refused("no such template", field="template_id", status=404)
        consents = self.platform.messages.consents
        consents[openid, template_id] += command.integer("times", 1)
        return {"left": consents[openid, template_id]}

    def inbox(self, command: Command) -> dict[str, Any]:
        messages = [
            {
                "template_id": message.template_id,
                "page": message.page,
                "data": dict(message.data),
                "at": message.at.isoformat(),
            }
            for message in self.platform.messages.inbox
            if message.openid == command.parts["openid"]
        ]
        return {"messages": messages}
