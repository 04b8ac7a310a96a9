"""Face verification: what begins a session, who learns its result, and how long it lives."""

from __future__ import annotations

import hashlib
import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.id_numbers import check_character, is_id_number
from mock_platforms.wechat.faces import FAILURES, cert_hash

from .conftest import MiniProgram

BEGIN = "/cityservice/face/identify/getverifyid"
RESULT = "/cityservice/face/identify/queryverifyinfo"
OPENID = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
CERTIFICATE = {
    "cert_type": "IDENTITY_CARD",
    "cert_name": "林示例",
    "cert_no": "990101199001010019",  # of a region that does not exist
}
# What is hashed of it, written out by hand with `base64`.
JOINED = "cert_type=SURFTlRJVFlfQ0FSRA==&cert_name=5p6X56S65L6L&cert_no=OTkwMTAxMTk5MDAxMDEwMDE5"
VECTOR: dict[str, Any] = next(
    vector
    for vector in json.loads((Path(__file__).parents[2] / "vectors" / "wechat.json").read_text())
    if vector["id"] == "face-cert_hash"
)


async def open_mini_program(app: MiniProgram, openid: str = OPENID) -> None:
    await app.command("POST", "/wechat/login-codes", {"openid": openid})


async def begin(app: MiniProgram, **change: Any) -> dict[str, Any]:
    body = {"out_seq_no": "PROOF-1", "cert_info": CERTIFICATE, "openid": OPENID} | change
    return await app.post(BEGIN, body, access_token=await app.token())


async def result(app: MiniProgram, verify_id: str, **change: Any) -> dict[str, Any]:
    body = {
        "verify_id": verify_id,
        "out_seq_no": "PROOF-1",
        "cert_hash": cert_hash(CERTIFICATE),
        "openid": OPENID,
    } | change
    return await app.post(RESULT, body, access_token=await app.token())


@pytest.fixture
async def verify_id(app: MiniProgram) -> str:
    await open_mini_program(app)
    return str((await begin(app))["verify_id"])


def test_the_hash_is_the_published_one() -> None:
    assert cert_hash(VECTOR["cert_info"]) == VECTOR["sha256"]
    assert hashlib.sha256(VECTOR["joined"].encode()).hexdigest() == VECTOR["sha256"]


def test_openssl_hashes_the_joined_text_to_the_same() -> None:
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-r"], input=JOINED.encode(), capture_output=True, check=True
    )
    assert cert_hash(CERTIFICATE) == done.stdout.decode().split()[0]


async def test_a_session_lives_an_hour_and_its_name_is_short(app: MiniProgram) -> None:
    await open_mini_program(app)
    answer = await begin(app)
    assert (answer["errcode"], answer["expires_in"]) == (0, 3600)
    assert 0 < len(answer["verify_id"]) <= 256


async def test_a_face_that_fits_passes(app: MiniProgram, verify_id: str) -> None:
    before = await result(app, verify_id)
    await app.command("POST", f"/wechat/face/{verify_id}/pass")
    after = await result(app, verify_id)
    assert (before["errcode"], before["verify_ret"]) == (0, 10300)
    assert (after["errcode"], after["verify_ret"]) == (0, 10000)


async def test_another_persons_face_does_not_pass(app: MiniProgram, verify_id: str) -> None:
    await app.command("POST", f"/wechat/face/{verify_id}/fail")
    assert (await result(app, verify_id))["verify_ret"] == 10004


@pytest.mark.parametrize("verify_ret", FAILURES)
async def test_an_attempt_can_fail_in_every_listed_way(
    app: MiniProgram, verify_id: str, verify_ret: int
) -> None:
    await app.command("POST", f"/wechat/face/{verify_id}/fail", {"verify_ret": verify_ret})
    assert (await result(app, verify_id))["verify_ret"] == verify_ret


@pytest.mark.parametrize("verify_ret", [10000, 10005, 10300, 1])
async def test_what_is_no_failure_is_refused_on_the_control_plane(
    app: MiniProgram, verify_id: str, verify_ret: int
) -> None:
    path = f"/wechat/face/{verify_id}/fail"
    assert (await app.command("POST", path, {"verify_ret": verify_ret}))["field"] == "verify_ret"
    assert (await result(app, verify_id))["verify_ret"] == 10300


