"""The non-tax platform asks what an order of ours owes, before it takes the citizen's money.

The call comes as notifications do (`callbacks`); its answer is sealed like them. Both forms are
ours: the platform's are not public.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from adapters.wechat.push_seal import signature
from channel_gateway.domain.days import beijing_day, milliseconds
from channel_gateway.domain.errors import GatewayError, NotFound, Unavailable
from channel_gateway.ports import Randomness
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.connectors.wechat_nontax import answers
from payment.connectors.wechat_nontax.account import Account
from payment.connectors.wechat_nontax.callbacks import is_mock, opened
from payment.connectors.wechat_nontax.kept import KeptOrder, KeptOrders
from payment.connectors.wechat_nontax.messages import items
from payment.connectors.wechat_nontax.words import Message, read, text
from payment.order import OPEN, Order
from payment.orders import Orders

log = logging.getLogger(__name__)

_INSTANT = timedelta(microseconds=1)
MOCK = {"fee": 1, "items": []}  # the answer to the platform's test of our keys


class FeeQuestions:
    def __init__(
        self, account: Account, kept: KeptOrders, orders: Orders, randomness: Randomness
    ) -> None:
        self._account = account
        self._kept = kept
        self._orders = orders
        self._randomness = randomness

    async def answer(self, request: HttpRequest, now: datetime) -> HttpResponse:
        try:
            asked = opened(self._account.gate, request, now)
            return await self._told(asked, now)
        except GatewayError as error:
            extra = {"action": "fee_question_refused", "code": error.code, "field": error.field}
            log.warning("a question about a fee was refused", extra=extra)
            status = 503 if isinstance(error, Unavailable) else 400
            return replace(answers.refusal(error), status=status, code=error.code)

    async def _told(self, asked: Message, now: datetime) -> HttpResponse:
        if is_mock(asked):
            return self._sealed(MOCK, now)
        if asked.get("bank_id", self._account.bank_id) != self._account.bank_id:
            return answers.said(answers.WRONG_BANK)
        number = read(lambda said: text(said, "order_no"), asked)
        order, kept = await self._orders.get(number), await self._kept.get(number)
        if kept is None:
            raise NotFound("not an order of the non-tax platform", field="order_no")
        if order.settles is not None or await self._orders.settling(order.notice):
            return answers.said(answers.PAID)
        if order.state not in OPEN:
            raise NotFound("an order that nobody can pay any more", field="order_no")
        return self._sealed(self._fee(order, kept), now)

    def _fee(self, order: Order, kept: KeptOrder) -> dict[str, Any]:
        """What the platform's own `queryfee` answers, but for the payer's name."""
        kind = self._account.notice_type(kept.unit_code)
        return {
            "order_no": order.id,
            "fee": order.amount_fen,
            "items": items(order.lines, kind),
            "department_code": kept.unit_code,
            "department_name": kept.unit_name,
            "payment_notice_type": kind,
            "region_code": kept.region,
            "payment_notice_create_time": milliseconds(kept.created_at) // 1000,
            "payment_expire_date": f"{beijing_day(order.expires_at - _INSTANT):%Y%m%d}",
        }

    def _sealed(self, fee: dict[str, Any], now: datetime) -> HttpResponse:
        gate = self._account.gate
        chance = self._randomness.token(16).encode()
        encrypted = gate.seal.sealed(orjson.dumps(fee), chance)
        timestamp, nonce = str(milliseconds(now) // 1000), self._randomness.token(16)
        return answers.said(
            0,
            Encrypt=encrypted,
            TimeStamp=timestamp,
            Nonce=nonce,
            MsgSignature=signature(gate.token, timestamp, nonce, encrypted),
        )
