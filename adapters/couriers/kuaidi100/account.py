"""Our account with kuaidi100, and the couriers we know there by its codes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from channel_gateway.ports import CourierCard


@dataclass(frozen=True, slots=True)
class Carrier:
    com: str  # kuaidi100's code: yuantong
    card: CourierCard


@dataclass(frozen=True, slots=True)
class Account:
    base_url: str  # no slash at the end
    customer: str
    key: str = field(repr=False)
    salts: tuple[str, ...] = field(repr=False)  # of pushes; the newest is the last
    callback_url: str
    carriers: Mapping[str, Carrier]  # by our own code: yto
    elsewhere: Mapping[str, str] = field(default_factory=dict)  # our code by theirs: shunfeng → sf

    def tracked(self, com: str) -> str:
        """Our code of a courier that is tracked here; empty for one that is not."""
        return next((code for code, each in self.carriers.items() if each.com == com), "")

    def known(self, com: str) -> str:
        """Our code of a courier, whoever tracks it; empty for one that we do not have."""
        return self.tracked(com) or self.elsewhere.get(com, "")
