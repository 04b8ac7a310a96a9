"""Licences from their issue to the end of their way with EMS, in both its generations."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.ems.town import EmsTown, open_ems_town

COURIERS = ["ems", "post"]
ENDS = [
    ("signed", "signed", 192),
    ("second_try", "signed", 192),
    ("proxy", "proxy_signed", 30),  # later on the gateway closes what nobody contradicts
    ("locker", "signed", 192),
    ("refused", "returned", 192),
    ("returned", "returned", 192),
    ("locker_never_emptied", "returned", 192),
]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[EmsTown]:
    async with open_ems_town(tmp_path) as opened:
        yield opened


async def sent(here: EmsTown, courier: str) -> tuple[str, str]:
    """A delivery with its waybill."""
    case = await here.post.matter()
    await here.post.issue()
    id = await here.post.begun(case_id=case, courier=courier)
    seen = await here.post.see(id)
    assert seen["state"] == "waybill", seen
    return id, str(seen["waybill"])


@pytest.mark.parametrize("courier", COURIERS)
@pytest.mark.parametrize(("script", "end", "hours"), ENDS)
async def test_a_licence_comes_to_its_end_whatever_goes_wrong(
    here: EmsTown, courier: str, script: str, end: str, hours: int
) -> None:
    id, waybill = await sent(here, courier)
    for kind in ("notify_doubled", "notify_reordered", "notify_lost", "late_correction"):
        await here.fault(kind, order=waybill, times=2)
    await here.control("POST", f"/couriers/parcels/{waybill}/play", script=script)
    await here.passes(hours)

    seen = await here.post.see(id)
    assert (seen["state"], seen["known_by"]["how"]) == (end, "asked")
    assert here.post.messenger.happenings[-1] == end


@pytest.mark.parametrize("courier", COURIERS)
async def test_a_waybill_s_lost_reply_makes_one_parcel(here: EmsTown, courier: str) -> None:
    await here.fault(
        "reply_lost", operation={"ems": "ems.order", "post": "ems_2019.order"}[courier]
    )
    case = await here.post.matter()
    await here.post.issue()
    id = await here.post.begun(case_id=case, courier=courier)
    await here.passes(hours=6)

    parcels = (await here.control("GET", "/couriers/parcels"))["parcels"]
    assert [each["waybill"] for each in parcels] == [(await here.post.see(id))["waybill"]]
