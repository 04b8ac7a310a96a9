"""What operators do with doors: see them, make and retire keys, say to whom they are open."""

from collections.abc import Iterator
from datetime import datetime

from pydantic import BaseModel, Field

from channel_gateway.addresses import leads_here, network
from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.ports import Doors as DoorsPort
from channel_gateway.service import Call, Callback, Route, Table, Who
from channel_gateway.web.doors.addresses import Addresses
from channel_gateway.web.doors.door import DoorKey
from channel_gateway.web.doors.keeping import Doors

OFFERED_AS = "web"
_MOST_NETWORKS = 100
_ONE = "/operator/doors/{name}"


class DoorKeyView(BaseModel):
    id: str
    address: str = Field(description="the whole of it, for the platform alone")
    made_at: datetime
    age_s: int
    passed: int = Field(description="calls let in with it, by this process since it began")


class DoorView(BaseModel):
    name: str = Field(examples=["sf_routes"])
    summary: str
    keys: list[DoorKeyView] = Field(description="the newest last; each of them opens")
    networks: list[str] | None = Field(
        description="who may call; empty: nobody; null: nobody has said yet, so nobody, save this "
        "machine where our own address leads to it"
    )
    refused: dict[str, int] = Field(
        description="calls without a `key`, or from another `address`, by this process"
    )
    turned_away: str = Field(
        description="the last address that came with a right key and was in no network"
    )


class DoorsView(BaseModel):
    doors: list[DoorView]


class NetworksRequest(BaseModel):
    networks: list[str] = Field(
        max_length=_MOST_NETWORKS, examples=[["203.0.113.0/24", "2001:db8::/32"]]
    )


class DoorEndpoints:
    def __init__(self, doors: Doors, addresses: Addresses) -> None:
        self._doors = doors
        self._addresses = addresses

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/operator/doors",
                self.list,
                "List the addresses of platforms that do not sign, with their keys",
                answer=DoorsView,
                who=Who.OPERATOR,
                audited=True,
            ),
            Route(
                "POST",
                f"{_ONE}/keys",
                self.add_key,
                "Make one more key: a second address, beside the first",
                answer=DoorKeyView,
                status=201,
                who=Who.OPERATOR,
                errors=("not_found", "too_many_keys"),
            ),
            Route(
                "DELETE",
                f"{_ONE}/keys/{{id}}",
                self.retire_key,
                "Retire a key: its address is none any more",
                status=204,
                who=Who.OPERATOR,
                errors=("not_found", "last_key"),
            ),
            Route(
                "PUT",
                f"{_ONE}/networks",
                self.open_to,
                "Say which networks may call",
                body=NetworksRequest,
                answer=DoorView,
                who=Who.OPERATOR,
                errors=("not_found",),
            ),
        ]

    async def list(self, call: Call) -> DoorsView:
        rows = self._addresses.rows()
        return DoorsView(doors=[await self._view(row, call.now) for row in rows])

    async def add_key(self, call: Call) -> DoorKeyView:
        row = self._row(call)
        return self._key_view(row, await self._doors.add_key(row.name), call.now)

    async def retire_key(self, call: Call) -> None:
        await self._doors.retire_key(self._row(call).name, call.path["id"])

    async def open_to(self, call: Call) -> DoorView:
        row = self._row(call)
        await self._doors.open_to(row.name, _networks(call.body.networks))
        return await self._view(row, call.now)

    def _row(self, call: Call) -> Callback:
        row = self._addresses.row(call.path["name"])
        if row is None:
            raise NotFound("there is no such door", field="name")
        return row

    async def _view(self, row: Callback, now: datetime) -> DoorView:
        door, counts = await self._doors.door(row.name), self._doors.counts(row.name)
        return DoorView(
            name=row.name,
            summary=row.summary,
            keys=[self._key_view(row, key, now) for key in door.keys],
            networks=None if door.networks is None else [*door.networks],
            refused=dict(counts.refused),
            turned_away=counts.turned_away,
        )

    def _key_view(self, row: Callback, key: DoorKey, now: datetime) -> DoorKeyView:
        return DoorKeyView(
            id=key.id,
            address=self._addresses.of(row, key),
            made_at=key.made_at,
            age_s=int((now - key.made_at).total_seconds()),
            passed=self._doors.counts(row.name).passed[key.id],
        )


def build(table: Table, doors: Doors, public_url: str, *, proxied: bool) -> None:
    """Offer the addresses, and add the operators' rows. Callbacks may be added before or after.

    `proxied`: reverse proxies of ours are named.
    """
    addresses = Addresses(table.callbacks, doors, public_url)
    table.offer(DoorsPort, OFFERED_AS, addresses)
    table.routes += DoorEndpoints(doors, addresses).rows()

    def remarks() -> Iterator[str]:
        names = ", ".join(row.name for row in addresses.rows())
        if names and not leads_here(public_url):
            yield (
                f"{names}: called by platforms that do not sign; nobody may until it is said from "
                "which networks (PUT /v1/operator/doors/{name}/networks)"
            )
            if not proxied:
                yield "server.proxies: behind a reverse proxy, nobody comes in unless it is named"

    table.late_remarks.append(remarks)


def _networks(texts: list[str]) -> tuple[str, ...]:
    """As written in full, each once. Raises `Invalid`."""
    found: dict[str, None] = {}
    for number, text in enumerate(texts):
        try:
            found[str(network(text))] = None
        except ValueError as wrong:
            raise Invalid(str(wrong), field=f"networks.{number}") from None
    return tuple(found)
