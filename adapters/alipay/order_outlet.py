"""Order cards as a way to a citizen's phone: what was sent of each card is remembered here."""

from datetime import datetime, timedelta
from typing import Any

from adapters.alipay.city_messages import CityService
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.order_cards import (
    CREATE,
    Card,
    OrderWords,
    create_content,
    ext_info,
    order_no,
    status_of,
)
from adapters.alipay.settings import IdMode
from channel_gateway.domain.days import milliseconds, moment_of
from channel_gateway.domain.people import OpenId
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import Collection, DuplicateKey, Index, Letter, Sealing, Store

ORDER_CARDS = Collection("alipay_order_cards", (Index(("forget_at",)),))
_KEPT = timedelta(days=400)  # longer than an appointment is changed
_SECOND_MS = 1000
_PLACE = "alipay_order_cards.reason"


class OrderOutlet:
    """Implements `Outlet`: a card that shows how an appointment stands."""

    by_consent = False
    consents_pushed = False
    repeatable = True  # the same state with the same moment changes nothing
    is_card = True

    def __init__(
        self,
        platform: OpenPlatform,
        store: Store,
        vault: Sealing,
        service: CityService,
        words: OrderWords,
        *,
        channel: str,
        id_mode: IdMode,
    ) -> None:
        self.channel = channel
        self._platform = platform
        self._store = store
        self._vault = vault
        self._service = service
        self._words = words
        self._id_mode = id_mode

    async def send(self, to: OpenId, letter: Letter) -> None:
        """What cannot be sent leaves no trace on the card."""
        number = order_no(letter.subject)
        status_of(letter.happening, self._words)
        ext_info(letter.values, letter.at)
        card = await self._card(f"{self.channel}:{number}", letter)
        content = create_content(
            to, letter, card, self._service, self._words, id_mode=self._id_mode
        )
        await self._platform.call(CREATE, content)

    async def arrived(self, to: OpenId, letter: Letter) -> bool | None:
        """Alipay has no call that says so."""
        return None

    async def forget(self, now: datetime) -> None:
        """Forget cards of appointments long past."""
        await forget_expired(self._store, ORDER_CARDS.name, "forget_at", before=milliseconds(now))

    async def _card(self, key: str, letter: Letter) -> Card:
        """Put a letter onto the card: a new one gets a later moment, a repeated one its own."""

        def changed(kept: dict[str, Any]) -> dict[str, Any] | None:
            return None if kept["letter"] == letter.id else kept | self._of(letter, kept)

        at = milliseconds(letter.at)
        first = {"_id": key, "created": at} | self._of(letter, {"updated": at - _SECOND_MS})
        try:
            kept = await self._store.insert(ORDER_CARDS.name, first)
        except DuplicateKey:
            kept = await self._store.mutate(ORDER_CARDS.name, key, changed)
        return Card(
            moment_of(kept["created"]),
            moment_of(kept["updated"]),
            self._vault.open(kept["reason"], _PLACE) if kept["reason"] else "",
        )

    def _of(self, letter: Letter, before: dict[str, Any]) -> dict[str, Any]:
        """What a letter leaves on its card. Moments are told in seconds, so they differ there."""
        updated = max(milliseconds(letter.at), before["updated"] + _SECOND_MS)
        reason = letter.values.get("reason")
        sealed = self._vault.seal(reason, _PLACE) if reason else before.get("reason", "")
        return {
            "letter": letter.id,
            "updated": updated,
            "reason": sealed,
            "forget_at": updated + _KEPT // timedelta(milliseconds=1),
        }
