"""What citizens may ask about their data: consents, a copy, to be forgotten. No log tells."""

import logging
from typing import Any

import pytest

from tests.journeys.citizen.phones import (
    ANSWERS,
    ID_NUMBER,
    NAME,
    PHONE,
    SERVICE,
    appointments,
    begins,
    books,
    declares,
    opens,
    opens_again,
    orders,
    proves,
    shows_face,
    slot,
)
from tests.journeys.gateway.citizen import Citizen, issue, operate
from tests.journeys.gateway.house import House, until

ADDRESS = "示例市示例区寄送路8号"


async def paid(citizen: Citizen) -> dict[str, Any]:
    order = await citizen.order(await issue(citizen.house))
    await citizen.pay(order)
    await citizen.house.becomes(order["order_id"], "receipted")
    return order


async def erases(citizen: Citizen) -> Any:
    answer = await citizen.call("POST", "/me/erasure")
    return answer.status, answer.json()


async def test_a_withdrawn_consent_takes_its_answers_along(house: House) -> None:
    wechat = await opens(house, "wechat")
    answers = ANSWERS | {"mail_to": ADDRESS}
    booked = await books(wechat, await slot(house), answers=answers, consents=["courier"])
    path = f"/appointments/{booked.json()['appointment_id']}"
    (consent,) = (await wechat.call("GET", "/me/consents")).json()["consents"]
    assert (consent["purpose"], consent["policy_version"], consent["channel"]) == (
        "courier",
        "1",
        "wechat",
    )
    assert "快递" in consent["sentence"]

    withdraw = f"/me/consents/{consent['consent_id']}/withdraw"
    stranger = await opens(house, "wechat")
    assert (await stranger.call("POST", withdraw)).json()["code"] == "no_such_consent"
    for _ in range(2):
        says = (await wechat.call("POST", withdraw)).json()["says"]
        assert ("不受影响" in says, "已从预约中删除" in says, "通知办理部门" in says) == (True,) * 3

    detail = (await wechat.call("GET", path)).json()
    assert detail["consents"] == []
    assert [a["field"] for a in detail["answers"]] == list(ANSWERS)
    (consent,) = (await wechat.call("GET", "/me/consents")).json()["consents"]
    assert consent["withdrawn_at"] is not None


async def test_what_a_withdrawal_ends_is_said_of_each_kind(house: House) -> None:
    wechat = await opens(house, "wechat")

    async def withdrawn(purpose: str) -> str:
        """What is said of the latest consent of this purpose, the second time too."""
        consents = (await wechat.call("GET", "/me/consents")).json()["consents"]
        id = next(each["consent_id"] for each in consents if each["purpose"] == purpose)
        first, again = [
            (await wechat.call("POST", f"/me/consents/{id}/withdraw")).json()["says"]
            for _ in range(2)
        ]
        assert first == again
        return str(first)

    await books(wechat, await slot(house), consents=["courier"])  # with no answer to it
    assert "删除" not in await withdrawn("courier")
    await declares(wechat)
    await begins(wechat)
    assert "实名认证已停止" in await withdrawn("face_check")
    begun = await begins(wechat)
    await shows_face(wechat, begun, "fail")
    await house.pass_time(seconds=3)
    asked = await wechat.call("POST", f"/me/real-name/{begun['proof_id']}/ask")
    assert asked.json()["state"] == "failed"
    assert await withdrawn("face_check") == "刷脸授权已撤回。"
    await proves(wechat)
    says = await withdrawn("face_check")
    assert ("已通过的实名认证不受影响" in says, "填写" in says) == (True, False)


async def test_nobody_consents_to_what_is_not_asked(house: House) -> None:
    wechat = await opens(house, "wechat")
    refused = await books(wechat, await slot(house), consents=["advertising"])
    assert (refused.status, refused.json()["code"]) == (422, "no_such_purpose")


