"""Messages to the application gateway: verified, acted upon once, durable, only then acknowledged.

Forged, stale and unreadable ones are refused in Alipay's word. A repeated one gets the same answer
and changes nothing.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.pushed import MAX_AGE, Pushed, read_pushed
from adapters.alipay.settings import IdMode
from adapters.alipay.subscriptions import read_subscriptions
from channel_gateway.domain.errors import GatewayError, Unavailable
from channel_gateway.ports import Collection as Documents
from channel_gateway.ports import Index, MessageConsents, Store
from channel_gateway.seen import Seen
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

MESSAGES = Documents("alipay_messages", (Index(("forget_at",)),))
_KEPT = MAX_AGE + timedelta(hours=1)  # longer than the age at which a repeat is refused

# Exactly these bytes end the repeats; anything else asks for the next.
_HEADERS = Headers({"Content-Type": "text/plain; charset=utf-8"})
_SUCCESS = HttpResponse(200, _HEADERS, b"success")
FAIL = HttpResponse(400, _HEADERS, b"fail")


class Pushes:
    """The callback of one application."""

    def __init__(
        self,
        platform: OpenPlatform,
        store: Store,
        *,
        channel: str,
        id_mode: IdMode,
        subscription_messages: Collection[str],
        consents: Callable[[], Iterable[MessageConsents]],
    ) -> None:
        """`consents` says who counts them now: they may be built after this."""
        self._platform = platform
        self._seen = Seen(store, MESSAGES)
        self._channel = channel
        self._id_mode = id_mode
        self._subscription_messages = subscription_messages
        self._consents = consents

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        try:
            account = self._platform.account
            pushed = read_pushed(
                request.body,
                self._platform.alipay_keys,
                now,
                app_id=account.app_id,
                aes_key=account.aes_key,
            )
            await self._take(pushed)
        except GatewayError as refusal:
            told = {"action": "message_refused", "code": refusal.code, "field": refusal.field}
            log.warning("message refused", extra=told | {"channel": self._channel})
            # The word is Alipay's; the status says whose fault it is.
            status = 503 if isinstance(refusal, Unavailable) else 400
            return replace(FAIL, status=status, code=refusal.code)
        return _SUCCESS

    async def forget(self, now: datetime) -> None:
        """Forget messages whose repeats are refused by their age."""
        await self._seen.forget(now)

    async def _take(self, pushed: Pushed) -> None:
        """Act, then remember: what is heard twice under one id is counted once."""
        key = f"{self._channel}:{pushed.id}"
        if await self._seen.has(key):
            return
        known = pushed.method in self._subscription_messages
        if known:
            await self._hear(pushed)
        if not await self._seen.keep(key, until=pushed.at + _KEPT, method=pushed.method):
            return  # its double was faster
        # What we make nothing of is Alipay's to tell, and ours to see in the log.
        action = "message_heard" if known else "message_passed_over"
        told = {"action": action, "msg_method": pushed.method, "notify_id": pushed.id}
        log.info("message taken", extra=told | {"channel": self._channel})

    async def _hear(self, pushed: Pushed) -> None:
        said = read_subscriptions(pushed.content, self._id_mode)
        if said.unread:
            told = {"action": "consents_unread", "consents": said.unread}
            log.warning("consents in words we do not know; the others count", extra=told)
        for consents in self._consents():
            await consents.heard(
                self._channel,
                self._platform.account.app_id,
                said.who,
                said.changes,
                id=pushed.id,
                at=pushed.at,
            )
