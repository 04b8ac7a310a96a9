"""What happens on the citizen's phone: control rows of the open platform."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.wechat.messages import Template
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wechat.pushes import CHANGE, POPUP
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
                {
                    "openid": "whose",
                    "template_id": "to which",
                    "also?": "more templates in the same window",
                    "answer?": "accept (unless said) or reject",
                    "times?": "how often the window was answered, 1 unless said",
                },
                '{"left"}',
            ),
            ControlRoute(
                "POST",
                "/wechat/consents/withdraw",
                self.withdraw,
                "A citizen refuses a template's messages in the settings.",
                {"openid": "whose", "template_id": "of which"},
            ),
            ControlRoute(
                "POST",
                "/wechat/city-templates",
                self.add_city_template,
                "The city service gives the official account a template.",
                {"biz_template_id?": "a new one unless said", "keys": 'such as ["keynote1"]'},
                '{"biz_template_id", "keys"}',
            ),
            ControlRoute(
                "GET",
                "/wechat/phones/{openid}/messages",
                self.inbox,
                "Look at the messages a citizen has got, cards of the city service among them.",
                answers='{"messages": [{"template_id", "page", "data", "at", "order_no"}]}',
            ),
            ControlRoute(
                "GET",
                "/wechat/phones/{openid}/cards",
                self.cards,
                "Look at a citizen's cards of the city service, one for each order number.",
                answers='{"cards": [{"order_no", "biz_template_id", "data", "at", "merged"}]}',
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
        openid, answer = command.text("openid"), command.text("answer", "accept")
        if answer not in ("accept", "reject"):
            raise Refused("answer is accept or reject", field="answer")
        names = [command.text("template_id"), *map(str, command.body.get("also", []))]
        templates = [self._template(name) for name in names]
        entry = {"SubscribeStatusString": answer, "PopupScene": "0"}
        listed = [{"TemplateId": name, **entry} for name in names]
        for _ in range(command.integer("times", 1)):
            for template in templates:
                self.platform.messages.answer(openid, template, accepts=answer == "accept")
            self.platform.pushes.listed(POPUP, openid, listed)
        return {"left": self.platform.messages.consents[openid, names[0]]}

    def withdraw(self, command: Command) -> dict[str, Any]:
        openid, template = command.text("openid"), self._template(command.text("template_id"))
        self.platform.messages.withdraw(openid, template.template_id)
        entry = {"TemplateId": template.template_id, "SubscribeStatusString": "reject"}
        self.platform.pushes.listed(CHANGE, openid, [entry])
        return {}

    def add_city_template(self, command: Command) -> dict[str, Any]:
        keys = command.body["keys"]
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise Refused("keys is a list of texts", field="keys")
        name = command.text("biz_template_id", "") or self.platform.stage.randomness.text(43)
        self.platform.city.templates[name] = tuple(keys)
        return {"biz_template_id": name, "keys": keys}

    def cards(self, command: Command) -> dict[str, Any]:
        cards = [
            {
                "order_no": card.order_no,
                "biz_template_id": card.biz_template_id,
                "data": dict(card.data),
                "at": card.at.isoformat(),
                "merged": card.merged,
            }
            for card in self.platform.city.cards.values()
            if card.openid == command.parts["openid"]
        ]
        return {"cards": cards}

    def _template(self, name: str) -> Template:
        template = self.platform.messages.templates.get(name)
        if template is None:
            raise Refused("no such template", field="template_id", status=404)
        return template

    def inbox(self, command: Command) -> dict[str, Any]:
        messages = [
            {
                "template_id": message.template_id,
                "page": message.page,
                "data": dict(message.data),
                "at": message.at.isoformat(),
                "order_no": message.order_no,
            }
            for message in self.platform.messages.inbox
            if message.openid == command.parts["openid"]
        ]
        return {"messages": messages}
