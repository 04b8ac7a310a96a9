"""Whoever changes a closed day in the store, in a file of SQLite too, is found out."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.chains import CHAINS
from channel_gateway.ports import ChainEntry
from channel_gateway.store.sqlite import SqliteStore
from payment.journal.bookings import Booking
from payment.journal.lines_text import write_lines
from payment.lines import OrderLine
from payment.orders import ORDERS
from payment.reconciliation.cases.case import CaseTrigger
from payment.reconciliation.days.closed import DayFaultKind
from payment.reconciliation.days.closing import OwnWork, SumsApart
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import DAYS
from payment.reconciliation.days.signing import digest_of, whole
from payment.reconciliation.days.sums import Counting
from payment.reconciliation.differences import Kind
from payment.reconciliation.found.findings import FINDINGS
from payment.reconciliation.room import COLLECTIONS
from tests.unit.days.conftest import Office, office_in
from tests.unit.days.samples import BOTH, CLERK, DAY, NOW, REVIEWER, difference

ID = f"{DAY}|wechat_pay"
LINES = (OrderLine("103044550", "考试费", 20600),)
KINDS = DayFaultKind


async def received(office: Office, order_id: str = "G1") -> None:
    """Money on the journal."""
    fields: dict[str, str | int] = {
        "order_id": order_id,
        "refund_no": "",
        "transaction": f"42{order_id}",
        "amount_fen": 20600,
        "pay_code": "P1",
        "unit_code": "330199011",
        "late_fee_fen": 0,
        "lines": write_lines(LINES),
        "merchant": "M",
        "stray": 0,
    }
    entry = ChainEntry(
        f"{Booking.PAYMENT_RECEIVED.value}|{order_id}",
        Booking.PAYMENT_RECEIVED.value,
        group="wechat_pay",
        day=DAY,
        at=NOW - timedelta(days=1),
        fields=fields,
    )
    await office.chains.chain("journal").append(entry)


async def booked(office: Office) -> Day:
    """A balanced day with that money in its sums."""
    await received(office)
    day = await office.run()
    counting = Counting()
    counting.paid("330199011", 20600, LINES)
    sums = {"gateway": counting.gateway, "rows": counting.sorted_rows()}
    return await office.desk.days.change(
        day.id, lambda d: replace(d, **sums, transit=counting.in_transit({}, {}))
    )


async def closed(office: Office) -> Day:
    await office.desk.closing.wish(await booked(office), CLERK)
    return await office.desk.closing.sign(await office.day(), REVIEWER)


async def faults(office: Office) -> list[tuple[DayFaultKind, str]]:
    return [(each.kind, each.field) async for each in office.desk.closed.faults()]


async def altered(office: Office, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    await office.store.mutate(DAYS.name, ID, change)


async def test_a_closed_day_is_what_was_signed(office: Office) -> None:
    await closed(office)
    assert await faults(office) == []


async def test_a_changed_sum_is_named_by_the_signature_and_by_the_journal(tmp_path: Path) -> None:
    """By sqlite3, as whoever has the file would."""
    path = tmp_path / "gateway.db"
    store = SqliteStore(path, (ORDERS, *COLLECTIONS, *CHAINS))
    await store.open()
    await closed(office_in(store))
    await store.close()
    with closing(sqlite3.connect(path)) as db, db:
        (body,) = db.execute(f"select body from {DAYS.name}").fetchone()
        forged = body.replace("20600", "30600")
        db.execute(f"update {DAYS.name} set body = ?", (forged,))
    store = SqliteStore(path, (ORDERS, *COLLECTIONS, *CHAINS))
    await store.open()
    found = [each async for each in office_in(store).desk.closed.faults()]
    await store.close()
    names = {each.field for each in found if each.kind is KINDS.CHANGED}
    assert names == {"channel", "gateway", "rows", "transit"}
    assert {(each.field, each.reported, each.journal) for each in found if each.reported} == {
        ("gateway gross_fen", 30600, 20600),
        ("330199011 103044550 考试费 gross_fen", 30600, 20600),
        ("330199011 received_fen", 30600, 20600),
    }
    assert str(found[-1]).startswith(f"closed day {DAY} of wechat_pay: ")


async def test_whoever_reckons_the_digests_anew_cannot_sign_them(office: Office) -> None:
    await closed(office)

    def forged(document: dict[str, Any]) -> dict[str, Any]:
        channel = document["channel"] | {"gross_fen": 1}
        signature = dict(document["signature"])
        signature["parts"] = [
            each | ({"digest": digest_of(channel)} if each["name"] == "channel" else {})
            for each in signature["parts"]
        ]
        return document | {"channel": channel, "signature": signature}

    await altered(office, forged)
    day = await office.day()
    assert day.signature is not None
    digest = whole(day.signature.parts)
    await altered(office, lambda d: d | {"signature": d["signature"] | {"report_digest": digest}})
    assert await faults(office) == [(KINDS.UNSIGNED, ""), (KINDS.UNENTERED, "")]


@pytest.mark.parametrize("name", ["by", "journal_hash"])
async def test_another_signer_or_head_is_not_signed(office: Office, name: str) -> None:
    await closed(office)
    await altered(office, lambda d: d | {"signature": d["signature"] | {name: "another"}})
    assert await faults(office) == [(KINDS.UNSIGNED, "")]


async def test_another_person_who_asked_is_not_signed(office: Office) -> None:
    await closed(office)
    await altered(office, lambda d: d | {"wish": d["wish"] | {"by": "another"}})
    assert await faults(office) == [(KINDS.UNSIGNED, "")]


async def test_a_difference_that_is_gone_from_a_closed_report_is_named(office: Office) -> None:
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY)]]
    await closed_with_one(office)
    (finding,) = await office.findings()
    await office.store.delete(FINDINGS.name, finding.id)
    assert await faults(office) == [(KINDS.CHANGED, "differences")]


async def closed_with_one(office: Office) -> None:
    await office.run()
    (finding,) = await office.findings()
    await office.desk.step(finding.id, CaseTrigger.CARRY, CLERK, "等待")
    await office.desk.closing.wish(await office.day(), CLERK)
    await office.desk.closing.sign(await office.day(), REVIEWER)


@pytest.mark.parametrize("gone", [True, False])
async def test_a_closed_day_that_is_opened_or_gone_is_named(office: Office, gone: bool) -> None:
    await closed(office)
    if gone:
        await office.store.delete(DAYS.name, ID)
    else:
        await altered(office, lambda d: d | {"state": "balanced", "signature": None})
    assert await faults(office) == [(KINDS.REOPENED, "")]


async def test_a_day_whose_sums_are_not_the_journals_is_not_signed(office: Office) -> None:
    await office.desk.closing.wish(await booked(office), CLERK)
    await received(office, "G2")
    with pytest.raises(SumsApart):
        await office.desk.closing.sign(await office.day(), REVIEWER)
    assert await faults(office) == []


async def test_money_that_the_journal_learns_of_later_changes_no_closed_day(
    office: Office,
) -> None:
    await closed(office)
    await received(office, "G2")
    assert await faults(office) == []


async def test_a_refused_signature_leaves_nothing_on_the_journal(office: Office) -> None:
    await office.desk.closing.wish(await booked(office), BOTH)
    head = await office.chains.chain("journal").head()
    with pytest.raises(OwnWork):
        await office.desk.closing.sign(await office.day(), BOTH)
    assert await office.chains.chain("journal").head() == head


async def test_a_difference_of_a_closed_report_stays_when_another_day_sees_it(
    office: Office,
) -> None:
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY)]]
    await closed_with_one(office)
    next_day = DAY + timedelta(days=1)
    office.clock.move(days=1)
    office.matching.rounds = [[difference(Kind.UNKNOWN_MONEY, day=next_day, detail="otherwise")]]
    await office.run(next_day)
    assert await faults(office) == []


async def test_a_day_that_only_says_it_is_closed_is_found_among_all(office: Office) -> None:
    await office.run()
    await office.store.mutate(DAYS.name, ID, lambda known: known | {"state": "closed"})
    faults = [each async for each in office.desk.closed.faults()]
    assert [(each.kind, each.day) for each in faults] == [(KINDS.UNSIGNED, DAY)]
