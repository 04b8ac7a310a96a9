"""丰桥's form, its digest, and which of its answers are refusals, and which leave all unknown."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.sf.calls import (
    CREATE,
    AlreadyCancelled,
    AlreadyOrdered,
    call,
    msg_digest,
    read_reply,
)
from channel_gateway.domain.errors import (
    GatewayError,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.wire import HttpResponse
from tests.unit.couriers.sf.sf_side import ACCOUNT, NOW, VECTORS, FakeSf, answer, ordered, outer


@pytest.mark.parametrize("vector", VECTORS["digest"], ids=lambda vector: vector["digest"])
def test_the_digest_is_over_what_java_would_encode(vector: dict[str, str]) -> None:
    given = (vector["message"], vector["timestamp"], vector["checkword"])

    assert msg_digest(*given) == vector["digest"]


@given(st.text(max_size=30), st.text(max_size=30))
def test_another_message_or_checkword_has_another_digest(one: str, other: str) -> None:
    if one != other and not any("\ud800" <= each <= "\udfff" for each in one + other):
        assert msg_digest(one, "1", "c") != msg_digest(other, "1", "c")
        assert msg_digest("m", "1", one) != msg_digest("m", "1", other)


def test_a_call_carries_all_public_parameters_and_no_checkword() -> None:
    sf = FakeSf()
    request = call(ACCOUNT, CREATE, {"orderId": "1"}, now=NOW, nonce="n" * 32)
    sf.sent.append(request)

    (form,) = sf.forms()
    assert form == {
        "partnerID": "CITY",
        "requestID": "n" * 32,
        "serviceCode": "EXP_RECE_CREATE_ORDER",
        "timestamp": "1767225600000",
        "msgDigest": msg_digest('{"orderId":"1"}', "1767225600000", "mock-checkword"),
        "msgData": '{"orderId":"1"}',
    }
    assert (request.method, request.url) == ("POST", "https://sf.test/std/service")
    assert b"mock-checkword" not in request.body
    assert "mock-checkword" not in repr(ACCOUNT)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("A1001", Refused),
        ("A1002", RefusedForNow),
        ("A1003", RefusedForNow),
        ("A1004", RefusedForNow),
        ("A1005", TooMany),
        ("A1006", RefusedForNow),
        ("A1007", TooMany),
        ("A1008", RefusedForNow),
        ("A1009", Unavailable),
        ("A1099", Unavailable),
        ("A7777", Unavailable),
        (None, Unavailable),
    ],
)
def test_a_refusal_at_the_gate_has_its_kind(code: Any, kind: type[GatewayError]) -> None:
    with pytest.raises(GatewayError) as refused:
        read_reply(outer(code))

    assert type(refused.value) is kind


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("4001", Unavailable),
        ("6118", Refused),
        ("6150", Unavailable),
        ("8001", RefusedForNow),
        ("8002", RefusedForNow),
        ("8005", TooMany),
        ("8014", RefusedForNow),
        ("8016", AlreadyOrdered),
        ("8018", Unavailable),
        ("8019", Unavailable),
        ("8024", Unavailable),
        ("8037", AlreadyCancelled),
        ("8044", Refused),
        ("8253", AlreadyCancelled),
        ("99999", Refused),
    ],
)
def test_a_refusal_of_a_service_has_its_kind(code: str, kind: type[GatewayError]) -> None:
    with pytest.raises(GatewayError) as refused:
        read_reply(answer(code))

    assert type(refused.value) is kind


def test_no_as_a_text_is_a_no() -> None:
    with pytest.raises(AlreadyOrdered):
        read_reply(outer("A1000", {"success": "false", "errorCode": "8016"}))


@pytest.mark.parametrize("response", [outer("A1001"), answer("8044"), answer("林示例 13900001234")])
def test_an_error_repeats_nothing_of_an_answer_but_its_code(response: HttpResponse) -> None:
    with pytest.raises(GatewayError) as refused:
        read_reply(response)

    assert "林" not in str(refused.value)
    assert "139" not in str(refused.value)


@pytest.mark.parametrize("status", [404, 500, 502])
def test_another_status_leaves_it_unknown(status: int) -> None:
    with pytest.raises(Unavailable):
        read_reply(HttpResponse(status, body=ordered().body))


def test_the_status_429_is_too_many() -> None:
    with pytest.raises(TooMany):
        read_reply(HttpResponse(429))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "null",
        "[]",
        "{",
        None,
        7,
        {"success": True},
        {"success": True, "errorCode": "8016", "msgData": {}},
        {"success": True, "errorCode": "S0000", "msgData": None},
    ],
)
def test_an_answer_that_says_nothing_clear_leaves_it_unknown(data: Any) -> None:
    with pytest.raises(Unavailable):
        read_reply(outer("A1000", data))


def test_the_published_answers_are_read() -> None:
    def reply(name: str) -> dict[str, Any]:
        return read_reply(HttpResponse(200, body=json.dumps(VECTORS["answer"][name]).encode()))

    assert reply("created")["waybillNoInfoList"][0]["waybillNo"] == "SF7444496931331"
    assert reply("cancelled")["resStatus"] == 2
    with pytest.raises(Unavailable):
        reply("not_ordered")
    with pytest.raises(Refused, match="6118"):
        reply("no_number")
