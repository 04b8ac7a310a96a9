"""A citizen with two telephones: one opens the mini-program in WeChat, the other in Alipay."""

import itertools
import json
from dataclasses import replace
from typing import Any

from yarl import URL

from tests.journeys.gateway.citizen import Citizen, log_in
from tests.journeys.gateway.house import Answer, House, until
from tests.journeys.gateway.tills import TILLS

NAME, ID_NUMBER = "林示例", "990101199001010019"
OTHER_ID_NUMBER = "990101198506150127"
PHONE = "13800138000"
SERVICE, HALL = "GA-HZ-01", "crj_center"
ANSWERS = {
    "applicant_name": NAME,
    "id_number": ID_NUMBER,
    "phone": PHONE,
    "household": "示例市示例区",
    "photo_receipt": "1234567890",
}
_TILLS = {till.channel: till for till in TILLS}
_numbers = itertools.count(1)


async def opens(house: House, channel: str) -> Citizen:
    return await log_in(house, _TILLS[channel])


async def opens_again(citizen: Citizen) -> Citizen:
    """The same citizen, on the same telephone."""
    house, channel = citizen.house, citizen.till.channel
    if channel == "wechat":
        told = await house.control("POST", "/wechat/login-codes", openid=citizen.openid)
        code = told["code"]
    else:
        told = await house.control("POST", "/alipay/auth-codes", open_id=citizen.openid)
        code = told["auth_code"]
    asked = json.dumps({"channel": channel, "code": code}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": f"again-{next(_numbers):08}"}
    answer = await house.call("POST", "/v1/sessions", asked, headers)
    assert answer.status == 201, answer
    return replace(citizen, token=answer.json()["token"])


async def declares(citizen: Citizen, name: str = NAME, id_number: str = ID_NUMBER) -> Answer:
    return await citizen.call("PUT", "/me/identity", {"name": name, "id_number": id_number})


async def begins(citizen: Citizen) -> dict[str, Any]:
    answer = await citizen.call("POST", "/me/real-name", {"consent": {"policy_version": "1"}})
    assert answer.status == 200, answer
    return dict(answer.json())


async def shows_face(citizen: Citizen, begun: dict[str, Any], what: str = "pass") -> None:
    """On the platform's page, with what the gateway gave for it."""
    page = begun["page"]
    if citizen.till.channel == "wechat":
        await citizen.house.control("POST", f"/wechat/face/{page['verifyId']}/{what}")
        return
    async with citizen.house.http.get(URL(page["url"], encoded=True)) as shown:
        assert shown.status == 200
    await citizen.house.control("POST", f"/alipay/certifications/{page['certifyId']}/{what}")


async def proves(citizen: Citizen) -> None:
    """Says who they are, shows their face, and comes back to the mini-program."""
    assert (await declares(citizen)).status == 200
    begun = await begins(citizen)
    await shows_face(citizen, begun)
    asked = await citizen.call("POST", f"/me/real-name/{begun['proof_id']}/ask")
    assert (asked.status, asked.json()["state"]) == (200, "proven")


async def slot(house: House, service: str = SERVICE, hall: str = HALL) -> str:
    """The first slot that can be booked."""
    answer = await house.call("GET", f"/v1/services/{service}/halls/{hall}/slots")
    slots = [each for each in answer.json()["slots"] if each["why_not"] is None]
    return str(slots[0]["slot"])


async def books(citizen: Citizen, at: str, **changes: Any) -> Answer:
    asked = {"service": SERVICE, "hall": HALL, "slot": at, "answers": ANSWERS}
    if "consents" in changes:
        asked["policy_version"] = "1"
    return await citizen.call("POST", "/appointments", asked | changes)


async def appointments(citizen: Citizen) -> list[str]:
    found = (await citizen.call("GET", "/appointments")).json()["appointments"]
    return [each["appointment_id"] for each in found]


async def orders(citizen: Citizen) -> list[str]:
    found = (await citizen.call("GET", "/orders")).json()["orders"]
    return [each["order_id"] for each in found]


async def adopted(citizen: Citizen) -> None:
    """Once nothing lies under the account alone any more."""
    store = citizen.house.gateway.store
    account = (await citizen.call("GET", "/me")).json()["reference"]

    async def left() -> int:
        counts = [
            await store.count(name, equal={"person": account}, cap=1)
            for name in ("appointments", "orders")
        ]
        return sum(counts)

    await until("what the account has to be the person's", left, lambda found: found == 0)
