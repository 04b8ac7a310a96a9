"""The endpoint of pushes: acknowledged when it is kept, refused in kuaidi100's own words."""

import json
import logging
from datetime import UTC, datetime

import pytest

from adapters.couriers.kuaidi100.receiving import Receiving
from channel_gateway.ports import StoreUnavailable
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.unit.couriers.kuaidi100.fakes import FakeParcels
from tests.unit.couriers.kuaidi100.samples import ACCOUNT, body, param
from tests.unit.couriers.kuaidi100.test_pushes import signed

NOW = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)
PATH = "/callbacks/couriers/kuaidi100"


@pytest.fixture
def parcels() -> FakeParcels:
    return FakeParcels()


@pytest.fixture
def receiving(parcels: FakeParcels) -> Receiving:
    return Receiving(ACCOUNT, lambda: [parcels])


async def push(receiving: Receiving, raw: bytes) -> HttpResponse:
    return await receiving.receive(HttpRequest("POST", PATH, body=raw), NOW)


def words(response: HttpResponse) -> tuple[bool, str]:
    said = json.loads(response.body)
    return said["result"], said["returnCode"]


async def test_a_kept_push_is_acknowledged_in_kuaidi100_s_words(
    receiving: Receiving, parcels: FakeParcels
) -> None:
    response = await push(receiving, body("polling"))

    assert (response.status, response.code) == (200, "")
    assert response.body == '{"result":true,"returnCode":"200","message":"成功"}'.encode()
    [(heard, at)] = parcels.heard_at
    assert (heard.courier, heard.waybill, at) == ("yto", "YT0000000001", NOW)


async def test_a_repeated_push_gets_the_same_acknowledgement(
    receiving: Receiving, parcels: FakeParcels
) -> None:
    first, second = [await push(receiving, body("polling")) for _ in range(2)]

    assert first == second
    assert parcels.heard_at[0] == parcels.heard_at[1]


async def test_a_push_of_no_parcel_of_ours_is_acknowledged(
    receiving: Receiving, parcels: FakeParcels
) -> None:
    parcels.ours = False

    assert words(await push(receiving, body("polling"))) == (True, "200")


async def test_a_push_about_a_courier_we_do_not_have_is_acknowledged_and_said(
    receiving: Receiving, parcels: FakeParcels, caplog: pytest.LogCaptureFixture
) -> None:
    said = param("polling")
    said["lastResult"]["com"] = "shentong"

    with caplog.at_level(logging.WARNING):
        assert words(await push(receiving, signed(said))) == (True, "200")
    assert parcels.heard_at == []
    assert [record.__dict__["courier"] for record in caplog.records] == ["shentong"]


async def test_what_stands_in_a_courier_s_place_is_not_logged(
    receiving: Receiving, caplog: pytest.LogCaptureFixture
) -> None:
    said = param("polling")
    said["lastResult"]["com"] = "林示例 13800000001"
    await push(receiving, signed(said))

    [line] = caplog.records
    assert line.__dict__["courier"] == "?"


@pytest.mark.parametrize(("known_under", "told"), [("yto", ["yto"]), ("zto", ["yto", "zto"])])
async def test_a_parcel_that_moved_is_found_before_and_after(
    receiving: Receiving, parcels: FakeParcels, known_under: str, told: list[str]
) -> None:
    parcels.of = known_under
    await push(receiving, body("right_courier"))

    assert [heard.courier for heard, _ in parcels.heard_at] == told
    assert parcels.heard_at[-1][0].moved_to == ("zto" if known_under == "yto" else "")


async def test_everybody_who_keeps_parcels_hears_of_a_push(parcels: FakeParcels) -> None:
    others = FakeParcels(ours=False)
    receiving = Receiving(ACCOUNT, lambda: [others, parcels])
    await push(receiving, body("polling"))

    assert len(others.heard_at) == len(parcels.heard_at) == 1


async def test_a_forged_push_is_refused_and_nobody_hears_of_it(
    receiving: Receiving, parcels: FakeParcels
) -> None:
    response = await push(receiving, signed(param("shutdown"), "another salt"))

    assert words(response) == (False, "503")
    assert (response.status, response.code) == (400, "forged")
    assert parcels.heard_at == []


async def test_a_push_that_cannot_be_read_is_refused_with_another_word(
    receiving: Receiving, parcels: FakeParcels
) -> None:
    response = await push(receiving, signed("{}"))

    assert words(response) == (False, "700")
    assert (response.status, response.code) == (400, "malformed")
    assert parcels.heard_at == []


async def test_what_is_not_kept_is_not_acknowledged(
    receiving: Receiving, parcels: FakeParcels
) -> None:
    parcels.fails = StoreUnavailable()
    response = await push(receiving, body("polling"))

    assert words(response) == (False, "500")
    assert (response.status, response.code) == (500, "store_unavailable")


async def test_where_nobody_keeps_parcels_nothing_is_acknowledged() -> None:
    response = await push(Receiving(ACCOUNT, lambda: []), body("polling"))

    assert words(response) == (False, "500")
    assert (response.status, response.code) == (500, "unavailable")


async def test_no_log_repeats_what_came(
    receiving: Receiving, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await push(receiving, body("polling"))
        await push(receiving, signed(param("polling"), "another salt"))

    logged = " ".join(str(record.__dict__) for record in caplog.records)
    assert "示例" not in logged
    assert "YT0000000001" not in logged
