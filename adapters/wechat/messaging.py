"""What this channel offers of messages: its outlets, and the callback WeChat pushes to."""

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.app import App
from adapters.wechat.known_pushes import KNOWN_PUSHES, KnownPushes
from adapters.wechat.messages_heard import REFUSAL, MessagesHeard
from adapters.wechat.outlets import CityOutlet, SubscribeOutlet
from adapters.wechat.push import Mode, PushGate
from adapters.wechat.sent_messages import SENT_MESSAGES, SentMessages
from adapters.wechat.settings import Settings
from channel_gateway.ports import LetterEnds, MessageConsents, Outlet, Tools
from channel_gateway.service import Callback, Job, Table

MESSAGE_COLLECTIONS = (SENT_MESSAGES, KNOWN_PUSHES)

_AN_HOUR_S = 3600
_IN_CLEAR = (
    "{}: message push comes in clear (push_mode): its signature covers no byte of what is said; "
    "set the safe mode in WeChat's console, and here"
)


def add_messages(
    table: Table, tools: Tools, settings: Settings, app: App, tokens: AccessTokens
) -> None:
    """Raises `ValueError` for a secret that is none."""
    sent = SentMessages(tools.store, tools.vault, app.app_id)
    gate = settings.push_gate()
    subscribe = SubscribeOutlet(
        app,
        tokens,
        sent,
        tools.http,
        tools.clock,
        channel=tools.name,
        consents_pushed=gate is not None,
        landing_page=settings.landing_page,
    )
    table.offer(Outlet, tools.name, subscribe)
    if account := settings.city_account():
        of_account = AccessTokens(
            account, tools.store, tools.http, tools.clock, tools.randomness, tools.vault
        )
        city = CityOutlet(account, of_account, settings.styles(), tools.http, channel=tools.name)
        table.offer(Outlet, f"{tools.name}_city", city)
    if gate is not None:
        _add_push(table, tools, settings, gate, sent)


def _add_push(
    table: Table, tools: Tools, settings: Settings, gate: PushGate, sent: SentMessages
) -> None:
    known = KnownPushes(tools.store, settings.app_id)
    heard = MessagesHeard(
        gate,
        known,
        sent,
        lambda: table.offered(MessageConsents).values(),
        lambda: table.offered(LetterEnds).values(),
        channel=tools.name,
        app_id=settings.app_id,
        long_term=settings.long_term_templates,
    )
    table.callbacks.append(
        Callback(
            f"{tools.name}_messages",
            f"/{tools.name}/messages",
            heard.receive,
            f"Message push of {tools.name}: consents, and messages that arrived",
            methods=("GET", "POST"),
            refusal=REFUSAL,
            keeps_refused=True,
        )
    )
    table.jobs += [
        Job(f"purge-{tools.name}-pushes", _AN_HOUR_S, known.forget, "Forget old pushes"),
        Job(f"purge-{tools.name}-sent", _AN_HOUR_S, sent.forget, "Forget how messages ended"),
    ]
    if gate.mode is Mode.PLAIN:
        table.remarks.append(_IN_CLEAR.format(tools.name))
