"""Orders that have left the store for an archive: found as before, and never changed again."""

from typing import Protocol

from channel_gateway.domain.errors import Conflict
from channel_gateway.ports import Cursor
from payment.order import Order


class OrderArchived(Conflict):
    """This order was put away in the archive: it can be looked at, and nothing of it changes."""

    code = "order_archived"
    zh = "该订单已归档，只能查询，不能再在线办理，请联系执收单位。"


class PutAway(Protocol):
    """Where orders are that the store has no more; see `payment.archive`."""

    async def get(self, order_id: str) -> Order | None:
        """Raises `ArchiveDamaged`, as all that read the archive do."""
        ...

    async def has(self, order_id: str) -> bool: ...

    async def by(self, field: str, key: str) -> Order | None:
        """By what only one order has: `settles`, `transaction_key`."""
        ...

    async def page(
        self, field: str, value: str, *, limit: int, after: Cursor | None
    ) -> list[Order]:
        """The newest first, by `notice`, `pay_code` or `person`."""
        ...


class NothingPutAway:
    """Implements `PutAway` where there is no archive."""

    async def get(self, order_id: str) -> Order | None:
        return None

    async def has(self, order_id: str) -> bool:
        return False

    async def by(self, field: str, key: str) -> Order | None:
        return None

    async def page(
        self, field: str, value: str, *, limit: int, after: Cursor | None
    ) -> list[Order]:
        return []
