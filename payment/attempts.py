"""Guessing check codes is bounded: by so many misses in a Beijing day, of a citizen, of a notice.

A try is reserved before finance is asked, by one write, so that asking many times at once does not
pass the bound; a try that was no miss is given back, and who finds none left waits for that.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
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


class WrongCodesToday(TooMany):
    """Too many wrong codes today: look at the notice, and try again tomorrow."""

    code = "wrong_codes_today"
    zh = "今日查询次数已用完，请明天再试。"


class NoticeGuessed(TooMany):
    """Too many wrong codes for this notice today: list it by your identity, or pay at the hall."""

    code = "notice_guessed"
    zh = "该缴款单今日输错次数过多，请从“我的缴款单”里缴款，或明天再试。"


class Attempts:
    def __init__(self, store: Store) -> None:
        self._store = store

    @asynccontextmanager
    async def trying(self, citizen: str, pay_code: str, now: datetime) -> AsyncIterator[None]:
        """Round one look-up: `NotFound` out of it is a miss; one cut short counts like one.

        Raises `WrongCodesToday`, `NoticeGuessed` before anything is looked up.
        """
        by_citizen = f"citizen|{citizen}|{beijing_day(now).isoformat()}"
        of_notice = f"notice|{pay_code}|{beijing_day(now).isoformat()}"
        await self._reserve(by_citizen, MISSES_A_DAY, WrongCodesToday, now)
        try:
            await self._reserve(of_notice, MISSES_OF_A_NOTICE, NoticeGuessed, now)
        except GatewayError:
            await self._ended(_given_back, by_citizen)
            raise
        try:
            yield
        except NotFound:
            await self._ended(_missed, by_citizen, of_notice)
            raise
        except GatewayError:  # nobody has learnt anything
            await self._ended(_given_back, by_citizen, of_notice)
            raise
        await self._ended(_given_back, by_citizen, of_notice)

    async def forget(self, now: datetime) -> None:
        """Purge what no longer counts."""
        await forget_expired(self._store, ATTEMPTS.name, "expires", before=milliseconds(now))

    async def _reserve(self, day: str, most: int, used_up: type[TooMany], now: datetime) -> None:
        """Wait a little while others' tries, which may be no misses, take up what is left."""
        for wait_s in (*_WAITS_S, None):
            found = await self._one_more(day, most, now)
            if found["misses"] >= most:
                raise used_up(retry_after_s=ceil((next_midnight(now) - now).total_seconds()))
            if found["misses"] + found["trying"] <= most:
                return
            if wait_s is not None:
                await asyncio.sleep(wait_s)
        raise used_up(retry_after_s=_SOON_S)

    async def _one_more(self, day: str, most: int, now: datetime) -> Document:
        """The day with one more try in it; it is not kept when that is more than there may be."""
        made: Document

        def one_more(before: Document) -> Document | None:
            nonlocal made
            made = before | {"trying": before["trying"] + 1}
            return made if made["misses"] + made["trying"] <= most else None

        expires = milliseconds(next_midnight(now) + timedelta(days=1))
        with suppress(DuplicateKey):
            first = {"_id": day, "misses": 0, "trying": 0, "expires": expires}
            if await self._store.get(ATTEMPTS.name, day) is None:
                await self._store.insert(ATTEMPTS.name, first)
        await self._store.mutate(ATTEMPTS.name, day, one_more)
        return made

    async def _ended(self, how: Callable[[Document], Document], *days: str) -> None:
        for day in days:
            with suppress(StoreError, StoreUnavailable):  # then it counts until midnight
                await self._store.mutate(ATTEMPTS.name, day, how)


def _missed(day: Document) -> Document:
    return _given_back(day) | {"misses": day["misses"] + 1}


def _given_back(day: Document) -> Document:
    return day | {"trying": day["trying"] - 1}
