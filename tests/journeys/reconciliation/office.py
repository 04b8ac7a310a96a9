"""The finance office: people with tokens, who reconcile what a day at a till has left behind."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from channel_gateway.domain.days import BEIJING, beijing_day
from channel_gateway.ports import Role
from tests.journeys.gateway.citizen import Citizen, issue, log_in
from tests.journeys.gateway.house import Answer, House
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.tills import Till

BASE = "/v1/staff/reconciliation"


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the staff, with a token."""

    house: House
    name: str
    token: str

    async def call(self, method: str, path: str, body: Any = None) -> Answer:
        return await self.house.call_as(self.token, method, f"{BASE}{path}", body)

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What is answered; a refusal fails the test."""
        answer = await self.call(method, path, body)
        assert answer.status in (200, 201), (path, answer.status, answer.body.decode())
        return answer.json()

    async def run(self, day: date, till: Till, **more: Any) -> dict[str, Any]:
        return await self.ask("POST", f"/days/{day}/{till.plugin}/run", more)

    async def differences(self, day: date, till: Till) -> list[dict[str, Any]]:
        """Every page of them."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            path = f"/days/{day}/{till.plugin}/differences?after={after}"
            page = await self.ask("GET", path)
            found += page["differences"]
            if not page["next"]:
                return found
            after = page["next"]


async def hire(house: House, name: str, role: Role, *units: str) -> Worker:
    staff = house.gateway.edge.staff
    await staff.add(name, [role], list(units), by="test")
    return Worker(house, name, (await staff.new_token(name)).text)


@dataclass(frozen=True, slots=True)
class Office:
    clerk: Worker
    reviewer: Worker
    auditor: Worker
    operator: Worker


async def office_of(house: House) -> Office:
    return Office(
        await hire(house, "clerk-lin", Role.FINANCE_CLERK),
        await hire(house, "reviewer-wu", Role.FINANCE_REVIEWER),
        await hire(house, "auditor-qi", Role.AUDITOR),
        await hire(house, "operator-he", Role.OPERATOR),
    )


async def noon(house: House) -> date:
    """Go on to the next noon in Beijing; returns its day."""
    now = house.now().astimezone(BEIJING)
    ahead = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), BEIJING)
    await house.advance(ahead + timedelta(hours=12) - now)
    await house.quiet()
    return beijing_day(house.now())


async def next_morning(house: House, *, hour: float = 11) -> None:
    """Let the night pass; platforms have made their bills, and the daily job has looked."""
    now = house.now().astimezone(BEIJING)
    ahead = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), BEIJING)
    left = ahead + timedelta(hours=hour) - now
    await house.pass_time(seconds=left.total_seconds())


def kinds(differences: list[dict[str, Any]]) -> dict[str, int]:
    return dict(Counter(each["kind"] for each in differences))


@dataclass(frozen=True, slots=True)
class Business:
    """Citizens who pay at one till."""

    house: House
    till: Till

    async def order(self, amount_fen: int = 20_000) -> tuple[Citizen, dict[str, Any]]:
        citizen = await log_in(self.house, self.till)
        return citizen, await citizen.order(await issue(self.house, amount_fen))

    async def paid(self, amount_fen: int = 20_000) -> str:
        """A fee that is paid, booked and receipted; returns its order."""
        citizen, order = await self.order(amount_fen)
        await citizen.pay(order)
        await self.house.pass_time(minutes=2)
        await self.house.becomes(order["order_id"], "receipted")
        return str(order["order_id"])

    async def given_back(self, order_id: str, amount_fen: int) -> None:
        await give_back(self.house, {"order_id": order_id}, amount_fen)

    async def deaf(self, order_id: str) -> list[str]:
        """Neither callbacks about it arrive nor is any question answered; returns the faults."""
        at, house = self.till.stand_in, self.house
        return [
            await house.fault(at, "notify_lost", order=order_id, times=None),
            await house.fault(
                at, "server_error", self.till.operations["ask"], order=order_id, times=None
            ),
        ]

    async def mended(self, faults: list[str]) -> None:
        for each in faults:
            await self.house.control("DELETE", f"/faults/{each}")
