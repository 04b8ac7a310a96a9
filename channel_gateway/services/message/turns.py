"""When a message may be sent: after all before it in its subject, and not at night."""

from dataclasses import replace
from datetime import datetime

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import doing
from channel_gateway.service import NotYet
from channel_gateway.services.message.message import Message
from channel_gateway.services.message.messages import Messages
from channel_gateway.services.message.quiet_hours import QuietHours, may_disturb

_LOOK_AGAIN_S = 300  # whether what is before has ended


class Turns:
    def __init__(self, messages: Messages, quiet: QuietHours) -> None:
        self._messages = messages
        self._quiet = quiet

    async def wait_for(self, message: Message, now: datetime) -> None:
        """Raises `NotYet` while an earlier one of its subject is to be sent.

        An urgent one does not overtake: what is before it is sent in the quiet hours too.
        """
        before = await self._messages.before(message)
        if before is None:
            return
        if self._may_disturb(message, now) and self.night(before, now) is not None:
            id = before.id
            before = await self._messages.change(id, lambda one: _hurried(one, now))
        left_ms = (before.due or 0) - milliseconds(now)
        pause_s = max(1, min(_LOOK_AGAIN_S, left_ms // 1000 + 1))
        raise NotYet("an earlier message of this subject is to be sent", pause_s=pause_s)

    async def is_overtaken(self, message: Message) -> bool:
        """Whether it came back after a later one of its subject went out: it would be old news."""
        if not message.came_back:
            return False
        return any(each.has_gone_out for each in await self._messages.after(message))

    def night(self, message: Message, now: datetime) -> datetime | None:
        """Until when it waits because of the hour; None: it does not."""
        morning = self._quiet.morning(now)
        return None if morning is None or self._may_disturb(message, now) else morning

    def _may_disturb(self, message: Message, now: datetime) -> bool:
        morning = self._quiet.morning(now)
        if morning is None or message.hurried:
            return True
        return may_disturb(
            message.happening,
            at=message.at,
            good_until=message.good_until,
            now=now,
            morning=morning,
        )


def _hurried(message: Message, now: datetime) -> Message:
    """Sent at once, whatever the hour."""
    if message.hurried:
        return message
    tasks = (replace(each, due=milliseconds(now)) for each in message.tasks)
    return replace(message, hurried=True, **doing(*tasks))
