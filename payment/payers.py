"""Whom an order's notice charges: the name as receipts show it, masked, and sealed at rest."""

from channel_gateway.domain.people import PersonName
from channel_gateway.ports import Sealing
from payment.order import Order

_PLACE = "orders.payer"


class Payers:
    """The whole name is finance's alone; we keep no more than what is shown."""

    def __init__(self, vault: Sealing) -> None:
        self._vault = vault

    def seal(self, name: PersonName) -> str:
        return self._vault.seal(name.masked(), _PLACE)

    def of(self, order: Order) -> str:
        """Masked; empty: it was forgotten, or never kept."""
        return self._vault.open(order.payer, _PLACE) if order.payer else ""
