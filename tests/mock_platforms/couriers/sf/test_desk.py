"""Orders made, found and cancelled at 丰桥; routes shown to who may see them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mock_platforms.couriers.sf.shipper import ORDER, Shipper


def order_with(side: int, **change: Any) -> dict[str, Any]:
    """An order one of whose contacts is changed; None takes a field away."""
    contacts = [
        {
            name: value
            for name, value in (
                contact | (change if contact["contactType"] == side else {})
            ).items()
            if value is not None
        }
        for contact in ORDER["contactInfoList"]
    ]
    return ORDER | {"contactInfoList": contacts}


async def test_an_order_has_its_waybill_at_once(shipper: Shipper) -> None:
    code, data = await shipper.ask("CREATE_ORDER", ORDER)
    assert code == "S0000"
    assert (data["orderId"], data["filterResult"]) == ("D2026-1", 2)
    (waybill,) = data["waybillNoInfoList"]
    assert waybill["waybillType"] == 1
    assert len(waybill["waybillNo"]) == 15


async def test_a_number_makes_one_order_and_the_first_is_found(shipper: Shipper) -> None:
    waybill = await shipper.order()
    assert await shipper.ask("CREATE_ORDER", ORDER) == ("8016", None)
    _, found = await shipper.ask("SEARCH_ORDER_RESP", {"orderId": "D2026-1"})
    assert found["waybillNoInfoList"][0]["waybillNo"] == waybill


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (ORDER | {"orderId": ""}, "6118"),
        (ORDER | {"orderId": 7}, "6118"),
        (ORDER | {"orderId": "x" * 65}, "9001"),
        (ORDER | {"language": ""}, "6101"),
        (ORDER | {"payMethod": 9}, "6129"),
        (ORDER | {"monthlyCard": "0000000000"}, "6126"),
        (ORDER | {"cargoDetails": []}, "6101"),
        (ORDER | {"cargoDetails": [{}]}, "6125"),
        (ORDER | {"contactInfoList": []}, "6101"),
        (ORDER | {"contactInfoList": ORDER["contactInfoList"][:1]}, "6101"),
        (order_with(1, contact=None), "6103"),
        (order_with(1, tel=None), "6121"),
        (order_with(1, address=None), "6106"),
        (order_with(2, contact=None), "6108"),
        (order_with(2, mobile=None), "6119"),
        (order_with(2, address=None), "6117"),
        (order_with(2, country=None), "6101"),
    ],
)
async def test_an_order_that_lacks_something_is_refused_by_its_code(
    shipper: Shipper, message: dict[str, Any], code: str
) -> None:
    assert await shipper.ask("CREATE_ORDER", message) == (code, None)
    assert (await shipper.command("GET", "/couriers/parcels"))["parcels"] == []


async def test_the_contract_s_own_monthly_card_is_taken(shipper: Shipper) -> None:
    assert await shipper.order(monthlyCard=shipper.facts["monthly_card"])


@pytest.mark.parametrize("service", ["SEARCH_ORDER_RESP", "UPDATE_ORDER"])
async def test_what_was_never_ordered_is_not_found(shipper: Shipper, service: str) -> None:
    assert await shipper.ask(service, {"orderId": "NEVER", "dealType": 2}) == ("8024", None)
    assert await shipper.ask(service, {"dealType": 2}) == ("6118", None)


async def test_an_order_is_cancelled_once_and_its_number_stays_taken(shipper: Shipper) -> None:
    await shipper.order()
    cancel = {"orderId": "D2026-1", "dealType": 2}
    code, data = await shipper.ask("UPDATE_ORDER", cancel)
    assert (code, data["resStatus"]) == ("S0000", 2)
    assert await shipper.ask("UPDATE_ORDER", cancel) == ("8037", None)
    assert await shipper.ask("CREATE_ORDER", ORDER) == ("8016", None)
    assert await shipper.ask("SEARCH_ORDER_RESP", {"orderId": "D2026-1"}) == ("8037", None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dealType": 9}, "6131"),
        ({"dealType": 1}, "8252"),
        ({"waybillNoInfoList": [{"waybillNo": "SF9"}]}, "8017"),
    ],
)
async def test_a_wrong_cancelling_changes_nothing(
    shipper: Shipper, change: dict[str, Any], code: str
) -> None:
    await shipper.order()
    cancel = {"orderId": "D2026-1", "dealType": 2}
    assert await shipper.ask("UPDATE_ORDER", cancel | change) == (code, None)
    (parcel,) = (await shipper.command("GET", "/couriers/parcels"))["parcels"]
    assert not parcel["cancelled"]


async def test_what_was_fetched_is_not_cancelled(shipper: Shipper) -> None:
    await shipper.scan(await shipper.order(), "picked_up")
    assert await shipper.ask("UPDATE_ORDER", {"orderId": "D2026-1", "dealType": 2}) == (
        "8044",
        None,
    )


async def test_routes_are_in_beijing_time_and_name_the_staff(shipper: Shipper) -> None:
    waybill = await shipper.order()
    await shipper.scan(waybill, "out_for_delivery", place="宁波市")
    (route,) = await shipper.routes(waybill)
    assert (route["acceptTime"], route["opCode"]) == ("2026-01-07 12:00:00", "204")
    assert route["acceptAddress"] == "宁波市"
    assert "联系电话：1" in route["remark"]


async def test_an_order_and_its_cancelling_are_no_routes(shipper: Shipper) -> None:
    waybill = await shipper.order()
    await shipper.ask("UPDATE_ORDER", {"orderId": "D2026-1", "dealType": 2})
    assert await shipper.routes(waybill) == []


async def test_80_is_a_locker_a_neighbour_or_the_recipient(shipper: Shipper) -> None:
    waybill = await shipper.order()
    for step in ("locker", "locker_signed", "proxy_signed", "signed", "returned"):
        await shipper.scan(waybill, step)
    routes = await shipper.routes(waybill)
    assert {route["opCode"] for route in routes} == {"80"}
    assert {route["secondaryStatusCode"] for route in routes} == {"401"}
    assert len({route["remark"] for route in routes}) == 5


@pytest.mark.parametrize(("phone", "seen"), [("1234", 1), ("0000", 1), ("", 1), ("9999", 0)])
async def test_an_order_s_routes_are_shown_to_who_knows_one_of_its_phones(
    shipper: Shipper, phone: str, seen: int
) -> None:
    await shipper.scan(waybill := await shipper.order(), "picked_up")
    assert len(await shipper.routes(waybill, phone)) == seen


async def test_somebody_else_s_parcel_is_not_shown_without_four_digits(shipper: Shipper) -> None:
    given = await shipper.command("POST", "/couriers/parcels", courier="sf", waybill="SF7")
    await shipper.scan(given["waybill"], "picked_up")
    assert len(await shipper.routes("SF7", "1234")) == 1
    assert await shipper.routes("SF7", "") == []


async def test_the_unknown_and_other_couriers_parcels_have_no_routes(shipper: Shipper) -> None:
    await shipper.command("POST", "/couriers/parcels", courier="zto", waybill="Z1")
    await shipper.scan("Z1", "picked_up")
    assert await shipper.routes("Z1") == await shipper.routes("SF0") == []


async def test_routes_are_found_by_our_number_too(shipper: Shipper) -> None:
    await shipper.scan(waybill := await shipper.order(), "picked_up")
    asked = {"trackingType": 2, "trackingNumber": ["D2026-1"], "methodType": 1}
    _, data = await shipper.ask("SEARCH_ROUTES", asked)
    (told,) = data["routeResps"]
    assert (told["mailNo"], len(told["routes"])) == (waybill, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"trackingNumber": []}, "8013"),
        ({"trackingNumber": "SF1"}, "8013"),
        ({"trackingNumber": ["SF1"] * 11}, "9083"),
        ({"trackingType": "3"}, "6133"),
        ({"methodType": "2"}, "6132"),
    ],
)
async def test_a_question_badly_put_is_refused(
    shipper: Shipper, change: dict[str, Any], code: str
) -> None:
    asked = {"trackingType": "1", "trackingNumber": ["SF1"], "methodType": "1"}
    assert await shipper.ask("SEARCH_ROUTES", asked | change) == (code, None)


async def test_an_order_that_is_there_may_be_said_not_to_be_found(shipper: Shipper) -> None:
    await shipper.order()
    shipper.stage.faults.add("couriers", "order_not_found", order="D2026-1")
    asked = {"orderId": "D2026-1"}
    assert await shipper.ask("SEARCH_ORDER_RESP", asked) == ("8018", None)
    assert (await shipper.ask("SEARCH_ORDER_RESP", asked))[0] == "S0000"


async def test_answers_may_be_behind_what_was_pushed(shipper: Shipper) -> None:
    waybill = await shipper.order()
    await shipper.scan(waybill, "picked_up")
    shipper.stage.faults.add("couriers", "routes_behind", order=waybill)
    assert await shipper.routes(waybill) == []
    assert len(await shipper.routes(waybill)) == 1
