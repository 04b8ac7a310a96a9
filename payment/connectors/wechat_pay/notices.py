"""Read a notice WeChat Pay posts to us. Pure, and quick: it runs inline in the event loop.

What fails before the signature holds is `Forged`; what fails after is `Malformed`: WeChat Pay
did send it, and a person must look. Source: pay.weixin.qq.com, «支付成功回调通知».
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from channel_gateway.domain.errors import Malformed
from payment.connectors.wechat_pay import trust
from payment.connectors.wechat_pay.words import Message, payment_fact, read, refund_notice_fact
from payment.facts import Fact, PaymentFact, PaymentStatus


def read_notice(
    headers: Mapping[str, str], body: bytes, keys: trust.Keys, aead: AESGCM, now: datetime
) -> Fact | None:
    """Check age and signature, open, and say what happened; None when it is not about money.

    Raises `Stale`, `UnknownKey`, `Forged`, `Malformed`.
    """
    trust.check(headers, body, keys, now)
    return read(lambda notice: _fact(notice, aead), body)


def _fact(notice: Message, aead: AESGCM) -> Fact | None:
    try:
        reader = EVENTS[notice["event_type"]]
    except KeyError:
        raise Malformed("an event we do not know", field="event_type") from None
    if reader is None:
        return None
    return reader(orjson.loads(trust.opened(aead, notice["resource"])))


def _paid(transaction: Message) -> PaymentFact:
    fact = payment_fact(transaction)
    if fact.status is not PaymentStatus.PAID:
        raise Malformed("a notice of success about what is not paid", field="trade_state")
    return fact


EVENTS: Mapping[str, Callable[[Message], Fact] | None] = {
    "TRANSACTION.SUCCESS": _paid,
    "REFUND.SUCCESS": refund_notice_fact,
    "REFUND.ABNORMAL": refund_notice_fact,
    "REFUND.CLOSED": refund_notice_fact,
    "SECURITY_ECHO.SUCCESS": None,  # the platform's own test of our keys
}
