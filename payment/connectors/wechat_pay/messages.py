"""The calls we make, as pairs: what is asked, and how its answer is read. Pure.

An answer is read whatever its status is; of unknown outcomes and forged ones none comes here.
Source: pay.weixin.qq.com (v3), «JSAPI下单», «查询订单», «关闭订单», «退款申请», «查询单笔退款».
"""

import re
from dataclasses import dataclass

import orjson

from channel_gateway.domain.days import rfc3339
from channel_gateway.domain.errors import (
    GatewayError,
    Malformed,
    Refused,
    RefusedForNow,
    TooMany,
)
from channel_gateway.wire import HttpResponse
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.sealing import Seal
from payment.connectors.wechat_pay.words import payment_fact, read, refund_fact, text
from payment.facts import PaymentFact, PaymentStatus, RefundFact, RefundStatus
from payment.ports import AlreadyPaid, OrderClosed, Payable, PayeeCard, Repayment

ORDERS = "/v3/pay/transactions"
REFUNDS = "/v3/refund/domestic/refunds"

# Asked again with the same numbers these may succeed, or may have already.
UNKNOWN_OUTCOME = frozenset(("SYSTEM_ERROR", "SERVICE_UNAVAILABLE"))
TOO_OFTEN = frozenset(("FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED"))
# What is not listed is refused for good: the platform's advice on other 4xx is not to repeat them.
REFUSALS: dict[str, type[GatewayError]] = {
    "ORDERPAID": AlreadyPaid,
    "ORDER_PAID": AlreadyPaid,
    "ORDER_CLOSED": OrderClosed,
    "NOT_ENOUGH": RefusedForNow,  # the merchant's balance: tomorrow's payments fill it
    "SIGN_ERROR": RefusedForNow,  # our clock or key, and no word on what was asked
}
# Two refunds of one order are at least a minute apart.
BETWEEN_REFUNDS_S = 65
SOON_S = 5


@dataclass(frozen=True, slots=True)
class Ask:
    """A call before it is signed. `target`: path and query, as on the wire."""

    method: str
    target: str
    body: bytes = b""
    sealed_with: str = ""  # the serial of the platform's key, where fields are sealed


def prepare(account: Account, order: Payable, notify_url: str) -> Ask:
    body = {
        "appid": account.app_id,
        "mchid": account.merchant.mch_id,
        "description": order.description[:127],  # longer texts are refused
        "out_trade_no": order.order_id,
        "time_expire": rfc3339(order.expires_at),
        "notify_url": notify_url,
        "amount": {"total": order.amount_fen, "currency": "CNY"},
        "payer": {"openid": order.payer.reveal()},
    }
    return Ask("POST", f"{ORDERS}/jsapi", orjson.dumps(body))


def read_prepared(response: HttpResponse) -> str:
    if response.status != 200:
        raise refusal(response)
    return read(text, response.body, "prepay_id")


def ask(account: Account, order_id: str) -> Ask:
    return Ask("GET", f"{ORDERS}/out-trade-no/{order_id}?mchid={account.merchant.mch_id}")


def read_asked(response: HttpResponse, order_id: str) -> PaymentFact:
    if response.status == 404 and said(response)[0] == "ORDER_NOT_EXIST":
        return PaymentFact(order_id, PaymentStatus.ABSENT)
    if response.status != 200:
        raise refusal(response)
    fact = read(payment_fact, response.body)
    if fact.order_id != order_id:
        raise Malformed("an answer about another order", field="out_trade_no")
    return fact


def close(account: Account, order_id: str) -> Ask:
    body = orjson.dumps({"mchid": account.merchant.mch_id})
    return Ask("POST", f"{ORDERS}/out-trade-no/{order_id}/close", body)


def read_closed(response: HttpResponse) -> None:
    """Closed before, or never heard of, is closed."""
    if response.status != 204 and said(response)[0] not in ("ORDER_CLOSED", "ORDER_NOT_EXIST"):
        raise refusal(response)


