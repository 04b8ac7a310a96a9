"""What every courier must make of orders: one parcel for a number, whatever becomes of answers."""

from collections.abc import Awaitable, Callable

import pytest

from channel_gateway.domain.errors import Refused, TooMany, Unavailable
from tests.contracts.courier.depot import Depot, wish
from tests.contracts.rig import CourierRig, rigs

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")
WITH_ORDERS = [rig for rig in rigs(CourierRig, "COURIER") if "place" in rig.operations]

pytestmark = pytest.mark.parametrize("rig", WITH_ORDERS, ids=lambda rig: rig.plugin, indirect=True)

VERBS: dict[str, Callable[[Depot, str], Awaitable[object]]] = {
    "place": lambda depot, waybill: depot.desk.place(wish("D2026-2")),
    "cancel": lambda depot, waybill: depot.desk.cancel("D2026-1", waybill),
}


async def test_a_number_asked_for_again_has_the_waybill_made_first(depot: Depot) -> None:
    first = await depot.desk.place(wish())

    assert await depot.desk.place(wish()) == first
    assert len(await depot.all_parcels()) == 1


async def test_another_number_is_another_parcel(depot: Depot) -> None:
    assert await depot.desk.place(wish("D2026-1")) != await depot.desk.place(wish("D2026-2"))


async def test_who_pays_is_no_matter_for_the_waybill(depot: Depot) -> None:
    assert await depot.desk.place(wish(recipient_pays=True))


@pytest.mark.parametrize("kind", BREAKS)
async def test_an_order_that_broke_is_unknown_and_made_once(depot: Depot, kind: str) -> None:
    async with depot.broken(kind, "place"):
        with pytest.raises(Unavailable):
            await depot.desk.place(wish())

    waybill = await depot.desk.place(wish())

    assert [each["waybill"] for each in await depot.all_parcels()] == [waybill]


async def test_cancelled_twice_is_cancelled(depot: Depot) -> None:
    waybill = await depot.desk.place(wish())

    for _ in range(2):
        await depot.desk.cancel("D2026-1", waybill)

    (parcel,) = await depot.all_parcels()
    assert parcel["cancelled"]


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_cancelling_that_broke_is_unknown_and_succeeds_again(
    depot: Depot, kind: str
) -> None:
    waybill = await depot.desk.place(wish())
    async with depot.broken(kind, "cancel"):
        with pytest.raises(Unavailable):
            await depot.desk.cancel("D2026-1", waybill)

    await depot.desk.cancel("D2026-1", waybill)

    (parcel,) = await depot.all_parcels()
    assert parcel["cancelled"]


async def test_what_was_fetched_is_not_cancelled(depot: Depot) -> None:
    parcel = await depot.parcel()
    await depot.scan(parcel, "picked_up")

    with pytest.raises(Refused):
        await depot.desk.cancel(parcel.number, parcel.waybill)

    (kept,) = await depot.all_parcels()
    assert not kept["cancelled"]


async def test_a_number_that_was_cancelled_makes_no_second_parcel(depot: Depot) -> None:
    waybill = await depot.desk.place(wish())
    await depot.desk.cancel("D2026-1", waybill)

    with pytest.raises((Refused, Unavailable)):
        await depot.desk.place(wish())

    assert len(await depot.all_parcels()) == 1


async def test_what_was_never_ordered_is_not_called_cancelled(depot: Depot) -> None:
    with pytest.raises((Refused, Unavailable)):
        await depot.desk.cancel("NEVER-1", "")


@pytest.mark.parametrize("verb", VERBS)
async def test_a_call_asked_too_often_succeeds_later(depot: Depot, verb: str) -> None:
    waybill = await depot.desk.place(wish())

    async with depot.broken("too_many_requests", verb):
        with pytest.raises((TooMany, Unavailable)):
            await VERBS[verb](depot, waybill)

    await VERBS[verb](depot, waybill)


@pytest.mark.parametrize("verb", VERBS)
async def test_a_courier_that_is_down_leaves_all_unknown(depot: Depot, verb: str) -> None:
    waybill = await depot.desk.place(wish())
    depot.world.line.cut = True

    with pytest.raises(Unavailable):
        await VERBS[verb](depot, waybill)
