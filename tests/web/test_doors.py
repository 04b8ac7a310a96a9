"""Platforms that do not sign: without the key, or from elsewhere, there is nothing there."""

import asyncio
import io
import json
import logging
from dataclasses import replace

import pytest

from channel_gateway import ports
from channel_gateway.addresses import network
from channel_gateway.ports import StoreUnavailable
from channel_gateway.printing import route_lines
from channel_gateway.reference import pages as reference_pages
from channel_gateway.service import Callback, Table
from channel_gateway.store.memory import MemoryStore
from channel_gateway.web.doors.keeping import DOORS, Doors
from channel_gateway.web.edge import COLLECTIONS, declare, followed
from channel_gateway.web.exchange import Exchange
from channel_gateway.web.openapi import describe
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.web.conftest import OPERATOR_KEY

OPERATOR = {"Authorization": f"Bearer {OPERATOR_KEY}"}
PUBLIC = "https://pay.example.gov.cn"
COURIER, STRANGER = "203.0.113.9", "198.51.100.7"


async def wide_open(_request, _now):
    return HttpResponse(200, Headers(), b"ok")


@pytest.fixture
def table(table, office) -> Table:
    table.callbacks.append(Callback("courier", "/courier", office.hear, "Parcels.", unsigned=True))
    return table


@pytest.fixture
def public(edge):
    return replace(edge, public_url=PUBLIC, proxies=(network("127.0.0.1/32"),))


@pytest.fixture
def gateway(table, public):
    """Behind a proxy of ours, at a public address."""
    rows = Table(callbacks=table.callbacks)
    declare(rows, public)
    return Exchange(rows, public)


async def address(exchange):
    answer = await operated(exchange, "GET", "/v1/operator/doors")
    return answer["doors"][0]["keys"][-1]["address"]


async def operated(exchange, method, path, body=None, status=None):

    content = json.dumps(body).encode() if body is not None else b""
    headers = Headers({**OPERATOR, "Content-Type": "application/json"})
    answer = await exchange.send(HttpRequest(method, path, headers, content))
    if status is not None:
        assert answer.status == status
    return json.loads(answer.body) if answer.body else None


async def pushed(exchange, url, *, source, method="POST", peer="127.0.0.1"):
    path = url.removeprefix(PUBLIC).removeprefix("http://127.0.0.1:8080")
    headers = Headers({"X-Forwarded-For": source} if source else {})
    return await exchange.send(HttpRequest(method, path, headers, b"parcel", peer=peer))


def like_nowhere(answer):
    """Without what no two answers share."""

    problem = json.loads(answer.body)
    del problem["request_id"]
    headers = {key: value for key, value in answer.headers.items() if key != "x-request-id"}
    return answer.status, headers, problem


async def let_in(exchange, *networks):
    path = "/v1/operator/doors/courier/networks"
    await operated(exchange, "PUT", path, {"networks": list(networks)}, status=200)


async def test_who_looks_at_the_keys_is_on_the_trail(gateway, public):
    await address(gateway)
    head = await public.chains.chain("audit").head()
    assert (head.group, head.fields["action"]) == ("key:operator", "GET /v1/operator/doors")


async def test_the_platform_comes_in_with_its_key_from_its_network(gateway, office):
    await let_in(gateway, "203.0.113.0/24")

    answer = await pushed(gateway, await address(gateway), source=COURIER)

    assert (answer.status, answer.body) == (200, b"success")
    assert office.seen[0].peer == "127.0.0.1"


@pytest.mark.parametrize("method", ["POST", "GET", "HEAD", "DELETE", "BREW"])
async def test_a_wrong_key_is_answered_as_nowhere_whatever_the_method(gateway, office, method):
    await let_in(gateway, "0.0.0.0/0")
    wrong = await pushed(gateway, "/callbacks/courier/wrong", source=COURIER, method=method)
    nowhere = await pushed(gateway, "/callbacks/nobody/wrong", source=COURIER, method=method)

    assert like_nowhere(wrong) == like_nowhere(nowhere)
    assert office.seen == []


