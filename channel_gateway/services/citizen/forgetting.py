"""Forgetting a person: sessions, then what plug-ins keep, then who it was; all repeatable."""

import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import Account, Accounts, PersonalData, Randomness
from channel_gateway.service import NotYet, Table
from channel_gateway.services.citizen.erasure import (
    Erasure,
    State,
    asked,
    done,
    erased_until,
    followed,
    is_newcomer,
)
from channel_gateway.services.citizen.erasures import Erasures
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.refusals import OpenMatters

log = logging.getLogger(__name__)


class Forgetting:
    def __init__(
        self,
        erasures: Erasures,
        table: Table,
        accounts: Accounts,
        joining: Joining,
        randomness: Randomness,
    ) -> None:
        self._erasures = erasures
        self._table = table
        self._accounts = accounts
        self._joining = joining
        self._randomness = randomness

    async def ask(self, account: str, now: datetime) -> Erasure:
        """Begin to forget the account's person, and do it. Raises `OpenMatters`, `Unauthorized`.

        Cut short, it is RUNNING, and the tasks go on with it; asked again, so does this.
        """
        running = await self.running(account)
        if running is not None:
            return await self._or_later(running, self.run(running, now))
        person = await self._accounts.person(account)
        id = f"E{beijing_day(now):%Y%m%d}{self._randomness.token(16)}"
        erasure = asked(id, person, await self._accounts.accounts(person), now)
        await self._gather(erasure, now)
        matters = await self.matters(erasure)
        if matters:
            raise OpenMatters(matters)
        erasure = await self._erasures.begin(erasure, now)
        return await self._or_later(erasure, self._run_at_once(erasure, now))

    async def running(self, account: str) -> Erasure | None:
        """The erasure that runs for an account. Raises `Unauthorized`."""
        return await self._erasures.running((account, await self._accounts.person(account)))

    async def matters(self, erasure: Erasure) -> list[str]:
        """What must end before it can be done, in the citizen's words."""
        found = [each for key in erasure.keys for each in await self._matters_under(key)]
        return list(dict.fromkeys(found))

    async def run(self, erasure: Erasure, now: datetime) -> Erasure:
        """All of it, once more where it was cut short. Raises `NotYet` while a matter is open.

        Until it is done the citizen is still there, and may log in to bring the matter to its end.
        """
        if erasure.state is State.DONE:
            return erasure
        erasure = await self._follow(erasure)
        await self._gather(erasure, now)
        if await self.matters(erasure):
            raise NotYet("something was begun just before: it must end first")
        await self._end_sessions(erasure)
        said = [words for key in erasure.keys for words in await self._erase(erasure, key, now)]
        # Now nothing is left that could be proven.
        if (await self._follow(erasure)).keys != erasure.keys:
            raise NotYet("a name was proven just before: its person's data too")
        for account in await self._known(erasure):
            await self._accounts.forget(account.citizen)
        kept = tuple(dict.fromkeys(said))
        forgotten = await self._erasures.change(erasure.id, lambda known: done(known, kept, now))
        log.info(
            "personal data erased",
            extra={"action": "data_erased", "id": erasure.id, "accounts": len(erasure.accounts)},
        )
        return forgotten

    async def sweep(self, erasure: Erasure, now: datetime) -> None:
        """What calls under way at that moment have written since, however late it was.

        Raises `NotYet` while such a matter is open, and nobody is there whose it could be.
        """
        for key in erasure.keys:
            await self._erase(erasure, key, now)
            if not await self._behind(erasure, key) and await self._matters_under(key):
                raise NotYet("something was begun in the last moment: it must end first")

    async def _run_at_once(self, erasure: Erasure, now: datetime) -> Erasure:
        """Sessions end first, so that nothing more is begun."""
        await self._end_sessions(erasure)
        return await self.run(erasure, now)

    async def _or_later(self, erasure: Erasure, forgotten: Awaitable[Erasure]) -> Erasure:
        try:
            return await forgotten
        except GatewayError as trouble:
            fields = {"action": "erasure_cut_short", "id": erasure.id, "code": trouble.code}
            log.warning("an erasure goes on by itself", extra=fields)
            return erasure

    async def _end_sessions(self, erasure: Erasure) -> None:
        for account in await self._known(erasure):
            await self._accounts.end_sessions(account.citizen)

    async def _gather(self, erasure: Erasure, now: datetime) -> None:
        for account in await self._known(erasure):
            await self._joining.adopt(account.citizen, account.person, now)

    async def _follow(self, erasure: Erasure) -> Erasure:
        """Written down, for when its accounts are forgotten: what lies under whose key goes."""
        known = await self._known(erasure)
        known += [
            each
            for person in dict.fromkeys((*erasure.persons, *(each.person for each in known)))
            for each in await self._accounts.accounts(person)
        ]
        return await self._erasures.change(erasure.id, lambda current: followed(current, known))

    async def _known(self, erasure: Erasure) -> list[Account]:
        """Its accounts that are not forgotten yet."""
        found = [await self._accounts.account(each) for each in erasure.accounts]
        return [each for each in found if each is not None and not is_newcomer(erasure, each)]

    async def _behind(self, erasure: Erasure, key: str) -> list[Account]:
        """Which accounts are known by a key now, newcomers among them."""
        if key not in erasure.accounts:
            return await self._accounts.accounts(key)
        account = await self._accounts.account(key)
        return [] if account is None else [account]

    async def _erase(self, erasure: Erasure, key: str, now: datetime) -> list[str]:
        until = erased_until(erasure, await self._behind(erasure, key), now)
        if until is None:
            return []
        return [
            words for keeper in self._keepers().values() for words in await keeper.erase(key, until)
        ]

    async def _matters_under(self, key: str) -> list[str]:
        return [
            matter
            for keeper in self._keepers().values()
            for matter in await keeper.open_matters(key)
        ]

    def _keepers(self) -> dict[str, PersonalData]:
        return self._table.offered(PersonalData)


def running_says(matters: Sequence[str]) -> str:
    """What a citizen reads until it is done."""
    if not matters:
        return "已受理，个人信息正在删除，完成后所有渠道都会退出登录。"
    return (
        f"已受理。以下事项办结后，个人信息会自动删除：{'；'.join(matters)}。"
        "需要办理这些事项时，可以重新登录。"
    )
