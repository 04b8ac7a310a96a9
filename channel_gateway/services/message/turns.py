"""When a message may be sent: after all before it in its subject, and not at night."""

from dataclasses import replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.tasks import doing
from channel_gateway.service import NotYet
from channel_gateway.services.message.message import OVERTAKEN_BY, SUPERSEDED_BY, Message
from channel_gateway.services.message.messages import SEND, Messages
from channel_gateway.services.message.quiet_hours import QuietHours, may_disturb

# Whether what is before has ended: whoever ends wakes the next, unless it is killed just then.
_LOOK_AGAIN_S = 300
_HELD_UP = timedelta(minutes=5)


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
        raise NotYet("an earlier message of this subject is to be sent", pause_s=_LOOK_AGAIN_S)

    async def wake_next(self, subject: str, now: datetime) -> None:
        """One of the subject has ended: the next need not wait until it looks again by itself."""
        following = await self._messages.next_of(subject)
        if following is not None and following.turn_at is None:
            await self._messages.change(following.id, lambda one: _woken(one, now))

    async def is_superseded(self, message: Message, now: datetime) -> bool:
        """Whether a later one says that it is not so any more.

        One that was held up asks those that wait behind it. Of one that came back the later may
        have ended long ago, in the inbox alone: whatever became of it, it counts.
        """
        by = SUPERSEDED_BY.get(message.happening)
        if by is None:
            return False
        if message.came_back:
            later = await self._messages.after(message)
        elif now >= message.told_at + _HELD_UP:
            later = await self._messages.waiting_after(message)
        else:
            return False
        return any(each.happening in by for each in later)

    async def is_overtaken(self, message: Message) -> bool:
        """Whether it came back after a later word on the same thing went out: it is old news."""
        by = OVERTAKEN_BY[message.happening]
        if not by or not message.came_back:
            return False
        later = await self._messages.after(message)
        return any(each.has_gone_out and each.happening in by for each in later)

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
    return message if message.hurried else _woken(replace(message, hurried=True), now)


def _woken(message: Message, now: datetime) -> Message:
    """Due now. The task has another name: who runs it just now puts off the old one in vain."""
    due = milliseconds(now)
    tasks = (
        replace(each, id=f"{SEND}|{due}", due=due) if each.kind == SEND else each
        for each in message.tasks
    )
    return replace(message, **doing(*tasks))
