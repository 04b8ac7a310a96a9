"""Notes what was asked, or told us, and what came of it; answer and error are let through."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import Clock
from payment.traces.notes import Notes
from payment.traces.trace import Trace, What

Answer = TypeVar("Answer")
OK = "ok"


def ok(_: object) -> str:
    return OK


class Asking:
    """Of one platform, or of finance."""

    def __init__(self, notes: Notes, clock: Clock, whom: str, what: What = What.REQUEST) -> None:
        """`what`: who began, we or the other side."""
        self._notes = notes
        self._clock = clock
        self._whom = whom
        self._what = what

    async def noted(
        self,
        verb: str,
        about: str,
        asking: Awaitable[Answer],
        said: Callable[[Answer], str] = ok,
        *,
        note: str = "",
    ) -> Answer:
        """`said`: the answer in a word. Raises what asking raises."""
        began = self._clock.now()
        try:
            answer = await asking
        except GatewayError as trouble:
            words = "; ".join(part for part in (note, str(trouble)) if part)
            await self._note(verb, about, began, trouble.code, words)
            raise
        await self._note(verb, about, began, said(answer), note)
        return answer

    async def _note(self, verb: str, about: str, began: datetime, outcome: str, note: str) -> None:
        took_ms = (self._clock.now() - began) // timedelta(milliseconds=1)
        await self._notes.note(
            Trace(about, began, self._what, self._whom, verb, outcome, took_ms, note)
        )
