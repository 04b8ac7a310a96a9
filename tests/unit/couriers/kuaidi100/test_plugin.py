"""The plug-in: what it offers, and which settings it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.couriers.kuaidi100 import Settings, build
from channel_gateway.ports import Courier, CourierOrders, Parcels, Tools
from channel_gateway.service import Callback, Table
from channel_gateway.wire import HttpRequest
from tests.unit.couriers.kuaidi100.fakes import FakeParcels, FakeServer, says
from tests.unit.couriers.kuaidi100.samples import PARCEL, SALT, body, param
from tests.unit.couriers.kuaidi100.test_pushes import signed
from tests.unit.couriers.kuaidi100.test_receiving import NOW, words

CARRIERS = {
    "yto": {"com": "yuantong", "name": "圆通速递", "hotline": "95554"},
    "jd": {"com": "jd", "name": "京东物流", "hotline": "950616"},
}


@pytest.fixture
def section(tmp_path: Path) -> dict[str, Any]:
    salt, key = tmp_path / "salt", tmp_path / "key"
    salt.write_text(SALT + "\n")
    key.write_text("the-key\n")
    return {
        "base_url": "https://poll.kuaidi100.test/",
        "customer": "CUSTOMER",
        "key_file": key,
        "salt_files": [salt],
        "carriers": CARRIERS,
    }


def built(section: dict[str, Any], server: FakeServer) -> Table:
    table, unused = Table(), object()
    build(
        table,
        Tools(
            name="kuaidi100",
            section=section,
            store=unused,  # type: ignore[arg-type]
            http=server,
            clock=unused,  # type: ignore[arg-type]
            randomness=unused,  # type: ignore[arg-type]
            vault=unused,  # type: ignore[arg-type]
            identities=unused,  # type: ignore[arg-type]
            chains=unused,
            public_url="https://gateway.test",
        ),
    )
    return table


def test_it_offers_a_courier_for_each_carrier_and_takes_no_orders(
    section: dict[str, Any],
) -> None:
    table = built(section, FakeServer())

    assert list(table.offered(Courier)) == ["yto", "jd"]
    assert table.offered(Courier)["jd"].card.hotline == "950616"
    assert table.offered(CourierOrders) == {}


async def test_pushes_come_to_the_address_it_subscribes_with(section: dict[str, Any]) -> None:
    server = FakeServer(says(returnCode="200"))
    table = built(section, server)
    await table.offered(Courier)["yto"].follow(PARCEL)

    [row] = table.callbacks
    assert isinstance(row, Callback)
    assert (row.name, row.path) == ("kuaidi100", "/couriers/kuaidi100")
    assert (row.keeps_refused, row.unsigned) == (True, False)
    assert b"gateway.test%2Fcallbacks%2Fcouriers%2Fkuaidi100%22" in server.sent[0].body


def test_a_hundred_and_fifty_rows_in_chinese_are_not_too_long(section: dict[str, Any]) -> None:
    said = param("polling")
    said["lastResult"]["data"] *= 50
    raw = signed(json.dumps(said, ensure_ascii=False))

    assert len(raw) <= built(section, FakeServer()).callbacks[0].body_limit


async def test_who_keeps_parcels_may_be_built_later(section: dict[str, Any]) -> None:
    table, parcels = built(section, FakeServer()), FakeParcels()
    table.offer(Parcels, "delivery", parcels)
    response = await table.callbacks[0].handler(HttpRequest("POST", "/", body=body("polling")), NOW)

    assert words(response) == (True, "200")
    assert len(parcels.heard_at) == 1


async def test_in_a_rotation_both_salts_are_believed_and_the_newest_is_given(
    section: dict[str, Any], tmp_path: Path
) -> None:
    newer = tmp_path / "newer"
    newer.write_text("N3w" * 8)
    server = FakeServer(says(returnCode="200"))
    table = built({**section, "salt_files": [*section["salt_files"], newer]}, server)
    table.offer(Parcels, "delivery", FakeParcels())
    await table.offered(Courier)["yto"].follow(PARCEL)
    response = await table.callbacks[0].handler(HttpRequest("POST", "/", body=body("polling")), NOW)

    assert b"N3w" * 8 in server.sent[0].body
    assert SALT.encode() not in server.sent[0].body
    assert words(response) == (True, "200")


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "the-key"},
        {"key_file": None},
        {"salt_files": []},
        {"carriers": {}},
        {"carriers": {"yto": {**CARRIERS["yto"], "com": "YuanTong"}}},
        {"carriers": {"yto": CARRIERS["yto"], "yuantong": CARRIERS["yto"]}},
        {"base_url": "poll.kuaidi100.com"},
        {"colour": "red"},
        {"elsewhere": {"yuantong": "yto"}},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(
    section: dict[str, Any], wrong: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({**section, **wrong})


@pytest.mark.parametrize("salt", ["", "short", "with blanks in it, long", "长" * 20, "x" * 33])
def test_a_salt_that_protects_nothing_is_refused_without_showing_it(
    section: dict[str, Any], salt: str
) -> None:
    section["salt_files"][0].write_text(salt)

    with pytest.raises(ValueError, match="salt_files") as wrong:
        built(section, FakeServer())
    assert not salt or salt not in str(wrong.value)


def test_no_setting_prints_a_secret(section: dict[str, Any]) -> None:
    settings = Settings.model_validate({**section, "key_file": None, "key": "the-key"})
    account = settings.account("https://gateway.test")

    for shown in (repr(settings), repr(account)):
        assert "the-key" not in shown
        assert SALT not in shown
