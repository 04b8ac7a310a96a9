"""Several couriers behind one address: faults for one parcel, and a courier that is down."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from mock_platforms.control import control
from mock_platforms.couriers import build
from mock_platforms.couriers.corrections import SCANS
from mock_platforms.stage import Stage
from mock_platforms.wire import Ending, Request, Response
from tests.mock_platforms.couriers.conftest import Command, Told

TWO_DAYS_S = 2 * 86400


async def ask(stage: Stage, body: bytes = b"", op: str = "ask") -> Response:
    return await stage.handle("couriers", Request("POST", f"/std/service?op={op}", body=body))


async def test_each_courier_has_its_own_section_under_one_address(stage: Stage) -> None:
    section = stage.describe()["couriers"]

    address = "http://couriers.stand-in"
    assert section == {
        "open": {"base_url": address, "key": "open sesame"},
        "hiding": {"base_url": address},
    }


@pytest.mark.parametrize(
    "body",
    [
        urlencode({"param": json.dumps({"num": "SF0000000001"})}).encode(),
        json.dumps({"mailno": ["SF0000000001"]}).encode(),
        b"<Route mailno='SF0000000001'/>",
    ],
    ids=["form", "json", "xml"],
)
async def test_a_fault_meant_for_one_parcel_spares_the_others(stage: Stage, body: bytes) -> None:
    stage.faults.add("couriers", "connection_cut", order="SF0000000001")

    assert (await ask(stage, b"SF00000000012")).status == 200
    assert (await ask(stage, body)).ending is Ending.LOST
    assert (await ask(stage, body)).status == 200


async def test_a_courier_that_hides_its_numbers_says_itself_which_a_call_is_about(
    stage: Stage,
) -> None:
    stage.faults.add("couriers", "connection_cut", order="E1")
    hidden = Request("POST", "/hidden", body=base64.b64encode(b"E1"))

    assert (await stage.handle("couriers", hidden)).ending is Ending.LOST


async def test_a_push_may_be_lost_for_one_parcel(
    stage: Stage, command: Command, told: Told
) -> None:
    stage.faults.add("couriers", "notify_lost", operation="open.push", order="W1", times=None)
    for waybill, step in (("W1", "signed"), ("W2", "arrived")):
        await command("POST", "/couriers/parcels", courier="open", waybill=waybill)
        await command("POST", f"/couriers/parcels/{waybill}/scan", step=step)
    await stage.clock.advance(600)

    assert told.steps == ["arrived 04:00"]


async def test_trouble_is_in_the_courier_s_own_words(stage: Stage) -> None:
    stage.faults.add("couriers", "server_error", operation="open.ask", parameters={"status": 503})

    assert json.loads((await ask(stage)).body) == {"busy": 503}


async def test_a_courier_is_down_for_two_days_while_its_parcels_travel_on(
    stage: Stage, command: Command, told: Told
) -> None:
    await command("POST", "/couriers/parcels", courier="open", waybill="W1")
    await command("POST", "/couriers/parcels/W1/play", script="signed", pause_s=3600)
    await command("POST", "/couriers/open/down", seconds=TWO_DAYS_S)

    await stage.clock.advance(TWO_DAYS_S - 1)
    for op in ("ask", "order"):
        assert (await ask(stage, op=op)).ending is Ending.LOST
    hidden = Request("POST", "/hidden", body=base64.b64encode(b"E1"))
    assert (await stage.handle("couriers", hidden)).status == 200
    assert told.steps == []

    await stage.clock.advance(1)
    for op in ("ask", "order"):
        assert (await ask(stage, op=op)).status == 200
    assert len((await command("GET", "/couriers/parcels/W1"))["scans"]) == 5
    await command("POST", "/couriers/parcels/W1/scan", step="unheard_of")
    await stage.clock.run_due()
    assert len(told.steps) == 1


async def test_a_courier_is_down_until_it_is_told_to_be_back(
    stage: Stage, command: Command
) -> None:
    await command("POST", "/couriers/open/down")
    await command("POST", "/couriers/open/down")  # again is the same
    await stage.clock.advance(30 * 86400)
    assert (await ask(stage)).ending is Ending.LOST

    await command("POST", "/couriers/open/back")
    await command("POST", "/couriers/open/back")
    assert (await ask(stage)).status == 200
    assert (await command("GET", "/faults"))["faults"] == []


async def test_an_earlier_end_does_not_end_a_later_outage(stage: Stage, command: Command) -> None:
    await command("POST", "/couriers/open/down", seconds=60)
    await command("POST", "/couriers/open/back")
    await command("POST", "/couriers/open/down", seconds=600)
    await stage.clock.advance(120)

    assert (await ask(stage)).ending is Ending.LOST


async def test_every_courier_that_is_played_can_be_down(tmp_path: Path) -> None:
    """The real ones, by every call and push of theirs."""
    stage = Stage(tmp_path, {"couriers": build})
    for name in stage.describe()["couriers"]:
        assert (await control(stage, Request("POST", f"/couriers/{name}/down"))).status == 200

    operations = set(stage.platforms["couriers"].operations()) - {SCANS}
    assert {row.operation for row in stage.faults.rows()} == operations


def test_no_two_couriers_have_a_fault_of_one_name(tmp_path: Path) -> None:
    """A fault's kind is the platform's: of two the later would hide the earlier."""
    stand_in = Stage(tmp_path, {"couriers": build}).platforms["couriers"]
    names = [kind.name for kind in stand_in.faults]

    assert len(set(names)) == len(names)
