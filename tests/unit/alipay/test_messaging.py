"""Which ways to a phone the channel offers: those for which Alipay's contact gave the words."""

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from pydantic import ValidationError

from adapters.alipay import COLLECTIONS, Settings, build
from channel_gateway.ports import Courier, Outlet, Tools
from channel_gateway.service import Table
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from tests.unit.alipay.alipay_side import FixedClock, Gateway

CITY = {
    "city_app_code": "hall",
    "city_code": "990100",
    "city_industry_type": 12,
    "city_target_url": "https://hall.example",
}
ORDERS = {
    "order_industry_id": "hall",
    "order_scene_type": "online",
    "order_statuses": {"booked": "BOOKED"},
}
PARCELS = {"parcel_biz_type": "PARCEL_DELIVERY"}


class Digits:
    def token(self, length: int) -> str:
        return "1" * length


@pytest.fixture
def section(tmp_path: Path, app_key: RSAPrivateKey, alipay_key: RSAPrivateKey) -> dict[str, Any]:
    public = tmp_path / "alipay.pem"
    public.write_bytes(
        alipay_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    private = app_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "gateway_url": "http://127.0.0.1/gateway.do",
        "app_id": "2021000000000001",
        "app_key": private.decode(),
        "alipay_public_key_file": str(public),
    }


def built(section: dict[str, Any], gateway: Gateway, clock: FixedClock) -> Table:
    table = Table()
    tools = Tools(
        name="alipay",
        section=section,
        store=MemoryStore(COLLECTIONS),
        http=gateway,
        clock=clock,
        randomness=Digits(),
        vault=Vault({"1": bytes(32)}, bytes(32), Digits()),
        identities=None,  # type: ignore[arg-type]  # a channel asks nobody who a citizen is
        chains=None,  # type: ignore[arg-type]  # appends nothing
        public_url="https://gateway.example",
    )
    build(table, tools)
    return table


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({}, ["alipay"]),
        (CITY, ["alipay", "alipay_city"]),
        (CITY | ORDERS, ["alipay", "alipay_city", "alipay_order"]),
    ],
)
def test_an_outlet_is_there_when_its_settings_are(
    section: dict[str, Any],
    gateway: Gateway,
    clock: FixedClock,
    more: dict[str, Any],
    offered: list[str],
) -> None:
    outlets = built(section | more, gateway, clock).offered(Outlet)

    assert list(outlets) == offered
    assert {outlet.channel for outlet in outlets.values()} == {"alipay"}


@pytest.mark.parametrize(
    "more",
    [
        *({name: CITY[name]} for name in CITY),
        *(CITY | {name: ORDERS[name]} for name in ORDERS),
        ORDERS,
        CITY | ORDERS | {"order_statuses": {"somehow": "S"}},
    ],
)
def test_what_is_given_by_halves_is_refused(section: dict[str, Any], more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(section | more)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, []),  # no parcels are shown at all
        (PARCELS, ["alipay: parcels of jd are not shown; see parcel_couriers"]),
        (PARCELS | {"parcel_couriers": {"jd": "JD"}}, []),
    ],
)
def test_check_says_whose_parcels_alipay_has_no_name_for(
    section: dict[str, Any],
    gateway: Gateway,
    clock: FixedClock,
    more: dict[str, Any],
    said: list[str],
) -> None:
    table = built(section | more, gateway, clock)
    for code in ("ems", "jd"):
        table.offer(Courier, code, object())

    assert [word for remarks in table.late_remarks for word in remarks()] == said


def test_messages_to_the_application_gateway_have_an_address(
    section: dict[str, Any], gateway: Gateway, clock: FixedClock
) -> None:
    (row,) = built(section, gateway, clock).callbacks

    assert (row.path, row.keeps_refused) == ("/alipay/messages", True)
    assert row.refusal is not None
    assert row.refusal.body == b"fail"
