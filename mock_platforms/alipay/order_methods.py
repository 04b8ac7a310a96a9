"""Order cards of the city service: one card for each order number, state by state.

Inferred: that the same state told again changes nothing, and that an order stays with its citizen.
"""

from collections.abc import Mapping
from datetime import datetime

from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.city_methods import check_service
from mock_platforms.alipay.message_methods import invalid, text_of, who
from mock_platforms.alipay.moments import read_moment
from mock_platforms.alipay.phones import Arrived, Kind, OrderCard
from mock_platforms.alipay.refusals import Refused, success

# What the platform's business contact hands out: an industry, a way of taking numbers, and a word
# for each state; here the keys are what happened, in a gateway's words.
INDUSTRY_ID, SCENE_TYPE = "government-hall", "online"
STATUSES = {
    "booked": "BOOKED",
    "moved": "CHANGED",
    "cancelled": "CANCELLED",
    "hall_cancelled": "CLOSED_BY_HALL",
    "reminder": "WAIT_ARRIVAL",
}

LONGEST = 64
LONGEST_URL = 512
_MOMENTS = ("start_time", "end_time", "take_time")
_EXT_INFO = frozenset(
    {
        *("name", "address", "window", *_MOMENTS, "queue_number", "wait_number"),
        *("reason", "tips", "attachment_info", "invoke_app_id"),
    }
)


def create(asked: Asked) -> dict[str, object]:
    """alipay.eco.cityservice.message.order.create, which also tells of every later state."""
    biz, phones = asked.biz, asked.books.phones
    number = text_of(biz, "out_order_no", LONGEST)
    citizen = who(asked, biz, "open_id", "user_id")
    status = text_of(biz, "status", LONGEST)
    if status not in STATUSES.values():
        raise invalid("status")
    check_service(biz)
    for name, known in (("industry_id", INDUSTRY_ID), ("scene_type", SCENE_TYPE)):
        if biz.get(name) != known:
            raise invalid(name)
    template = phones.template(text_of(biz, "template_id", LONGEST), Kind.ORDER)
    if template is None:
        raise invalid("template_id")
    _moment(biz, "order_create_time")
    updated_at = _moment(biz, "order_update_time")
    opens = text_of(biz, "target_url", LONGEST_URL)
    values = _ext_info(biz.get("ext_info"))
    key = (asked.app.app_id, number)
    before = phones.order_cards.get(key)
    if before is not None and before.content == biz:
        return success()
    if before is not None:
        _check_next(before, biz, citizen.user_id, updated_at, values)
    reasoned = "reason" in values
    phones.order_cards[key] = OrderCard(citizen.user_id, biz, updated_at, reasoned)
    phones.arrived.append(
        Arrived(
            asked.app.app_id,
            citizen.user_id,
            Kind.ORDER,
            template.template_id,
            values,
            opens,
            asked.now,
            number,
            status,
        )
    )
    return success()


def _check_next(
    before: OrderCard,
    biz: Mapping[str, object],
    user_id: str,
    updated_at: datetime,
    values: Mapping[str, str],
) -> None:
    if user_id != before.user_id:
        raise Refused("INVALID_PARAMETER", "订单用户不一致")
    if biz["order_create_time"] != before.content["order_create_time"]:
        raise invalid("order_create_time")
    if updated_at <= before.updated_at:
        raise Refused("INVALID_PARAMETER", "order_update_time必须更新")
    if before.reasoned and "reason" not in values:
        raise invalid("reason")


def _ext_info(value: object) -> dict[str, str]:
    """An object here, not its text."""
    if not isinstance(value, dict) or not value.keys() <= _EXT_INFO or not value.get("name"):
        raise invalid("ext_info")
    values = {name: text_of(value, name, LONGEST_URL) for name in value}
    for name in _MOMENTS:
        if name in values:
            _moment(values, name)
    return values


def _moment(fields: Mapping[str, object], name: str) -> datetime:
    moment = read_moment(str(fields.get(name, "")))
    if moment is None:
        raise invalid(name)
    return moment
