"""The platforms' own pages show the parcel too: each account's platform is told how it stands."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.tasks import Task
from channel_gateway.ports import (
    Account,
    Accounts,
    Change,
    ChannelPayment,
    PaidFees,
    ParcelCard,
    ParcelCards,
)
from channel_gateway.service import Reaction
from channel_gateway.services.licence_delivery.courier_reactions import LADDER
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries, read
from channel_gateway.services.licence_delivery.delivery import Attempt, CardToken, Delivery
from channel_gateway.services.licence_delivery.following import SHOW_CARD, STAGES, is_shown
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.services.licence_delivery.since import moment_of_state, number_of

_OF_AN_ACCOUNT = 8  # characters: they part the accounts of one person


class Cards:
    def __init__(
        self,
        deliveries: Deliveries,
        sealed: Sealed,
        accounts: Accounts,
        *,
        cards: Callable[[], Mapping[str, ParcelCards]],
        fees: Callable[[], PaidFees | None],
        page: str = "",
    ) -> None:
        """Who is there is asked for late: plug-ins offer themselves one after the other."""
        self._deliveries = deliveries
        self._sealed = sealed
        self._accounts = accounts
        self._cards = cards
        self._fees = fees
        self._page = page

    def rows(self) -> list[Reaction]:
        return [Reaction(DELIVERIES.name, SHOW_CARD, self.show, LADDER)]

    async def show(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """As it stands now; one told again changes nothing at the platform."""
        delivery, offered = read(document), self._cards()
        attempt = delivery.attempt
        if _is_superseded(delivery, task) or not is_shown(delivery) or not offered:
            return None
        if attempt is None or delivery.person is None:
            return None
        payment = await self._payment(delivery)
        tokens: list[CardToken] = []
        for account in await self._accounts.accounts(delivery.person):
            cards = offered.get(account.channel)
            if cards is None:
                continue
            card = self._card(delivery, attempt, account, payment)
            token = await self._show(cards, account, card)
            if token:
                sealed = self._sealed.token(token)
                tokens.append(CardToken(account.citizen, account.channel, sealed, attempt.waybill))
        if not tokens:
            return None
        return self._deliveries.changing(lambda current: _with_tokens(current, tokens), now)

    async def _show(self, cards: ParcelCards, account: Account, card: ParcelCard) -> str | None:
        payment = card.payment
        if payment is not None and payment.channel != cards.channel:
            card = replace(card, payment=None)
        try:
            openid = await self._accounts.openid(account.citizen)
        except NotFound:
            return None  # forgotten this moment
        return await cards.show(openid, card)

    def _card(
        self,
        delivery: Delivery,
        attempt: Attempt,
        account: Account,
        payment: ChannelPayment | None,
    ) -> ParcelCard:
        return ParcelCard(
            id=f"{attempt.number}-{account.citizen[:_OF_AN_ACCOUNT]}",
            courier=attempt.courier,
            waybill=attempt.waybill,
            stage=STAGES[delivery.state],
            goods=delivery.goods,
            recipient_phone=self._sealed.contact(delivery.recipient).phone,
            began_at=attempt.began_at or delivery.created_at,
            changed_at=moment_of_state(delivery),
            payment=payment,
            page=self._page.replace("{id}", delivery.id),
        )

    async def _payment(self, delivery: Delivery) -> ChannelPayment | None:
        fees = self._fees()
        if fees is None:
            return None
        return await fees.paid_for(
            appointment_id=delivery.appointment_id, case_no=delivery.case_no or None
        )


def token_of(delivery: Delivery, account: str) -> CardToken | None:
    """What opens the present parcel for an account; that of an earlier one opens nothing. Pure."""
    waybill = "" if delivery.attempt is None else delivery.attempt.waybill
    fitting = (
        each for each in delivery.tokens if (each.account, each.waybill) == (account, waybill)
    )
    return next(fitting, None) if waybill else None


def _with_tokens(delivery: Delivery, tokens: list[CardToken]) -> Delivery:
    """What the platform gives for an account replaces what it gave before. Pure."""
    attempt = delivery.attempt
    if delivery.person is None or attempt is None:
        return delivery
    named = {each.account for each in tokens}
    kept = (each for each in delivery.tokens if each.account not in named)
    there = (each for each in (*kept, *tokens) if each.waybill == attempt.waybill)
    return replace(delivery, tokens=tuple(there))


def _is_superseded(delivery: Delivery, task: Task) -> bool:
    later = (each for each in delivery.tasks if each.kind == SHOW_CARD)
    return any(number_of(each) > number_of(task) for each in later)
