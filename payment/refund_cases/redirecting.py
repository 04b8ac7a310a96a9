"""A refund the citizen's account does not take, sent to another card: two people answer for it.

Where money goes decides as much as how much does, so one person names the card, and another sees
the citizen's paper and confirms it. Until then the card lies sealed; then it is forgotten.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Refused
from channel_gateway.domain.people import BankAccount, PersonName
from channel_gateway.ports import Clock, Collection, DuplicateKey, Member, Sealing, Store
from payment.facts import RefundFact, RefundStatus
from payment.order import Order
from payment.orders import Orders
from payment.ports import PayeeCard, PaymentMethod, RefundsToCards
from payment.refund import RefundState
from payment.refund_cases.refusals import NoCardNamed, NoCardTaken
from payment.refund_cases.rescuing import Found, Rescuing
from payment.refunds import refund_of
from payment.settlement import refund_redirected
from payment.transfers import SecondPersonWanted

CARDS = Collection("refund_cards")
_ACCOUNT, _HOLDER = "refund_cards.account", "refund_cards.holder"
_SENT = (RefundStatus.PROCESSING, RefundStatus.DONE)


class Redirecting:
    def __init__(
        self,
        store: Store,
        vault: Sealing,
        orders: Orders,
        methods: Mapping[str, PaymentMethod],
        rescuing: Rescuing,
        clock: Clock,
    ) -> None:
        self._store = store
        self._vault = vault
        self._orders = orders
        self._methods = methods
        self._rescuing = rescuing
        self._clock = clock

    async def name_card(self, member: Member, order_id: str, number: str, card: PayeeCard) -> Found:
        """Until it is confirmed, a card may be named anew. Raises `NoCardTaken`, `SamePerson`."""
        found = await self._rescuing.paying(member, order_id, number)
        self._method(found)
        named = {
            "_id": number,
            "bank": card.bank,
            "account": self._vault.seal(card.account.reveal(), _ACCOUNT),
            "holder": self._vault.seal(card.holder.reveal(), _HOLDER),
            "by": member.name,
            "at": milliseconds(self._clock.now()),
        }
        with suppress(DuplicateKey):
            await self._store.insert(CARDS.name, named)
            return found
        await self._store.mutate(CARDS.name, number, lambda known: {**named, "v": known["v"]})
        return found

    async def confirm_card(self, member: Member, order_id: str, number: str) -> Found:
        """Another person agrees: the platform is told. Repeatable after a lost answer.

        Raises `NoCardNamed`, `NoCardTaken`, `SecondPersonWanted`, `SamePerson`, `Refused`,
        `Unavailable`.
        """
        found = await self._rescuing.paying(member, order_id, number)
        method = self._method(found)
        named = await self._store.get(CARDS.name, number)
        if named is None:
            raise NoCardNamed
        if named["by"] == member.name:
            raise SecondPersonWanted
        fact = await self._sent(method, found, self._card(named))
        order = await self._redirected(found, fact, self._clock.now())
        await self._store.delete(CARDS.name, number, version=named["v"])
        return Found(order, refund_of(order, number))

    async def _sent(self, method: RefundsToCards, found: Found, card: PayeeCard) -> RefundFact:
        """Refused, it may have been sent there before, its answer lost: then it is under way."""
        order_id, number = found.order.id, found.refund.number
        try:
            return await method.refund_to_card(order_id, number, card)
        except Refused:
            fact = await self._methods[found.order.method].ask_refund(order_id, number)
            if fact.status not in _SENT:
                raise
            return fact

    async def _redirected(self, found: Found, fact: RefundFact, now: datetime) -> Order:
        number = found.refund.number

        def redirected(order: Order) -> Order:
            refund = refund_of(order, number)
            if refund.state is not RefundState.ABNORMAL:
                return order
            return refund_redirected(order, refund, now)

        await self._orders.change(found.order.id, redirected)
        return await self._orders.believe_refund(fact, self._methods[found.order.method], now)

    def _method(self, found: Found) -> RefundsToCards:
        method = self._methods[found.order.method]
        if found.refund.state is not RefundState.ABNORMAL or not isinstance(method, RefundsToCards):
            raise NoCardTaken
        return method

    def _card(self, named: Mapping[str, Any]) -> PayeeCard:
        return PayeeCard(
            named["bank"],
            BankAccount(self._vault.open(named["account"], _ACCOUNT)),
            PersonName(self._vault.open(named["holder"], _HOLDER)),
        )
