"""Hear WeChat's message push: verified, acted upon, written down, and only then acknowledged."""

import logging
import re
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from adapters.wechat.known_pushes import KnownPushes
from adapters.wechat.push import Push, PushGate, read_check, read_push
from adapters.wechat.push_events import (
    CHANGE,
    PASSED_OVER,
    POPUP,
    SENT,
    consents_in,
    sent_in,
    unread_in,
)
from adapters.wechat.sent_messages import SentEvent, SentMessages
from channel_gateway.domain.errors import Forged, Malformed
from channel_gateway.ports import LetterEnds, MessageConsents
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

_TEXT = Headers({"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"})
SUCCESS = HttpResponse(200, _TEXT, b"success")  # not «received»: «do not send it again»
REFUSAL = HttpResponse(403, _TEXT, b"refused")  # anything but success and nothing: asked again

_WORD = re.compile(r"[A-Za-z0-9_]{1,64}")


class MessagesHeard:
    def __init__(
        self,
        gate: PushGate,
        known: KnownPushes,
        sent: SentMessages,
        consents: Callable[[], Iterable[MessageConsents]],
        ends: Callable[[], Iterable[LetterEnds]],
        *,
        channel: str,
        app_id: str,
        long_term: Collection[str],
    ) -> None:
        """`consents`, `ends`: whoever counts them and goes on, asked when something is heard."""
        self._gate = gate
        self._known = known
        self._sent = sent
        self._consents = consents
        self._ends = ends
        self._channel = channel
        self._app_id = app_id
        self._long_term = long_term

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        """Answer in WeChat's words. Raises `StoreUnavailable`: WeChat asks again."""
        try:
            if request.method == "GET":
                return HttpResponse(200, _TEXT, read_check(self._gate, request, now).encode())
            push = read_push(self._gate, request, now)
            if push.signed:
                await self._known.bind(push.signed, request.body, now)
            if not await self._known.has(push.id):
                await self._take_up(push, now)
        except Forged as forged:
            return HttpResponse(403, REFUSAL.headers, REFUSAL.body, code=forged.code)
        except Malformed as malformed:
            return HttpResponse(400, REFUSAL.headers, REFUSAL.body, code=malformed.code)
        return SUCCESS

    async def _take_up(self, push: Push, now: datetime) -> None:
        """Act, then write down: what is cut off between the two is acted upon again, and to hear
        a consent or an end again changes nothing.
        """
        if push.kind in (POPUP, CHANGE):
            changes = consents_in(push, self._long_term)
            _tell_unread(unread_in(push))
            for keeper in self._consents() if changes else ():
                await keeper.heard(
                    self._channel, self._app_id, push.citizen, changes, id=push.id, at=push.at
                )
        elif push.kind == SENT:
            for event in sent_in(push):
                await self._end(push, event, now)
        else:
            _tell_passed_over(push.kind)
        await self._known.keep(push.id, _countable(push.kind), now)

    async def _end(self, push: Push, event: SentEvent, now: datetime) -> None:
        lost = await self._sent.ended(push.citizen, event, push.at)
        if lost is not None:
            for sender in self._ends():
                await sender.did_not_arrive(lost, now)


def _tell_passed_over(kind: str) -> None:
    action = "push_passed_over" if kind in PASSED_OVER else "push_of_unknown_kind"
    log.info("a push that is none of ours", extra={"action": action, "kind": _countable(kind)})


def _tell_unread(consents: int) -> None:
    if consents:
        told = {"action": "consents_unread", "consents": consents}
        log.warning("a push with consents in words we do not know; the others count", extra=told)


def _countable(kind: str) -> str:
    return kind if _WORD.fullmatch(kind) else "other"
