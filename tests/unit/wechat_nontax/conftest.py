"""The connector over a store in memory and a platform written by hand."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import OpenId
from channel_gateway.service import Table
from channel_gateway.store.leases import LEASES
from channel_gateway.store.memory import MemoryStore
from payment.connectors.wechat_nontax.method import WechatNontax
from payment.connectors.wechat_nontax.plugin import COLLECTIONS, build
from payment.connectors.wechat_nontax.settings import Settings
from payment.lines import OrderLine
from payment.orders import ORDERS
from payment.ports import Payable, PaymentMethod
from tests.contracts.notices import notice
from tests.unit.payment.fakes import CountingNames, MovedClock
from tests.unit.wechat_nontax.platform_side import ORDERED, FakePlatform, says
from tests.unit.wechat_nontax.tools import tools_of

NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)  # noon in Beijing
SECTION: dict[str, Any] = {
    "base_url": "https://api.example.test",
    "app_id": "wx1",
    "app_secret": "the-app-secret",
    "service_id": 1001,
    "bank_id": "102",
    "mch_id": "1900000303",
    "notify_token": "non-tax-token",
    "notify_aes_key": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


@dataclass
class Desk:
    """The connector as the settings build it, beside its platform."""

    method: WechatNontax
    platform: FakePlatform
    clock: MovedClock
    table: Table
    store: MemoryStore


@pytest.fixture
def section() -> dict[str, Any]:
    """A test may change it before it asks for the desk."""
    return dict(SECTION)


@pytest.fixture
async def desk(section: dict[str, Any]) -> AsyncIterator[Desk]:
    clock, platform = MovedClock(NOW), FakePlatform(answers={"unifiedorder": says(**ORDERED)})
    store = MemoryStore((*COLLECTIONS, LEASES, ORDERS))
    await store.open()
    table = Table()
    build(table, tools_of(section, store, platform, clock, CountingNames()))
    method = table.offered(PaymentMethod)["wechat_nontax"]
    yield Desk(method, platform, clock, table, store)
    await store.close()


@pytest.fixture
def settings(section: dict[str, Any]) -> Settings:
    return Settings.model_validate(section)


@pytest.fixture(scope="session")
def vector() -> dict[str, Any]:
    file = Path(__file__).parents[2] / "vectors" / "wechat_nontax.json"
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def payable(order_id: str = "FEE1", **changes: Any) -> Payable:
    """An order of 200.00, three days late."""
    given: dict[str, Any] = {
        "order_id": order_id,
        "amount_fen": Fen(20_600),
        "description": "示例市不动产登记中心-不动产登记费",
        "payer": OpenId("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"),
        "expires_at": NOW + timedelta(minutes=30),
        "notice": notice(20_000),
        "lines": (
            OrderLine("103043211", "不动产登记费", Fen(20_000)),
            OrderLine("103043211", "不动产登记费滞纳金", Fen(600), late=True),
        ),
    }
    return Payable(**(given | changes))
