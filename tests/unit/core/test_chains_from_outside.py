"""Whoever holds the store without the keys: what they cut back, erase or hide is found out."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from channel_gateway.chains import CHAINS, StoredChains
from channel_gateway.chains.checking import check_chain
from channel_gateway.chains.faults import FaultKind
from channel_gateway.chains.last_known import LastKnown
from channel_gateway.ports import ChainBroken, ChainEntry, KnownHead
from channel_gateway.store.sqlite import SqliteStore
from channel_gateway.vault import Vault

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


class Names:
    def token(self, length):
        return "n" * length


class Witness:
    async def entered(self, chain):
        return f"there is money, and none of it is on the {chain}"


SEALING = Vault({"1": b"k" * 32}, b"i" * 32, Names())


class Busy(SqliteStore):
    """Something else happens just before the next look by a key."""

    meanwhile = None

    async def get_by(self, *asked):
        if (meanwhile := self.meanwhile) is not None:
            self.meanwhile = None
            await meanwhile()
        return await super().get_by(*asked)


class Machine:
    """A store in a file, and the file beside the keys; between two openings anybody may come."""

    def __init__(self, folder):
        self.path, self.last_known = folder / "gateway.db", LastKnown(folder / "keys" / "heads.log")

    async def __aenter__(self):
        self.store = Busy(self.path, CHAINS)
        await self.store.open()
        self.chains = StoredChains(self.store, SEALING, last_known=self.last_known, tidy_after_s=0)
        self.chain = self.chains.chain("journal")
        return self

    async def __aexit__(self, *_):
        await self.chain._writer._tidying if self.chain._writer._tidying else None
        await self.store.close()

    async def grow(self, first, last, day=MONDAY):
        for n in range(first, last + 1):
            fields = {"amount_fen": 100 * n}
            await self.chain.append(
                ChainEntry(
                    f"k{n}", "payment_received", group="wechat_pay", day=day, at=AT, fields=fields
                )
            )
        await self.chain._writer._tidying

    async def verify(self, *witnesses):
        known = await self.chains.last_known("journal")
        return await check_chain(
            self.store, self.chain, "journal", SEALING, elsewhere=known, witnesses=witnesses
        )

    def tamper(self, *statements):
        with closing(sqlite3.connect(self.path)) as db, db:
            for sql in statements:
                db.execute(sql)

    def kept(self, table):
        with closing(sqlite3.connect(self.path)) as db:
            return {
                id: json.loads(body) for id, body in db.execute(f"select id, body from {table}")
            }

    def put(self, table, id, body):
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute(f"update {table} set body = ? where id = ?", (json.dumps(body), id))


@pytest.fixture
async def machine(tmp_path):
    machine = Machine(tmp_path)
    async with machine:
        await machine.grow(1, 6)
        await machine.chains.anchor(AT)
        await machine.grow(7, 9, TUESDAY)
        await machine.chains.anchor(AT + timedelta(hours=1))
    return machine


async def faults(machine, *witnesses):
    async with machine:
        return [(each.kind, each.number) for each in (await machine.verify(*witnesses)).faults]


ERASED = (
    "delete from journal_links",
    "delete from chain_heads where id = 'journal'",
    "delete from chain_anchors where id like 'journal|%'",
)


async def test_an_untouched_file_holds(machine):
    assert await faults(machine, Witness()) == []


async def test_an_erased_chain_is_missed_by_what_is_kept_outside_the_store(machine):
    machine.tamper(*ERASED)
    assert await faults(machine) == [(FaultKind.CUT, 9)]


async def test_an_erased_chain_is_missed_by_what_else_the_store_has(machine):
    machine.tamper(*ERASED)
    machine.last_known = LastKnown(machine.path.with_name("another"))
    assert await faults(machine) == []
    assert await faults(machine, Witness()) == [(FaultKind.ERASED, 0)]


async def test_an_anchor_in_the_heads_place_is_not_signed_as_a_head(machine):
    """Both have number, hash and a signature of ours; the signed texts differ."""
    anchor = machine.kept("chain_anchors")["journal|000000000006"]
    head = machine.kept("chain_heads")["journal"]
    moved = {name: anchor[name] for name in ("number", "hash", "mac")}
    machine.put("chain_heads", "journal", head | moved)
    machine.tamper(
        "delete from journal_links where id > '000000000006'",
        "delete from chain_anchors where id > 'journal|000000000006'",
    )
    machine.last_known = LastKnown(machine.path.with_name("another"))
    assert await faults(machine) == [(FaultKind.UNSIGNED, 6)]


async def test_a_backup_put_back_is_missed_by_the_file_and_the_hourly_anchor(machine, tmp_path):
    """Every signature in it is ours: only what is kept outside the store knows of more."""
    backup = machine.path.read_bytes()
    async with machine:
        await machine.grow(10, 12)
        await machine.chains.anchor(AT + timedelta(hours=2))
    for rest in tmp_path.glob("gateway.db-*"):
        rest.unlink()
    machine.path.write_bytes(backup)
    assert await faults(machine) == [(FaultKind.CUT, 12)]
    async with machine:
        await machine.grow(13, 20)  # grown beyond it since
        with pytest.raises(ChainBroken, match="entry 12"):
            await machine.chains.anchor(AT + timedelta(hours=3))
    assert await faults(machine) == [(FaultKind.REWRITTEN, 12)]


@pytest.mark.parametrize("value", ["'2026-03-02'", "NULL"])
async def test_an_entry_hidden_by_its_index_alone_is_named(machine, value):
    machine.tamper(f"""update journal_links set "$day" = {value} where id = '000000000008'""")
    assert await faults(machine) == [(FaultKind.MISPLACED, 8)]


async def test_two_entries_whose_index_was_exchanged_are_both_named(machine):
    machine.tamper(
        """update journal_links set "$day" = '2026-03-03' where id = '000000000001'""",
        """update journal_links set "$day" = '2026-03-02' where id = '000000000008'""",
    )
    assert await faults(machine) == [(FaultKind.MISPLACED, 1), (FaultKind.MISPLACED, 8)]


async def test_an_entry_whose_key_finds_nothing_is_named(machine):
    machine.tamper("""update journal_links set "$key" = NULL where id = '000000000002'""")
    assert await faults(machine) == [(FaultKind.MISPLACED, 2)]


async def test_an_entry_that_is_found_as_another_days_is_not_read_as_one(machine):
    machine.tamper("""update journal_links set "$day" = '2026-03-03' where id = '000000000001'""")
    async with machine:
        with pytest.raises(ChainBroken, match="000000000001"):
            [link async for link in machine.chain.of_day("wechat_pay", TUESDAY)]
        with pytest.raises(ChainBroken):
            await machine.chain.page(group="wechat_pay", day=TUESDAY, before=None, limit=10)


async def test_a_key_that_finds_another_entry_stops_the_chain(machine):
    machine.tamper("""update journal_links set "$key" = 'k10' where id = '000000000002'""")
    async with machine:
        with pytest.raises(ChainBroken):
            await machine.chain.append(
                ChainEntry("k10", "x", group="g", day=MONDAY, at=AT, fields={})
            )
        assert (await machine.chain.head()).number == 9


async def test_what_is_appended_while_verifying_is_not_missed(machine):
    async with machine:
        machine.store.meanwhile = lambda: machine.grow(10, 11)
        assert (await machine.verify()).holds


async def test_the_last_known_head_never_goes_back(tmp_path):
    kept = LastKnown(tmp_path / "keys" / "heads.log")
    for number in (5, 3, 5):
        await kept.keep("journal", number, f"{number}" * 64)
    await kept.keep("audit", 1, "a" * 64)
    assert [each.number for each in await kept.heads("journal")] == [5]
    assert (tmp_path / "keys" / "heads.log").stat().st_mode & 0o777 == 0o600


async def test_a_line_that_was_cut_off_is_no_head_and_does_not_spoil_the_next(tmp_path):
    path = tmp_path / "heads.log"
    path.write_text(f"journal 5:{'5' * 64}\njournal 6:66")
    kept = LastKnown(path)
    await kept.keep("journal", 7, "7" * 64)
    assert await kept.heads("journal") == [
        KnownHead(n, f"{n}" * 64, "heads.log, outside the store") for n in (5, 7)
    ]


async def test_a_file_that_cannot_be_read_proves_nothing_and_is_said(machine, tmp_path):
    machine.last_known = LastKnown(tmp_path)  # a folder
    async with machine:
        with pytest.raises(ChainBroken, match="cannot be read"):
            await machine.verify()
        with pytest.raises(ChainBroken):
            await machine.chains.anchor(AT + timedelta(hours=2))


async def test_a_file_that_cannot_be_written_is_told_to_the_log(machine, tmp_path, caplog):
    (tmp_path / "file").write_text("")
    machine.last_known = LastKnown(tmp_path / "file" / "heads.log")
    async with machine:
        await machine.grow(10, 10)
        await machine.chains.anchor(AT + timedelta(hours=2))
    assert "head_not_kept" in [getattr(each, "action", "") for each in caplog.records]
