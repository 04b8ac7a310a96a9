"""The section: complete, or refused with the setting named; no secret is ever shown."""

from typing import Any

import pytest
from pydantic import ValidationError

from payment.connectors.wechat_nontax.settings import Settings


def refused(section: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as error:
        Settings.model_validate(section)
    return str(error.value)


def test_the_least_that_is_needed_is_enough(section: dict[str, Any]) -> None:
    account = Settings.model_validate(section).account()

    assert (account.app.app_id, account.bank_id, account.scene) == ("wx1", "102", "miniprogram")
    assert "the-app-secret" not in repr(account)
    assert "non-tax-token" not in repr(account)


@pytest.mark.parametrize("name", ["app_secret", "notify_token", "notify_aes_key"])
def test_a_secret_is_needed_once(section: dict[str, Any], name: str) -> None:
    without = {key: value for key, value in section.items() if key != name}

    assert f"give either {name} or {name}_file" in refused(without)
    assert f"give either {name} or {name}_file" in refused(section | {f"{name}_file": "x"})


@pytest.mark.parametrize("scene", ["biz", "ctiyservice", "pc"])
def test_outside_the_mini_program_a_page_to_return_to_is_needed(
    section: dict[str, Any], scene: str
) -> None:
    assert f"scene {scene} needs return_url" in refused(section | {"scene": scene})
    complete = section | {"scene": scene, "return_url": "https://hall.example/paid"}
    assert Settings.model_validate(complete).account().return_url == "https://hall.example/paid"


def test_a_scene_of_ones_own_is_refused(section: dict[str, Any]) -> None:
    refused(section | {"scene": "cityservice"})  # the platform spells it otherwise


def test_comparing_fees_needs_the_service(section: dict[str, Any]) -> None:
    assert "service_id" in refused(section | {"check_fee": True, "service_id": None})


@pytest.mark.parametrize("key", ["short", "§" * 43, "a" * 44])
def test_a_key_of_another_length_is_refused_and_not_shown(
    section: dict[str, Any], key: str
) -> None:
    with pytest.raises(ValueError, match=r"^notify_aes_key: an EncodingAESKey") as error:
        Settings.model_validate(section | {"notify_aes_key": key}).account()

    assert key not in str(error.value)


def test_an_empty_token_is_refused(section: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="notify_token: is empty"):
        Settings.model_validate(section | {"notify_token": " "}).account()


def test_a_unit_is_one_of_fines_or_not(section: dict[str, Any]) -> None:
    account = Settings.model_validate(section | {"penalty_units": ["330199011"]}).account()

    assert [account.notice_type(unit) for unit in ("330199011", "330199021")] == [2, 1]
