"""Alipay's ways to a citizen's phone: subscribed templates, and messages of the city service."""

from adapters.alipay import city_messages, template_messages
from adapters.alipay.city_messages import CityService
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import GatewayError
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, NoConsent, WrongTemplate


class TemplateOutlet:
    """Implements `Outlet`: each message spends what the citizen agreed to in Alipay's window."""

    by_consent = True
    repeatable = False  # the call has no key of ours: sent again, it may arrive again
    is_card = False

    def __init__(
        self,
        platform: OpenPlatform,
        *,
        channel: str,
        id_mode: IdMode,
        landing_page: str,
        not_subscribed: tuple[str, ...],
        consents_pushed: bool,
    ) -> None:
        self.channel = channel
        self.consents_pushed = consents_pushed
        self._platform = platform
        self._id_mode = id_mode
        self._landing_page = landing_page
        self._not_subscribed = not_subscribed

    async def send(self, to: OpenId, letter: Letter) -> None:
        content = template_messages.send_content(
            to, letter, id_mode=self._id_mode, landing_page=self._landing_page
        )
        try:
            await self._platform.call(template_messages.SEND, content)
        except AlipayRefused as refusal:
            field = template_messages.wrong_field(refusal)
            if field is not None:
                why = f"Alipay's template does not fit: {refusal.sub_code}"
                raise WrongTemplate(why, field=field) from refusal
            if refusal.says(*self._not_subscribed) or await self._declined(to, letter, refusal):
                raise NoConsent from refusal
            raise

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        """Alipay has no call that says so."""
        return None

    async def _declined(self, to: OpenId, letter: Letter, refusal: AlipayRefused) -> bool:
        """Whether a refusal we cannot read is for want of a subscription: ask for that itself."""
        if refusal.of_the_gateway:
            return False
        asked = template_messages.subscribed_content(to, letter.template, id_mode=self._id_mode)
        try:
            node = await self._platform.call(template_messages.SUBSCRIBED, asked)
        except GatewayError:
            return False  # the refusal stands as it was said
        return template_messages.has_declined(node, letter.template)


class CityOutlet:
    """Implements `Outlet`: what the city's service tells its citizens needs no subscription."""

    by_consent = False
    consents_pushed = False
    repeatable = True  # by its `uuid`
    is_card = False

    def __init__(
        self, platform: OpenPlatform, service: CityService, *, channel: str, id_mode: IdMode
    ) -> None:
        self.channel = channel
        self._platform = platform
        self._service = service
        self._id_mode = id_mode

    async def send(self, to: OpenId, letter: Letter) -> None:
        content = city_messages.send_content(to, letter, self._service, id_mode=self._id_mode)
        await self._platform.call(city_messages.SEND, content)

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        content = city_messages.query_content(to, letter, id_mode=self._id_mode)
        try:
            node = await self._platform.call(city_messages.QUERY, content)
        except AlipayRefused as refusal:
            if refusal.of_the_gateway:
                raise
            return None  # it knows of no such message, or does not know yet
        return city_messages.read_arrived(node, letter)
