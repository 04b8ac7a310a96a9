"""A rush over HTTP: citizens on few seats, who ask again with the same key until they know."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.processes.programs import PATIENCE_S, StandIns

SERVICE, HALL = "GA-HZ-01", "center"
SEATS = 50
STORE_S = 2  # shorter than an election takes
_TRIES = 40
_SERVICE = f"""\
code = "{SERVICE}"
name = "普通护照签发、换发"
summary = "首次申领或换发普通护照"
department = "exit_entry"
department_name = "出入境管理局"
regions = ["330100"]
category = "出入境"
form = []
fees = []
categories = {{ wechat = "出入境", alipay = "出入境" }}

[appointment.rules]
preset = "service_hall"

[[appointment.halls]]
code = "{HALL}"
name = "示例市出入境接待大厅"
address = "示例市示例区人民路1号"
windows = {SEATS}
opens = ["09:00", "12:00"]
"""


def with_seats(settings: Path) -> Path:
    """The settings, with one service, and a store that soon says that it does not know."""
    services = settings.parent / "services"
    services.mkdir()
    (services / "passport.toml").write_text(_SERVICE, encoding="utf-8")
    module = 'module = "channel_gateway.services.catalogue"'
    text = settings.read_text()
    assert module in text
    text = text.replace(module, f'{module}\nfolder = "{services}"\n#')
    settings.write_text(text.replace("\n[store]", f"\n[store]\ntimeout_s = {STORE_S}"))
    return settings


@dataclass
class Tap:
    """One wish of a citizen: whatever happens to a call, the next has the same key."""

    citizen: int
    token: str = field(repr=False)
    key: str
    answers: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def last(self) -> tuple[int, Any]:
        return self.answers[-1]


@dataclass
class Rush:
    """What citizens have seen; `urls` are the gateways they go to in turn."""

    stand_ins: StandIns
    urls: Sequence[str]
    http: aiohttp.ClientSession
    slot: str = ""
    taps: list[Tap] = field(default_factory=list)
    broken: int = 0  # calls that nobody answered
    known_before: int = 0  # taps that were answered when it happened
    _some_booked: asyncio.Event = field(default_factory=asyncio.Event)

    async def prepare(self, citizens: int) -> list[str]:
        """Citizens who are logged in, and the slot they all want."""
        places = asyncio.Semaphore(32)

        async def log_in() -> str:
            async with places:
                code = (await self.stand_ins.control("POST", "/wechat/login-codes"))["code"]
                asked = {"channel": "wechat", "code": code}
                async with self.http.post(self.urls[0] + "/v1/sessions", json=asked) as answer:
                    session = await answer.json()
                    assert answer.status == 201, session
                    token: str = session["token"]
                    return token

        path = f"/v1/services/{SERVICE}/halls/{HALL}/slots"
        async with self.http.get(self.urls[0] + path) as answer:
            self.slot = (await answer.json())["slots"][0]["slot"]
        return await asyncio.gather(*(log_in() for _ in range(citizens)))

    async def run(self, taps: Sequence[Tap], happening: Callable[[], None]) -> None:
        """All tap at once; when the first has a seat, something happens."""
        self.taps += taps
        tapping = asyncio.gather(*(self._tap(number, tap) for number, tap in enumerate(taps)))
        async with asyncio.timeout(PATIENCE_S):
            await self._some_booked.wait()
        await asyncio.to_thread(happening)
        self.known_before = sum(bool(tap.answers) for tap in taps)
        await tapping

    async def _tap(self, number: int, tap: Tap) -> None:
        """Ask until it is known; each time the next gateway."""
        for turn in range(_TRIES):
            answer = await self.call(
                "POST",
                "/v1/appointments",
                tap.token,
                self.urls[(number + turn) % len(self.urls)],
                {"service": SERVICE, "hall": HALL, "slot": self.slot},
                tap.key,
            )
            if answer is not None:
                tap.answers.append(answer)
                if answer[0] == 201:
                    self._some_booked.set()
                if answer[0] < 500:
                    return
            await asyncio.sleep(0.25)  # as a client does before it tries again
        raise AssertionError(f"never known: {tap.answers}")

    async def call(
        self, method: str, path: str, token: str, url: str, body: Any = None, key: str = ""
    ) -> tuple[int, Any] | None:
        """None: nobody answered."""
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            async with self.http.request(method, url + path, json=body, headers=headers) as answer:
                return answer.status, await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError):
            self.broken += 1
            return None

    def seats_of(self, citizen: int) -> set[str]:
        """The appointments a citizen was told of."""
        told = (answer for tap in self.taps if tap.citizen == citizen for answer in tap.answers)
        return {body["appointment_id"] for status, body in told if status == 201}

    async def holds(self, kept: dict[str, str], url: str) -> None:
        """Nothing is sold twice, nothing acknowledged is lost, and nobody has two.

        `kept`: the seat of each appointment that holds one, as the store has it.
        """
        codes = {
            body.get("code") for tap in self.taps for status, body in [tap.last] if status != 201
        }
        assert codes <= {"slot_full", "limit_reached"}
        assert len(set(kept.values())) == len(kept) == SEATS
        seats = {citizen: self.seats_of(citizen) for citizen in {tap.citizen for tap in self.taps}}
        assert max(len(some) for some in seats.values()) == 1
        # Every outcome is known by now, so what was told is all there is.
        assert sorted(id for some in seats.values() for id in some) == sorted(kept)
        for tap in self.taps:
            if tap.last[0] == 201:
                path = f"/v1/appointments/{tap.last[1]['appointment_id']}"
                found = await self.call("GET", path, tap.token, url)
                assert found is not None
                assert (found[0], found[1]["state"]) == (200, "confirmed")
