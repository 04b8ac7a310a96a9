"""The plug-in's section: each secret once, as a text or a file; and what it brings."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.couriers.ems_2019 import Settings, build
from channel_gateway.ports import Courier, CourierOrders, Tools
from channel_gateway.service import Table
from tests.unit.couriers.ems_2019.ems_side import FakeEms
from tests.unit.payment.fakes import MovedClock

GIVEN: dict[str, Any] = {
    "base_url": "http://ems.test/",
    "app_key": "mock",
    "authorization": "mock-auth",
    "app_secret": "mock-secret",
}


def test_it_is_offered_by_its_name_and_is_called_by_nobody() -> None:
    nothing: Any = None
    tools = Tools(
        name="post",
        section=GIVEN,
        store=nothing,
        http=FakeEms(),
        clock=MovedClock(),
        randomness=nothing,
        vault=nothing,
        identities=nothing,
        chains=nothing,
        public_url="http://gateway.test",
    )
    build(table := Table(), tools)

    assert list(table.offered(Courier)) == list(table.offered(CourierOrders)) == ["post"]
    assert table.callbacks == []


def test_secrets_may_be_files(tmp_path: Path) -> None:
    (authorization := tmp_path / "authorization").write_text("a\n")
    (secret := tmp_path / "secret").write_text("s\n")
    settings = Settings(
        base_url="http://ems.test/",
        app_key="mock",
        authorization_file=authorization,
        app_secret_file=secret,
    )

    account = settings.account()
    assert (account.base_url, account.authorization, account.secret) == (
        "http://ems.test",
        "a",
        "s",
    )


@pytest.mark.parametrize(
    "change", [{"authorization": None}, {"app_secret": None}, {"app_secret_file": "some.txt"}]
)
def test_what_is_missing_or_twice_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(GIVEN | change)


def test_no_secret_prints() -> None:
    settings = Settings.model_validate(GIVEN)

    printed = f"{settings!r} {settings.account()!r}"
    assert not any(secret in printed for secret in ("mock-auth", "mock-secret"))
