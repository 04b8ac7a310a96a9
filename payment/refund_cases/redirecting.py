"""A refund the citizen's account does not take, sent to another card: two people answer for it.

Where money goes decides as much as how much does, so one person names the card, and another sees
the citizen's paper and confirms that very card, by its digest. Until the platform has it the card
lies sealed in its order; then it is forgotten, and the digest stays in the history.
"""

from collections.abc import Mapping
from datetime import datetime

from channel_gateway.domain.errors import Refused
from channel_gateway.ports import Clock, Member
from payment.facts import RefundFact, RefundStatus
from payment.order import Order
from payment.orders import Orders
from payment.ports import PayeeCard, PaymentMethod, RefundsToCards
from payment.refund import NamedCard, RefundState
from payment.refund_cases.other_card import card_confirmed, card_named, card_not_taken
from payment.refund_cases.refusals import NoCardTaken
from payment.refund_cases.rescuing import Found, Rescuing, hand_role
from payment.refund_cases.sealed_cards import SealedCards
from payment.refunds import refund_of
from payment.settlement import refund_redirected

_SENT = (RefundStatus.PROCESSING, RefundStatus.DONE)


class Redirecting:
    def __init__(
        self,
        orders: Orders,
        methods: Mapping[str, PaymentMethod],
        rescuing: Rescuing,
        cards: SealedCards,
        clock: Clock,
    ) -> None:
        self._orders = orders
        self._methods = methods
        self._rescuing = rescuing
        self._cards = cards
        self._clock = clock

    async def name_card(self, member: Member, order_id: str, number: str, card: PayeeCard) -> Found:
        """Until it is confirmed, a card may be named anew.

        Raises `NoCardTaken`, `CardConfirmed`, `SamePerson`.
        """
        found = await self._rescuing.paying(member, order_id, number)
        self._method(found)
        named = self._cards.named(card, member.name, self._clock.now())
        order = await self._orders.change(
            order_id,
            lambda known: card_named(known, refund_of(known, number), named, hand_role(member)),
        )
        return Found(order, refund_of(order, number))

    async def confirm_card(self, member: Member, order_id: str, number: str, digest: str) -> Found:
        """Another person agrees to the card they saw: the platform is told.

        Repeatable after a lost answer. Raises `NoCardNamed`, `SaidAnew`, `SecondPersonWanted`,
        `SamePerson`, `NoCardTaken`, `Refused`, `Unavailable`.
        """
        found = await self._rescuing.paying(member, order_id, number)
        now = self._clock.now()
        order = await self._orders.change(
            order_id,
            lambda known: card_confirmed(
                known, refund_of(known, number), digest, member.name, now, hand_role(member)
            ),
        )
        found = Found(order, refund_of(order, number))
        if found.refund.card is None:
            return found  # the platform has it
        fact = await self._sent(found, found.refund.card)
        order = await self._redirected(found, fact, self._clock.now())
        return Found(order, refund_of(order, number))

    async def _sent(self, found: Found, named: NamedCard) -> RefundFact:
        """Refused, it may have been sent there before, its answer lost: then it is under way."""
        order_id, number = found.order.id, found.refund.number
        method = self._method(found)
        try:
            return await method.refund_to_card(order_id, number, self._cards.card(named))
        except Refused as no:
            fact = await self._methods[found.order.method].ask_refund(order_id, number)
            if fact.status in _SENT:
                return fact
            if not no.passing:
                now = self._clock.now()
                await self._orders.change(
                    order_id,
                    lambda known: card_not_taken(
                        known, refund_of(known, number), named.digest, now
                    ),
                )
            raise

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
