"""Parcels of all couriers, and what happens to them: the truth that every courier tells of.

Each courier's folder says the same steps in its own codes, words and clock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mock_platforms.randomness import Randomness


class Step(StrEnum):
    """What can happen to a parcel."""

    ORDERED = "ordered"  # the order is there, the parcel not yet
    PICKED_UP = "picked_up"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    OUT_FOR_DELIVERY = "out_for_delivery"
    LOCKER = "locker"  # put into a locker: waits to be fetched
    LOCKER_SIGNED = "locker_signed"  # fetched from the locker, as the courier counts it
    PROXY_SIGNED = "proxy_signed"
    SIGNED = "signed"
    FAILED = "failed"  # nobody there
    REFUSED = "refused"  # the recipient wants none of it
    LOCKER_EXPIRED = "locker_expired"  # never fetched
    RETURNING = "returning"
    RETURNED = "returned"  # signed for by the sender
    CANCELLED = "cancelled"
    UNHEARD_OF = "unheard_of"  # a code nobody has published


@dataclass(frozen=True, slots=True)
class Scan:
    at: datetime
    step: Step
    place: str
    staff: str  # who did it, by name and telephone: couriers write both into their texts
    staff_phone: str
    corrected: bool = False  # its moment was put right


@dataclass
class Parcel:
    courier: str  # the name of its player: sf, ems …
    waybill: str
    number: str = ""  # the sender's own, where the order came from them
    sender: dict[str, str] = field(default_factory=dict)  # name, phone, province, city …
    recipient: dict[str, str] = field(default_factory=dict)
    ordered_at: datetime | None = None
    cancelled_at: datetime | None = None
    scans: list[Scan] = field(default_factory=list)

    @property
    def fetched(self) -> bool:
        return any(scan.step not in (Step.ORDERED, Step.CANCELLED) for scan in self.scans)

    def newest_first(self) -> list[Scan]:
        """All scans; of one moment, what was told later comes first."""
        return sorted(reversed(self.scans), key=lambda scan: scan.at, reverse=True)


# A parcel and the scan that is new in it, or corrected.
Listener = Callable[[Parcel, Scan], None]

# What a parcel goes through, with seconds since the step before.
SCRIPTS: dict[str, tuple[tuple[int, Step], ...]] = {
    name: tuple((hours * 3600, step) for hours, step in steps)
    for name, steps in {
        "signed": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.SIGNED),
        ),
        "proxy": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.PROXY_SIGNED),
        ),
        "locker": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.LOCKER), (9, Step.LOCKER_SIGNED),
        ),
        "locker_never_emptied": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.LOCKER), (72, Step.LOCKER_EXPIRED),
            (2, Step.RETURNING), (20, Step.RETURNED),
        ),
        "second_try": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.FAILED), (20, Step.OUT_FOR_DELIVERY),
            (2, Step.SIGNED),
        ),
        "refused": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.REFUSED), (4, Step.RETURNING),
            (24, Step.RETURNED),
        ),
        "returned": (
            (1, Step.PICKED_UP), (3, Step.DEPARTED), (14, Step.ARRIVED),
            (3, Step.OUT_FOR_DELIVERY), (2, Step.FAILED), (20, Step.OUT_FOR_DELIVERY),
            (2, Step.FAILED), (4, Step.RETURNING), (24, Step.RETURNED),
        ),
        "lost": ((1, Step.PICKED_UP), (3, Step.DEPARTED)),
    }.items()
}  # fmt: skip

_STAFF = ("王建国", "李秀英", "张伟", "欧阳志强")
_PLACES = {
    Step.ORDERED: "寄件地", Step.PICKED_UP: "寄件地", Step.DEPARTED: "中转中心",
    Step.ARRIVED: "收件城市", Step.RETURNING: "收件城市", Step.RETURNED: "寄件地",
    Step.CANCELLED: "寄件地",
}  # fmt: skip


class Parcels:
    """All parcels of the stage, by waybill; orders once for a courier and number."""

    def __init__(self, chance: Randomness) -> None:
        self._chance = chance
        self._by_waybill: dict[str, Parcel] = {}
        self._by_number: dict[tuple[str, str], Parcel] = {}
        self._listeners: dict[str, list[Listener]] = {}

    def listen(self, courier: str, listener: Listener) -> None:
        """A courier's player hears every scan of its own parcels; `EVERY_COURIER`: of all."""
        self._listeners.setdefault(courier, []).append(listener)

    def add(self, parcel: Parcel) -> Parcel:
        self._by_waybill[parcel.waybill] = parcel
        if parcel.number:
            self._by_number.setdefault((parcel.courier, parcel.number), parcel)
        return parcel

    def find(self, waybill: str) -> Parcel | None:
        return self._by_waybill.get(waybill)

    def of_number(self, courier: str, number: str) -> Parcel | None:
        return self._by_number.get((courier, number))

    def all(self) -> list[Parcel]:
        return list(self._by_waybill.values())

    def scan(self, parcel: Parcel, step: Step, at: datetime, *, place: str = "") -> Scan:
        """Something happens to a parcel; its courier, and whoever follows, hear of it."""
        phone = "1" + self._chance.text(1, "3578") + self._chance.digits(9)
        staff = _STAFF[self._chance.integer(0, len(_STAFF) - 1)]
        scan = Scan(at, step, place or _PLACES.get(step, "收件地"), staff, phone)
        parcel.scans.append(scan)
        if step is Step.CANCELLED:
            parcel.cancelled_at = at
        self._tell(parcel, scan)
        return scan

    def correct(self, parcel: Parcel, scan: Scan, *, earlier_s: float) -> Scan:
        """The courier puts a scan's moment right: the old one was never so."""
        right = replace(scan, at=scan.at - timedelta(seconds=earlier_s), corrected=True)
        parcel.scans[parcel.scans.index(scan)] = right
        self._tell(parcel, right)
        return right

    def _tell(self, parcel: Parcel, scan: Scan) -> None:
        for name in (parcel.courier, EVERY_COURIER):
            for listener in self._listeners.get(name, []):
                listener(parcel, scan)


EVERY_COURIER = "*"  # for whoever follows the parcels of others
