"""The order centre (订单中心): merchants' orders as citizens see them in Alipay. Pure.

Source: opendocs.alipay.com, `alipay.merchant.order.sync` and its table of errors; the states are
those of the template for parcels. Inferred, since no page says it: which of them may follow which,
that the same moment twice is refused, and that the page cannot be changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mock_platforms.alipay.refusals import Refused

# What the platform's business contact hands out: a template, and names of couriers.
BIZ_TYPE = "PARCEL_DELIVERY"
COURIERS = frozenset({"EMS", "SF", "YTO", "ZTO", "STO", "YUNDA", "POSTB"})

# In the order in which they may come; of the last ones each is an end.
ON_THE_WAY = ("create", "to_send", "order_taken", "come_to_door", "taked_goods", "traveling")
ENDS = ("signed", "send_back", "canceled", "finished")
STATES = frozenset({*ON_THE_WAY, *ENDS})


@dataclass(frozen=True)
class CentreOrder:
    app_id: str
    out_biz_no: str
    user_id: str
    order_type: str
    trade_no: str
    status: str
    created_at: datetime
    modified_at: datetime
    goods: tuple[str, ...]
    logistics: tuple[Mapping[str, str], ...]
    page: str
    history: tuple[str, ...] = ()  # every state, as it came

    @property
    def key(self) -> tuple[str, str]:
        return self.app_id, self.out_biz_no


@dataclass
class OrderCentre:
    orders: dict[tuple[str, str], CentreOrder] = field(default_factory=dict)

    def of_trade(self, trade_no: str) -> CentreOrder | None:
        named = (order for order in self.orders.values() if trade_no and order.trade_no == trade_no)
        return next(named, None)

    def of_parcel(self, waybill: str) -> list[CentreOrder]:
        return [
            order
            for order in self.orders.values()
            if any(each["tracking_no"] == waybill for each in order.logistics)
        ]

    def shows(self, app_id: str, waybill: str, courier: str, phone: str) -> CentreOrder | None:
        """The order whose parcel this is, for who knows the end of its phone."""
        wanted = {"tracking_no": waybill, "logistics_code": courier, "phone_no": phone}
        named = (
            order
            for order in self.orders.values()
            if order.app_id == app_id and wanted in map(dict, order.logistics)
        )
        return next(named, None)


def check_next(before: CentreOrder, after: CentreOrder) -> None:
    """What may follow what is known. Raises Refused."""
    if after.user_id != before.user_id:
        raise invalid("订单买家不一致")
    if after.modified_at <= before.modified_at:
        raise invalid("订单修改时间必须晚于上次修改时间")
    if before.page and after.page != before.page:
        raise invalid("订单链接不可修改")
    if after.status == before.status:
        raise Refused("ORDER_ERROR_STATUS", "订单状态错误")
    if before.status in ENDS or _rank(after.status) < _rank(before.status):
        raise invalid("订单状态乱序")


def invalid(words: str) -> Refused:
    return Refused("INVALID_PARAMETER", words)


def _rank(status: str) -> int:
    return ON_THE_WAY.index(status) if status in ON_THE_WAY else len(ON_THE_WAY)