async def test_without_any_key_there_is_nothing_either(gateway):
    for path in ("/callbacks/courier", "/callbacks/courier/", "/callbacks/courier/a/b"):
        assert (await pushed(gateway, path, source=COURIER)).status == 404


async def test_a_wrong_key_s_body_is_not_read(table, edge, connect):
    client = await connect(table, edge)

    answer = await client.post("/callbacks/courier/wrong", data=io.BytesIO(b"x" * 10_000_000))

    assert answer.status == 404  # not 413


async def test_a_stranger_with_the_key_finds_nothing_and_is_shown_to_the_operator(gateway, office):
    await let_in(gateway, "203.0.113.0/24")

    answer = await pushed(gateway, await address(gateway), source=STRANGER)

    nowhere = await pushed(gateway, "/callbacks/nobody/wrong", source=STRANGER)
    assert like_nowhere(answer) == like_nowhere(nowhere)
    assert office.seen == []
    door = (await operated(gateway, "GET", "/v1/operator/doors"))["doors"][0]
    assert (door["refused"], door["turned_away"]) == ({"address": 1}, STRANGER)


async def test_a_stranger_s_word_on_where_it_comes_from_counts_for_nothing(gateway):
    await let_in(gateway, "203.0.113.0/24")
    url = await address(gateway)

    assert (await pushed(gateway, url, source=COURIER, peer=STRANGER)).status == 404
    assert (await pushed(gateway, url, source=f"{COURIER}, {STRANGER}")).status == 404


async def test_who_cannot_say_where_it_comes_from_finds_nothing_though_it_has_the_key(gateway):
    await let_in(gateway, "0.0.0.0/0", "::/0")

    answer = await pushed(gateway, await address(gateway), source="unknown")

    assert answer.status == 404
    door = (await operated(gateway, "GET", "/v1/operator/doors"))["doors"][0]
    assert (door["refused"], door["turned_away"]) == ({"address": 1}, "")


async def test_until_networks_are_said_nobody_comes_in_to_a_public_gateway(gateway):
    assert (await pushed(gateway, await address(gateway), source=COURIER)).status == 404
    assert (await pushed(gateway, await address(gateway), source=None)).status == 404


async def test_until_networks_are_said_this_machine_comes_in_to_a_gateway_on_it(table, edge):
    exchange = Exchange(table, edge)
    url = await address(exchange)

    assert (await pushed(exchange, url, source=None)).status == 200
    assert (await pushed(exchange, url, source=None, peer=COURIER)).status == 404


async def test_no_networks_at_all_lets_nobody_in(table, edge):
    exchange = Exchange(table, edge)
    await let_in(exchange)

    assert (await pushed(exchange, await address(exchange), source=None)).status == 404


async def test_both_keys_open_until_the_old_one_is_retired(gateway):
    await let_in(gateway, COURIER)
    old = await address(gateway)
    await operated(gateway, "POST", "/v1/operator/doors/courier/keys", status=201)
    new = await address(gateway)
    assert old != new
    assert [(await pushed(gateway, url, source=COURIER)).status for url in (old, new)] == [200, 200]

    keys = (await operated(gateway, "GET", "/v1/operator/doors"))["doors"][0]["keys"]
    assert [key["passed"] for key in keys] == [1, 1]
    path = f"/v1/operator/doors/courier/keys/{keys[0]['id']}"
    await operated(gateway, "DELETE", path, status=204)

    assert [(await pushed(gateway, url, source=COURIER)).status for url in (old, new)] == [404, 200]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "field"),
    [
        ("POST", "/nobody/keys", None, 404, "not_found", "name"),
        ("DELETE", "/courier/keys/nobody", None, 404, "not_found", "id"),
        ("PUT", "/nobody/networks", {"networks": []}, 404, "not_found", "name"),
        ("PUT", "/courier/networks", {"networks": ["::1", "x"]}, 422, "invalid", "networks.1"),
        ("PUT", "/courier/networks", {"networks": "x"}, 422, "invalid", "networks"),
    ],
)
async def test_what_an_operator_got_wrong_is_named(
    gateway, method, path, body, status, code, field
):
    problem = await operated(gateway, method, f"/v1/operator/doors{path}", body, status=status)

    assert (problem["code"], problem["field"]) == (code, field)


