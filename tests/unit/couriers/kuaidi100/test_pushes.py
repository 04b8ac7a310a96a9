"""Pushes: what they say, and which are not believed."""

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import md5
from typing import Any
from urllib.parse import quote_from_bytes, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.kuaidi100.pushes import Told, read_push
from channel_gateway.domain.errors import Forged, Malformed
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import CourierPush
from tests.unit.couriers.kuaidi100.samples import ACCOUNT, OLDER_SALT, SALT, VECTORS, body, param


def signed(said: Any, salt: str = SALT) -> bytes:
    """For what no vector has: whether signatures hold is proven with the vectors."""
    text = said if isinstance(said, str) else json.dumps(said)
    digest = md5((text + salt).encode(), usedforsecurity=False).hexdigest().upper()
    return urlencode({"param": text, "sign": digest}).encode()


def pushed(raw: bytes) -> CourierPush:
    push = read_push(raw, ACCOUNT).push
    assert push is not None
    return push


def test_a_push_tells_all_that_is_known_newest_first() -> None:
    push = pushed(body("shutdown"))

    assert (push.courier, push.waybill, push.signed) == ("yto", "YT0000000001", True)
    assert [scan.stage for scan in push.scans] == [
        Stage.PROXY_SIGNED,
        Stage.AT_LOCKER,
        Stage.IN_TRANSIT,
        Stage.PICKED_UP,
    ]
    assert (push.gave_up, push.moved_to, push.number, push.id) == ("", "", "", "")


@pytest.mark.parametrize("name", ["polling", "shutdown", "all_again"])
def test_whoever_goes_on_or_has_ended_has_not_given_up(name: str) -> None:
    push = pushed(body(name))

    assert (push.gave_up, push.moved_to) == ("", "")
    assert push.scans


@pytest.mark.parametrize(
    ("name", "why"), [("never_seen", "3天查询无记录"), ("at_rest", "60天无变化")]
)
def test_who_gives_up_says_why(name: str, why: str) -> None:
    assert pushed(body(name)).gave_up == why


def test_a_parcel_under_the_wrong_courier_has_moved_and_is_not_given_up() -> None:
    push = pushed(body("wrong_courier"))

    assert (push.courier, push.moved_to, push.gave_up) == ("yto", "zto", "")
    assert push.scans == ()


def test_once_it_moved_the_parcel_is_still_found_under_the_old_courier() -> None:
    push = pushed(body("right_courier"))

    assert (push.courier, push.moved_to) == ("yto", "zto")
    assert [scan.stage for scan in push.scans] == [Stage.IN_TRANSIT, Stage.PICKED_UP]


def test_the_right_courier_may_have_a_plug_in_of_its_own() -> None:
    told = read_push(signed({**param("wrong_courier"), "comNew": "shunfeng"}), ACCOUNT)

    assert told.push is not None
    assert (told.push.moved_to, told.push.gave_up, told.stranger) == ("sf", "", "")


def test_the_right_courier_may_be_one_we_do_not_have() -> None:
    told = read_push(signed({**param("wrong_courier"), "comNew": "shentong"}), ACCOUNT)

    assert told.stranger == "shentong"
    assert told.push is not None
    assert (told.push.moved_to, told.push.gave_up) == ("", "3天查询无记录")


def test_a_push_about_a_courier_we_do_not_have_is_about_no_parcel_of_ours() -> None:
    said = param("polling")
    said["lastResult"]["com"] = "shunfeng"

    assert read_push(signed(said), ACCOUNT) == Told(None, "shunfeng")


def test_a_parcel_that_was_with_a_courier_asked_elsewhere_may_come_back() -> None:
    account = replace(ACCOUNT, elsewhere={"shunfeng": "sf"})
    said = param("polling") | {"comOld": "shunfeng", "comNew": "yuantong"}

    told = read_push(signed(said), account)

    assert told.push is not None
    assert (told.push.courier, told.push.moved_to, told.push.scans) == ("sf", "yto", ())


