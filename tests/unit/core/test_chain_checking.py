"""Whoever changes, takes away, moves, cuts off or rewrites entries in the store is found out."""

import json
import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest

from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.chains.checking import check_chain
from channel_gateway.chains.faults import FaultKind
from channel_gateway.chains.heads import ANCHORS, HEADS
from channel_gateway.chains.links import FIRST_BEFORE, hash_of, read_link, write_link
from channel_gateway.ports import ChainEntry, KnownHead
from channel_gateway.store.memory import MemoryStore
from channel_gateway.store.sqlite import SqliteStore
from channel_gateway.vault import Vault

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


class Names:
    def token(self, length):
        return "n" * length


SEALING = Vault({"1": b"k" * 32}, b"i" * 32, Names())
STRANGER = Vault({"1": b"k" * 32}, b"j" * 32, Names())


async def grown(store, entries=10):
    """A chain of so many, at rest: its head has let go of them."""
    chain = StoredChains(store, SEALING, tidy_after_s=0).chain("journal")
    for n in range(1, entries + 1):
        await chain.append(ChainEntry(
            f"k{n}", "payment_received", group="wechat_pay", day=date(2026, 3, 2), at=AT,
            fields={"amount_fen": 100 * n},
        ))  # fmt: skip
    await chain._writer._tidying
    return chain


async def checked(store, **more):
    chain = StoredChains(store, SEALING).chain("journal")
    return await check_chain(store, chain, "journal", SEALING, **more)


def named(found):
    return [(fault.kind, fault.number, fault.key) for fault in found.faults]


@pytest.fixture
async def store():
    store = MemoryStore(CHAINS)
    await store.open()
    return store


@pytest.fixture
async def chain(store):
    return await grown(store)


async def altered(store, number, **changes):
    """As somebody who writes into the store would."""
    id = f"{number:012d}"
    await store.mutate("journal_links", id, lambda found: found | changes)


async def taken(store, *numbers):
    for number in numbers:
        await store.delete("journal_links", f"{number:012d}")


async def reckoned_anew(store, first, **changes):
    """One entry changed, and the hashes of all after it made to fit."""
    documents = await store.find("journal_links")
    before = documents[first - 2]["hash"] if first > 1 else FIRST_BEFORE
    for document in documents[first - 1 :]:
        extra = changes if int(document["_id"]) == first else {}
        link = read_link(document | extra | {"before": before})
        whole = write_link(link) | {"hash": hash_of(link)}
        before = whole["hash"]
        await altered(store, int(document["_id"]), **whole)


async def test_an_untouched_chain_holds_and_says_where_it_ends(store, chain):
    found = await checked(store)
    last = await chain.head()
    assert (found.holds, found.entries, found.last_number) == (True, 10, 10)
    assert (found.last_hash, found.unsettled) == (last.hash, [])


async def test_an_empty_chain_holds(store):
    assert (await checked(store)).holds


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": {"amount_fen": 1}},
        {"what": "stray"},
        {"day": "2026-03-03"},
        {"at": 0},
        {"group": "alipay_pay"},
        {"key": "another"},
        {"hash": "0" * 64},
    ],
)
async def test_a_changed_entry_is_named(store, chain, changes):
    await altered(store, 4, **changes)
    (fault,) = (await checked(store)).faults
    assert (fault.kind, fault.number) == (FaultKind.CHANGED, 4)


async def test_an_entry_that_cannot_be_read_is_named(store, chain):
    await altered(store, 4, day="yesterday")
    assert named(await checked(store)) == [(FaultKind.CHANGED, 4, "")]


async def test_a_missing_entry_is_named(store, chain):
    await taken(store, 4)
    assert named(await checked(store)) == [(FaultKind.MISSING, 4, "")]


async def test_several_missing_are_named_together(store, chain):
    await taken(store, 1, 2, 3)
    (fault,) = (await checked(store)).faults
    assert "entries 1 to 3" in str(fault)


async def test_two_entries_that_changed_places_are_named(store, chain):
    four, five = (await store.find("journal_links"))[3:5]
    await taken(store, 4, 5)
    await store.insert("journal_links", four | {"_id": five["_id"]})
    await store.insert("journal_links", five | {"_id": four["_id"]})
    found = await checked(store)
    assert named(found) == [(FaultKind.REORDERED, 4, "k5"), (FaultKind.REORDERED, 5, "k4")]
    assert "it was entry 5" in str(found.faults[0])


async def test_an_entry_put_in_anothers_place_with_a_fitting_hash_is_named(store, chain):
    link = read_link((await store.find("journal_links"))[3])
    forged = read_link(write_link(link) | {"fields": {"amount_fen": 1}})
    await altered(store, 4, fields={"amount_fen": 1}, hash=hash_of(forged))
    assert named(await checked(store)) == [(FaultKind.UNLINKED, 4, "k4")]


