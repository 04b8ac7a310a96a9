"""The plug-in's section: each secret once, as a text or a file; and what it brings."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.couriers.ems import Settings, build
from channel_gateway.ports import Courier, CourierOrders, Tools
from channel_gateway.service import Table
from tests.unit.couriers.ems.ems_side import SIGN_KEY, FakeEms, trace
from tests.unit.couriers.ems.test_push import push
from tests.unit.payment.fakes import MovedClock

GIVEN: dict[str, Any] = {
    "base_url": "http://ems.test",
    "sender_no": "1100",
    "authorization": "the-authorization",
    "sign_key": SIGN_KEY,
    "push_keys": ["mock-key", "mock-next-key"],
}


def tools(section: dict[str, Any]) -> Tools:
    nothing: Any = None
    return Tools(
        name="ems",
        section=section,
        store=nothing,
        http=FakeEms(),
        clock=MovedClock(),
        randomness=nothing,
        vault=nothing,
        identities=nothing,
        chains=nothing,
        public_url="http://gateway.test",
    )


def test_it_is_offered_by_its_name_with_one_callback() -> None:
    build(table := Table(), tools(GIVEN))

    assert list(table.offered(Courier)) == list(table.offered(CourierOrders)) == ["ems"]
    [callback] = table.callbacks
    assert (callback.name, callback.path) == ("ems", "/couriers/ems")
    assert callback.keeps_refused
    assert not callback.unsigned


def test_a_hundred_and_fifty_scans_in_chinese_are_not_too_long() -> None:
    build(table := Table(), tools(GIVEN))

    [callback] = table.callbacks
    assert (
        len(push({"traces": [trace(opOrgName="示例市转运中心" * 3)] * 150})) <= callback.body_limit
    )


def test_secrets_may_be_files(tmp_path: Path) -> None:
    files = {}
    for name, text in {"authorization": "a", "sign_key": SIGN_KEY, "push": "p"}.items():
        (file := tmp_path / name).write_text(text + "\n")
        files[name] = file
    settings = Settings(
        base_url="http://ems.test/",
        sender_no="1100",
        authorization_file=files["authorization"],
        sign_key_file=files["sign_key"],
        push_key_files=(files["push"],),
    )

    account = settings.account()
    assert (account.base_url, account.authorization) == ("http://ems.test", "a")
    assert account.key.text == SIGN_KEY
    assert settings.pushed_with() == (b"p",)


@pytest.mark.parametrize(
    "change",
    [
        {"authorization": None},
        {"sign_key": None},
        {"push_keys": []},
        {"push_key_files": ["some.txt"]},
        {"sign_key_file": "some.txt"},
        {"password": "x"},
    ],
)
def test_what_is_missing_or_twice_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(GIVEN | change)


def test_a_wrong_key_is_refused_by_its_setting_alone() -> None:
    settings = Settings.model_validate(GIVEN | {"sign_key": "c2VjcmV0"})

    with pytest.raises(ValueError, match=r"^sign_key: 16 bytes in Base64 are wanted$"):
        settings.account()


def test_an_empty_push_key_vouches_for_nothing() -> None:
    settings = Settings.model_validate(GIVEN | {"push_keys": ["mock-key", ""]})

    with pytest.raises(ValueError, match=r"^push_keys: "):
        settings.pushed_with()


def test_no_secret_prints() -> None:
    settings = Settings.model_validate(GIVEN)

    printed = f"{settings!r} {settings.account()!r}"
    assert not any(secret in printed for secret in ("the-authorization", SIGN_KEY, "mock-key"))
