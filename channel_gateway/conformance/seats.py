"""Checks of a department that keeps its capacity itself: a seat is one key's, and given once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from channel_gateway.conformance.bench import Bench, Failed, Place

MOST_SEATS = 50


@dataclass
class Seats:
    """The seats of one slot. Every key that was taken is released in the end."""

    bench: Bench
    place: Place
    keys: list[str] = field(default_factory=list)

    def key(self) -> str:
        key = f"conformance-{self.bench.randomness.token(22)}"
        self.keys.append(key)
        return key

    async def take(self, key: str) -> bool:
        return (await self.asked(key))["taken"] is True

    async def asked(self, key: str) -> dict[str, Any]:
        """The answer to a `seat.take`, when it is one of the contract's."""
        where = {"service": self.place.service, "hall": self.place.hall, "slot": self.place.slot}
        answer = await self.bench.ask("seat.take", {"key": key, **where})
        taken, reason = answer.get("taken"), answer.get("reason")
        if taken is not True and not (taken is False and reason in ("full", "closed")):
            raise Failed("seat.take was answered with neither taken nor full nor closed")
        return {"taken": taken} if taken else {"taken": taken, "reason": reason}

    async def release(self, key: str) -> None:
        if (await self.bench.ask("seat.release", {"key": key})).get("released") is not True:
            raise Failed("seat.release was not answered with released: true")

    async def left(self) -> int:
        where = {"service": self.place.service, "hall": self.place.hall, "day": self.place.day}
        left = _slots(await self.bench.ask("seats.left", where)).get(self.place.slot)
        if not isinstance(left, int) or left < 0:
            raise Failed(f"seats.left does not say how many are left of {self.place.slot}")
        return left

    async def fill(self, *, but: int = 0) -> None:
        """Take what is left, but so many seats."""
        if (left := await self.left()) > MOST_SEATS:
            raise Failed(f"the slot has {left} free seats: give it from 2 to {MOST_SEATS} here")
        for _ in range(left - but):
            if not await self.take(self.key()):
                raise Failed("a key got no seat, though seats.left said that there was one")


def _slots(answer: dict[str, Any]) -> dict[str, Any]:
    slots = answer.get("slots")
    return slots if isinstance(slots, dict) else {}


@asynccontextmanager
async def _slot(bench: Bench) -> AsyncIterator[Seats]:
    seats = Seats(bench, bench.place)
    try:
        yield seats
    finally:
        for key in seats.keys:
            with suppress(Failed):
                await seats.release(key)


async def signed_answers(bench: Bench) -> None:
    async with _slot(bench) as seats:
        key, place = seats.key(), seats.place
        where = {"service": place.service, "hall": place.hall}
        await bench.ask_signed("seats.left", {**where, "day": place.day})
        await bench.ask_signed("seat.take", {"key": key, **where, "slot": place.slot})
        await bench.ask_signed("seat.release", {"key": key})


async def seats_left(bench: Bench) -> None:
    async with _slot(bench) as seats:
        before = await seats.left()
        if not before:
            raise Failed(f"the slot has no free seat: give it from 2 to {MOST_SEATS} here")
        if not await seats.take(seats.key()):
            raise Failed(f"a key got no seat, though {before} were left")
        if (after := await seats.left()) != before - 1:
            raise Failed(f"{before} were left, one was taken, and then {after} are left")


async def asked_day(bench: Bench) -> None:
    place = bench.place
    for day in (place.day, (place.starts_at + timedelta(days=1)).date().isoformat()):
        where = {"service": place.service, "hall": place.hall, "day": day}
        for slot in _slots(await bench.ask_of_others("seats.left", where)):
            if not slot.startswith(f"{day}T"):
                raise Failed(f"asked for {day}, seats.left names {slot}")


async def full_slot(bench: Bench) -> None:
    async with _slot(bench) as seats:
        await seats.fill()
        if left := await seats.left():
            raise Failed(f"every seat that was left is taken, and seats.left says {left}")