@pytest.mark.parametrize("cut", [1, 3])
async def test_a_tail_that_was_cut_off_is_missed(store, chain, cut):
    await taken(store, *range(11 - cut, 11))
    (fault,) = (await checked(store)).faults
    assert (fault.kind, fault.number) == (FaultKind.CUT, 10)


async def test_whoever_cuts_the_head_too_cannot_sign_it(store, chain):
    await taken(store, 10)
    last = (await store.find("journal_links"))[-1]
    await store.mutate(
        HEADS.name, "journal", lambda head: head | {"number": 9, "hash": last["hash"]}
    )
    assert named(await checked(store)) == [(FaultKind.UNSIGNED, 9, "")]


async def test_a_head_that_is_gone_is_missed(store, chain):
    await store.delete(HEADS.name, "journal")
    assert named(await checked(store)) == [(FaultKind.UNSIGNED, 10, "")]


async def test_an_older_head_put_back_is_found_by_an_anchor(store, chain):
    old = await store.get(HEADS.name, "journal")
    await chain.append(ChainEntry("k11", "x", group="g", day=date(2026, 3, 2), at=AT, fields={}))
    await chain.anchor(AT + timedelta(hours=1))
    await taken(store, 11)
    await store.mutate(HEADS.name, "journal", lambda _: old)
    assert named(await checked(store)) == [(FaultKind.CUT, 11, "")]


async def test_a_chain_reckoned_anew_is_not_the_one_that_was_signed(store, chain):
    await chain.anchor(AT)
    await reckoned_anew(store, 4, fields={"amount_fen": 1})
    kinds = {(fault.kind, fault.number) for fault in (await checked(store)).faults}
    assert kinds == {(FaultKind.REWRITTEN, 10)}


async def test_a_head_kept_elsewhere_finds_what_was_rewritten_before_it(store, chain):
    fifth = (await store.find("journal_links"))[4]
    kept = KnownHead(5, fifth["hash"], "the closed day 2026-03-02")
    assert (await checked(store, elsewhere=[kept])).holds
    await reckoned_anew(store, 4, fields={"amount_fen": 1})
    found = await checked(store, elsewhere=[kept])
    assert named(found)[0] == (FaultKind.REWRITTEN, 5, "k5")
    assert "kept by the closed day 2026-03-02" in str(found.faults[0])


async def test_an_anchor_we_did_not_sign_is_named(store, chain):
    await StoredChains(store, STRANGER).chain("journal").anchor(AT)
    assert named(await checked(store)) == [(FaultKind.UNSIGNED, 10, "")]


async def test_an_anchor_of_another_moment_than_was_signed_is_named(store, chain):
    await chain.anchor(AT)
    (anchor,) = await store.find(ANCHORS.name)
    await store.mutate(ANCHORS.name, anchor["_id"], lambda kept: kept | {"at": kept["at"] + 1})
    assert named(await checked(store)) == [(FaultKind.UNSIGNED, 10, "")]


async def test_an_anchor_again_without_a_new_entry_changes_nothing(store, chain):
    for hours in (1, 2):
        await chain.anchor(AT + timedelta(hours=hours))
    assert len(await store.find(ANCHORS.name)) == 1


async def test_what_a_killed_process_left_with_the_head_is_no_fault(store):
    chain = StoredChains(store, SEALING).chain("journal")
    await chain.append(ChainEntry("k1", "x", group="g", day=date(2026, 3, 2), at=AT, fields={}))
    await taken(store, 1)  # the head was swapped, and then it died
    found = await checked(store)
    assert (found.holds, found.unsettled, found.entries) == (True, [1], 1)


async def test_faults_are_named_up_to_a_bound(store):
    await grown(store, 150)
    for number in range(1, 151):
        await altered(store, number, what="stray")
    assert len((await checked(store)).faults) == 100


async def test_a_file_changed_by_hand_is_found_out(tmp_path):
    """By sqlite3, as whoever has the file would."""
    path = tmp_path / "gateway.db"
    store = SqliteStore(path, CHAINS)
    await store.open()
    await grown(store)
    await store.close()
    db = sqlite3.connect(path)
    (text,) = db.execute("select body from journal_links where id='000000000004'").fetchone()
    document = json.loads(text)
    document["fields"]["amount_fen"] = 1
    with db:
        changed = (json.dumps(document),)
        db.execute("update journal_links set body=? where id='000000000004'", changed)
        db.execute("delete from journal_links where id in ('000000000007', '000000000010')")
    db.close()
    store = SqliteStore(path, CHAINS)
    await store.open()
    kinds = [(fault.kind, fault.number) for fault in (await checked(store)).faults]
    await store.close()
    assert kinds == [(FaultKind.CHANGED, 4), (FaultKind.MISSING, 7), (FaultKind.CUT, 10)]
