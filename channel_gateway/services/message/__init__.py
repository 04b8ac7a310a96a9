"""Messages 消息: citizens are told what happens, in an inbox of ours and on their phones."""

from datetime import datetime, timedelta

from pydantic import Field

from channel_gateway.ports import (
    LetterEnds,
    MessageConsents,
    Messenger,
    Outlet,
    PersonalData,
    ServiceCatalogue,
    Tools,
)
from channel_gateway.sections import Section
from channel_gateway.service import Job, Table
from channel_gateway.services.message.calling import Calling
from channel_gateway.services.message.coming_back import ComingBack
from channel_gateway.services.message.consents import CONSENTS, Consents
from channel_gateway.services.message.endpoints import Endpoints
from channel_gateway.services.message.journal import Journal
from channel_gateway.services.message.matter_cards import MatterCards
from channel_gateway.services.message.message import TRANSITIONS
from channel_gateway.services.message.messages import MESSAGES, Messages
from channel_gateway.services.message.operator_endpoints import OperatorEndpoints
from channel_gateway.services.message.personal_data import MessageData
from channel_gateway.services.message.quiet_hours import QuietHours
from channel_gateway.services.message.sending import Sending
from channel_gateway.services.message.telling import Addresses, Sealed, Teller
from channel_gateway.services.message.turns import Turns
from channel_gateway.services.message.views import Views
from channel_gateway.services.message.ways import Ways
from channel_gateway.services.message.wrong_templates import WRONG_TEMPLATES, WrongTemplates

COLLECTIONS = (MESSAGES, CONSENTS, WRONG_TEMPLATES)
TAKES_OFFERS = True  # the catalogue; later, the outlets of every channel

_AN_HOUR_S = 3600
_TIME = r"^([01]\d|2[0-3]):[0-5]\d$"


class Settings(Section):
    catalogue: str = Field("catalogue", description="the plug-in that knows the services")
    order: tuple[str, ...] = Field(
        ("wechat", "wechat_city", "alipay", "alipay_city", "alipay_order"),
        description="which outlet of an account's channel is tried first; others are never used",
    )
    quiet_from: str = Field("21:00", pattern=_TIME, description="in Beijing, until the morning")
    quiet_until: str = Field("08:00", pattern=_TIME, description="the same as `quiet_from`: never")
    patience_hours: int = Field(
        60, ge=1, le=168, description="how long a platform that does not answer is tried"
    )
    keep_days: int = Field(365, ge=30, le=3650, description="how long the inbox has a message")


def build(table: Table, tools: Tools) -> None:
    """Add the rows of messages. Raises `ValueError` without a catalogue."""
    settings = Settings.model_validate(tools.section)
    catalogue: ServiceCatalogue = table.need(
        ServiceCatalogue, settings.catalogue, "catalogue: names nobody who knows the services"
    )

    def outlets() -> dict[str, Outlet]:
        return table.offered(Outlet)

    messages, sealed = Messages(tools.store), Sealed(tools.vault)
    consents, wrong = Consents(tools.store, tools.identities), WrongTemplates(tools.store)
    views = Views(sealed)
    quiet = QuietHours(_minute(settings.quiet_from), _minute(settings.quiet_until))
    ways = Ways(outlets, catalogue, tools.identities, settings.order)
    turns = Turns(messages, quiet)
    journal = Journal(messages, turns)
    cards = MatterCards(messages, ways, sealed, tools.clock)
    calling = Calling(
        journal,
        ways,
        cards=cards,
        consents=consents,
        wrong=wrong,
        sealed=sealed,
        clock=tools.clock,
    )
    patience = timedelta(hours=settings.patience_hours)
    sending = Sending(journal, ways, turns, calling, patience=patience)
    endpoints = Endpoints(
        messages,
        consents,
        catalogue,
        outlets,
        identities=tools.identities,
        views=views,
    )
    operators = OperatorEndpoints(messages, views)
    kept_for = timedelta(days=settings.keep_days)

    async def purge(now: datetime) -> None:
        await messages.purge(now - kept_for)
        await consents.purge(now - kept_for)

    table.routes += endpoints.rows() + operators.rows()
    table.reactions += sending.rows() + cards.rows() + wrong.rows()
    table.jobs.append(Job("purge-messages", _AN_HOUR_S, purge, "Forget messages that are old"))
    table.stories.append(operators.story())
    table.offer(Messenger, tools.name, Teller(messages, Addresses(tools.identities), sealed))
    table.offer(MessageConsents, tools.name, consents)
    table.offer(LetterEnds, tools.name, ComingBack(messages))
    table.offer(PersonalData, tools.name, MessageData(messages, consents, tools.identities, views))
    table.states |= {"message": TRANSITIONS}


def _minute(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)