def test_the_published_push_holds_and_says_nothing_yet() -> None:
    vector = VECTORS["published"]["push"]
    account = replace(ACCOUNT, salts=(vector["salt"],), carriers={"ems": ACCOUNT.carriers["yto"]})
    raw = urlencode({"sign": vector["sign"], "param": vector["param"]}).encode()

    assert read_push(raw, account) == Told(None, "ems")


def test_the_salt_before_the_newest_is_believed_until_it_is_taken_out() -> None:
    raw = signed(param("polling"), OLDER_SALT)

    assert read_push(raw, ACCOUNT).push is not None
    with pytest.raises(Forged):
        read_push(raw, replace(ACCOUNT, salts=(SALT,)))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"sign=",
        b"\xff\xfe",
        b"%7B%22status%22%3A%22polling%22%7D",
        signed(param("polling"), "another salt"),
        signed(param("polling"), ""),  # kuaidi100 signs so when it was given an empty salt
        urlencode({"param": VECTORS["pushes"]["polling"]["param"]}).encode(),
        urlencode({"param": VECTORS["pushes"]["polling"]["param"], "sign": ""}).encode(),
        body("polling") + b"&param=%7B%7D",
        b"param=%7B%7D&" + body("polling"),
        body("polling").replace(b"YT0000000001", b"YT0000000002"),
        body("polling") + b"&sign=" + b"0" * 32,
        body("polling") + b"".join(b"&a%d=1" % each for each in range(19)),
        body("polling") + b"%",
        body("polling") + b"%zz",
        b"&" * 256 * 1024,
    ],
    ids=lambda raw: str(raw[:40] + raw[-40:]),
)
def test_what_none_of_our_salts_has_signed_is_forged(raw: bytes) -> None:
    with pytest.raises(Forged):
        read_push(raw, ACCOUNT)


def test_a_field_we_do_not_know_is_borne() -> None:
    assert read_push(body("polling") + b"&nonce=1", ACCOUNT).push is not None


@given(st.binary(), st.sampled_from([quote_from_bytes, quote_plus]))
def test_whatever_bytes_a_form_holds_are_verified_as_they_were_meant(
    param: bytes, written: Callable[[bytes], str]
) -> None:
    """Signed rightly, they are refused for what they say alone."""
    digest = md5(param + SALT.encode(), usedforsecurity=False).hexdigest()
    raw = f"param={written(param)}&sign={digest}".encode()

    with pytest.raises(Malformed):
        read_push(raw, ACCOUNT)


RESULT = {"com": "yuantong", "nu": "YT0000000001", "state": "0", "data": []}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("", "param"),
        ("no JSON", "param"),
        ("[]", "param"),
        ("[" * 100_000, "param"),
        ({"lastResult": RESULT}, "status"),
        ({"status": "sleeping", "lastResult": RESULT}, "status"),
        ({"status": ["polling"], "lastResult": RESULT}, "status"),
        ({"status": "polling"}, "lastResult"),
        ({"status": "polling", "lastResult": []}, "lastResult"),
        ({"status": "polling", "lastResult": {**RESULT, "nu": ""}}, "lastResult.nu"),
        ({"status": "polling", "lastResult": {**RESULT, "nu": 17}}, "lastResult.nu"),
        ({"status": "polling", "lastResult": {**RESULT, "com": None}}, "lastResult.com"),
        ({"status": "polling", "lastResult": {**RESULT, "data": {"a": 1}}}, "data"),
        ({"status": "polling", "lastResult": {**RESULT, "data": [{"ftime": 1}]}}, "data.ftime"),
    ],
    ids=lambda each: str(each)[:30],
)
def test_what_is_signed_and_cannot_be_read_is_malformed(said: Any, field: str) -> None:
    with pytest.raises(Malformed) as wrong:
        read_push(signed(said), ACCOUNT)

    assert wrong.value.field == field