async def test_the_copy_has_everything_in_the_clear_and_for_the_citizen_alone(
    house: House,
) -> None:
    wechat = await opens(house, "wechat")
    answers = ANSWERS | {"mail_to": ADDRESS}
    made = await books(wechat, await slot(house), answers=answers, consents=["courier"])
    booked = made.json()["appointment_id"]
    order = await paid(wechat)
    await proves(wechat)  # what lay under the account is there at once

    kept = (await wechat.call("GET", "/me/export")).json()["kept_by"]

    (account,) = kept["citizen"]["accounts"]
    assert (account["name"], account["id_number"]) == (NAME, ID_NUMBER)
    assert account["openid"] == wechat.openid
    (appointment,) = kept["appointment"]["appointments"]
    assert (appointment["appointment_id"], appointment["answers"]) == (booked, answers)
    assert [each["order_id"] for each in kept["payment"]["orders"]] == [order["order_id"]]
    (proof,) = account["proofs"]
    (agreed,) = appointment["consents"]
    listed = (await wechat.call("GET", "/me/consents")).json()["consents"]
    names = ("consent_id", "sentence", "policy_version", "about")
    for given in (proof["consent"], agreed):
        assert [given[name] for name in names] in [[e[name] for name in names] for e in listed]
    assert {each["about"] for each in listed} == {"实名认证", "普通护照签发、换发"}
    assert agreed["fields"] == ["mail_to"]
    stranger = await opens(house, "wechat")
    theirs = (await stranger.call("GET", "/me/export")).body.decode()
    for secret in (NAME, ID_NUMBER, booked, order["order_id"]):
        assert secret not in theirs


async def test_what_is_open_must_end_before_the_data_goes(house: House) -> None:
    wechat = await opens(house, "wechat")
    booked = (await books(wechat, await slot(house))).json()["appointment_id"]
    order = await wechat.order(await issue(house))

    status, refused = await erases(wechat)

    assert (status, refused["code"]) == (409, "open_matters")
    listed = " ".join(refused["open_matters"])
    assert booked in listed
    assert order["order_id"] in listed
    assert await appointments(wechat) == [booked]
    await wechat.call("POST", f"/appointments/{booked}/cancel")
    await wechat.close(order)
    assert (await erases(wechat))[0] == 200


async def test_who_is_forgotten_on_one_channel_is_forgotten_on_all(house: House) -> None:
    wechat, alipay = await opens(house, "wechat"), await opens(house, "alipay")
    booked = (await books(wechat, await slot(house))).json()["appointment_id"]
    order = await paid(wechat)
    for citizen in (wechat, alipay):
        await proves(citizen)
    await wechat.call("POST", f"/appointments/{booked}/cancel")

    status, told = await erases(alipay)

    assert (status, told["state"]) == (200, "done")
    assert any("三十年" in words for words in told["kept"])
    for citizen in (wechat, alipay):
        assert (await citizen.call("GET", "/me")).status == 401
        await house.pass_time(seconds=2)
        fresh = await opens_again(citizen)
        me = (await fresh.call("GET", "/me")).json()
        assert (me["name"], me["real_name"]["proven"]) == (None, False)
        assert await appointments(fresh) == await orders(fresh) == []
        assert (await fresh.call("GET", "/me/consents")).json()["consents"] == []
        assert (await fresh.call("GET", f"/orders/{order['order_id']}")).status == 404
        assert (await fresh.call("GET", f"/appointments/{booked}")).status == 404

    frozen = await operate(house, "GET", f"/orders/{order['order_id']}")
    assert (frozen.status, frozen.json()["order"]["state"]) == (200, "receipted")
    kept = await house.gateway.store.get("appointments", booked)
    assert kept is not None
    answers = house.gateway.edge.vault.open(kept["answers"], "appointments.answers")
    assert answers == "{}"


async def test_nobody_gets_round_a_limit_by_being_forgotten(house: House) -> None:
    wechat = await opens(house, "wechat")
    when = await slot(house)
    booked = (await books(wechat, when)).json()["appointment_id"]
    store = house.gateway.store
    done = {"state": "done"}
    await store.mutate("appointments", booked, lambda document: document | done)
    assert (await erases(wechat))[0] == 200
    await house.pass_time(seconds=2)

    refused = await books(await opens_again(wechat), f"{when[:11]}16:00")

    assert refused.json()["code"] == "limit_reached"


async def test_who_comes_back_is_not_told_again_of_the_erasure_before(house: House) -> None:
    wechat = await opens(house, "wechat")
    asked = {"key": "forget-me-please"}
    first = (await wechat.call("POST", "/me/erasure", **asked)).json()
    await house.pass_time(seconds=2)
    fresh = await opens_again(wechat)
    again = (await fresh.call("POST", "/me/erasure", **asked)).json()
    assert (first["state"], again["state"]) == ("done", "done")
    assert again["erasure_id"] != first["erasure_id"]
    assert (await fresh.call("GET", "/me")).status == 401  # as the answer says


