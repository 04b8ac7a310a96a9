"""What payments keep about a person: their orders, which outlive the wish to be forgotten.

Orders are then frozen: in nobody's list any more, found by their numbers alone, for finance.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import rfc3339
from channel_gateway.domain.notices import Receipt
from channel_gateway.ports import Consent, Sealing
from payment.archive.archive import Archive
from payment.issued import IssuedNotices
from payment.order import Order, State
from payment.orders import Orders
from payment.ports import PaymentMethod
from payment.put_away import OrderArchived
from payment.refund import Refund
from payment.refund_cases.case import WORDS, RefundCase
from payment.refund_cases.cases import Cases

FORGOTTEN = "erased"  # in the place of the account that paid
_MOST_EXPORTED = 1000
_FINAL = frozenset({State.CLOSED, State.RECEIPTED, State.RETURNED})
_KEPT = (
    "缴费、退款和票据记录（如有）：依照会计档案管理办法保管三十年，票据存根依照财政票据管理办法保管五年，"
    "其间只保存，不作他用"
)


class KeptOrders:
    """A `PersonalData`."""

    def __init__(
        self,
        orders: Orders,
        issued: IssuedNotices,
        methods: Mapping[str, PaymentMethod],
        cases: Cases,
        vault: Sealing,
        archive: Archive,
    ) -> None:
        self._orders = orders
        self._archive = archive
        self._cases = cases
        self._vault = vault
        self._issued = issued
        self._methods = methods

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        async for order in self._orders.all_of(account):
            with suppress(OrderArchived):  # this very moment
                await self._orders.change(
                    order.id, lambda known: _handed_over(known, account, person)
                )
        await self._archive.hand_over(account, person)

    async def export(self, person: str) -> dict[str, Any]:
        """The newest first, at most a thousand; `more` says whether there are others."""
        told: list[dict[str, Any]] = []
        async for order in self._orders.all_of(person):
            if len(told) == _MOST_EXPORTED:
                return {"orders": told, "more": True}
            told.append(self._told(order, await self._cases.of_order(order.id)))
        known = {each["order_id"] for each in told}
        async for archived in self._archive.of_person(person):
            if len(told) == _MOST_EXPORTED:
                return {"orders": told, "more": True}
            if archived.order.id not in known:
                told.append(self._told(archived.order, archived.cases))
        return {"orders": told, "more": False}

    async def open_matters(self, person: str) -> list[str]:
        open_ones: list[str] = []
        async for order in self._orders.all_of(person):
            if not _is_over(order):
                open_ones.append(f"未了结的缴费订单{order.id}")
            cases = await self._cases.of_order(order.id)
            open_ones += [f"未办结的退款申请{each.id}" for each in cases if not each.is_over]
        return open_ones

    async def erase(self, person: str, now: datetime) -> list[str]:
        """Said whether there are any or not, so that a repeated call says the same.

        What is not over, as ordered in the last moment, must end first: its citizen may see to it.
        """
        async for order in self._orders.all_of(person):
            cases = await self._cases.of_order(order.id)
            is_over = _is_over(order) and all(each.is_over for each in cases)
            if order.created_at <= now and is_over:
                await self._issued.forget(order.pay_code)
                with suppress(OrderArchived):  # this very moment
                    await self._orders.change(order.id, _frozen)
        async for archived in self._archive.of_person(person):
            await self._issued.forget(archived.order.pay_code)
        await self._archive.forget(person, FORGOTTEN)
        return [_KEPT]

    async def consents(self, person: str) -> list[Consent]:
        return []

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        return None

    def _told(self, order: Order, cases: Sequence[RefundCase]) -> dict[str, Any]:
        method = self._methods.get(order.method)
        return {
            "channel": None if method is None else method.channel,
            **_told(order),
            "refund_applications": [self._case(each) for each in cases if each.by_citizen],
        }

    def _case(self, case: RefundCase) -> dict[str, Any]:
        """What the citizen asked for, in their own words."""
        return {
            "case_id": case.id,
            "state": case.state.value,
            "ground": case.ground.value,
            "amount_fen": case.amount_fen,
            "applied_at": rfc3339(case.applied_at),
            "words": self._vault.open(case.events[0].words, WORDS),
            "materials": [
                {"kind": each.kind.value, "digest": each.digest, "size": each.size}
                for each in case.materials
                if each.by_citizen
            ],
        }


def _handed_over(order: Order, account: str, person: str) -> Order:
    return replace(order, person=person) if order.person == account else order


def _frozen(order: Order) -> Order:
    return replace(order, person=None, citizen=FORGOTTEN, payer=None, check_code=None)


def _is_over(order: Order) -> bool:
    """Nobody is owed anything, and no refund is on its way."""
    running = any(not (refund.is_done or refund.is_void) for refund in order.refunds)
    return order.state in _FINAL and not running


def _told(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "pay_code": order.pay_code,
        "description": order.description,
        "method": order.method,
        "amount_fen": order.amount_fen,
        "late_fee_fen": order.late_fee_fen,
        "state": order.state.value,
        "created_at": rfc3339(order.created_at),
        "expires_at": rfc3339(order.expires_at),
        "paid_at": order.paid_at and rfc3339(order.paid_at),
        "confirmed_at": order.confirmed_at and rfc3339(order.confirmed_at),
        "transaction": order.transaction,
        "receipt": order.receipt and _receipt(order.receipt),
        "refunds": [_refund(each) for each in order.refunds if not each.short],
        "events": [{"at": rfc3339(e.at), "what": e.what, "note": e.note} for e in order.events],
    }


def _receipt(receipt: Receipt) -> dict[str, Any]:
    return {
        "code": receipt.code,
        "number": receipt.number,
        "check_code": receipt.check_code,
        "total_fen": receipt.total_fen,
        "issued_at": rfc3339(receipt.issued_at),
        "related_code": receipt.related_code,
        "related_number": receipt.related_number,
    }


def _refund(refund: Refund) -> dict[str, Any]:
    return {
        "refund_no": refund.number,
        "amount_fen": refund.amount_fen,
        "reason": refund.reason,
        "state": refund.state.value,
        "asked_at": rfc3339(refund.asked_at),
        "done_at": refund.done_at and rfc3339(refund.done_at),
        "red_receipt": refund.red_receipt and _receipt(refund.red_receipt),
    }