def refund(repayment: Repayment, notify_url: str) -> Ask:
    body = {
        "transaction_id": repayment.transaction,
        "out_refund_no": repayment.refund_no,
        **_reason(repayment.reason),
        # Without it the callback comes in the old XML form to the console's address, or not at all.
        "notify_url": notify_url,
        "amount": {
            "refund": repayment.amount_fen,
            "total": repayment.total_fen,
            "currency": "CNY",
        },
    }
    return Ask("POST", REFUNDS, orjson.dumps(body))


def _reason(said: str) -> dict[str, str]:
    """What the citizen is told, if anything is left of it: it is only an option of the call.

    Of characters that take four bytes, as emoji do, one is enough to have a refund refused.
    """
    told = "".join(each for each in said if ord(each) <= 0xFFFF).strip()[:80]
    return {"reason": told} if told else {}


def ask_refund(refund_no: str) -> Ask:
    return Ask("GET", f"{REFUNDS}/{refund_no}")


def read_refund_id(response: HttpResponse) -> str:
    """The platform's own number of a refund."""
    if response.status != 200:
        raise refusal(response)
    return read(lambda said: text(said, "refund_id"), response.body)


def refund_to_card(refund_id: str, refund_no: str, card: PayeeCard, seal: Seal) -> Ask:
    """Source: pay.weixin.qq.com (v3), «发起异常退款»; account and name travel sealed."""
    body = {
        "out_refund_no": refund_no,
        "type": "USER_BANK_CARD",
        "bank_type": card.bank,
        "bank_account": seal.sealed(card.account.reveal()),
        "real_name": seal.sealed(card.holder.reveal()),
    }
    target = f"{REFUNDS}/{refund_id}/apply-abnormal-refund"
    return Ask("POST", target, orjson.dumps(body), seal.serial)


def read_refund(response: HttpResponse, order_id: str, refund_no: str) -> RefundFact:
    if response.status != 200:
        raise refusal(response)
    fact = read(refund_fact, response.body)
    if (fact.order_id, fact.refund_no) != (order_id, refund_no):
        raise Malformed("an answer about another refund", field="out_refund_no")
    return fact


def read_asked_refund(response: HttpResponse, order_id: str, refund_no: str) -> RefundFact:
    if response.status == 404 and said(response)[0] == "RESOURCE_NOT_EXISTS":
        return RefundFact(order_id, refund_no, RefundStatus.ABSENT)
    return read_refund(response, order_id, refund_no)


def too_often(ask: Ask, response: HttpResponse) -> TooMany | None:
    """Return the wish to be asked less often, if the answer is one; nothing was done then."""
    code, _ = said(response)
    if response.status != 429 and code not in TOO_OFTEN:
        return None
    pause_s = BETWEEN_REFUNDS_S if ask.target == REFUNDS else SOON_S
    return TooMany(f"WeChat Pay: {code or 'asked too often'}", retry_after_s=pause_s)


def is_unknown(response: HttpResponse) -> bool:
    """Whether this leaves it open if the platform acted; 202 asks us to repeat.

    A refusal without a code is somebody else's: a proxy's page.
    """
    if response.status == 202 or response.status >= 500:
        return True
    code, _ = said(response)
    return response.status >= 300 and (not code or code in UNKNOWN_OUTCOME)


def refusal(response: HttpResponse) -> GatewayError:
    """Return the error a refusal is. Its words hold the platform's code, never its values."""
    code, message = said(response)
    if "已支付" in message:  # of a paid order some calls say so only here
        return AlreadyPaid()
    if code in REFUSALS:
        return REFUSALS[code](f"WeChat Pay refused: {code} ({response.status})")
    return Refused(f"WeChat Pay refused: {code or 'no reason given'} ({response.status})")


def said(response: HttpResponse) -> tuple[str, str]:
    """Return code and message of an error; both empty when there are none, as for 404 and 405."""
    try:
        answer = orjson.loads(response.body)
        code, message = str(answer["code"]), str(answer.get("message", ""))
    except (ValueError, KeyError, TypeError):
        return "", ""
    return (code if re.fullmatch("[A-Z_]{1,64}", code) else "", message)
