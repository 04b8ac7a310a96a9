"""The ways a message may go: a person's accounts, their channels' outlets, a file's templates."""

from collections.abc import Callable, Mapping, Sequence

from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Accounts, Outlet, ServiceCatalogue
from channel_gateway.services.message.choosing import Way
from channel_gateway.services.message.message import Message
from channel_gateway.services.message.telling import Addresses


class Ways:
    def __init__(
        self,
        outlets: Callable[[], Mapping[str, Outlet]],
        catalogue: ServiceCatalogue,
        identities: Accounts,
        order: Sequence[str],
    ) -> None:
        """Outlets are asked for late: plug-ins offer themselves one after the other."""
        self._outlets = outlets
        self._catalogue = catalogue
        self._identities = identities
        self._addresses = Addresses(identities)
        self._order = order

    def outlet(self, way: Way) -> Outlet:
        return self._outlets()[way.outlet]

    async def of(self, message: Message) -> list[Way]:
        """Every outlet of the person's channels that the service's file has a template for."""
        found = []
        outlets = self._outlets()
        for account in await self._addresses.accounts(message.person, message.account):
            for name in self._order:
                outlet = outlets.get(name)
                if outlet is None or outlet.channel != account.channel:
                    continue
                template = await self._catalogue.template(message.service, message.happening, name)
                if template is not None:
                    way = (outlet.by_consent, outlet.repeatable, outlet.is_card)
                    found.append(Way(account.citizen, name, template, *way))
        return found

    async def openid(self, way: Way) -> OpenId | None:
        """None: the account was forgotten."""
        try:
            return await self._identities.openid(way.account)
        except NotFound:
            return None