async def other_place(bench: Bench) -> None:
    """Of a service, a hall and a slot that nobody has."""
    here, nowhere = bench.place, f"conformance_{bench.randomness.token(6).lower()}"
    no_service, no_hall = replace(here, service=nowhere), replace(here, hall=nowhere)
    async with _slot(bench) as seats:
        for other in (no_service, no_hall, replace(here, slot=f"{here.day}T03:07")):
            where = {"service": other.service, "hall": other.hall, "slot": other.slot}
            take = await bench.ask_of_others("seat.take", {"key": seats.key(), **where})
            if take.get("taken") is True:
                raise Failed(f"a key got a seat of {other}")
        asked = {"service": no_hall.service, "hall": no_hall.hall, "day": no_hall.day}
        if _slots(await bench.ask_of_others("seats.left", asked)).get(no_hall.slot):
            raise Failed(f"seats.left counts seats of {no_hall}")


async def same_key(bench: Bench) -> None:
    async with _slot(bench) as seats:
        key = seats.key()
        first = await seats.asked(key)
        left = await seats.left()
        if (second := await seats.asked(key)) != first:
            raise Failed(f"the same key was answered {first} and then {second}")
        if await seats.left() != left:
            raise Failed("asked again, the same key took another seat")


async def same_key_at_once(bench: Bench) -> None:
    async with _slot(bench) as seats:
        key, left = seats.key(), await seats.left()
        first, second = await asyncio.gather(seats.asked(key), seats.asked(key))
        if first != second:
            raise Failed(f"asked twice at once, the same key was answered {first} and {second}")
        if left - await seats.left() > 1:
            raise Failed("asked twice at once, the same key took two seats")


async def last_seat(bench: Bench) -> None:
    async with _slot(bench) as seats:
        await seats.fill(but=1)
        both = await asyncio.gather(*(seats.asked(seats.key()) for _ in range(2)))
        won = sum(each["taken"] for each in both)
        if won != 1:
            raise Failed(f"one seat was left, two keys asked at once, {won} got it")
        if {"taken": False, "reason": "full"} not in both:
            raise Failed("who came too late was told that the slot is closed, not full")


async def refused_key(bench: Bench) -> None:
    async with _slot(bench) as seats:
        await seats.fill()
        late = seats.key()
        if await seats.take(late):
            raise Failed("a key got a seat, though none was left")
        for key in seats.keys[:-1]:
            await seats.release(key)
        if await seats.take(late):
            raise Failed("a key that was refused got a seat when it was asked again")


async def release_and_take(bench: Bench) -> None:
    async with _slot(bench) as seats:
        await seats.fill()
        if not seats.keys:
            raise Failed("the slot has no free seat, though this run has released all it took")
        await seats.release(seats.keys[0])
        if not await seats.take(seats.key()):
            raise Failed("a seat was released, and the next key did not get it")


async def release_unknown(bench: Bench) -> None:
    async with _slot(bench) as seats:
        left, key = await seats.left(), seats.key()
        for _ in range(2):
            await seats.release(key)
        if await seats.left() > left:
            raise Failed("releasing a key that holds nothing made a seat free")


async def release_again(bench: Bench) -> None:
    async with _slot(bench) as seats:
        released = seats.key()
        if not await seats.take(released):
            raise Failed("the slot has no free seat, though this run has released all it took")
        await seats.release(released)
        await seats.take(seats.key())
        left = await seats.left()
        again = bench.message("seat.release", {"key": released})
        for message in (again, again, bench.message("seat.release", {"key": released})):
            await bench.send(message)
        if (after := await seats.left()) != left:
            raise Failed(f"{left} were left, a key was released again, and then {after} are left")


async def late_take(bench: Bench) -> None:
    async with _slot(bench) as seats:
        key = seats.key()
        await seats.release(key)
        if await seats.take(key):
            raise Failed("a take that came after its release got a seat: nobody gives it back")
