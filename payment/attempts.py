"""Guessing check codes is bounded: by so many misses in a Beijing day, of a citizen, of a notice.

A try is reserved before finance is asked, by one write, so that asking many times at once does not
pass the bound; a try that was no miss is given back, and who finds none left waits for that. A try
is a lease: what a process leaves behind when it dies is free again a little later.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from channel_gateway.domain.days import beijing_day, milliseconds, next_midnight
from channel_gateway.domain.errors import GatewayError, NotFound, TooMany
from channel_gateway.expiry import forget_expired
from channel_gateway.ports import (
    Collection,
    Document,
    DuplicateKey,
    Index,
    Store,
    StoreError,
    StoreUnavailable,
)

ATTEMPTS = Collection("attempts", (Index(("expires",)),))
MISSES_A_DAY = 10  # of one citizen: a person mistypes, and has a few notices
# Of one notice, by all citizens together: of 10,000 codes a crowd tries one in two hundred a day.
# Few enough to find none, many enough that a family's mistakes never get there.
MISSES_OF_A_NOTICE = 50

_WAITS_S = (0.02, 0.05, 0.1, 0.2, 0.4, 0.6)  # finance answers within
_SOON_S = 5
_LEASE = timedelta(seconds=30)  # longer than finance may take


class WrongCodesToday(TooMany):
    """Too many wrong codes today: look at the notice, and try again tomorrow."""

    code = "wrong_codes_today"
    zh = "今日查询次数已用完，请明天再试。"


class NoticeGuessed(TooMany):
    """Too many wrong codes for this notice today: list it by your identity, or pay at the hall."""

    code = "notice_guessed"
    zh = "该缴款单今日输错次数过多，请从“我的缴款单”里缴款，或明天再试。"


class LookingUp(TooMany):
    """As many look-ups as there are tries left are under way: ask again in a moment."""

    code = "looking_up"
    zh = "正在查询，请稍候再试。"


@dataclass(frozen=True, slots=True)
class Bound:
    """So many misses in a Beijing day."""

    kind: str
    of: str  # whose, or of what
    most: int
    used_up: type[TooMany]


class Attempts:
    def __init__(self, store: Store) -> None:
        self._store = store

    @asynccontextmanager
    async def trying(self, citizen: str, pay_code: str, now: datetime) -> AsyncIterator[None]:
        """Round one look-up: `NotFound` out of it is a miss; one cut short is free in a while.

        Raises `WrongCodesToday`, `NoticeGuessed`, `LookingUp` before anything is looked up.
        """
        by_citizen = Bound("citizen", citizen, MISSES_A_DAY, WrongCodesToday)
        of_notice = Bound("notice", pay_code, MISSES_OF_A_NOTICE, NoticeGuessed)
        async with self.within((by_citizen, of_notice), now):
            yield

    @asynccontextmanager
    async def within(self, bounds: Sequence[Bound], now: datetime) -> AsyncIterator[None]:
        """The same with bounds of any kind; the first one that is used up says so."""
        until, reserved = milliseconds(now + _LEASE), list[str]()
        try:
            for bound in bounds:
                day = f"{bound.kind}|{bound.of}|{beijing_day(now).isoformat()}"
                await self._reserve(day, bound.most, bound.used_up, now)
                reserved.append(day)
            yield
        except NotFound:
            await self._ended(_missed, until, *reserved)
            raise
        except GatewayError:  # nobody has learnt anything
            await self._ended(_given_back, until, *reserved)
            raise
        await self._ended(_given_back, until, *reserved)

    async def forget(self, now: datetime) -> None:
        """Purge what no longer counts."""
        await forget_expired(self._store, ATTEMPTS.name, "expires", before=milliseconds(now))

    async def _reserve(self, day: str, most: int, used_up: type[TooMany], now: datetime) -> None:
        """Wait a little while others' tries, which may be no misses, take up what is left."""
        for wait_s in (*_WAITS_S, None):
            found = await self._one_more(day, most, now)
            if found["misses"] >= most:
                raise used_up(retry_after_s=ceil((next_midnight(now) - now).total_seconds()))
            if found["misses"] + len(found["trying"]) <= most:
                return
            if wait_s is not None:
                await asyncio.sleep(wait_s)
        raise LookingUp(retry_after_s=_SOON_S)

    async def _one_more(self, day: str, most: int, now: datetime) -> Document:
        """The day with one more try in it; it is not kept when that is more than there may be."""
        made: Document

        def one_more(before: Document) -> Document | None:
            nonlocal made
            under_way = [until for until in before["trying"] if until > milliseconds(now)]
            made = before | {"trying": [*under_way, milliseconds(now + _LEASE)]}
            return made if made["misses"] + len(made["trying"]) <= most else None

        expires = milliseconds(next_midnight(now) + timedelta(days=1))
        with suppress(DuplicateKey):
            first = {"_id": day, "misses": 0, "trying": [], "expires": expires}
            if await self._store.get(ATTEMPTS.name, day) is None:
                await self._store.insert(ATTEMPTS.name, first)
        await self._store.mutate(ATTEMPTS.name, day, one_more)
        return made

    async def _ended(
        self, how: Callable[[Document, int], Document], lease: int, *days: str
    ) -> None:
        for day in days:
            with suppress(StoreError, StoreUnavailable):  # then its lease runs out
                await self._store.mutate(ATTEMPTS.name, day, lambda kept: how(kept, lease))


def _missed(day: Document, lease: int) -> Document:
    return _given_back(day, lease) | {"misses": day["misses"] + 1}


def _given_back(day: Document, lease: int) -> Document:
    """Without one try of this lease; it may have run out, and been forgotten, before."""
    trying = list(day["trying"])
    if lease in trying:
        trying.remove(lease)
    return day | {"trying": trying}