async def test_no_line_of_the_log_says_who_it_was(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        wechat, alipay = await opens(house, "wechat"), await opens(house, "alipay")
        await wechat.call("POST", "/me/phone", {"payload": "nonsense"})
        answers = ANSWERS | {"mail_to": ADDRESS}
        when = await slot(house)
        booked = (await books(wechat, when, answers=answers, consents=["courier"])).json()
        await paid(wechat)
        for citizen in (wechat, alipay):
            await proves(citizen)
        (consent, *_) = (await alipay.call("GET", "/me/consents")).json()["consents"]
        await alipay.call("POST", f"/me/consents/{consent['consent_id']}/withdraw")
        await alipay.call("GET", "/me/export")
        await wechat.call("POST", f"/appointments/{booked['appointment_id']}/cancel")
        assert (await erases(wechat))[0] == 200

    for audited in ("personal data exported", "personal data erased"):
        assert [line.message for line in caplog.records].count(audited) == 1
    logged = "\n".join(str(line.__dict__) for line in caplog.records if _ours(line))
    assert logged
    for secret in (NAME, ID_NUMBER, PHONE, ADDRESS, wechat.openid, alipay.openid):
        assert secret not in logged


async def test_a_proof_that_was_begun_is_not_shown_to_the_next_citizen(house: House) -> None:
    wechat = await opens(house, "wechat")
    await wechat.call("PUT", "/me/identity", {"name": NAME, "id_number": ID_NUMBER})
    begun = await begins(wechat)
    assert (await erases(wechat))[0] == 200
    await house.pass_time(seconds=2)
    fresh = await opens_again(wechat)
    asked = await fresh.call("POST", f"/me/real-name/{begun['proof_id']}/ask")
    assert asked.json()["code"] == "no_such_proof"


def _ours(line: logging.LogRecord) -> bool:
    return line.name.startswith(("channel_gateway", "payment", "adapters"))


async def test_a_department_knows_who_comes_and_forgets_them_when_told(house: House) -> None:
    wechat = await opens(house, "wechat")
    await proves(wechat)
    booked = (await books(wechat, await slot(house))).json()["appointment_id"]

    async def heard() -> dict[str, Any]:
        told = await house.control("GET", "/departments/exit_entry/events")
        return {each["type"]: each["data"] for each in told["events"]}

    known = await until("the department to hear", heard, lambda told: "appointment.booked" in told)
    citizen = {"name": NAME, "id_number": ID_NUMBER}
    assert known["appointment.booked"]["citizen"] == citizen
    await wechat.call("POST", f"/appointments/{booked}/cancel")
    await until("that it is off", heard, lambda told: "appointment.cancelled" in told)

    assert (await erases(wechat))[0] == 200

    left = await until("what was erased", heard, lambda told: "data.erased" in told)
    assert left["data.erased"] == {"appointment_ids": [booked]}
    for secret in (NAME, ID_NUMBER, PHONE):
        assert secret not in str(left)


async def test_a_department_hears_which_answers_rest_on_nothing_any_more(house: House) -> None:
    wechat = await opens(house, "wechat")
    answers = ANSWERS | {"mail_to": ADDRESS}
    booked = await books(wechat, await slot(house), answers=answers, consents=["courier"])
    id = booked.json()["appointment_id"]

    async def heard() -> dict[str, Any]:
        told = await house.control("GET", "/departments/exit_entry/events")
        return {each["type"]: each["data"] for each in told["events"]}

    known = await until("the department to hear", heard, lambda told: "appointment.booked" in told)
    assert known["appointment.booked"]["answers"]["mail_to"] == ADDRESS
    (consent,) = (await wechat.call("GET", "/me/consents")).json()["consents"]
    for _ in range(2):
        await wechat.call("POST", f"/me/consents/{consent['consent_id']}/withdraw")

    left = await until("what was withdrawn", heard, lambda told: "consent.withdrawn" in told)
    assert left["consent.withdrawn"] == {
        "appointment_id": id,
        "service": SERVICE,
        "purpose": "courier",
        "fields": ["mail_to"],
        "version": 2,
    }
    assert ADDRESS not in str(left)
