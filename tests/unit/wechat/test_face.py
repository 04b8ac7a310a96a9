"""Face verification: what is asked, what each number means, and the published hash."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wechat.app import App
from adapters.wechat.face import (
    GRACE,
    NoSuchSession,
    ask_result,
    begin_session,
    cert_hash,
    out_seq_no,
    read_begun,
    read_reference,
    read_result,
)
from adapters.wechat.real_names import WechatRealNames
from channel_gateway.domain.errors import Malformed, Refused, TooMany, Unavailable
from channel_gateway.domain.people import IdNumber, OpenId, Person, PersonName
from channel_gateway.ports import ProofResult, ProofState, RealNames, WhyFailed
from channel_gateway.wire import HttpResponse
from tests.unit.wechat.conftest import Process
from tests.unit.wechat.server_side import FakeWechat, fails, says
from tests.unit.wechat_pay.platform_side import NOW, FakeClock, FakeRandomness

BEGIN = "/cityservice/face/identify/getverifyid"
RESULT = "/cityservice/face/identify/queryverifyinfo"
NUMBER = "PROOF0001"
PERSON = Person(PersonName("林示例"), IdNumber("990101199001010019"))
OPENID = OpenId("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
BEGUN = says(errcode=0, errmsg="ok", verify_id="VERIFY.ID-1", expires_in=3600)
DONE = says(errcode=0, errmsg="ok", verify_ret=10000)
NOT_DONE = says(errcode=0, errmsg="ok", verify_ret=10300)
VECTOR = next(
    vector
    for vector in json.loads((Path(__file__).parents[2] / "vectors/wechat.json").read_text())
    if vector["id"] == "face-cert_hash"
)


@pytest.fixture
def real_names(app: App, process: Process, wechat: FakeWechat, clock: FakeClock) -> WechatRealNames:
    wechat.answers |= {BEGIN: BEGUN, RESULT: DONE}
    return WechatRealNames(app, process(), wechat, clock, FakeRandomness(), name="wechat")


def test_it_proves_names(real_names: WechatRealNames) -> None:
    port: RealNames = real_names

    assert port.name == "wechat"


def test_the_hash_of_the_published_certificate_is_the_published_one() -> None:
    assert cert_hash(VECTOR["cert_info"]) == VECTOR["sha256"]


async def test_a_proof_is_begun_with_number_certificate_and_citizen(
    real_names: WechatRealNames, wechat: FakeWechat
) -> None:
    proof = await real_names.begin(NUMBER, PERSON, OPENID)

    assert json.loads(wechat.sent[-1].body) == {
        "out_seq_no": "PROOF0001-0000001",
        "cert_info": {
            "cert_type": "IDENTITY_CARD",
            "cert_name": "林示例",
            "cert_no": "990101199001010019",
        },
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    }
    assert proof.page == {"verifyId": "VERIFY.ID-1"}
    assert proof.expires_at == NOW + timedelta(seconds=3600)


async def test_a_result_is_asked_with_all_that_its_proof_was_begun_with(
    real_names: WechatRealNames, wechat: FakeWechat
) -> None:
    proof = await real_names.begin(NUMBER, PERSON, OPENID)

    assert (await real_names.result(NUMBER, proof.reference, PERSON, OPENID)).state == "proven"
    assert json.loads(wechat.sent[-1].body) == {
        "verify_id": "VERIFY.ID-1",
        "out_seq_no": "PROOF0001-0000001",
        "cert_hash": "86fc71e7820af61d90510a1f31a4bb765200a9c86733f9cf920d75aac23b9220",
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
    }


async def test_addresses_and_prints_show_nobody(
    real_names: WechatRealNames, wechat: FakeWechat
) -> None:
    proof = await real_names.begin(NUMBER, PERSON, OPENID)
    await real_names.result(NUMBER, proof.reference, PERSON, OPENID)

    for request in wechat.sent[-1], wechat.sent[-2]:
        assert dict(parse_qsl(urlsplit(request.url).query)).keys() == {"access_token"}
        assert "林示例" not in f"{request!r} {proof!r} {PERSON!r}"


async def test_each_proof_has_a_number_of_its_own(
    real_names: WechatRealNames, wechat: FakeWechat
) -> None:
    proofs = [await real_names.begin(NUMBER, PERSON, OPENID) for _ in range(2)]

    sent = [json.loads(request.body) for request in wechat.sent if BEGIN in request.url]
    assert len({body["out_seq_no"] for body in sent}) == len({p.reference for p in proofs}) == 2


@given(st.from_regex(r"[0-9A-Za-z]{1,32}", fullmatch=True))
def test_every_number_of_ours_makes_one_that_wechat_takes(number: str) -> None:
    made = out_seq_no(number, "7" * 7)

    assert re.fullmatch(r"[0-9A-Za-z_-]{5,32}", made)
    assert made.startswith(number[:24])


@pytest.mark.parametrize("number", ["PROOF0002", "PROOF000", "PROOF00011", ""])
async def test_another_numbers_proof_is_refused_unasked(
    real_names: WechatRealNames, wechat: FakeWechat, number: str
) -> None:
    proof = await real_names.begin(NUMBER, PERSON, OPENID)

    with pytest.raises(Refused):
        await real_names.result(number, proof.reference, PERSON, OPENID)

    assert RESULT not in wechat.paths()


@pytest.mark.parametrize("reference", ["", "PROOF0001-1", "PROOF0001-1.12.", "PROOF0001-1.x.v"])
def test_a_reference_that_is_none_is_refused(reference: str) -> None:
    with pytest.raises(Refused):
        read_reference(reference, NUMBER)


def test_a_reference_is_read_as_it_was_written() -> None:
    begun = read_begun(BEGUN, "PROOF0001-0000001", NOW)

    session = read_reference(begun.reference, NUMBER)
    assert (session.out_seq_no, session.verify_id) == ("PROOF0001-0000001", "VERIFY.ID-1")
    assert session.ends_at == NOW + timedelta(hours=1)


# Every number of WeChat's list, in our words.
WORDS = {
    10000: ProofResult(ProofState.PROVEN),
    10005: ProofResult(ProofState.PENDING),
    10300: ProofResult(ProofState.PENDING),
    **dict.fromkeys((10002, 10007, 10010, 90011, 90013, 90014), WhyFailed.UNCLEAR),
    **dict.fromkeys((10003, 10004, 10012), WhyFailed.MISMATCH),
    **dict.fromkeys((10018, 10026), WhyFailed.NOT_ON_RECORD),
    **dict.fromkeys((10020, 10029, 10052, 90017, 90107), WhyFailed.TIMED_OUT),
    **dict.fromkeys(range(90002, 90007), WhyFailed.CANCELLED),
    **dict.fromkeys((90007, 90012), WhyFailed.NETWORK),
    **dict.fromkeys((90001, 90109), WhyFailed.DEVICE),
    **dict.fromkeys((90008, 90009, 90010, 90106), WhyFailed.CAMERA),
    **dict.fromkeys((10008, 10013, 10014, 10015, 10016, 10045), WhyFailed.PLATFORM),
    **dict.fromkeys((90018, 90104, 90105, 90110, 90199), WhyFailed.PLATFORM),
    10042: WhyFailed.TOO_OFTEN,
}


@pytest.mark.parametrize("verify_ret", WORDS)
def test_each_number_has_its_word(verify_ret: int) -> None:
    word = WORDS[verify_ret]
    expected = ProofResult(ProofState.FAILED, word) if isinstance(word, WhyFailed) else word

    assert read_result(says(errcode=0, verify_ret=verify_ret)) == expected


@pytest.mark.parametrize("verify_ret", [10001, 10006, 10017, 10040, 10041])
def test_what_no_citizen_can_put_right_is_a_refusal(verify_ret: int) -> None:
    with pytest.raises(Refused, match=str(verify_ret)):
        read_result(says(errcode=0, verify_ret=verify_ret))


@pytest.mark.parametrize("verify_ret", [0, 1, 10021, 90000, 99999, "10000", None, True, 10000.0])
def test_an_unknown_number_is_an_error_and_no_result(verify_ret: object) -> None:
    with pytest.raises(Malformed):
        read_result(says(errcode=0, verify_ret=verify_ret))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (fails(84001, "invalid identify id"), NoSuchSession),
        (fails(84002), Refused),
        (fails(40003, "invalid openid"), Refused),
        (fails(48001, "api unauthorized"), Refused),
        (fails(45009), TooMany),
        (fails(45011), TooMany),
        (fails(-1, "system error"), Unavailable),
        (says(errcode=84002, verify_ret=10000), Refused),  # an errcode wins
        (says(errcode=0), Malformed),
        (HttpResponse(502), Unavailable),
        (HttpResponse(200, body=b'{"verify_ret":'), Unavailable),
    ],
)
def test_each_refusal_of_a_result_has_its_name(
    answer: HttpResponse, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        read_result(answer)

    assert type(raised.value) is error


@pytest.mark.parametrize(
    "change",
    [
        {"verify_id": None},
        {"verify_id": ""},
        {"verify_id": "v" * 257},
        {"expires_in": None},
        {"expires_in": 0},
        {"expires_in": "3600"},
    ],
)
def test_a_beginning_without_id_or_end_is_malformed(change: dict[str, object]) -> None:
    answer = {"errcode": 0, "verify_id": "v", "expires_in": 3600} | change

    with pytest.raises(Malformed):
        read_begun(says(**answer), "PROOF0001-0000001", NOW)


async def test_what_is_not_done_in_time_has_failed(
    real_names: WechatRealNames, wechat: FakeWechat, clock: FakeClock
) -> None:
    proof = await real_names.begin(NUMBER, PERSON, OPENID)
    wechat.answers[RESULT] = NOT_DONE
    told = []
    for pause in (timedelta(hours=1), GRACE - timedelta(seconds=1), timedelta(seconds=1)):
        clock.moment += pause
        told.append(await real_names.result(NUMBER, proof.reference, PERSON, OPENID))

    pending, over = ProofState.PENDING, ProofResult(ProofState.FAILED, WhyFailed.EXPIRED)
    assert told == [ProofResult(pending), ProofResult(pending), over]


async def test_a_session_wechat_knows_no_longer_has_expired_and_before_its_end_is_refused(
    real_names: WechatRealNames, wechat: FakeWechat, clock: FakeClock
) -> None:
    proof = await real_names.begin(NUMBER, PERSON, OPENID)
    wechat.answers[RESULT] = fails(84001, "invalid identify id")
    with pytest.raises(Refused):
        await real_names.result(NUMBER, proof.reference, PERSON, OPENID)
    clock.moment += timedelta(hours=1) + GRACE

    told = await real_names.result(NUMBER, proof.reference, PERSON, OPENID)
    assert told == ProofResult(ProofState.FAILED, WhyFailed.EXPIRED)


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
async def test_a_token_that_is_refused_is_replaced_once(
    app: App, process: Process, wechat: FakeWechat, clock: FakeClock, errcode: int
) -> None:
    names = WechatRealNames(app, process(), wechat, clock, FakeRandomness(), name="wechat")
    wechat.answers[BEGIN] = fails(errcode)

    with pytest.raises(Unavailable):
        await names.begin(NUMBER, PERSON, OPENID)

    assert wechat.paths().count(BEGIN) == 2


def test_bodies_are_the_only_place_of_a_person(app: App) -> None:
    session = read_reference(read_begun(BEGUN, "PROOF0001-0000001", NOW).reference, NUMBER)
    begun = begin_session(app, "token", "PROOF0001-0000001", PERSON, OPENID)
    asked = ask_result(app, "token", session, PERSON, OPENID)

    assert "990101199001010019" not in f"{begun.url} {asked.url} {asked.body.decode()}"
    other = ask_result(app, "token", session, replace(PERSON, name=PersonName("林示")), OPENID)
    assert asked.body != other.body
