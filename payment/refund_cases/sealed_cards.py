"""Cards that refunds are to go to: sealed at rest, shown masked, told apart by a keyed digest.

The numbers of cards are few enough to be tried out, so a plain digest would give them away.
"""

import json
from datetime import datetime

from channel_gateway.domain.people import BankAccount, PersonName
from channel_gateway.ports import Sealing
from payment.ports import PayeeCard
from payment.refund import NamedCard

_PLACE = "orders.refunds.card"


class SealedCards:
    def __init__(self, vault: Sealing) -> None:
        self._vault = vault

    def named(self, card: PayeeCard, by: str, now: datetime) -> NamedCard:
        text = json.dumps([card.bank, card.account.reveal(), card.holder.reveal()])
        digest = self._vault.blind_index(text, _PLACE)
        return NamedCard(digest, self._vault.seal(text, _PLACE), by, now)

    def card(self, named: NamedCard) -> PayeeCard:
        bank, account, holder = json.loads(self._vault.open(named.sealed, _PLACE))
        return PayeeCard(bank, BankAccount(account), PersonName(holder))
