"""Somebody who learns to drive: books a test, pays for it, or does not."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from mock_platforms.finance.people import id_number
from tests.journeys.gateway.citizen import Citizen, log_in, operate
from tests.journeys.gateway.house import Answer, House
from tests.journeys.gateway.tills import Till

SERVICE, HALL = "GA-KS-07", "kaochang"
NAME, NUMBER = "吴学车", id_number(date(2000, 2, 2), 7)
FEE_FEN = 6_000  # of the first subject
ANSWERS = {
    "applicant_name": NAME,
    "id_number": NUMBER,
    "phone": "13800138000",
    "vehicle_class": "C1",
    "subject": "科目一",
}


@dataclass(frozen=True, slots=True)
class Learner:
    house: House
    citizen: Citizen

    async def books(self, slot: str, number: str = NUMBER) -> Answer:
        answers = ANSWERS | {"id_number": number}
        wish = {"service": SERVICE, "hall": HALL, "slot": slot, "answers": answers}
        return await self.citizen.call("POST", "/appointments", wish)

    async def booked(self, slot: str) -> dict[str, Any]:
        answer = await self.books(slot)
        assert answer.status == 201, answer
        return answer.json()

    async def sees(self, booked: dict[str, Any]) -> dict[str, Any]:
        return (await self.citizen.call("GET", f"/appointments/{booked['appointment_id']}")).json()

    async def orders(self, booked: dict[str, Any]) -> Answer:
        """Tap on "pay" beside the appointment: no check code is asked for."""
        fee = booked["fee"]
        wanted = {"pay_code": fee["pay_code"], "total_fen": fee["total_fen"]}
        return await self.citizen.call("POST", "/orders", wanted)

    async def pays(self, booked: dict[str, Any]) -> dict[str, Any]:
        answer = await self.orders(booked)
        assert answer.status == 201, answer
        order: dict[str, Any] = answer.json()
        await self.citizen.pay(order)
        await self.house.pass_time(seconds=20)
        return order

    async def cancels(self, booked: dict[str, Any]) -> Answer:
        return await self.citizen.call("POST", f"/appointments/{booked['appointment_id']}/cancel")

    async def moves(self, booked: dict[str, Any], slot: str) -> Answer:
        path = f"/appointments/{booked['appointment_id']}/reschedule"
        return await self.citizen.call("POST", path, {"slot": slot})


async def learner(house: House, till: Till) -> Learner:
    """A new citizen of this channel, who has said who they are."""
    citizen = await log_in(house, till)
    said = {"name": NAME, "id_number": NUMBER}
    assert (await citizen.call("PUT", "/me/identity", said)).status == 200
    return Learner(house, citizen)


async def slots(house: House, day: str | None = None) -> list[dict[str, Any]]:
    """Of a day, or of the first that can be booked."""
    path = f"/v1/services/{SERVICE}/halls/{HALL}/slots{f'?day={day}' if day else ''}"
    return list((await house.call("GET", path)).json()["slots"])


async def last_slot(house: House) -> str:
    """Of the last day that can be booked: far enough to cancel in time."""
    path = f"/v1/services/{SERVICE}/halls/{HALL}/slots"
    days = (await house.call("GET", path)).json()["days"]
    day = [each["day"] for each in days if each["why_not"] is None][-1]
    return str((await slots(house, day))[0]["slot"])


async def left(house: House, slot: str) -> int:
    found = await slots(house, slot.partition("T")[0])
    return int(next(each["left"] for each in found if each["slot"] == slot))


async def hall_cancels(house: House, slot: str) -> None:
    path = f"/services/{SERVICE}/halls/{HALL}/days/{slot.partition('T')[0]}/cancel"
    assert (await operate(house, "POST", path, {"reason": "考场停电"})).status == 202
    await house.pass_time(seconds=20)


def until(moment: str, house: House) -> timedelta:
    return datetime.fromisoformat(moment) - house.now()
