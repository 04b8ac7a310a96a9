"""Parcels on the moved clock: handed over, carried, corrected, seen as they truly are."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mock_platforms.couriers.parcels import SCRIPTS, Parcel, Parcels, Scan, Step
from mock_platforms.randomness import Randomness
from mock_platforms.stage import Stage
from tests.mock_platforms.couriers.conftest import NOW, Command, Told

ENDS = {
    Step.SIGNED, Step.PROXY_SIGNED, Step.LOCKER_SIGNED, Step.RETURNED,
    Step.DEPARTED,  # of a parcel that is lost
}  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_script_happens_in_order_at_its_moments(
    stage: Stage, command: Command, script: str
) -> None:
    await command("POST", "/couriers/parcels", courier="nobody", waybill="W1")
    await command("POST", "/couriers/parcels/W1/play", script=script)
    await stage.clock.advance(10 * 86400)

    scans = (await command("GET", "/couriers/parcels/W1"))["scans"]
    due, expected = NOW, []
    for after_s, step in SCRIPTS[script]:
        due += timedelta(seconds=after_s)
        expected.append((due, step.value))
    assert [(datetime.fromisoformat(each["at"]), each["step"]) for each in scans] == expected
    assert scans[-1]["step"] in ENDS


async def test_a_script_goes_as_far_as_the_clock_went(stage: Stage, command: Command) -> None:
    await command("POST", "/couriers/parcels", courier="nobody", waybill="W1")
    await command("POST", "/couriers/parcels/W1/play", script="signed")
    await stage.clock.advance(4 * 3600)

    scans = (await command("GET", "/couriers/parcels/W1"))["scans"]
    assert [each["step"] for each in scans] == ["picked_up", "departed"]


async def test_a_pause_of_ones_own_stands_for_the_hours(stage: Stage, command: Command) -> None:
    await command("POST", "/couriers/parcels", courier="nobody", waybill="W1")
    await command("POST", "/couriers/parcels/W1/play", script="signed", pause_s=60)
    await stage.clock.advance(5 * 60)

    assert len((await command("GET", "/couriers/parcels/W1"))["scans"]) == 5


async def test_two_parcels_do_not_mix(stage: Stage, command: Command) -> None:
    for waybill, script in (("W1", "refused"), ("W2", "locker")):
        await command("POST", "/couriers/parcels", courier="nobody", waybill=waybill)
        await command("POST", f"/couriers/parcels/{waybill}/play", script=script)
    await stage.clock.advance(10 * 86400)

    parcels = (await command("GET", "/couriers/parcels"))["parcels"]
    assert [each["scans"][-1]["step"] for each in parcels] == ["returned", "locker_signed"]


async def test_nothing_happens_any_more_to_a_cancelled_parcel(
    stage: Stage, command: Command
) -> None:
    await command("POST", "/couriers/parcels", courier="nobody", waybill="W1")
    await command("POST", "/couriers/parcels/W1/play", script="signed")
    await command("POST", "/couriers/parcels/W1/scan", step="cancelled")
    await stage.clock.advance(10 * 86400)

    parcel = await command("GET", "/couriers/parcels/W1")
    assert (parcel["cancelled"], len(parcel["scans"])) == (True, 1)


async def test_a_scan_may_be_said_to_have_happened_earlier(stage: Stage, command: Command) -> None:
    await command("POST", "/couriers/parcels", courier="nobody", waybill="W1")
    await command("POST", "/couriers/parcels/W1/scan", step="signed")
    parcel = await command(
        "POST", "/couriers/parcels/W1/scan", step="arrived", at="2026-01-07T09:00:00+08:00"
    )

    assert [each["step"] for each in parcel["scans"]] == ["arrived", "signed"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/couriers/parcels", {"courier": "open", "waybill": "W1"}, "waybill"),
        ("/couriers/parcels/W9/scan", {"step": "signed"}, "waybill"),
        ("/couriers/parcels/W1/scan", {"step": "eaten"}, "step"),
        ("/couriers/parcels/W1/play", {"script": "eaten"}, "script"),
        ("/couriers/parcels/W1/play", {"script": "signed", "pause_s": -1}, "pause_s"),
        ("/couriers/parcels/W1/play", {"script": "signed", "pause_s": True}, "pause_s"),
        ("/couriers/parcels/W1/correct", {"step": "signed", "earlier_s": 60}, "step"),
        ("/couriers/nobody/down", {}, "courier"),
        ("/couriers/open/down", {"seconds": 0}, "seconds"),
    ],
)
async def test_what_cannot_be_is_refused_by_its_field(
    command: Command, path: str, body: dict[str, object], field: str
) -> None:
    await command("POST", "/couriers/parcels", courier="open", waybill="W1")
    status = 404 if field == "courier" or "W9" in path else 400

    assert (await command("POST", path, status, **body))["field"] == field


async def test_a_correction_takes_the_place_of_what_was_said(
    stage: Stage, command: Command, told: Told
) -> None:
    await command("POST", "/couriers/parcels", courier="open", waybill="W1")
    await command("POST", "/couriers/parcels/W1/scan", step="signed")
    parcel = await command("POST", "/couriers/parcels/W1/correct", step="signed", earlier_s=1800)
    await stage.clock.run_due()

    assert [each["at"] for each in parcel["scans"]] == ["2026-01-07T03:30:00+00:00"]
    assert told.steps == ["signed 04:00", "signed 03:30"]


async def test_a_late_correction_comes_once_and_by_itself(
    stage: Stage, command: Command, told: Told
) -> None:
    fault = {"platform": "couriers", "kind": "late_correction", "order": "W1", "times": None}
    await command("POST", "/faults", 201, **fault, parameters={"earlier_s": 600, "seconds": 3600})
    for waybill in ("W1", "W2"):
        await command("POST", "/couriers/parcels", courier="open", waybill=waybill)
        await command("POST", f"/couriers/parcels/{waybill}/scan", step="arrived")
    await stage.clock.advance(2 * 86400)

    assert told.steps == ["arrived 04:00", "arrived 04:00", "arrived 03:50"]


def test_of_one_moment_what_was_told_later_is_newer() -> None:
    scans = [Scan(NOW, step, "", "", "") for step in (Step.ARRIVED, Step.SIGNED)]
    earlier = Scan(NOW - timedelta(hours=1), Step.DEPARTED, "", "", "")
    parcel = Parcel("open", "W1", scans=[*scans, earlier])

    steps = [each.step for each in parcel.newest_first()]
    assert steps == [Step.SIGNED, Step.ARRIVED, Step.DEPARTED]


def test_an_order_is_found_by_its_courier_and_number() -> None:
    parcels = Parcels(Randomness())
    first = parcels.add(Parcel("open", "W1", number="D1"))
    parcels.add(Parcel("open", "W2", number="D1"))
    parcels.add(Parcel("open", "W3"))

    assert parcels.of_number("open", "D1") is first
    assert parcels.of_number("hiding", "D1") is None
    assert parcels.of_number("open", "") is None
