"""Chains on every engine: no gap, no fork, no entry twice, whoever appends and whatever dies."""

import asyncio
import random
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest

from channel_gateway.chains import CHAINS, StoredChain, StoredChains
from channel_gateway.chains.checking import check_chain
from channel_gateway.chains.faults import FaultKind
from channel_gateway.chains.heads import ANCHORS, HEADS
from channel_gateway.chains.links import FIRST_BEFORE, hash_of, id_of
from channel_gateway.ports import ChainEntry, KnownHead, StoreUnavailable
from channel_gateway.store import open_store
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


class Names:
    def token(self, length: int) -> str:
        return "n" * length


SEALING = Vault({"1": b"k" * 32}, b"i" * 32, Names())


async def append(chain: StoredChain, key: str, group: str = "g"):
    return await chain.append(ChainEntry(key, "what", group=group, day=DAY, at=AT, fields={"n": 1}))


async def links(chain: StoredChain):
    return [link async for link in chain.links()]


def holds(found) -> bool:
    before = FIRST_BEFORE
    for number, link in enumerate(found, 1):
        if (link.number, link.before, link.hash) != (number, before, hash_of(link)):
            return False
        before = link.hash
    return True


@pytest.fixture
async def store(engine):
    store = await open_store(engine.url, CHAINS, driver=engine.name, timeout_s=10.0)
    yield store
    await store.close()


async def test_entries_are_numbered_without_a_gap_whoever_appends(store) -> None:
    chains = [StoredChains(store, SEALING).chain("journal") for _ in range(4)]  # as processes
    await asyncio.gather(*(append(random.choice(chains), f"k{n}") for n in range(300)))
    found = await links(chains[0])
    assert (len(found), holds(found)) == (300, True)
    assert {link.key for link in found} == {f"k{n}" for n in range(300)}


async def test_a_key_is_appended_once_by_whoever_is_first(store) -> None:
    chains = [StoredChains(store, SEALING).chain("journal") for _ in range(3)]
    given = await asyncio.gather(*(append(chain, f"k{n}") for n in range(20) for chain in chains))
    found = await links(chains[0])
    assert (len(found), holds(found)) == (20, True)
    assert {(link.key, link.number) for link in given} == {
        (each.key, each.number) for each in found
    }


async def test_entries_of_one_process_keep_their_order(store) -> None:
    chain = StoredChains(store, SEALING).chain("journal")
    await asyncio.gather(*(append(chain, f"k{n:03d}") for n in range(250)))
    assert [link.key for link in await links(chain)] == [f"k{n:03d}" for n in range(250)]


async def test_what_was_acknowledged_is_read_by_day_and_as_the_head(store) -> None:
    chain = StoredChains(store, SEALING).chain("journal")
    assert await chain.head() is None
    await append(chain, "a", "g1")
    last = await append(chain, "b", "g2")
    assert [link.key async for link in chain.of_day("g1", DAY)] == ["a"]
    elsewhere = StoredChains(store, SEALING).chain("journal")
    assert await elsewhere.head() == last
    assert await chain.head() == last


async def test_a_days_entries_of_some_kinds_alone_are_read_in_order(store) -> None:
    chain = StoredChains(store, SEALING).chain("journal")
    for key, what in (("a", "paid"), ("b", "booked"), ("c", "paid")):
        await chain.append(ChainEntry(key, what, group="g1", day=DAY, at=AT, fields={}))
    assert [link.key async for link in chain.of_day("g1", DAY, whats={"paid"})] == ["a", "c"]


class Dying(MemoryStore):
    """Dies at its n-th write, before or after it was made."""

    def __init__(self, dies_at: int, *, applied: bool) -> None:
        super().__init__(CHAINS)
        self._left, self._applied = dies_at, applied

    async def _commit(self, write):
        self._left -= 1
        if self._left == 0:
            if self._applied:
                await super()._commit(write)
            raise StoreUnavailable
        return await super()._commit(write)


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("dies_at", range(1, 9))
async def test_a_process_that_dies_at_any_write_leaves_no_gap(dies_at: int, applied: bool) -> None:
    store = Dying(dies_at, applied=applied)
    await store.open()
    acknowledged = []
    for n in range(4):
        try:
            link = await append(StoredChains(store, SEALING).chain("journal"), f"k{n}")
        except StoreUnavailable:
            continue
        acknowledged.append(link)
    chain = StoredChains(store, SEALING).chain("journal")
    for n in range(4):  # what was not acknowledged is tried again
        await append(chain, f"k{n}")
    found = await links(chain)
    assert (len(found), holds(found)) == (4, True)
    assert set(map(str, acknowledged)) <= set(map(str, found))


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("dies_at", range(1, 9))
async def test_a_process_that_goes_on_after_trouble_leaves_no_gap(
    dies_at: int, applied: bool
) -> None:
    store = Dying(dies_at, applied=applied)
    await store.open()
    chain = StoredChains(store, SEALING).chain("journal")
    for n in range(4):
        with suppress(StoreUnavailable):
            await append(chain, f"k{n}")
    for n in range(4):
        await append(chain, f"k{n}")
    found = await links(chain)
    assert (len(found), holds(found)) == (4, True)


async def test_a_head_lets_go_of_links_that_are_in_their_places() -> None:
    store = MemoryStore(CHAINS)
    await store.open()
    chain = StoredChains(store, SEALING, tidy_after_s=0).chain("journal")
    await append(chain, "a")
    head = await store.get(HEADS.name, "journal")
    assert len(head["pending"]) == 1
    await chain._writer._tidying
    head = await store.get(HEADS.name, "journal")
    assert (head["pending"], head["number"]) == ([], 1)
    await append(chain, "b")
    assert holds(await links(chain))


async def test_verifying_finds_what_was_taken_and_what_was_put_in_a_heads_place(store) -> None:
    chain = StoredChains(store, SEALING, tidy_after_s=0).chain("journal")
    for n in range(6):
        await append(chain, f"k{n}", f"g{n % 2}")
    await chain.anchor(AT)
    for n in range(6, 9):
        await append(chain, f"k{n}", "g0")
    await chain._writer._tidying
    assert (await check_chain(store, chain, "journal", SEALING)).holds
    for n in (7, 8, 9):
        await store.delete("journal_links", id_of(n))
    (anchor,) = await store.find(ANCHORS.name)
    forged = {name: anchor[name] for name in ("number", "hash", "mac")}
    await store.mutate(HEADS.name, "journal", lambda head: head | forged)
    known = KnownHead(9, "0" * 64, "elsewhere")
    found = await check_chain(store, chain, "journal", SEALING, elsewhere=[known])
    assert [(each.kind, each.number) for each in found.faults] == [
        (FaultKind.CUT, 9),
        (FaultKind.UNSIGNED, 6),
    ]


async def test_a_groups_entries_are_read_by_day(store) -> None:
    chain = StoredChains(store, SEALING).chain("journal")
    for key, group, day in (("a", "g", 3), ("b", "g", 2), ("c", "other", 2)):
        await chain.append(
            ChainEntry(key, "w", group=group, day=DAY.replace(day=day), at=AT, fields={})
        )
    assert [link.key async for link in chain.of_group("g")] == ["b", "a"]
