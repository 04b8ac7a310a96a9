"""Our account at the non-tax platform: whose money, through which bank, what calls must bear."""

from dataclasses import dataclass, field
from datetime import timedelta

from adapters.wechat.app import App
from adapters.wechat.push_seal import Seal

ORDINARY, PENALTY = 1, 2  # 通知书类型: 普通, 处罚


@dataclass(frozen=True)
class Gate:
    """What every call from the platform must pass."""

    token: str = field(repr=False)
    seal: Seal = field(repr=False)
    longest_age: timedelta


@dataclass(frozen=True)
class Account:
    app: App
    service_id: int | None
    bank_id: str
    bank_account: str
    mch_id: str
    scene: str
    return_url: str | None
    payer_ip: str
    auto_call_pay: bool
    penalty_units: frozenset[str]
    check_fee: bool
    gate: Gate

    def notice_type(self, unit_code: str) -> int:
        return PENALTY if unit_code in self.penalty_units else ORDINARY
