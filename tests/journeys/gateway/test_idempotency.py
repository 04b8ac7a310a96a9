"""The Idempotency-Key over HTTP: the first answer is the answer, for whoever asks again."""

import asyncio

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.tills import WECHAT_PAY

REPLAYED = "idempotency-replayed"


async def test_asked_again_with_its_key_an_order_gets_its_first_answer_again(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    first = await citizen.asks_for(notice, key="tapped-twice")
    again = await citizen.asks_for(notice, key="tapped-twice")
    assert (again.status, again.body) == (first.status, first.body)
    assert (REPLAYED in first.headers, again.headers[REPLAYED]) == (False, "true")


async def test_of_many_equal_calls_at_once_one_acts(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    asked = [citizen.asks_for(notice, key="tapped-often") for _ in range(12)]
    answers = await asyncio.gather(*asked)
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert len(await house.orders()) == 1


async def test_many_taps_with_keys_of_their_own_make_one_order(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    answers = await asyncio.gather(*(citizen.asks_for(notice) for _ in range(12)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json()["order_id"] for answer in answers}) == 1
    await citizen.pay(answers[0].json())
    await house.pass_time(minutes=1)
    await balanced(house)


async def test_a_key_used_for_something_else_is_refused(house, till):
    citizen = await log_in(house, till)
    await citizen.asks_for(await issue(house), key="used-before")
    answer = await citizen.asks_for(await issue(house), key="used-before")
    assert (answer.status, answer.json()["code"]) == (409, "idempotency_mismatch")
    assert len(await house.orders()) == 1


async def test_one_key_of_two_citizens_is_two_keys(house, till):
    citizens = [await log_in(house, till), await log_in(house, till)]
    answers = [
        await citizen.asks_for(await issue(house), key="the-same-key") for citizen in citizens
    ]
    assert [answer.status for answer in answers] == [201, 201]


async def test_a_lost_answer_is_not_kept_so_the_same_key_goes_on(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    await house.fault(till.stand_in, "reply_lost", till.operations["prepare"])
    assert (await citizen.asks_for(notice, key="try-again")).status == 503
    again = await citizen.asks_for(notice, key="try-again")
    assert again.status == 201
    assert [order.id for order in await house.orders()] == [again.json()["order_id"]]


async def test_a_refusal_is_an_answer_too(house, till):
    notice = await issue(house)
    citizen = await log_in(house, till)
    stale = {**notice, "total_fen": notice["total_fen"] - 1}
    first = await citizen.asks_for(stale, key="an-old-total")
    again = await citizen.asks_for(stale, key="an-old-total")
    assert first.status == 409
    assert (again.status, again.json()["code"]) == (409, first.json()["code"])
    assert again.headers[REPLAYED] == "true"


async def test_a_refusal_that_passes_is_not_kept_so_the_same_key_gives_back_later(house, till):
    citizen = await log_in(house, till)
    away = await house.fault("finance", "server_error", "payments.confirm", times=None)
    order = await citizen.order(await issue(house))
    await citizen.pay(order)
    await house.becomes(order["order_id"], "paid")
    path = f"/orders/{order['order_id']}/refund-applications"
    asked = {"ground": "overpaid", "amount_fen": 100, "words": "多收"}
    early = await citizen.call("POST", path, asked, key="case-1")
    assert early.json()["code"] == "not_booked_yet"
    await house.control("DELETE", f"/faults/{away}")
    await house.pass_time(hours=1)
    assert (await citizen.call("POST", path, asked, key="case-1")).status == 201


async def test_without_a_key_an_order_is_not_taken(house):
    citizen = await log_in(house, WECHAT_PAY)
    headers = {"Authorization": f"Bearer {citizen.token}", "Content-Type": "application/json"}
    answer = await house.call("POST", "/v1/orders", b"{}", headers)
    assert answer.status == 400
    assert await house.orders() == []
