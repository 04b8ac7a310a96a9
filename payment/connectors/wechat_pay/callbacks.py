"""Read a callback WeChat Pay posts to us. Pure, and quick: it runs inline in the event loop.

What fails before the signature holds is `Forged`; what fails after is `Malformed`: WeChat Pay
did send it, and a person must look. Source: pay.weixin.qq.com, «支付成功回调通知».
"""

from collections.abc import Callable, Mapping
from datetime import datetime

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from channel_gateway.domain.errors import Malformed
from payment.connectors.wechat_pay import trust
from payment.connectors.wechat_pay.words import Message, payment_fact, read, refund_callback_fact
from payment.facts import Fact, RefundFact, RefundStatus


def read_callback(
    headers: Mapping[str, str], body: bytes, keys: trust.Keys, aead: AESGCM, now: datetime
) -> Fact | None:
    """Check age and signature, open, and say what happened; None when it is not about money.

    Raises `Stale`, `UnknownKey`, `Forged`, `Malformed`.
    """
    trust.check(headers, body, keys, now)
    return read(_fact, body, aead)


def _fact(callback: Message, aead: AESGCM) -> Fact | None:
    event = callback["event_type"]
    if event not in EVENTS:
        raise Malformed("an event we do not know", field="event_type")
    reader = EVENTS[event]
    if reader is None:
        return None
    fact = reader(orjson.loads(trust.opened(aead, callback["resource"])))
    if isinstance(fact, RefundFact) and fact.status is not REFUND_ENDS[event]:
        raise Malformed("an event and a status that contradict each other", field="refund_status")
    return fact


REFUND_ENDS = {
    "REFUND.SUCCESS": RefundStatus.DONE,
    "REFUND.ABNORMAL": RefundStatus.ABNORMAL,
    "REFUND.CLOSED": RefundStatus.CLOSED,
}
EVENTS: Mapping[str, Callable[[Message], Fact] | None] = {
    "TRANSACTION.SUCCESS": payment_fact,
    **dict.fromkeys(REFUND_ENDS, refund_callback_fact),
    "SECURITY_ECHO.SUCCESS": None,  # the platform's own test of our keys
}
