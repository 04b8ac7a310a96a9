"""Parcels as citizens see them in Alipay: an order of the order centre, and the parcel's card."""

import logging
from collections.abc import Iterable

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.order_centre import (
    EXPRESS,
    KNOWN_ALREADY,
    KNOWN_ALREADY_IN_WORDS,
    NAMED_ALREADY_IN_WORDS,
    SYNC,
    TOO_SOON_IN_WORDS,
    ParcelTemplate,
    express_content,
    read_card_url,
    sync_content,
)
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import TooMany
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ChannelPayment, Clock, ParcelCard

log = logging.getLogger(__name__)

_NEXT_SECOND_S = 2


class AlipayParcelCards:
    """Implements `ParcelCards`."""

    def __init__(
        self,
        platform: OpenPlatform,
        clock: Clock,
        template: ParcelTemplate,
        *,
        channel: str,
        id_mode: IdMode,
    ) -> None:
        self.channel = channel
        self._platform = platform
        self._clock = clock
        self._template = template
        self._id_mode = id_mode

    async def show(self, to: OpenId, card: ParcelCard) -> str | None:
        """The address of the parcel's card; what the order centre knows already is told once.

        None also of a courier Alipay has no name for: see `parcel_couriers`.
        """
        if card.courier not in self._template.logistics_codes:
            return None
        await self._sync(to, card)
        content = express_content(
            to, card, self._template, id_mode=self._id_mode, now=self._clock.now()
        )
        try:
            return read_card_url(await self._platform.call(EXPRESS, content))
        except AlipayRefused as refusal:
            if refusal.passing:
                raise
            # The order is shown; of the parcel itself Alipay knows nothing, or we asked it wrongly.
            told = {"action": "card_refused", "card": card.id, "why": str(refusal)}
            log.warning("a parcel's card was refused", extra=told | {"channel": self.channel})
            return None

    async def _sync(self, to: OpenId, card: ParcelCard) -> None:
        paid_here = card.payment is not None and card.payment.channel == self.channel
        payment = card.payment if paid_here else None
        try:
            await self._tell(to, card, payment)
        except AlipayRefused as refusal:
            if payment is None or not refusal.explains(*NAMED_ALREADY_IN_WORDS):
                raise
            await self._tell(to, card, None)

    async def _tell(self, to: OpenId, card: ParcelCard, payment: ChannelPayment | None) -> None:
        content = sync_content(
            self._platform.account.app_id,
            to,
            card,
            payment,
            self._template,
            id_mode=self._id_mode,
            now=self._clock.now(),
        )
        try:
            await self._platform.call(SYNC, content)
        except AlipayRefused as refusal:
            if refusal.explains(*TOO_SOON_IN_WORDS):
                raise TooMany(
                    "two words on a parcel within a second", retry_after_s=_NEXT_SECOND_S
                ) from refusal
            if not refusal.says(*KNOWN_ALREADY) and not refusal.explains(*KNOWN_ALREADY_IN_WORDS):
                raise


def unnamed(channel: str, template: ParcelTemplate, couriers: Iterable[str]) -> list[str]:
    """What an operator should know of couriers Alipay has no name for. Pure."""
    unknown = sorted(set(couriers) - template.logistics_codes.keys())
    if not unknown:
        return []
    return [f"{channel}: parcels of {', '.join(unknown)} are not shown; see parcel_couriers"]
