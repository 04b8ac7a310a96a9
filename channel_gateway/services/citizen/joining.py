"""An account whose name is proven belongs to the person: at once, then all that lay under it."""

from datetime import datetime

from channel_gateway.ports import Accounts, PersonalData
from channel_gateway.service import Table
from channel_gateway.services.citizen.identity import Identity
from channel_gateway.services.citizen.people import KnownPeople


class Joining:
    """Repeatable: whoever dies in the middle is followed by the task that began it."""

    def __init__(self, table: Table, people: KnownPeople, accounts: Accounts) -> None:
        self._table = table
        self._people = people
        self._accounts = accounts

    async def join(self, identity: Identity) -> bool:
        """From the account's next call on it acts as the person. No new login is needed.

        Two accounts of one channel may belong to one person: people have two telephones.
        False: it was cleared by an operator, or forgotten, this very moment.
        """
        await self._accounts.belong(identity.id, identity.id_index)
        known = await self._people.identity(identity.id)
        if known is None or not known.is_proven:
            await self._accounts.belong(identity.id, None)
            return False
        account = await self._accounts.account(identity.id)
        return account is not None and account.person == identity.id_index

    async def gather(self, person: str, now: datetime) -> None:
        """What plug-ins keep under any account of the person is the person's from now on."""
        for account in await self._accounts.accounts(person):
            await self.adopt(account.citizen, person, now)

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        """What plug-ins keep under the account is the person's from now on."""
        if account == person:
            return
        keepers: dict[str, PersonalData] = self._table.offered(PersonalData)
        for keeper in keepers.values():
            await keeper.adopt(account, person, now)
