"""The platform's own test of us: it calls twice, and only the right signature may be taken."""

from typing import Any

import pytest

from tests.journeys.gateway.house import House
from tests.journeys.nontax.registry import PATH


async def ask_for_test(house: House, call: str, url: str) -> dict[str, Any]:
    facts = house.running.platforms["wechat"]
    base = facts["base_url"]
    who = {"appid": facts["app_id"], "secret": facts["app_secret"]}
    body = {"grant_type": "client_credential", **who}
    async with house.http.post(f"{base}/cgi-bin/stable_token", json=body) as answer:
        token = (await answer.json())["access_token"]
    path = f"{base}/nontax/{call}?access_token={token}"
    asked = {"appid": facts["app_id"], "url": url, "version": 1}
    async with house.http.post(path, json=asked) as answer:
        told: dict[str, Any] = await answer.json()
    return told


@pytest.mark.parametrize(
    ("call", "path"), [("mocknotification", PATH), ("mockqueryfee", f"{PATH}/queryfee")]
)
async def test_the_good_call_is_taken_and_the_bad_one_refused(
    house: House, call: str, path: str
) -> None:
    told = await ask_for_test(house, call, house.url + path)

    assert told["errcode"] == 0, told
    assert (told["good"]["status"], told["good"]["errcode"]) == (200, 0)
    assert (told["bad"]["status"], told["bad"]["errcode"]) == (400, 300)
    assert await house.orders() == []


async def test_what_was_asked_for_comes_sealed(house: House) -> None:
    told = await ask_for_test(house, "mockqueryfee", f"{house.url}{PATH}/queryfee")

    assert told["good"]["data"] == {"fee": 1, "items": []}


async def test_a_department_that_checks_nothing_does_not_pass(house: House) -> None:
    told = await ask_for_test(house, "mocknotification", f"{house.url}/healthz")

    assert told["errcode"] == 298
