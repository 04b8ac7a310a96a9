"""One citizen, two channels: proven on both, it is one person, and everything is theirs."""

import asyncio

from tests.journeys.citizen.phones import (
    ANSWERS,
    ID_NUMBER,
    OTHER_ID_NUMBER,
    adopted,
    appointments,
    begins,
    books,
    declares,
    opens,
    orders,
    proves,
    shows_face,
    slot,
)
from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue
from tests.journeys.gateway.house import House

WEDDING = {"service": "MZ-HY-15", "hall": "hunyin"}


async def test_what_was_booked_and_ordered_in_wechat_is_seen_in_alipay(house: House) -> None:
    wechat, alipay = await opens(house, "wechat"), await opens(house, "alipay")
    when = await slot(house)
    booked = (await books(wechat, when)).json()["appointment_id"]
    notice = await issue(house)
    first = await wechat.order(notice)
    assert await appointments(alipay) == await orders(alipay) == []

    for citizen in (wechat, alipay):
        await proves(citizen)
        await adopted(citizen)

    for citizen in (wechat, alipay):
        assert await appointments(citizen) == [booked]
        assert await orders(citizen) == [first["order_id"]]
        me = (await citizen.call("GET", "/me")).json()
        assert [each["channel"] for each in me["channels"]] == ["alipay", "wechat"]
    seen = (await alipay.call("GET", f"/orders/{first['order_id']}")).json()
    assert (seen["state"], seen["pay"]) == ("unpaid", None)

    second = await alipay.order(notice)
    await alipay.pay(second)
    await house.becomes(second["order_id"], "receipted")
    await house.becomes(first["order_id"], "closed")
    assert await orders(wechat) == [second["order_id"], first["order_id"]]
    await balanced(house)


async def test_limits_count_over_both_channels(house: House) -> None:
    wechat, alipay = await opens(house, "wechat"), await opens(house, "alipay")
    when = await slot(house)
    for citizen in (wechat, alipay):
        await proves(citizen)
    booked = (await books(wechat, when)).json()["appointment_id"]

    refused = await books(alipay, f"{when[:11]}16:00")
    assert (refused.status, refused.json()["code"]) == (409, "limit_reached")

    cancelled = await alipay.call("POST", f"/appointments/{booked}/cancel")
    assert cancelled.json()["state"] == "cancelled_by_citizen"
    assert (await books(wechat, when)).status == 201


async def test_a_repeated_call_finds_its_appointment_across_the_proof(house: House) -> None:
    wechat = await opens(house, "wechat")
    asked = {"service": "GA-HZ-01", "hall": "crj_center", "slot": await slot(house)}
    keyed = {"key": "booking-before-the-proof"}
    first = await wechat.call("POST", "/appointments", asked | {"answers": ANSWERS}, **keyed)
    await proves(wechat)
    await adopted(wechat)
    again = await wechat.call("POST", "/appointments", asked | {"answers": ANSWERS}, **keyed)
    assert again.json() == first.json()


async def test_a_service_for_proven_names_is_booked_for_oneself(house: House) -> None:
    wechat = await opens(house, "wechat")
    answers = {
        **{name: ANSWERS[name] for name in ("applicant_name", "id_number", "phone", "household")},
        "kind": "结婚登记",
        "partner_name": "周样张",
        "partner_id": OTHER_ID_NUMBER,
    }
    wanted = WEDDING | {"answers": answers}
    when = await slot(house, *WEDDING.values())
    assert (await declares(wechat)).status == 200

    unproven = await books(wechat, when, **wanted)
    assert (unproven.status, unproven.json()["code"]) == (409, "real_name_needed")

    begun = await begins(wechat)
    await shows_face(wechat, begun)
    await wechat.call("POST", f"/me/real-name/{begun['proof_id']}/ask")
    others = answers | {"id_number": OTHER_ID_NUMBER, "partner_id": ID_NUMBER}
    refused = await books(wechat, when, **wanted | {"answers": others})
    assert (refused.json()["code"], refused.json()["field"]) == (
        "not_for_others",
        "answers.id_number",
    )
    assert (await books(wechat, when, **wanted)).status == 201


async def test_what_both_telephones_do_at_once_is_done_once(house: House) -> None:
    wechat, alipay = await opens(house, "wechat"), await opens(house, "alipay")
    for citizen in (wechat, alipay):
        await declares(citizen)
        twice = await asyncio.gather(begins(citizen), begins(citizen))
        assert twice[0]["proof_id"] == twice[1]["proof_id"]
        await shows_face(citizen, twice[1])
        path = f"/me/real-name/{twice[0]['proof_id']}/ask"
        asked = await asyncio.gather(*(citizen.call("POST", path) for _ in range(3)))
        assert "proven" in [each.json()["state"] for each in asked]
    when = await slot(house)
    booked = await asyncio.gather(books(wechat, when), books(alipay, when))
    assert sorted(each.status for each in booked) == [201, 409]


async def test_a_wrong_face_proves_nobody_and_may_be_tried_again(house: House) -> None:
    for channel in ("wechat", "alipay"):
        citizen = await opens(house, channel)
        await declares(citizen)
        begun = await begins(citizen)
        await shows_face(citizen, begun, "fail")
        asked = await citizen.call("POST", f"/me/real-name/{begun['proof_id']}/ask")
        assert asked.json().get("state") == "failed", asked
        assert not (await citizen.call("GET", "/me")).json()["real_name"]["proven"]
        await proves(citizen)


async def test_lost_answers_cost_no_proof(house: House) -> None:
    wechat, alipay = await opens(house, "wechat"), await opens(house, "alipay")
    calls = {
        "wechat": ("getverifyid", "queryverifyinfo"),
        "alipay": ("alipay.user.certify.open.initialize", "alipay.user.certify.open.query"),
    }
    for citizen in (wechat, alipay):
        begin, result = calls[citizen.till.channel]
        await declares(citizen)
        await house.fault(citizen.till.channel, "reply_lost", begin)
        agreed = {"consent": {"policy_version": "1"}}
        lost = await citizen.call("POST", "/me/real-name", agreed)
        assert (lost.status, lost.json()["code"]) == (503, "unavailable")
        begun = await begins(citizen)
        await shows_face(citizen, begun)
        await house.fault(citizen.till.channel, "reply_lost", result)
        path = f"/me/real-name/{begun['proof_id']}/ask"
        assert (await citizen.call("POST", path)).status == 503
        await house.pass_time(seconds=3)
        assert (await citizen.call("POST", path)).json()["state"] == "proven"
