"""Whoever keeps parcels is told of each push, whichever courier told it."""

import logging
from dataclasses import replace

import pytest

from adapters.couriers.hearing import tell
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import CourierPush
from tests.unit.couriers.samples import WAYBILL
from tests.unit.couriers.shelf import Shelf
from tests.unit.payment.samples import NOW

PUSH = CourierPush("zto", WAYBILL, (), signed=True)
MOVED = replace(PUSH, courier="yto")


async def test_all_hear_of_it_also_after_one_who_has_the_parcel() -> None:
    shelves = [Shelf(), Shelf(ours=False)]
    await tell(shelves, [PUSH], NOW)

    assert [each.heard_of for each in shelves] == [[PUSH], [PUSH]]


@pytest.mark.parametrize(("of", "told"), [("zto", [PUSH]), ("yto", [PUSH, MOVED])])
async def test_its_names_are_tried_until_it_is_somebody_s(
    of: str, told: list[CourierPush], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await tell([shelf := Shelf(of=of)], [PUSH, MOVED], NOW)

    assert shelf.heard_of == told
    assert caplog.records == []


async def test_a_parcel_of_nobody_is_logged_once_and_without_its_number(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    await tell([Shelf(ours=False), Shelf(ours=False)], [PUSH, MOVED], NOW)

    [line] = caplog.records
    assert (line.__dict__["action"], line.__dict__["courier"]) == ("push_of_no_parcel", "zto")
    assert WAYBILL not in str(line.__dict__)


async def test_where_nobody_keeps_parcels_nothing_is_heard() -> None:
    with pytest.raises(Unavailable):
        await tell([], [PUSH], NOW)
