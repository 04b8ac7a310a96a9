"""Two ways onto a phone: the mini-program's subscribe messages, and the city service's cards."""

import logging
from collections.abc import Mapping

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.app import App
from adapters.wechat.calls import send_with_token
from adapters.wechat.city_message import city_message, read_card, send_card
from adapters.wechat.sent_messages import SentMessages
from adapters.wechat.subscribe import read_sent, send_message, subscribe_message
from channel_gateway.domain.errors import GatewayError, NotReached, RefusedForNow, Unavailable
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Clock, Letter, NotArrived, StoreError, StoreUnavailable
from channel_gateway.wire import HttpSender

log = logging.getLogger(__name__)

Styles = Mapping[str, Mapping[str, str]]  # a template's `…_style_id`s


class SubscribeOutlet:
    """Implements `Outlet`: a message for a consent, and no taking back of one that was sent."""

    by_consent = True
    repeatable = False
    is_card = False

    def __init__(
        self,
        app: App,
        tokens: AccessTokens,
        sent: SentMessages,
        http: HttpSender,
        clock: Clock,
        *,
        channel: str,
        consents_pushed: bool,
        landing_page: str = "",
    ) -> None:
        self.channel = channel
        self.consents_pushed = consents_pushed
        self._app = app
        self._tokens = tokens
        self._sent = sent
        self._http = http
        self._clock = clock
        self._landing_page = landing_page

    async def send(self, to: OpenId, letter: Letter) -> None:
        message = subscribe_message(to, letter, self._landing_page)
        await self._begin(to, letter)
        try:
            response = await send_with_token(
                self._tokens, self._http, lambda token: send_message(self._app, token, message)
            )
            number = read_sent(response)
        except GatewayError as error:
            if isinstance(error, NotReached) or not isinstance(error, Unavailable):
                await self._keep("", letter)
            raise
        await self._keep(number, letter)

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        return await self._sent.arrived(to, letter)

    async def _begin(self, to: OpenId, letter: Letter) -> None:
        """Raises `RefusedForNow`: what cannot be written down is not sent."""
        try:
            await self._sent.begun(to, letter, self._clock.now())
        except StoreUnavailable as error:
            raise RefusedForNow(
                "the sending could not be written down: nothing was sent"
            ) from error

    async def _keep(self, number: str, letter: Letter) -> None:
        """WeChat has answered, whether we can write that down or not. Raises `NotArrived`."""
        on_its_way = True
        try:
            if number:
                on_its_way = await self._sent.accepted(number, letter, self._clock.now())
            await self._sent.answered(letter)
        except (StoreError, StoreUnavailable) as error:
            told = {"action": "message_answer_lost", "letter": letter.id, "code": error.code}
            log.warning("an answer of WeChat's could not be kept", extra=told)
        if not on_its_way:
            raise NotArrived


class CityOutlet:
    """Implements `Outlet`: the city service's cards, one for each matter, whatever is repeated."""

    by_consent = False
    consents_pushed = False
    repeatable = True
    is_card = True

    def __init__(
        self, account: App, tokens: AccessTokens, styles: Styles, http: HttpSender, *, channel: str
    ) -> None:
        """`account`: the official account that holds the message channel, with its own tokens."""
        self.channel = channel
        self._account = account
        self._tokens = tokens
        self._styles = styles
        self._http = http

    async def send(self, to: OpenId, letter: Letter) -> None:
        message = city_message(to, letter, self._styles.get(letter.template, {}))
        read_card(
            await send_with_token(
                self._tokens, self._http, lambda token: send_card(self._account, token, message)
            )
        )

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        """The city service tells nothing afterwards; sending again is safe."""
        return None
