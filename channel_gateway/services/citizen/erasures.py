"""Forgetting a person: sessions, then what plug-ins keep, then who it was; all repeatable."""

import logging
from collections.abc import Callable
from datetime import datetime

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.errors import GatewayError
from channel_gateway.ports import (
    Accounts,
    Collection,
    Document,
    DuplicateKey,
    Index,
    PersonalData,
    Randomness,
    Store,
)
from channel_gateway.records import swapped
from channel_gateway.service import TASKS, NotYet, Table
from channel_gateway.services.citizen.erasure import Erasure, State, asked, done, last_calls
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.refusals import OpenMatters

log = logging.getLogger(__name__)

ERASURES = Collection("erasures", (Index(("running_key",), unique=True), *TASKS))


class Erasures:
    def __init__(
        self,
        store: Store,
        table: Table,
        accounts: Accounts,
        joining: Joining,
        randomness: Randomness,
    ) -> None:
        self._store = store
        self._table = table
        self._accounts = accounts
        self._joining = joining
        self._randomness = randomness

    async def ask(self, account: str, now: datetime) -> Erasure:
        """Begin to forget the account's person, and do it. Raises `OpenMatters`.

        Cut short, it is RUNNING, and the tasks go on with it.
        """
        person = await self._accounts.person(account)
        accounts = await self._of(person, (account,))
        for each in accounts:
            await self._joining.adopt(each, person, now)
        matters = await self._open_matters(person)
        if matters:
            raise OpenMatters(matters)
        erasure = await self._begun(person, accounts, now)
        try:
            return await self.run(erasure, now)
        except GatewayError as trouble:
            fields = {"action": "erasure_cut_short", "id": erasure.id, "code": trouble.code}
            log.warning("an erasure goes on by itself", extra=fields)
            return erasure

    async def run(self, erasure: Erasure, now: datetime) -> Erasure:
        """All of it, once more where it was cut short. Raises `NotYet` while a matter is open."""
        if erasure.state is State.DONE:
            return erasure
        person = erasure.person
        accounts = await self._of(person, erasure.accounts)
        for account in accounts:
            await self._accounts.end_sessions(account)
        for account in accounts:
            await self._joining.adopt(account, person, now)
        if await self._open_matters(person):
            raise NotYet("something was begun just before: it must end first")
        kept = await self._erase(person, last_calls(now))
        for account in accounts:
            await self._accounts.forget(account)
        forgotten = await self.change(erasure.id, lambda known: done(known, kept, now))
        log.info(
            "personal data erased",
            extra={"action": "data_erased", "id": erasure.id, "accounts": len(accounts)},
        )
        return forgotten

    async def resume(self, erasure: Erasure, now: datetime) -> None:
        """Go on with what was cut short. Raises `NotYet` while a matter is open.

        Until it is done the citizen is still there, and may log in to bring the matter to its end.
        """
        if await self._open_matters(erasure.person):
            raise NotYet("something was begun just before: it must end first")
        await self.run(erasure, now)

    async def sweep(self, erasure: Erasure) -> None:
        """What calls under way at that moment have written since.

        Not where somebody logs in under that name again: what is theirs must not go too.
        """
        if erasure.state is not State.DONE:
            raise NotYet("the erasure itself is not done", pause_s=3600)
        if await self._accounts.accounts(erasure.person):
            return
        await self._erase(erasure.person, last_calls(erasure.done_at or erasure.asked_at))

    async def change(self, id: str, change: Callable[[Erasure], Erasure]) -> Erasure:
        _, made = await swapped(self._store, ERASURES, id, Erasure, change)
        return made

    async def _begun(self, person: str, accounts: tuple[str, ...], now: datetime) -> Erasure:
        id = f"E{beijing_day(now):%Y%m%d}{self._randomness.token(16)}"
        erasure = asked(id, person, accounts, now)
        try:
            return read(await self._store.insert(ERASURES.name, to_document(erasure)))
        except DuplicateKey:
            found = await self._store.get_by(ERASURES.name, "running_key", person)
            if found is None:  # it was done this very moment
                return done(erasure, (), now)
            return read(found)

    async def _erase(self, person: str, until: datetime) -> tuple[str, ...]:
        kept: list[str] = []
        for keeper in self._keepers().values():
            kept += await keeper.erase(person, until)
        return tuple(dict.fromkeys(kept))

    async def _open_matters(self, person: str) -> list[str]:
        matters: list[str] = []
        for keeper in self._keepers().values():
            matters += await keeper.open_matters(person)
        return matters

    async def _of(self, person: str, known: tuple[str, ...]) -> tuple[str, ...]:
        joined = [each.citizen for each in await self._accounts.accounts(person)]
        return tuple(dict.fromkeys((*known, *joined)))

    def _keepers(self) -> dict[str, PersonalData]:
        return self._table.offered(PersonalData)


def read(document: Document) -> Erasure:
    return from_document(Erasure, document)
