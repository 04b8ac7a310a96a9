"""alipay.merchant.order.sync, and the card of a parcel that was synchronised."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from mock_platforms.alipay.amounts import fen
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.moments import read_moment
from mock_platforms.alipay.order_centre import (
    BIZ_TYPE,
    COURIERS,
    STATES,
    CentreOrder,
    check_next,
    invalid,
)
from mock_platforms.alipay.refusals import Refused, success

SERVICE, TRADE = "SERVICE_ORDER", "TRADE_ORDER"
_EXT_KEYS = frozenset(
    {
        *("tiny_app_id", "merchant_order_status", "merchant_biz_type"),
        *("merchant_order_link_page", "business_info", "image_material_id"),
    }
)
_LAST_DIGITS = re.compile(r"\d{4}", re.ASCII)
_TRACKING = re.compile(r"[0-9A-Za-z-]{6,40}", re.ASCII)
_LONGEST = 64


def sync(asked: Asked) -> dict[str, object]:
    """alipay.merchant.order.sync, of a parcel: told again and again, each time of something new."""
    order = _order(asked)
    centre = asked.books.order_centre
    before = centre.orders.get(order.key)
    if before is not None:
        check_next(before, order)
        order = replace(order, history=before.history)
    centre.orders[order.key] = replace(order, history=(*order.history, order.status))
    return success(
        order_id=f"{order.created_at:%Y%m%d}{len(order.out_biz_no):02d}{order.out_biz_no}",
        order_status=order.status,
        sync_suggestions=[],
    )


def express_card(asked: Asked) -> dict[str, object]:
    """alipay.commerce.logistics.express.order.query: the address of a parcel's card.

    Inferred: that the last four digits are what is checked, and the word for a parcel not known.
    """
    biz = asked.biz
    waybill = _fitting(biz, "waybill_no", _TRACKING, "运单号不合法")
    digits = _fitting(biz, "check_phone_no", _LAST_DIGITS, "手机尾号不合法")
    _moment(biz, "expire_time")
    user_id = _citizen(asked, "open_id", "user_id")
    order = asked.books.order_centre.shows(
        asked.app.app_id, waybill, asked.text("logistics_code"), digits
    )
    if order is None or order.user_id != user_id:
        raise Refused("WAYBILL_NOT_EXIST", "运单不存在")
    return success(card_url=f"alipays://platformapi/startapp?appId=20000754&waybill={waybill}")


def _order(asked: Asked) -> CentreOrder:
    biz = asked.biz
    number = asked.text("out_biz_no")
    if not 0 < len(number) <= _LONGEST:
        raise invalid("业务订单号不能为空")
    user_id = _citizen(asked, "buyer_open_id", "buyer_id")
    order_type = asked.text("order_type") or TRADE
    if order_type not in (SERVICE, TRADE):
        raise invalid("订单类型不合法")
    words = _ext_info(biz.get("ext_info"))
    if words.get("tiny_app_id") != asked.app.app_id:
        raise Refused("TINY_APP_ID_NULL", "小程序ID为空")
    status = words.get("merchant_order_status", "")
    if not status:
        raise invalid("服务订单订单状态不可空")
    if status not in STATES or words.get("merchant_biz_type") != BIZ_TYPE:
        raise invalid("订单状态不合法")
    created_at, modified_at = _moment(biz, "order_create_time"), _moment(biz, "order_modified_time")
    if modified_at <= created_at:
        raise invalid("订单修改时间必须晚于订单创建时间")
    if order_type == TRADE:
        _check_trade(asked, user_id)
    elif asked.text("trade_no"):
        raise invalid("服务订单不可有交易号")
    return CentreOrder(
        asked.app.app_id,
        number,
        user_id,
        order_type,
        asked.text("trade_no"),
        status,
        created_at,
        modified_at,
        _goods(biz.get("item_order_list")),
        _logistics(biz.get("logistics_info_list")),
        words.get("merchant_order_link_page", ""),
    )


def _check_trade(asked: Asked, user_id: str) -> None:
    """The payment it is about: paid, this citizen's, of just this amount, and no other order's."""
    number = asked.text("trade_no")
    try:
        trade = asked.books.trade(asked.app.seller_id, number, "", asked.now)
    except Refused as refused:
        raise invalid("交易不存在") from refused
    if trade.paid_at is None:
        raise invalid("交易不存在")
    if trade.order.buyer_id != user_id:
        raise invalid("订单买家与交易买家不一致")
    amounts = {name: _amount(asked, name) for name in ("amount", "pay_amount", "discount_amount")}
    if amounts["amount"] != amounts["pay_amount"] + amounts["discount_amount"]:
        raise invalid("订单金额不合法")
    if amounts["pay_amount"] != trade.order.total_fen:
        raise invalid("支付金额与交易金额不一致")
    _moment(asked.biz, "order_pay_time")
    taken = asked.books.order_centre.of_trade(number)
    if taken is not None and taken.out_biz_no != asked.text("out_biz_no"):
        raise invalid("交易号已存在于另外一笔订单中")


def _amount(asked: Asked, name: str) -> int:
    """Yuan as text; a number is refused here."""
    given = asked.biz.get(name, "0" if name == "discount_amount" else "")
    amount = fen(given) if isinstance(given, str) else None
    if amount is None:
        raise invalid("订单金额不合法")
    return amount


def _citizen(asked: Asked, open_id: str, user_id: str) -> str:
    people, kind = asked.books.people, asked.app.id_kind
    try:
        if asked.text(open_id) and kind.shows_open_id:
            return people.by_open_id(asked.text(open_id), asked.app.app_id).user_id
        if asked.text(user_id) and kind.shows_user_id:
            return people.by_user_id(asked.text(user_id)).user_id
    except Refused as refused:
        raise invalid("买家信息不合法") from refused
    raise invalid("买家信息不能为空")


def _goods(given: object) -> tuple[str, ...]:
    listed = _objects(given)
    names = tuple(str(one.get("item_name", "")) for one in listed)
    if not names or not all(names):
        raise invalid("商品名称不能为空")
    if any(type(one.get("quantity")) is not int for one in listed):
        raise invalid("商品数量不合法")
    return names


def _logistics(given: object) -> tuple[Mapping[str, str], ...]:
    listed = _objects(given)
    for one in listed:
        _fitting(one, "tracking_no", _TRACKING, "运单号不合法")
        _fitting(one, "phone_no", _LAST_DIGITS, "手机尾号不合法")
        if one.get("logistics_code") not in COURIERS:
            raise invalid("物流公司编码不合法")
    return tuple({name: str(value) for name, value in one.items()} for one in listed)


def _ext_info(given: object) -> dict[str, str]:
    words: dict[str, str] = {}
    for one in _objects(given):
        key, value = one.get("ext_key"), one.get("ext_value")
        if key not in _EXT_KEYS or not isinstance(value, str) or not value:
            raise invalid("扩展信息不合法")
        words[str(key)] = value
    return words


def _objects(given: object) -> list[Mapping[str, object]]:
    listed = [] if given is None else given
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise invalid("参数格式错误")
    return listed


def _moment(fields: Mapping[str, object], name: str) -> datetime:
    moment = read_moment(str(fields.get(name, "")))
    if moment is None:
        raise invalid(f"{name}时间格式错误")
    return moment


def _fitting(fields: Mapping[str, object], name: str, form: re.Pattern[str], otherwise: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise invalid(otherwise)
    return value
