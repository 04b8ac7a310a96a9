"""One Idempotency-Key, one effect: races, repeats, crashes, and keys used for other things."""

import asyncio
import json

from channel_gateway.domain.errors import Conflict, Unavailable
from channel_gateway.domain.people import OpenId
from channel_gateway.web.idempotency import IDEMPOTENCY, REPLAYED

WISH = {"title": "tea", "amount_fen": 100}


async def wish(client, citizen, key="key-1", body=None):
    headers = {**citizen, "Idempotency-Key": key, "Content-Type": "application/json"}
    answer = await client.post("/v1/wishes", data=json.dumps(body or WISH), headers=headers)
    return answer, await answer.json()


async def test_the_same_key_and_body_get_the_first_answer_again(client, citizen, office):
    first, said = await wish(client, citizen)
    again, repeated = await wish(client, citizen)
    assert (first.status, again.status, office.granted) == (201, 201, 1)
    assert said == repeated
    assert again.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers


async def test_thirty_equal_calls_at_once_have_one_effect(client, citizen, office):
    async def slowly():
        await asyncio.sleep(0)

    office.gate = slowly
    answers = await asyncio.gather(*(wish(client, citizen) for _ in range(30)))
    assert office.granted == 1
    assert {answer.status for answer, _ in answers} == {201}
    assert {said["number"] for _, said in answers} == {"n1"}


async def test_a_key_used_for_another_body_is_refused_and_says_so(client, citizen, office):
    await wish(client, citizen)
    answer, problem = await wish(client, citizen, body={**WISH, "amount_fen": 5})
    assert (answer.status, problem["code"], office.granted) == (409, "idempotency_mismatch", 1)


async def test_two_citizens_may_use_the_same_key(client, citizen, sessions, office):
    token = await sessions.issue("wechat", "wx1", OpenId("openid-2"))
    await wish(client, citizen)
    await wish(client, {"Authorization": f"Bearer {token}"}, body={**WISH, "title": "rice"})
    assert office.granted == 2


async def test_a_route_that_demands_a_key_says_so(client, citizen, office):
    for headers in ({}, {"Idempotency-Key": "ü"}, {"Idempotency-Key": "x" * 256}):
        answer = await client.post("/v1/wishes", json=WISH, headers={**citizen, **headers})
        problem = await answer.json()
        assert (answer.status, problem["code"]) == (400, "idempotency_key_required")
    assert office.granted == 0


async def test_a_refusal_is_an_answer_and_stays(client, citizen, office):
    office.trouble = Conflict("not today")
    await wish(client, citizen)
    office.trouble = None
    answer, problem = await wish(client, citizen)
    assert (answer.status, problem["detail"], office.granted) == (409, "not today", 0)


async def test_an_answer_that_says_try_again_is_not_kept(client, citizen, office):
    for trouble, status in ((Unavailable(), 503), (RuntimeError(), 500)):
        office.trouble = trouble
        answer, _ = await wish(client, citizen)
        assert answer.status == status
    office.trouble = None
    answer, _ = await wish(client, citizen)
    assert (answer.status, office.granted) == (201, 1)


class WaitABit(Conflict):
    """In a moment it may be granted."""

    code = "wait_a_bit"
    passing = True


async def test_a_refusal_that_passes_is_told_and_not_kept(client, citizen, office, store):
    office.trouble = WaitABit()
    answer, problem = await wish(client, citizen)
    assert (answer.status, problem["code"]) == (409, "wait_a_bit")
    assert await store.find(IDEMPOTENCY.name, order="kept_until") == []
    office.trouble = None
    answer, _ = await wish(client, citizen)
    assert (answer.status, office.granted) == (201, 1)


async def test_a_twin_of_a_slow_first_call_is_told_to_ask_again(client, citizen, office):
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def wait():
        inside.set()
        await go_on.wait()

    office.gate = wait
    first = asyncio.create_task(wish(client, citizen))
    await inside.wait()
    answer, problem = await wish(client, citizen)
    go_on.set()
    assert (answer.status, problem["code"]) == (409, "in_progress")
    assert answer.headers["Retry-After"] == "1"
    assert (await first)[0].status == 201


async def test_the_key_of_a_call_that_died_is_free_after_its_lease(
    client, citizen, office, store, clock
):
    # What a killed process leaves: the key taken, no answer.
    await wish(client, citizen)
    (kept,) = await store.find(IDEMPOTENCY.name, order="kept_until")
    await store.replace(IDEMPOTENCY.name, {**kept, "answer": None}, version=kept["v"])
    clock.move(seconds=31)
    answer, said = await wish(client, citizen)
    assert (answer.status, said["number"], office.granted) == (201, "n2", 2)


async def test_an_answer_is_stored_sealed_and_for_a_day(client, citizen, store, clock, table):
    await wish(client, citizen)
    (kept,) = await store.find(IDEMPOTENCY.name, order="kept_until")
    assert "tea" not in str(kept)
    (purge,) = [job for job in table.jobs if job.name == "purge-idempotency"]
    clock.move(hours=23)
    await purge.run(clock.now())
    assert await store.get(IDEMPOTENCY.name, kept["_id"])
    clock.move(hours=2)
    await purge.run(clock.now())
    assert await store.get(IDEMPOTENCY.name, kept["_id"]) is None


async def test_an_effect_is_told_though_its_answer_could_not_be_kept(
    client, citizen, office, store
):
    async def lose_the_store():
        store.fail_writes(1, applied=False)

    office.gate = lose_the_store
    answer, _ = await wish(client, citizen)
    assert (answer.status, office.granted) == (201, 1)
