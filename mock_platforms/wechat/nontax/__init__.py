"""WeChat's non-tax platform (微信非税), at the open platform's own address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mock_platforms.commands import ControlRoute
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.wechat.nontax.books import Bank, Books
from mock_platforms.wechat.nontax.citizen import Citizen
from mock_platforms.wechat.nontax.desk import Desk
from mock_platforms.wechat.nontax.downloads import Downloads
from mock_platforms.wechat.nontax.faults import KINDS as FAULTS
from mock_platforms.wechat.nontax.faults import PAYMENT, REFUND
from mock_platforms.wechat.nontax.notices import Notices
from mock_platforms.wechat.nontax.office import Office
from mock_platforms.wechat.nontax.sealing import Keys
from mock_platforms.wechat.nontax.self_test import SelfTest
from mock_platforms.wechat.platform import OpenPlatform

__all__ = ["FAULTS", "NOTICES", "Nontax", "build_nontax"]

NOTICES = (PAYMENT, REFUND)


@dataclass(frozen=True, slots=True)
class Nontax:
    routes: list[Route]
    control: list[ControlRoute]
    section: dict[str, Any]  # of platforms.json, below `wechat`


def build_nontax(stage: Stage, platform: OpenPlatform) -> Nontax:
    keys = Keys(
        platform.app_id,
        stage.keys.secret("nontax_notify_token", 32),
        # The last of the 43 letters carries two bits that must be nought.
        stage.keys.secret("nontax_notify_aes_key", 42) + "A",
    )
    bank = Bank("102", "示例市工商银行", "1900000303")
    books = Books(bank)
    notices = Notices(stage, keys, books)
    desk = Desk(platform, books, notices)
    calls = [
        *desk.calls(),
        *Downloads(platform, books).calls(),
        *SelfTest(platform, notices).calls(),
    ]
    rows = [*Citizen(stage, books, notices, desk).rows(), *Office(books, notices).rows()]
    section = {
        "service_id": 1001,
        "bank_id": bank.bank_id,
        "mch_id": bank.mch_id,
        "notify_token": keys.token,
        "notify_aes_key": keys.encoding_aes_key,
    }
    return Nontax(calls, rows, section)
