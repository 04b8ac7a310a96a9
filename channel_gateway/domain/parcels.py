"""What can be said of a parcel on its way, in one set of words for all couriers. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from channel_gateway.domain.people import PersonName, Phone


class Stage(StrEnum):
    """Where a parcel is. Each courier's own codes become these by a table of its adapter."""

    WAYBILL = "waybill"  # 已下单: the courier has the order, not yet the parcel
    PICKED_UP = "picked_up"  # 揽收
    IN_TRANSIT = "in_transit"  # 在途
    OUT_FOR_DELIVERY = "out_for_delivery"  # 派送中
    AT_LOCKER = "at_locker"  # 投柜、驿站: waits to be fetched
    NOT_DELIVERED = "not_delivered"  # 未妥投: nobody there, refused; tried again, or turned back
    PROXY_SIGNED = "proxy_signed"  # 代签: somebody else has it; the citizen is asked
    SIGNED = "signed"  # 签收
    RETURNING = "returning"  # 退回: on its way back to the sender
    RETURNED = "returned"  # 退签: the sender has it
    CANCELLED = "cancelled"  # 销单: nothing was sent


class Payer(StrEnum):
    """Who pays the courier, whichever way the parcel goes."""

    DEPARTMENT = "department"  # 寄付 of what is sent to the citizen
    CITIZEN = "citizen"  # 到付


@dataclass(frozen=True, slots=True)
class Address:
    province: str
    city: str
    district: str
    street: str = field(repr=False)  # and all that is smaller
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who sends or receives. A hall's name is no person's, and is masked all the same."""

    name: PersonName
    phone: Phone
    address: Address


@dataclass(frozen=True, slots=True)
class Scan:
    """One thing a courier says happened to a parcel. The same key is the same scan."""

    at: datetime  # when it happened, as the courier says
    code: str  # the courier's own word, kept as it is
    stage: Stage | None  # None: we do not know this word
    place: str = ""
    text: str = field(default="", repr=False)  # as it came: it may name the courier's staff

    @property
    def key(self) -> tuple[str, datetime, str]:
        return self.code, self.at, self.place
