"""Every route of the whole gateway, with everybody: who may not call is told so before all else."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from channel_gateway.bootstrap import Gateway, assemble
from channel_gateway.demo.scene import demo_settings
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Role
from channel_gateway.service import Route, Who
from channel_gateway.settings import read_settings
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.wire import Headers, HttpRequest
from mock_platforms.server import start

OPERATORS = frozenset({Role.OPERATOR})
FOREIGN_UNIT = "999999"  # nobody's money is this unit's


class Ahead:
    """The wall's clock, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Everybody:
    gateway: Gateway
    exchange: Exchange
    clock: Ahead
    tokens: Mapping[str, str]

    async def call(self, row: Route, caller: str) -> int:
        path = "/v1" + re.sub(r"{\w+}", "none-such", row.path)
        headers = {"Content-Type": "application/json"}
        if self.tokens[caller]:
            headers["Authorization"] = f"Bearer {self.tokens[caller]}"
        body = b"{}" if row.method in ("POST", "PUT", "PATCH") and row.body else b""
        if row.idempotent:
            headers["Idempotency-Key"] = f"{caller}-{row.method}-{row.path}"[:255]
        request = HttpRequest(row.method, path, Headers(headers), body)
        return (await self.exchange.send(request)).status

    def may(self, row: Route, caller: str) -> bool:
        if caller == "key":
            return row.who is Who.OPERATOR
        roles = OPERATORS if row.who is Who.OPERATOR else row.roles
        return ("unit_clerk" if caller == "foreign unit" else caller) in roles

    def rows(self) -> list[Route]:
        return [row for row in self.gateway.table.routes if row.who in (Who.STAFF, Who.OPERATOR)]

    async def entries(self) -> int:
        head = await self.gateway.edge.chains.chain("audit").head()
        return head.number if head else 0


@pytest.fixture
async def everybody(tmp_path: Path) -> AsyncIterator[Everybody]:
    (tmp_path / "stand-ins").mkdir()
    clock = Ahead()
    async with start(tmp_path / "stand-ins"), AiohttpSender() as http:
        demo_settings(tmp_path, 0)
        settings = read_settings(tmp_path / "settings.toml", {"GATEWAY_STORE__URL": "memory:"})
        gateway = assemble(settings, http, clock=clock)
        await gateway.store.open()
        exchange = Exchange(gateway.table, gateway.edge)
        yield Everybody(gateway, exchange, clock, await _tokens(gateway))
        await gateway.store.close()


async def _tokens(gateway: Gateway) -> dict[str, str]:
    edge = gateway.edge
    tokens = {"nobody": "", "key": edge.operator_key}
    tokens["citizen"] = await edge.sessions.issue("wechat", "wx0", OpenId("o1"))
    for role in Role:
        units = ("330100",) if role is Role.UNIT_CLERK else ()
        await edge.staff.add(role.value, {role}, units, by="cli:test")
        tokens[role.value] = (await edge.staff.new_token(role.value)).text
    await edge.staff.add("foreign", {Role.UNIT_CLERK}, (FOREIGN_UNIT,), by="cli:test")
    tokens["foreign unit"] = (await edge.staff.new_token("foreign")).text
    for role in Role:  # one of each role who has left, whose token was right until then
        units = ("330100",) if role is Role.UNIT_CLERK else ()
        name = f"former_{role.value}"
        await edge.staff.add(name, {role}, units, by="cli:test")
        tokens[f"disabled {role.value}"] = (await edge.staff.new_token(name)).text
        await edge.staff.disable(name, by="cli:test")
    return tokens


KNOWN = ("key", *(role.value for role in Role), "foreign unit")
UNKNOWN = ("nobody", "citizen", *(f"disabled {role.value}" for role in Role))


def named(row: Route, caller: str, *more: object) -> str:
    return " ".join(map(str, (caller, row.method, row.path, *more)))


def test_rows_for_staff_say_who_may_call_them(everybody: Everybody) -> None:
    assert [row.path for row in everybody.rows() if row.who is Who.STAFF and not row.roles] == []


async def test_whom_we_do_not_know_gets_no_further_than_the_door(everybody: Everybody) -> None:
    let_in = []
    for caller in UNKNOWN:
        everybody.clock.ahead = timedelta()
        for row in everybody.rows():
            everybody.clock.ahead += timedelta(minutes=16)  # wrong tries lock a token for less
            if (status := await everybody.call(row, caller)) != 401:
                let_in.append(named(row, caller, status))
    assert let_in == []


async def test_who_has_no_role_for_it_is_told_so_and_nothing_else(everybody: Everybody) -> None:
    """And it is on the trail; that the key is no token of the staff is only counted."""
    wrong = []
    for row, caller in ((row, caller) for row in everybody.rows() for caller in KNOWN):
        if everybody.may(row, caller):
            continue
        wanted = 401 if caller == "key" else 403
        before = await everybody.entries()
        status = await everybody.call(row, caller)
        if (status, await everybody.entries()) != (wanted, before + (wanted == 403)):
            wrong.append(named(row, caller, status))
    assert wrong == []


async def test_who_may_is_let_in_and_what_may_change_something_is_on_the_trail(
    everybody: Everybody,
) -> None:
    wrong = []
    for row, caller in ((row, caller) for row in everybody.rows() for caller in KNOWN):
        if not everybody.may(row, caller):
            continue
        before = await everybody.entries()
        status = await everybody.call(row, caller)
        on_record = row.audited or row.method != "GET"
        if status in (401, 403, 429, 500) or await everybody.entries() != before + 2 * on_record:
            wrong.append(named(row, caller, status))
    assert wrong == []


async def test_an_expired_token_opens_nothing(everybody: Everybody) -> None:
    everybody.clock.ahead = timedelta(days=90)
    let_in = [
        named(row, role)
        for role in Role
        for row in everybody.rows()
        if await everybody.call(row, role.value) != 401
    ]
    assert let_in == []
