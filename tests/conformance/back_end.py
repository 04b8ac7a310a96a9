"""A department's back end as its developer might write it, with the standard's own package.

It is right, or has one flaw.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from channel_gateway.standard_webhooks import Secret

THEIRS, OWN = "whsec_" + "T" * 32, "whsec_" + "O" * 32
SEATS = 5
HERE = {"service": "MZ-HY-15", "hall": "hunyin", "slot": "2026-03-10T09:30"}  # has the seats
KNOWN_TYPES = {"appointment.booked", "appointment.moved", "consent.withdrawn"}
KNOWN_MEMBERS = {"type", "timestamp", "data"}
FIVE_MINUTES = timedelta(minutes=5)
TOGETHER_S = 0.2  # how long a racing flaw waits for the other racer
_MOMENT_S = 0.01


class MovedClock:
    """The wall's time, and what a slow back end adds to it."""

    def __init__(self) -> None:
        self.added = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.added


@dataclass
class BackEnd:
    flaw: str = ""
    clock: MovedClock = field(default_factory=MovedClock)
    seen: set[str] = field(default_factory=set)
    begun: Counter[str] = field(default_factory=Counter)
    versions: dict[str, int] = field(default_factory=dict)
    seats: list[str] = field(default_factory=list)  # the key of each seat that is taken
    more_seats: int = 0
    answers: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    freed: set[str] = field(default_factory=set)  # keys that gave a seat back
    racers: int = 0

    places: set[tuple[str, ...]] = field(default_factory=set)  # of the appointments told of

    def has(self, flaw: str) -> bool:
        return self.flaw == flaw

    async def handle(self, request: web.Request) -> web.Response:
        if request.path != "/department" and not self.has("any path"):
            return web.Response(status=302 if self.has("redirected") else 404)
        body = await request.read()
        if not self.believes(request.headers, body):
            return web.Response(status=500 if self.has("crashes") else 401)
        if self.has("dies") and request.transport is not None:
            request.transport.abort()
        if self.has("ascii") and not body.isascii():
            return web.Response(status=400)
        if self.has("small bodies") and len(body) > 16_384:
            return web.Response(status=413)
        message = json.loads(body)
        if message["type"].startswith("seat"):
            return self.signed(request.headers["webhook-id"], await self.answer(message))
        return web.Response(status=await self.take_event(request, message))

    def believes(self, headers: Mapping[str, str], body: bytes) -> bool:
        if self.has("no signature needed") and "webhook-signature" not in headers:
            return True
        if self.has("questions unchecked") and b'"seat' in body:
            return True
        try:
            name, given = headers["webhook-id"], headers["webhook-signature"]
            moment = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
        except (KeyError, ValueError):
            return False
        if self.has("parsed body"):
            text = json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":"))
            body = text.encode()
        if self.has("first signature"):
            given = given.partition(" ")[0]
        if self.has("last signature"):
            given = given.rpartition(" ")[2]
        if self.has("any version"):
            given = given.replace("v2,", "v1,")
        wanted = Webhook(THEIRS).sign(name, moment, body.decode())
        age = datetime.now(UTC) - moment
        if self.has("prefix") and wanted.startswith(given) and abs(age) < FIVE_MINUTES:
            return True
        if (self.has("old") and age > timedelta()) or (self.has("future") and age < timedelta()):
            return wanted in given.split(" ")
        try:
            Webhook(THEIRS).verify(body, {**headers, "webhook-signature": given})
        except Exception:  # the package raises many kinds
            return self.has("no signature compared") and abs(age) < FIVE_MINUTES
        return True

    async def take_event(self, request: web.Request, message: dict[str, Any]) -> int:
        name, data = request.headers["webhook-id"], message["data"]
        if self.has("unknown types") and message["type"] not in KNOWN_TYPES:
            return 400
        if self.has("types elsewhere") and message["type"] not in KNOWN_TYPES:
            return 307
        if self.has("halls") and "hall" not in data and message["type"] in KNOWN_TYPES:
            return 400
        if self.has("unknown members") and message.keys() - KNOWN_MEMBERS:
            return 422
        if self.has("slow") and message["type"] == "appointment.moved":
            self.clock.added = timedelta(seconds=16)
        if name in self.seen:
            return 409 if self.has("no repeats") else 204
        if self.has("busy"):
            self.begun[name] += 1
            if self.begun[name] > 1:
                return 409
            await self.until(lambda: self.begun[name] > 1)
            del self.begun[name]
        if self.has("cut"):
            if self.begun[name]:
                return 204 if await self.until(lambda: name in self.seen) else 500
            self.begun[name] += 1
            if await self.until(lambda: request.transport is None, TOGETHER_S / 2):
                return 500  # and what was begun stays begun
            del self.begun[name]
        number, version = data.get("appointment_id", ""), data.get("version", 0)
        if self.has("order") and self.versions.get(number, 0) > version:
            return 409
        self.versions[number] = max(version, self.versions.get(number, 0))
        if number and "hall" in data:
            members = ("service", "hall", "slot", "starts_at")
            self.places.add(tuple(data[each] for each in members))
        self.seen.add(name)
        return 204

    async def answer(self, message: dict[str, Any]) -> dict[str, Any] | int:
        data = message["data"]
        if message["type"] == "seats.left":
            if self.has("slow answers"):
                self.clock.added = timedelta(seconds=6)
            return {"slots": dict(self.slots(data))}
        if message["type"] == "seat.release":
            return self.release(data["key"])
        if not self.is_here(data):
            return 404 if self.has("strict") else {"taken": False, "reason": "closed"}
        return await self.take_seat(data["key"])

    def slots(self, data: dict[str, Any]) -> Iterator[tuple[str, int]]:
        day, here = data["day"], HERE["slot"]
        counted = self.is_here({**data, "slot": here}) or self.has("counted anywhere")
        if counted and (here.startswith(day) or self.has("all days")):
            left = SEATS if self.has("lagging") else self.left()
            if left or not self.has("full left out"):
                yield here, left
            yield f"{here[:10]}T10:00", 9

    def is_here(self, data: dict[str, Any]) -> bool:
        return all(data[name] == HERE[name] or self.has(f"any {name}") for name in HERE)

    def left(self) -> int:
        return SEATS + self.more_seats - len(self.seats)

    def release(self, key: str) -> dict[str, Any] | int:
        if self.has("release once") and key not in self.seats:
            return 404
        if self.has("release adds") and key not in self.seats:
            self.more_seats += 1
        if self.has("release adds again") and key in self.freed:
            self.more_seats += 1
        if key in self.seats:
            self.freed.add(key)
        if not self.has("release undone"):
            self.seats = [each for each in self.seats if each != key]
        if not self.has("late takes"):
            self.released.add(key)
        return {"released": True}

    async def take_seat(self, key: str) -> dict[str, Any]:
        if key in self.released:
            return {"taken": False, "reason": "closed"}
        remembered = not self.has("keys forgotten")
        if remembered and key in self.answers:
            return await self.answers[key]
        if self.has("key race"):
            self.begun[key] += 1
            await self.until(lambda: self.begun[key] > 1)
        promise = self.answers[key] = asyncio.get_running_loop().create_future()
        left = self.left()
        if self.has("seat race") and left == 1:
            self.racers += 1
            await self.until(lambda: self.racers > 1)
            self.racers = 0 if self.racers > 1 else self.racers - 1
        answer = self.judge(key, left)
        promise.set_result(answer)
        if self.has("refusals forgotten") and not answer["taken"]:
            del self.answers[key]
        return answer

    def judge(self, key: str, left: int) -> dict[str, Any]:
        if left <= 0 and not self.has("oversold"):
            return {"taken": False, "reason": "closed" if self.has("closed") else "full"}
        self.seats.append(key)
        return {"taken": True}

    def signed(self, name: str, answer: dict[str, Any] | int) -> web.Response:
        if isinstance(answer, int):
            return web.Response(status=answer)
        body, now = json.dumps(answer), datetime.now(UTC)
        if self.has("answers unsigned"):
            return web.Response(text=body, content_type="application/json")
        if self.has("stale answers"):
            now -= timedelta(minutes=6)
        if self.has("own ids"):
            name = "msg_of_mine"
        secret = THEIRS if self.has("wrong secret") else OWN
        headers = {
            "webhook-id": name,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": Webhook(secret).sign(name, now, body),
        }
        return web.Response(text=body, content_type="application/json", headers=headers)

    async def until(self, condition: Callable[[], bool], longest_s: float = TOGETHER_S) -> bool:
        """Wait for something, but not for long; whether it came."""
        for _ in range(round(longest_s / _MOMENT_S)):
            if condition():
                return True
            await asyncio.sleep(_MOMENT_S)
        return False


def secrets() -> tuple[list[Secret], list[Secret]]:
    return [Secret.parse(THEIRS)], [Secret.parse(OWN)]


@asynccontextmanager
async def listening(back_end: BackEnd) -> AsyncIterator[str]:
    """Serve it on a free port of this machine; gives its address."""
    app = web.Application()
    app.router.add_post("/{path:.*}", back_end.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/department"
    finally:
        await runner.cleanup()
