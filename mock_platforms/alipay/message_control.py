"""Messages, as control rows: templates, the window of subscriptions, phones, what Alipay tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from mock_platforms.alipay.app import App
from mock_platforms.alipay.books import Books
from mock_platforms.alipay.citizens import Citizen
from mock_platforms.alipay.gateway_messages import SUBSCRIPTION, Messenger
from mock_platforms.alipay.phones import SUBSCRIBED_TO, Kind, Template
from mock_platforms.alipay.who import WHO, app_of, citizen_of
from mock_platforms.alipay.wire import CODECS
from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.stage import Stage


def message_rows(stage: Stage, books: Books) -> Sequence[ControlRoute]:
    console = MessageConsole(books, Messenger(stage, books))
    return (
        ControlRoute(
            "POST", "/alipay/message-templates", console.add_template,
            "Somebody takes up a template of messages, or Alipay's contact hands one out.",
            fields={
                "template_id": "a number for the city service's",
                "kind?": "onetime (unless said), longterm, form, city or order",
                "fields?": 'what it is filled with, like {"keyword1": "办理事项"}; none of order',
            },
            answers='{"template_id", "kind", "fields"}',
        ),
        ControlRoute(
            "POST", "/alipay/subscriptions", console.subscribe,
            "The citizen answers my.requestSubscribeMessage; the application gateway is told.",
            fields={
                "template_id": "one that is subscribed to",
                "declined?": "true: the citizen does not want its messages",
                **WHO,
            },
            answers='{"template_id", "subscribe_state", "left"}',
        ),
        ControlRoute(
            "POST", "/alipay/city-messages", console.switch_city_messages,
            "The citizen switches city messages off or on; those sent meanwhile fail.",
            fields={"off?": "true: switched off", **WHO},
            answers='{"user_id", "off"}',
        ),
        ControlRoute(
            "GET", "/alipay/messages", console.look,
            "What reached the citizens' phones, in order.",
            answers='[{"open_id", "user_id", "kind", "template_id", "values", "opens", "at", …}]',
        ),
        ControlRoute(
            "POST", "/alipay/application-gateway", console.set_gateway,
            "Set an app's application gateway (应用网关): where its messages are posted.",
            fields={"url": "where to; empty: nowhere", "app_id?": WHO["app_id?"]},
            answers='{"app_id", "url"}',
        ),
        ControlRoute(
            "POST", "/alipay/gateway-messages", console.tell,
            "Alipay posts a message to the application gateway, on its ladder until it is taken.",
            fields={
                "msg_method": "which message",
                "biz_content?": "an object",
                "charset?": "UTF-8 (unless said) or GBK",
                "encrypted?": "true: the content is encrypted with the app's AES key",
                "forged?": "true: signed with a key that is not Alipay's for this app",
                "app_id?": WHO["app_id?"],
            },
            answers='{"notify_id"}',
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class MessageConsole:
    books: Books
    messenger: Messenger

    def add_template(self, command: Command) -> dict[str, Any]:
        kind = command.text("kind", Kind.ONETIME)
        if kind not in set(Kind):
            raise Refused("kind is onetime, longterm, form, city or order", field="kind")
        template_id, fields = command.text("template_id"), tuple(command.mapping("fields"))
        if kind == Kind.CITY and not template_id.isdecimal():
            raise Refused("a template of the city service is a number", field="template_id")
        if not fields and kind != Kind.ORDER:
            raise Refused("a template is filled with something", field="fields")
        template = Template(template_id, Kind(kind), fields)
        self.books.phones.templates[template_id] = template
        return {"template_id": template_id, "kind": kind, "fields": list(fields)}

    def subscribe(self, command: Command) -> dict[str, Any]:
        app, citizen = self._who(command)
        template_id = command.text("template_id")
        template = self.books.phones.template(template_id, *SUBSCRIBED_TO)
        if template is None:
            raise Refused(f"nobody can subscribe to {template_id}", field="template_id", status=404)
        accepted = not command.flag("declined")
        phones = self.books.phones
        phones.decide(app.app_id, citizen.user_id, template, accepted=accepted)
        state = "1" if accepted else "0"
        relation = {
            "template_id": template_id,
            "subscribe_type": template.kind.value,
            "subscribe_state": state,
        }
        self.messenger.tell(
            app, SUBSCRIPTION, {**self._ids(app, citizen), "subscribe_relations": [relation]}
        )
        left = phones.subscription(app.app_id, citizen.user_id, template_id).left
        return {"template_id": template_id, "subscribe_state": state, "left": left}

    def switch_city_messages(self, command: Command) -> dict[str, Any]:
        _, citizen = self._who(command)
        off, without = command.flag("off"), self.books.phones.without_city_messages
        (without.add if off else without.discard)(citizen.user_id)
        return {"user_id": citizen.user_id, "off": off}

    def look(self, _: Command) -> list[dict[str, Any]]:
        people = self.books.people
        return [
            {
                "open_id": people.open_id(people.by_user_id(each.user_id), each.app_id),
                "user_id": each.user_id,
                "app_id": each.app_id,
                "kind": each.kind.value,
                "template_id": each.template_id,
                "values": dict(each.values),
                "opens": each.opens,
                "number": each.number,
                "status": each.status,
                "at": each.at.isoformat(),
            }
            for each in self.books.phones.arrived
        ]

    def set_gateway(self, command: Command) -> dict[str, str]:
        app, url = app_of(command, self.books), command.text("url", "")
        if url:
            self.books.application_gateways[app.app_id] = url
        else:
            self.books.application_gateways.pop(app.app_id, None)
        return {"app_id": app.app_id, "url": url}

    def tell(self, command: Command) -> dict[str, str]:
        app, charset = app_of(command, self.books), command.text("charset", "UTF-8")
        if charset.lower() not in CODECS:
            raise Refused("charset is UTF-8 or GBK", field="charset")
        notify_id = self.messenger.tell(
            app,
            command.text("msg_method"),
            command.mapping("biz_content"),
            charset=charset,
            encrypted=command.flag("encrypted"),
            forged=command.flag("forged"),
        )
        if notify_id is None:
            raise Refused("the app has no application gateway", field="app_id", status=409)
        return {"notify_id": notify_id}

    def _who(self, command: Command) -> tuple[App, Citizen]:
        app = app_of(command, self.books)
        return app, citizen_of(command, app, self.books)

    def _ids(self, app: App, citizen: Citizen) -> dict[str, str]:
        ids = {}
        if app.id_kind.shows_open_id:
            ids["open_id"] = self.books.people.open_id(citizen, app.app_id)
        if app.id_kind.shows_user_id:
            ids["user_id"] = citizen.user_id
        return ids