async def test_the_last_key_cannot_be_retired(gateway):
    door = (await operated(gateway, "GET", "/v1/operator/doors"))["doors"][0]
    path = f"/v1/operator/doors/courier/keys/{door['keys'][0]['id']}"

    assert (await operated(gateway, "DELETE", path, status=409))["code"] == "last_key"


async def test_a_door_has_a_bounded_number_of_keys(gateway):
    for _ in range(4):
        await operated(gateway, "POST", "/v1/operator/doors/courier/keys", status=201)

    problem = await operated(gateway, "POST", "/v1/operator/doors/courier/keys", status=409)

    assert problem["code"] == "too_many_keys"


async def test_only_operators_see_doors(gateway):
    for method, path in (
        ("GET", "/v1/operator/doors"),
        ("POST", "/v1/operator/doors/courier/keys"),
        ("DELETE", "/v1/operator/doors/courier/keys/k"),
        ("PUT", "/v1/operator/doors/courier/networks"),
    ):
        assert (await gateway.send(HttpRequest(method, path))).status == 401


async def test_what_another_process_changed_counts_here(table, edge):
    ours = Exchange(table, edge)
    other = replace(edge, doors=Doors(edge.store, edge.vault, edge.clock, edge.randomness))
    url = await address(ours)
    assert (await pushed(ours, url, source=None)).status == 200

    await other.doors.add_key("courier")
    first = (await other.doors.door("courier")).keys[0]
    await other.doors.retire_key("courier", first.id)
    assert (await pushed(ours, url, source=None)).status == 200  # not yet
    await edge.doors.refresh()

    assert (await pushed(ours, url, source=None)).status == 404
    assert (await pushed(ours, await address(ours), source=None)).status == 200


class Watched(MemoryStore):
    """It tells of every look, and can be away."""

    def __init__(self):
        super().__init__(COLLECTIONS)
        self.looks = asyncio.Queue()
        self.away = False

    async def find(self, collection, **query):
        self.looks.put_nowait(None)
        if self.away:
            raise StoreUnavailable
        return await super().find(collection, **query)

    async def looked_at(self):
        """From now on, a whole look has been had."""
        while not self.looks.empty():
            self.looks.get_nowait()
        for _ in range(2):
            await self.looks.get()


async def test_it_counts_here_without_being_asked_for(edge):
    store = Watched()
    await store.open()
    ours, theirs = (
        Doors(store, edge.vault, edge.clock, edge.randomness, look_again_s=0) for _ in range(2)
    )
    async with ours.followed(["courier"]), asyncio.timeout(5):
        await theirs.open_to("courier", ())
        await store.looked_at()

        assert (await ours.known("courier")).networks == ()


async def test_a_store_that_is_away_leaves_what_is_known(edge):
    store = Watched()
    await store.open()
    doors = Doors(store, edge.vault, edge.clock, edge.randomness, look_again_s=0)
    async with doors.followed(["courier"]), asyncio.timeout(5):
        store.away = True
        await store.looked_at()

        assert (await doors.known("courier")).digests


async def test_many_processes_begin_with_one_key(edge):
    begun = [Doors(edge.store, edge.vault, edge.clock, edge.randomness) for _ in range(5)]

    doors = await asyncio.gather(*(each.door("courier") for each in begun))

    assert {door.keys for door in doors} == {doors[0].keys}
    assert len(doors[0].keys) == 1


async def test_a_look_that_read_before_a_change_does_not_undo_it(table, edge):
    class Late(MemoryStore):
        page = None

        async def find(self, collection, **query):
            return self.page or await super().find(collection, **query)

    store = Late(COLLECTIONS)
    await store.open()
    doors = Doors(store, edge.vault, edge.clock, edge.randomness)
    await doors.known("courier")
    store.page = await store.find(DOORS.name)
    await doors.open_to("courier", ())

    await doors.refresh()

    assert (await doors.known("courier")).networks == ()


