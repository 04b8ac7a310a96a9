"""What every courier must say of a parcel: all that is known now, in our words, or nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from channel_gateway.domain.errors import TooMany, Unavailable
from channel_gateway.ports import Parcel
from tests.contracts.courier.depot import CITIZEN, Depot
from tests.contracts.rig import STAGES

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")
PAGES = (b"", b"<html>moved</html>", b"null", b"[]", b"{}", b"\xff", b'"' + b"[" * 5000)


async def test_a_parcel_that_nobody_touched_has_no_scan(depot: Depot) -> None:
    scans = await depot.courier.trace(await depot.parcel())

    assert [scan for scan in scans if scan.stage and scan.stage != "waybill"] == []


async def test_nothing_is_known_of_an_unknown_waybill(depot: Depot) -> None:
    unknown = Parcel("X0000000000000", phone=CITIZEN.phone)

    assert await depot.courier.trace(unknown) == ()


@pytest.mark.parametrize("step", STAGES)
async def test_a_scan_is_read_as_what_happened(depot: Depot, step: str) -> None:
    parcel = await depot.parcel()
    await depot.scan(parcel, "picked_up")
    await depot.world.advance(timedelta(hours=2))
    await depot.scan(parcel, step)

    newest = max(await depot.courier.trace(parcel), key=lambda scan: scan.at)

    assert newest.stage == depot.rig.stages[step]
    assert newest.code


async def test_moments_are_those_at_which_it_happened(depot: Depot) -> None:
    parcel = await depot.parcel()
    for step in ("picked_up", "departed", "signed"):
        await depot.scan(parcel, step)
        await depot.world.advance(timedelta(hours=5))

    known = {scan.at for scan in await depot.courier.trace(parcel)}

    (true,) = await depot.all_parcels()
    happened = [each for each in true["scans"] if each["step"] != "ordered"]
    assert {_second(each) for each in happened} <= known


async def test_asked_again_it_says_the_same(depot: Depot) -> None:
    parcel = await depot.parcel()
    await depot.scan(parcel, "picked_up")

    first = await depot.courier.trace(parcel)

    assert set(await depot.courier.trace(parcel)) == set(first) != set()


async def test_a_corrected_scan_is_there_once_at_its_new_moment(depot: Depot) -> None:
    parcel = await depot.parcel()
    await depot.scan(parcel, "picked_up")
    before = await _of_stage(depot, parcel, "picked_up")

    await depot.correct(parcel, "picked_up", timedelta(hours=3))

    after = await _of_stage(depot, parcel, "picked_up")
    assert after == [at - timedelta(hours=3) for at in before]


async def test_the_newest_scan_of_a_whole_journey_is_its_end(depot: Depot) -> None:
    parcel = await depot.parcel()
    path = f"/couriers/parcels/{parcel.waybill}/play"
    await depot.world.control("POST", path, script="signed")
    await depot.world.advance(timedelta(days=2))

    newest = max(await depot.courier.trace(parcel), key=lambda scan: scan.at)

    assert newest.stage == "signed"


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_question_that_broke_is_answered_later(depot: Depot, kind: str) -> None:
    parcel = await depot.parcel()
    await depot.scan(parcel, "picked_up")

    async with depot.broken(kind, "trace"):
        with pytest.raises(Unavailable):
            await depot.courier.trace(parcel)

    assert await depot.courier.trace(parcel)


async def test_a_question_asked_too_often_is_answered_later(depot: Depot) -> None:
    parcel = await depot.parcel()

    async with depot.broken("too_many_requests", "trace"):
        with pytest.raises((TooMany, Unavailable)):
            await depot.courier.trace(parcel)

    await depot.courier.trace(parcel)


async def test_a_courier_that_is_down_says_nothing_of_a_parcel(depot: Depot) -> None:
    parcel = await depot.parcel()
    depot.world.line.cut = True

    with pytest.raises(Unavailable):
        await depot.courier.trace(parcel)


@pytest.mark.parametrize("page", PAGES)
async def test_what_is_no_answer_is_not_read_as_one(depot: Depot, page: bytes) -> None:
    parcel = await depot.parcel()
    await depot.scan(parcel, "signed")
    depot.world.line.spoil = lambda response: replace(response, body=page)

    with pytest.raises(Unavailable):
        await depot.courier.trace(parcel)


async def _of_stage(depot: Depot, parcel: Parcel, stage: str) -> list[datetime]:
    return [scan.at for scan in await depot.courier.trace(parcel) if scan.stage == stage]


def _second(scan: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(scan["at"]).replace(microsecond=0)
