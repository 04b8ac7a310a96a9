"""The calls we make, as bodies and how their answers are read. Pure.

We order under `order_no`, our own number, never under the notice's: the platform lists its orders
by it, so a lost answer is found again, and one payment of ours is one number of theirs.
Source: developers.weixin.qq.com, «微信非税缴费» (nontaxunifiedorder, nontaxgetorder,
nontaxgetorderlist, nontaxrefund, nontaxqueryfee). The pages name no errcodes beyond the general
ones; 232 and 299 are those of the same platform's notifications.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import orjson

from adapters.wechat.answers import Errors, read_answer
from channel_gateway.domain.days import beijing_day, milliseconds
from channel_gateway.domain.errors import Malformed, Refused, Unavailable
from channel_gateway.wire import HttpResponse
from payment.connectors.wechat_nontax.account import PENALTY, Account
from payment.connectors.wechat_nontax.kept import KeptOrder
from payment.connectors.wechat_nontax.words import Message, read, text
from payment.lines import OrderLine
from payment.ports import AlreadyPaid, Payable, Repayment

KIND = "wechat_nontax"  # what the page has to tell from parameters of wx.requestPayment
ERRORS: Errors = {
    232: AlreadyPaid,
    299: lambda: Unavailable("WeChat: errcode 299"),  # 系统错误
}
_INSTANT = timedelta(microseconds=1)


def unified_order(account: Account, order: Payable, kept: KeptOrder) -> dict[str, Any]:
    """Raises `Refused` when the lines do not add up to what is to be paid."""
    kind = account.notice_type(order.notice.unit_code)
    listed = items(order.lines, kind)
    if sum(item["fee"] for item in listed) != order.amount_fen:
        raise Refused("the lines of the order do not add up to its amount", field="items")
    body = {
        "appid": account.app.app_id,
        "service_id": account.service_id,
        "bank_id": account.bank_id,
        "bank_account": account.bank_account,
        "mch_id": account.mch_id,
        "openid": order.payer.reveal(),
        "desc": order.description,
        "fee": order.amount_fen,
        "return_url": account.return_url,
        "ip": account.payer_ip,
        "order_no": order.order_id,
        "department_code": order.notice.unit_code,
        "department_name": order.notice.unit_name,
        "payment_notice_type": kind,
        "region_code": order.notice.region,
        "user_name": order.notice.payer_name.reveal(),
        "items": listed,
        "payment_notice_create_time": milliseconds(kept.created_at) // 1000,
        # The platform knows days alone: the last on which the citizen may pay this amount.
        "payment_expire_date": f"{beijing_day(order.expires_at - _INSTANT):%Y%m%d}",
        "scene": account.scene,
        "trade_type": "JSAPI",
        "auto_call_pay": account.auto_call_pay,
    }
    return {name: value for name, value in body.items() if value not in (None, "")}


def items(lines: Sequence[OrderLine], notice_type: int) -> list[dict[str, Any]]:
    """What is paid for, one entry for each code; `fee` holds what being late adds."""
    late = "penalty" if notice_type == PENALTY else "overdue"
    listed: dict[str, dict[str, Any]] = {}
    for line in lines:
        entry = listed.setdefault(
            line.code,
            {
                "no": len(listed) + 1,
                "item_id": line.code,
                "item_name": line.name,
                "overdue": 0,
                "penalty": 0,
                "fee": 0,
            },
        )
        entry["fee"] += line.amount_fen
        if line.late:
            entry[late] += line.amount_fen
    return list(listed.values())


def read_ordered(response: HttpResponse) -> str:
    """The handle: what opens the platform's page, as JSON. Raises `AlreadyPaid`, `Malformed`."""
    return read(_handle, read_answer(response, ERRORS))


