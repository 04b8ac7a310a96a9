"""Who is let in at 丰桥, and by which code one is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.couriers.sf.gate import msg_digest
from tests.mock_platforms.couriers.sf.shipper import ORDER, Shipper

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "vectors" / "couriers_sf.json").read_text()
)


@pytest.mark.parametrize("vector", VECTORS["digest"], ids=lambda vector: vector["digest"])
def test_the_digest_is_that_of_openssl_over_java_s_encoding(vector: dict[str, str]) -> None:
    given = (vector["message"], vector["timestamp"], vector["checkword"])
    assert msg_digest(*given) == vector["digest"]


async def test_a_call_rightly_signed_is_let_in(shipper: Shipper) -> None:
    assert await shipper.gate("CREATE_ORDER", ORDER) == "A1000"


async def test_an_access_token_does_instead_of_a_digest(shipper: Shipper) -> None:
    token = {"msgDigest": None, "accessToken": shipper.facts["access_token"]}
    assert await shipper.gate("CREATE_ORDER", ORDER, **token) == "A1000"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"partnerID": None}, "A1001"),
        ({"requestID": None}, "A1001"),
        ({"serviceCode": None}, "A1001"),
        ({"timestamp": None}, "A1001"),
        ({"msgData": None}, "A1001"),
        ({"msgDigest": None}, "A1001"),
        ({"accessToken": "beside a digest"}, "A1001"),
        ({"requestID": "r" * 41}, "A1001"),
        ({"timestamp": "now"}, "A1001"),
        ({"timestamp": "1767700000000"}, "A1002"),
        ({"partnerID": "SOMEBODY"}, "A1004"),
        ({"serviceCode": "EXP_RECE_UNHEARD_OF"}, "A1004"),
        ({"msgDigest": "tHzIxthpb68KS4CCLk8KtQ=="}, "A1006"),
        ({"msgData": "{}"}, "A1006"),
        ({"msgDigest": None, "accessToken": "guessed"}, "A1006"),
    ],
)
async def test_a_doubtful_call_is_not_let_in(
    shipper: Shipper, change: dict[str, str | None], code: str
) -> None:
    assert await shipper.gate("CREATE_ORDER", ORDER, **change) == code
    assert shipper.stage.requests[-1].response.why == code
    assert (await shipper.command("GET", "/couriers/parcels"))["parcels"] == []


async def test_a_request_number_is_good_once(shipper: Shipper) -> None:
    form = shipper.form("CREATE_ORDER", ORDER)
    await shipper.send(form)
    assert (await shipper.send(form))["apiResultCode"] == "A1007"


@pytest.mark.parametrize("kind", ["application/json", "", "multipart/form-data"])
async def test_what_is_no_form_lacks_every_field(shipper: Shipper, kind: str) -> None:
    told = await shipper.send(shipper.form("CREATE_ORDER", ORDER), kind)
    assert told["apiResultCode"] == "A1001"


@pytest.mark.parametrize("message", ["no json", "[]", "null", '"x"', "[" * 100_000])
async def test_a_message_that_is_no_object_is_refused_by_the_service(
    shipper: Shipper, message: str
) -> None:
    assert await shipper.ask("CREATE_ORDER", message) == ("4002", None)


@pytest.mark.parametrize(
    ("kind", "parameters", "status", "code"),
    [
        ("too_many_requests", {}, 200, "A1005"),
        ("server_error", {}, 200, "A1099"),
        ("server_error", {"status": 503}, 503, "A1009"),
    ],
)
async def test_troubles_are_in_sf_s_words(
    shipper: Shipper, kind: str, parameters: dict[str, Any], status: int, code: str
) -> None:
    shipper.stage.faults.add("couriers", kind, operation="sf.create", parameters=parameters)
    told = await shipper.send(shipper.form("CREATE_ORDER", ORDER))
    assert (told["status"], told["apiResultCode"]) == (status, code)


async def test_a_fault_is_for_one_service_and_one_order(shipper: Shipper) -> None:
    shipper.stage.faults.add(
        "couriers", "server_error", operation="sf.create", order="D2026-2", times=None
    )
    assert await shipper.gate("CREATE_ORDER", ORDER) == "A1000"
    assert await shipper.gate("CREATE_ORDER", ORDER | {"orderId": "D2026-2"}) == "A1099"
    assert await shipper.gate("SEARCH_ORDER_RESP", {"orderId": "D2026-2"}) == "A1000"