@pytest.mark.parametrize(
    "change",
    [
        {"out_seq_no": "PROOF-2"},
        {"openid": "oAnotherCitizen"},
        {"cert_hash": cert_hash({**CERTIFICATE, "cert_name": "周样张"})},
        {"cert_hash": cert_hash(CERTIFICATE).upper()},
    ],
)
async def test_who_names_anything_else_learns_no_result(
    app: MiniProgram, verify_id: str, change: dict[str, Any]
) -> None:
    await app.command("POST", f"/wechat/face/{verify_id}/pass")
    answer = await result(app, verify_id, **change)
    assert answer["errcode"] == 84002
    assert "verify_ret" not in answer


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"out_seq_no": "1234"}, 47001),
        ({"out_seq_no": "1" * 33}, 47001),
        ({"out_seq_no": "PROOF.1"}, 47001),
        ({"out_seq_no": "证明-1"}, 47001),
        ({"out_seq_no": 12345}, 47001),
        ({"cert_info": None}, 47001),
        ({"cert_info": "text"}, 47001),
        ({"cert_info": {**CERTIFICATE, "cert_type": "1"}}, 47001),
        ({"cert_info": {**CERTIFICATE, "cert_no": 990101199001010019}}, 47001),
        ({"cert_info": {**CERTIFICATE, "cert_name": " "}}, 84006),
        ({"cert_info": {**CERTIFICATE, "cert_no": ""}}, 84006),
        ({"cert_info": {**CERTIFICATE, "cert_no": "990101199001010018"}}, 84007),
        ({"cert_info": {**CERTIFICATE, "cert_no": "99010119900101001"}}, 84007),
        ({"openid": "oNobodyWhoOpenedIt"}, 40003),
        ({"openid": None}, 40003),
        ({"openid": [OPENID]}, 40003),
    ],
)
async def test_what_cannot_be_proven_begins_no_session(
    app: MiniProgram, change: dict[str, Any], errcode: int
) -> None:
    await open_mini_program(app)
    answer = await begin(app, **change)
    assert answer["errcode"] == errcode
    assert "verify_id" not in answer
    assert (await begin(app))["errcode"] == 0  # the number was not used up


@pytest.mark.parametrize("number", ["12345", "a" * 32, "A_b-9"])
async def test_a_number_has_five_to_thirty_two_characters(app: MiniProgram, number: str) -> None:
    await open_mini_program(app)
    assert (await begin(app, out_seq_no=number))["errcode"] == 0


async def test_a_number_is_good_for_one_session(app: MiniProgram, verify_id: str) -> None:
    assert (await begin(app))["errcode"] == 84003
    assert (await begin(app, out_seq_no="PROOF-2"))["errcode"] == 0


async def test_an_unknown_session_is_not_found(app: MiniProgram) -> None:
    assert (await result(app, "made-up"))["errcode"] == 84001


@pytest.mark.parametrize("name", ["verify_id", "out_seq_no", "cert_hash", "openid"])
async def test_a_query_names_all_four(app: MiniProgram, verify_id: str, name: str) -> None:
    asked: dict[str, Any] = {"verify_id": verify_id, name: None}
    assert (await result(app, **asked))["errcode"] == 47001


async def test_after_an_hour_nobody_can_begin_any_more(app: MiniProgram, verify_id: str) -> None:
    await app.stage.clock.advance(3600)
    refused = await app.command("POST", f"/wechat/face/{verify_id}/pass")
    assert refused["field"] == "verify_id"
    assert (await result(app, verify_id))["verify_ret"] == 10300


async def test_a_session_has_one_result(app: MiniProgram, verify_id: str) -> None:
    await app.command("POST", f"/wechat/face/{verify_id}/fail", {"verify_ret": 90004})
    refused = await app.command("POST", f"/wechat/face/{verify_id}/pass")
    assert refused["field"] == "verify_id"
    assert (await result(app, verify_id))["verify_ret"] == 90004


async def test_the_page_works_on_the_citizens_own_phone(app: MiniProgram, verify_id: str) -> None:
    somebody = {"openid": "oSomebodyElse"}
    refused = await app.command("POST", f"/wechat/face/{verify_id}/pass", somebody)
    assert refused["field"] == "openid"
    assert (await result(app, verify_id))["verify_ret"] == 10300


@pytest.mark.parametrize("path", [BEGIN, RESULT])
async def test_the_access_token_is_asked_for_first(app: MiniProgram, path: str) -> None:
    assert (await app.post(path, {}))["errcode"] == 41001
    assert (await app.post(path, {}, access_token="made-up"))["errcode"] == 40014
    assert (await app.get(path, access_token=await app.token()))["errcode"] == 43002


@pytest.mark.parametrize(
    ("kind", "errcode"),
    [("token_killed", 40001), ("server_error", -1), ("too_many_requests", 45011)],
)
@pytest.mark.parametrize("operation", ["getverifyid", "queryverifyinfo"])
async def test_faults_befall_both_calls(
    app: MiniProgram, verify_id: str, operation: str, kind: str, errcode: int
) -> None:
    named = None if kind == "token_killed" else operation
    app.stage.faults.add("wechat", kind, operation=named)
    again = begin(app) if operation == "getverifyid" else result(app, verify_id)
    assert (await again)["errcode"] == errcode


async def test_a_fault_can_be_meant_for_one_session(app: MiniProgram, verify_id: str) -> None:
    app.stage.faults.add("wechat", "server_error", order=verify_id)
    other = (await begin(app, out_seq_no="PROOF-2"))["verify_id"]
    assert (await result(app, other, out_seq_no="PROOF-2"))["errcode"] == 0
    assert (await result(app, verify_id))["errcode"] == -1


def test_an_id_number_has_a_day_of_birth_and_its_check_character() -> None:
    def number(born: str) -> str:
        return f"990101{born}001" + check_character(f"990101{born}001")

    assert is_id_number(number(f"{date(2000, 2, 29):%Y%m%d}"))
    assert not is_id_number(number("20010229"))
    assert not is_id_number(number("19900101")[:17] + "x")
    assert not is_id_number("")
