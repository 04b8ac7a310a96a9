"""Couriers: given parcels, asked for them, and telling of them by themselves."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from channel_gateway.domain.parcels import Contact, Scan
from channel_gateway.domain.people import Phone


@dataclass(frozen=True, slots=True)
class WaybillWish:
    """A parcel to be fetched from the sender. `number` is ours: one for each try, never reused."""

    number: str  # 1 to 32 letters, digits and hyphens
    sender: Contact
    recipient: Contact
    goods: str  # 不动产权证书
    recipient_pays: bool  # 到付; else 寄付


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel as a courier finds it."""

    waybill: str
    number: str = ""  # ours; empty where the sender gave the parcel to the courier themselves
    phone: Phone | None = None  # the recipient's: some couriers show nothing without it
    sender_city: str = ""
    recipient_city: str = ""


@dataclass(frozen=True, slots=True)
class CourierCard:
    """A courier as citizens know it."""

    name: str  # 中国邮政EMS
    hotline: str  # 11183


class Courier(Protocol):
    """Whom a parcel can be tracked with. Offered by its code, as service files name it: `ems`."""

    card: CourierCard
    pause_s: int  # between two questions about one parcel: who asks sooner may be shut out

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        """All that is known of it, in any order: what is not in here is not, or not any more, so.

        Nothing known yet is an empty answer. Raises `Refused`, `TooMany`, `Unavailable`.
        """
        ...

    async def follow(self, parcel: Parcel) -> None:
        """Ask to be told of its scans; asked twice is the same. Nothing where that needs no asking.

        Raises `Refused`, `TooMany`, `Unavailable`.
        """
        ...


class CourierOrders(Protocol):
    """Whom a parcel can be given to. Offered by the courier's code."""

    async def place(self, wish: WaybillWish) -> str:
        """Have a waybill made; returns its number. Asked again for a number: the one made first.

        Raises `Refused`, `TooMany`; `Unavailable`: unknown whether it was made, ask again.
        """
        ...

    async def cancel(self, number: str, waybill: str) -> None:
        """Take the order back; twice is the same.

        Raises `Refused` (it was fetched already), `Unavailable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class CourierPush:
    """What a courier told by itself. It moves nothing to an end: that the courier is asked for."""

    courier: str  # its code
    waybill: str
    scans: tuple[Scan, ...]
    signed: bool  # whether a secret of ours vouches for it; if not, it is a reason to ask, no more
    number: str = ""  # our own, where the courier says it
    gave_up: str = ""  # why the courier tells no more, in its words: 60天无变化
    moved_to: str = ""  # another courier has the parcel, by the code we know it under
    id: str = field(default="", compare=False)  # the courier's own number of the push


class Parcels(Protocol):
    """Who keeps the parcels: told of every push before it is acknowledged."""

    async def heard(self, push: CourierPush, now: datetime) -> bool:
        """Keep what was told, durably; told twice changes nothing. False: no parcel of ours.

        Raises `StoreUnavailable`: it is not kept.
        """
        ...


class UnknownCodes(Protocol):
    """Who counts scans whose code no table has. Offered by the web edge as `web`."""

    def unknown_code(self, courier: str) -> None: ...
