"""The platforms' own pages show the parcel too: each account's platform is told how it stands."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.errors import NotFound, Refused
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
from channel_gateway.services.licence_delivery.couriers.reactions import LADDER
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries, read
from channel_gateway.services.licence_delivery.delivery import Attempt, CardToken, Delivery
from channel_gateway.services.licence_delivery.following import (
    SHOW_CARD,
    SHOW_CARDS,
    STAGES,
    is_shown,
    showing,
)
from channel_gateway.services.licence_delivery.rules.since import moment_of_state
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.services.licence_delivery.texts.known_text import plain_refusal

log = logging.getLogger(__name__)

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
        return [
            Reaction(DELIVERIES.name, SHOW_CARDS, self.spread, LADDER),
            Reaction(DELIVERIES.name, SHOW_CARD, self.show, LADDER),
        ]

    async def spread(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """A task for each account: none waits for the platform of another."""
        delivery, offered = read(document), self._cards()
        if delivery.person is None or not is_shown(delivery):
            return None
        accounts = await self._accounts.accounts(delivery.person)
        shown = [each.citizen for each in accounts if each.channel in offered]
        return self._deliveries.changing(lambda current: showing(current, shown, now), now)

    async def show(self, document: dict[str, Any], task: Task, now: datetime) -> Change | None:
        """As it stands now; one told again changes nothing at the platform.

        A platform that will not show it is no reason for a person to look at the delivery.
        """
        delivery = read(document)
        account = await self._accounts.account(task.detail)
        if account is None or account.person != delivery.person:
            return None
        token = await self._asked(delivery, account)
        if token is None:
            return None
        return self._deliveries.changing(lambda current: _with_token(current, token), now)

    async def of(self, delivery: Delivery, account: Account, now: datetime) -> CardToken | None:
        """What opens the parcel for an account; where there is nothing yet, its platform is asked.

        It may have been linked, or have paid, since the parcel last moved. Raises `TooMany`,
        `Unavailable`.
        """
        if known := token_of(delivery, account.citizen):
            return known
        token = await self._asked(delivery, account)
        if token is None:
            return None
        changed = await self._deliveries.change(
            delivery.id, lambda current: _with_token(current, token), now
        )
        return token_of(changed, account.citizen)

    async def _asked(self, delivery: Delivery, account: Account) -> CardToken | None:
        """A refusal for good is that its platform has none."""
        try:
            return await self._ask(delivery, account)
        except Refused as no:
            if no.passing:
                raise
            fields = {
                "action": "card_refused",
                "delivery": delivery.id,
                "why": plain_refusal(str(no)),
            }
            log.warning("a parcel's card was refused", extra=fields | {"channel": account.channel})
            return None

    async def _ask(self, delivery: Delivery, account: Account) -> CardToken | None:
        """None: its platform has no page of this parcel."""
        cards, attempt = self._cards().get(account.channel), delivery.attempt
        if cards is None or attempt is None or not is_shown(delivery):
            return None
        payment = await self._payment(delivery, account)
        try:
            openid = await self._accounts.openid(account.citizen)
        except NotFound:
            return None  # forgotten this moment
        opens = await cards.show(openid, self._card(delivery, attempt, account, payment))
        if opens is None:
            return None
        sealed = self._sealed.token(opens)
        return CardToken(account.citizen, account.channel, sealed, attempt.waybill)

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

    async def _payment(self, delivery: Delivery, account: Account) -> ChannelPayment | None:
        fees = self._fees()
        if fees is None:
            return None
        return await fees.paid_for(
            account.citizen,
            appointment_id=delivery.appointment_id,
            case_no=delivery.case_no or None,
        )


def token_of(delivery: Delivery, account: str) -> CardToken | None:
    """What opens the present parcel for an account; that of an earlier one opens nothing. Pure."""
    waybill = "" if delivery.attempt is None else delivery.attempt.waybill
    fitting = (
        each for each in delivery.tokens if (each.account, each.waybill) == (account, waybill)
    )
    return next(fitting, None) if waybill else None


def _with_token(delivery: Delivery, token: CardToken) -> Delivery:
    """What the platform gives for an account replaces what it gave before. Pure."""
    attempt = delivery.attempt
    if delivery.person is None or attempt is None:
        return delivery
    kept = (each for each in delivery.tokens if each.account != token.account)
    there = (each for each in (*kept, token) if each.waybill == attempt.waybill)
    return replace(delivery, tokens=tuple(there))
