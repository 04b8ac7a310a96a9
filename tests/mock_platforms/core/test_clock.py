"""The moved clock and its timers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from mock_platforms.clock import Clock

NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)


def still() -> datetime:
    return NOON


async def test_timers_run_in_order_each_at_its_own_moment() -> None:
    clock, seen = Clock(still), []
    for seconds in (30, 10, 20):
        clock.after(seconds, lambda: seen.append(clock.now()))
    await clock.advance(25)
    assert seen == [NOON + timedelta(seconds=10), NOON + timedelta(seconds=20)]
    assert clock.now() == NOON + timedelta(seconds=25)


async def test_what_a_timer_plans_within_the_jump_happens_in_it() -> None:
    clock, seen = Clock(still), []
    clock.after(10, lambda: clock.after(10, lambda: seen.append("second")) and None)
    await clock.advance(20)
    assert seen == ["second"]


async def test_equal_moments_keep_their_order() -> None:
    clock, seen = Clock(still), []
    for name in "abc":
        clock.after(5, lambda name=name: seen.append(name))
    await clock.advance(5)
    assert seen == ["a", "b", "c"]


async def test_a_cancelled_timer_does_not_run() -> None:
    clock, seen = Clock(still), []
    clock.after(5, lambda: seen.append("x")).cancel()
    await clock.advance(10)
    assert seen == []
    assert clock.next_due() is None


async def test_wall_time_drives_the_timers_too() -> None:
    clock, rang = Clock(), asyncio.Event()
    driver = asyncio.create_task(clock.run_for_ever())
    clock.after(0.01, rang.set)
    await asyncio.wait_for(rang.wait(), 2)
    driver.cancel()


async def test_after_a_jump_wall_time_drives_what_is_left_of_the_wait() -> None:
    clock, begun, rang = Clock(), asyncio.Event(), asyncio.Event()
    driver = asyncio.create_task(clock.run_for_ever())
    clock.after(0, begun.set)
    clock.after(100, rang.set)
    await begun.wait()
    await clock.advance(99.9)
    await asyncio.wait_for(rang.wait(), 2)
    driver.cancel()


async def test_one_slow_timer_does_not_hold_the_others_up() -> None:
    clock, rang, never = Clock(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        await never.wait()

    driver = asyncio.create_task(clock.run_for_ever())
    clock.after(0, wait)
    clock.after(0.01, rang.set)
    await asyncio.wait_for(rang.wait(), 2)
    never.set()
    driver.cancel()


async def test_advancing_waits_for_what_is_under_way() -> None:
    clock, seen, begun, end = Clock(), [], asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await end.wait()
        seen.append("done")

    driver = asyncio.create_task(clock.run_for_ever())
    clock.after(0, slow)
    await begun.wait()
    end.set()
    await clock.advance(0)
    assert seen == ["done"]
    driver.cancel()


async def test_a_clock_begins_when_it_is_told_and_goes_back_there() -> None:
    begin = datetime(2026, 2, 9, 0, 30, tzinfo=UTC)
    clock = Clock(begin=begin)
    assert timedelta() <= clock.now() - begin < timedelta(seconds=5)
    await clock.advance(3600)
    clock.reset()
    assert timedelta() <= clock.now() - begin < timedelta(seconds=5)
