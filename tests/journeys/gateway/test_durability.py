"""Nothing is acknowledged before it is on the disk; what could not be kept is sent again."""

import fcntl
from contextlib import contextmanager

import pytest

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.house import open_house
from tests.journeys.gateway.tills import post, sent


@pytest.fixture
async def stored(tmp_path, keys):
    """A house that keeps its orders in a file, and waits half a second for it."""
    database = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=database, store_timeout_s=0.5) as house:
        yield house


@contextmanager
def nothing_can_be_written(folder):
    """Another process holds the file's lock, as a frozen one would."""
    with open(folder / "gateway.db.lock", "ab") as side:
        fcntl.flock(side, fcntl.LOCK_EX)
        yield


async def test_a_callback_that_cannot_be_kept_is_not_acknowledged(stored, tmp_path, till):
    citizen = await log_in(stored, till)
    await stored.fault(till.stand_in, "server_error", till.operations["ask"], times=None)
    order = await citizen.order(await issue(stored))
    await stored.quiet()
    with nothing_can_be_written(tmp_path):
        await citizen.pay(order)
        told = await stored.delivered(order["order_id"])
        assert told[0]["outcome"] == "refused"
        assert (await stored.order(order["order_id"])).transaction is None
        assert till.put_off(await post(stored, till, sent(told[0])))
    await stored.pass_time(seconds=till.first_repeat_s)
    told = await stored.delivered(order["order_id"], attempts=2)
    assert told[1]["outcome"] == "accepted"
    await stored.pass_time(minutes=5)
    await stored.becomes(order["order_id"], "receipted")
    await balanced(stored)


async def test_an_order_that_cannot_be_kept_is_not_made_at_the_platform(stored, tmp_path, till):
    citizen = await log_in(stored, till)
    notice = await issue(stored)
    with nothing_can_be_written(tmp_path):
        assert (await citizen.asks_for(notice)).status == 503
    asked = await stored.control("GET", f"/requests?platform={till.stand_in}")
    operations = [each["operation"] for each in asked["requests"]]
    assert till.operations["prepare"] not in operations
    assert (await citizen.asks_for(notice)).status == 201


async def test_what_was_acknowledged_is_there_after_the_gateway_was_opened_anew(
    tmp_path, keys, till
):
    database = f"sqlite:{tmp_path / 'gateway.db'}"
    async with open_house(tmp_path, keys, store=database) as house:
        citizen = await log_in(house, till)
        order = await citizen.order(await issue(house))
        await citizen.pay(order)
        await house.delivered(order["order_id"])
    async with open_house(tmp_path, keys, store=database) as house:
        assert (await house.order(order["order_id"])).transaction is not None