def _handle(answer: Message) -> str:
    page = answer.get("miniprogram") or {}
    opened = {
        "order_id": text(answer, "order_id"),
        "pay_url": answer.get("pay_url") or "",
        **{name: page.get(name) or "" for name in PAGE},
    }
    if not all(type(value) is str for value in opened.values()):
        raise Malformed("a page that is no text", field="miniprogram")
    if not (opened["appid"] and opened["pagepath"]) and not opened["pay_url"]:
        raise Malformed("an order without a page to pay it on", field="miniprogram")
    return orjson.dumps(opened, option=orjson.OPT_SORT_KEYS).decode()


PAGE = ("appid", "pagepath", "query_string", "business_type")


def page_of(handle: str) -> dict[str, str]:
    """What the mini-program opens: `navigateToMiniProgram`, `openBusinessView`, or a web page."""
    said: dict[str, str] = orjson.loads(handle)
    path = "?".join(part for part in (said["pagepath"], said["query_string"]) if part)
    page = {
        "kind": KIND,
        "appId": said["appid"],
        "path": path,
        "businessType": said["business_type"],
        "queryString": said["query_string"],
        "payUrl": said["pay_url"],
    }
    return {name: value for name, value in page.items() if value}


def order_list(account: Account, kept: KeptOrder) -> dict[str, Any]:
    return {
        "appid": account.app.app_id,
        "region_code": kept.region,
        "department_code": kept.unit_code,
        "order_no": kept.id,
    }


def read_order_list(response: HttpResponse) -> tuple[str, ...]:
    """The platform's orders under our number, and the paid one alone if there is one."""
    return read(_listed, read_answer(response, ERRORS))


def _listed(answer: Message) -> tuple[str, ...]:
    if paid := answer.get("paid_order_id"):
        return (text({"paid_order_id": paid}, "paid_order_id"),)
    return tuple(text({"order_id_list": each}, "order_id_list") for each in answer["order_id_list"])


def order(account: Account, platform_id: str) -> dict[str, Any]:
    body = {
        "appid": account.app.app_id,
        "service_id": account.service_id,
        "order_id": platform_id,
    }
    return {name: value for name, value in body.items() if value is not None}


def read_order(response: HttpResponse, order_id: str) -> Message:
    """Raises `Malformed` for an answer about another order."""
    answer = read_answer(response, ERRORS)
    if answer.get("order_no") != order_id:
        raise Malformed("an answer about another order", field="order_no")
    return answer


def refund(account: Account, platform_id: str, asked: Repayment, *, whole: bool) -> dict[str, Any]:
    """`refund_fee` only for a part; our number always, by which it is found again."""
    body: dict[str, Any] = {
        "appid": account.app.app_id,
        "order_id": platform_id,
        "reason": asked.reason.strip()[:80] or "退款",
        "refund_out_id": asked.refund_no,
    }
    return body if whole else body | {"refund_fee": asked.amount_fen}


def read_refund(response: HttpResponse) -> None:
    """Raises what the platform says no with; what it took is asked for."""
    answer = read_answer(response, ERRORS)
    if "errcode" not in answer:
        raise Unavailable("WeChat does not say that it was done")


def query_fee(account: Account, order: Payable) -> dict[str, Any]:
    return {
        "appid": account.app.app_id,
        "service_id": account.service_id,
        "bank_id": account.bank_id,
        "payment_notice_no": order.notice.pay_code,
        "department_code": order.notice.unit_code,
        "payment_notice_type": account.notice_type(order.notice.unit_code),
        "region_code": order.notice.region,
    }


def read_fee(response: HttpResponse) -> int:
    """What the platform says is owed, in fen. Raises `AlreadyPaid`."""
    answer = read_answer(response, ERRORS)
    fee = answer.get("fee")
    if type(fee) is not int:
        raise Malformed("an amount is whole fen", field="fee")
    return fee


def bill(account: Account, day: Mapping[str, str]) -> dict[str, Any]:
    return {"appid": account.app.app_id, "mch_id": account.mch_id, **day}