async def test_the_address_is_offered_with_its_newest_key(table, edge):
    offered = table.need(ports.Doors, "web", "doors are needed")
    exchange = Exchange(table, edge)
    assert await offered.address("courier") == await address(exchange)

    await operated(exchange, "POST", "/v1/operator/doors/courier/keys", status=201)

    assert await offered.address("courier") == await address(exchange)
    with pytest.raises(LookupError):
        await offered.address("bell")  # it signs


async def test_doors_are_made_at_the_start(table, edge):
    async with followed(table, edge):
        assert [each["_id"] for each in await edge.store.find(DOORS.name)] == ["courier"]


async def test_the_key_is_nowhere_but_where_the_operator_asks(table, edge, lines, office, caplog):
    caplog.set_level(logging.DEBUG)
    exchange = Exchange(table, edge)
    url = await address(exchange)
    key = url.rpartition("/")[2]
    lines.clear()
    await pushed(exchange, f"{url}?a=1", source=None)
    office.trouble = None

    assert len(key) == 32
    assert lines[0]["route"] == "/callbacks/courier/{key}"
    assert office.seen[0].url == "/callbacks/courier/{key}?a=1"
    told = [
        str(lines),
        caplog.text,
        edge.metrics.text().decode(),
        str(list(route_lines(table))),
        str(reference_pages(table, {})),
        str(describe(table)),
        str([await edge.store.find(DOORS.name)]),
        repr(await edge.doors.door("courier")) + repr(await edge.doors.known("courier")),
    ]
    assert not [each for each in told if key in each]
    assert "/callbacks/courier/{key}" in told[4]
    assert "/callbacks/courier/{key}" in describe(table)["paths"]


async def test_refused_calls_are_counted_by_what_was_wrong(gateway, public):
    await let_in(gateway, COURIER)
    url = await address(gateway)
    for _ in range(2):
        await pushed(gateway, "/callbacks/courier/wrong", source=COURIER)
    await pushed(gateway, url, source=STRANGER)

    told = public.metrics.text().decode()

    assert 'gateway_door_refusals_total{name="courier",why="key"} 2.0' in told
    assert 'gateway_door_refusals_total{name="courier",why="address"} 1.0' in told


async def test_no_address_may_lie_where_a_door_has_its_key(table, edge):
    table.callbacks.append(Callback("other", "/courier/other", wide_open, "Other."))

    with pytest.raises(ValueError, match="/callbacks/courier/other"):
        Exchange(table, edge)


def test_check_says_what_is_closed_until_somebody_says_for_whom(table, public):
    public_table, home = Table(callbacks=table.callbacks), table
    declare(public_table, public)

    said = [word for remarks in public_table.late_remarks for word in remarks()]

    assert [word.partition(":")[0] for word in said] == ["courier"]
    assert [word for remarks in home.late_remarks for word in remarks()] == []


def test_check_says_when_no_proxy_is_named(table, public):
    rows = Table(callbacks=table.callbacks)
    declare(rows, replace(public, proxies=()))

    said = [word for remarks in rows.late_remarks for word in remarks()]

    assert [word.partition(":")[0] for word in said] == ["courier", "server.proxies"]


async def test_a_flood_of_wrong_keys_asks_the_store_nothing(table, edge):
    class Counting(MemoryStore):
        asked = 0

        async def get(self, collection, id):
            self.asked += 1
            return await super().get(collection, id)

    store = Counting(COLLECTIONS)
    await store.open()
    counted = replace(
        edge, store=store, doors=Doors(store, edge.vault, edge.clock, edge.randomness)
    )
    exchange = Exchange(table, counted)
    await pushed(exchange, "/callbacks/courier/wrong", source=None)
    first = store.asked

    for _ in range(100):
        await pushed(exchange, "/callbacks/courier/wrong", source=None)

    assert store.asked == first
