"""On every store: orders at rest leave it for a file, and are found as before."""

from dataclasses import replace
from functools import partial
from hashlib import sha256

import pytest

from channel_gateway.domain.errors import NotFound
from channel_gateway.service import Session
from channel_gateway.staff.trail import Deed, Trail
from payment.archive.part import PartState
from payment.archive.part_store import ARCHIVED
from payment.archive.resting import Unrest
from payment.journal.journal import Journal
from payment.orders import ORDERS
from payment.put_away import OrderArchived
from payment.refund_cases.applying import applicant
from payment.refund_cases.cases import CASES
from payment.refund_cases.materials import MATERIALS
from payment.refund_cases.proof import RefundCaseProof
from payment.traces.traces import TRACES
from tests.contracts.archive.cellar import FIRST, METHOD, SECOND, Cellar
from tests.unit.days.samples import DAY
from tests.unit.payment.fakes import CountingNames
from tests.unit.payment.refund_cases.office import SUN


async def test_an_order_at_rest_goes_with_all_that_belongs_to_it(house: Cellar) -> None:
    order = await house.given_back(await house.receipted())
    await house.noted(order.id)
    await house.close()
    house.wait()
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert (outcome.gone, outcome.left, dict(outcome.stay)) == (1, 0, {})
    assert outcome.part is not None
    assert outcome.part.state is PartState.DONE
    for kind in (ORDERS, CASES, MATERIALS, TRACES):
        assert await house.store.find(kind.name) == []


async def test_the_file_is_read_without_us_and_names_nobody(house: Cellar) -> None:
    order = await house.given_back(await house.receipted(payer="sealed-name"))
    await house.noted(order.id)
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    first, line, end = house.lines()
    assert (first["kind"], first["day"], first["part"]) == ("archive", "2026-03-02", 1)
    assert first["in_parity"] == [[METHOD, "2026-03-02"]]
    assert (line["order"]["_id"], line["order"]["amount_fen"]) == (order.id, 20600)
    assert not {"citizen", "person", "payer", "check_code"} & line["order"].keys()
    assert [len(line[kind.name]) for kind in (CASES, MATERIALS, TRACES)] == [1, 1, 1]
    assert (end["orders"], end["received_fen"], end["returned_fen"]) == (1, 20600, 6000)


async def test_the_journal_has_the_files_digest(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    [link] = [each async for each in house.journal.of_group(ARCHIVED)]
    [path] = house.folder.iterdir()
    assert link.fields["file"] == path.name
    assert link.fields["digest"] == sha256(path.read_bytes()).hexdigest()
    assert (link.fields["orders"], link.fields["received_fen"]) == (1, 20600)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_it_is_found_as_before_by_every_number(house: Cellar) -> None:
    before = await house.given_back(await house.receipted(payer="sealed", check_code="code"))
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    orders = house.refunds.orders
    assert await orders.get(before.id) == before
    assert await orders.settling(before.notice) == before
    assert await orders.by_transaction(METHOD, before.transaction or "") == before
    assert await orders.of_notice(before.notice) == [before]
    assert await orders.of_pay_code(before.pay_code) == [before]
    assert await orders.of_person(["citizen-1"], limit=9, after=None) == [before]
    with pytest.raises(NotFound):
        await orders.get(SECOND)


async def test_what_went_with_it_is_read_back_too(house: Cellar) -> None:
    order = await house.given_back(await house.receipted())
    await house.noted(order.id)
    cases = await house.refunds.cases.of_order(order.id)
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    archived = await house.archive.whole(order.id)
    assert archived is not None
    assert archived.cases == tuple(cases)
    assert [trace.verb for trace in archived.traces] == ["ask"]


async def test_who_decided_what_is_put_away_is_not_missed(house: Cellar) -> None:
    order = await house.given_back(await house.receipted())
    [case] = await house.refunds.cases.of_order(order.id)
    audit = house.finance.chains.chain("audit")
    trail = Trail(audit, house.refunds.clock, CountingNames())
    decided = {"verified": "verify", "approved": "approve"}
    for event in case.events:
        if event.what in decided:
            action = f"POST /v1/staff/refund-cases/{{case_id}}/{decided[event.what]}"
            async with trail.of(Deed(event.by, action, {"case_id": case.id}, frozenset(), "r")):
                pass
    archived = partial(house.archive.refund_cases, house.journal)
    requested_fen = Journal(house.journal).requested_fen
    proof = RefundCaseProof(house.refunds.cases, archived, requested_fen, audit)
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    assert await house.refunds.cases.of_order(order.id) == []
    assert [fault async for fault in proof.faults()] == []
    [file] = house.folder.glob("*.jsonl.gz")
    file.unlink()
    assert {fault.kind for fault in [each async for each in proof.faults()]} == {"gone"}


async def test_its_citizen_sees_it_and_nobody_else(house: Cellar) -> None:
    order = await house.receipted()
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    payments, now = house.refunds.applying._payments, house.refunds.clock.now()
    own = Session("s", "wechat", "wx1", "citizen-1", now, now)
    assert (await payments.get(own, order.id)).id == order.id
    with pytest.raises(NotFound):
        await payments.get(replace(own, citizen="citizen-2"), order.id)


async def test_nothing_of_it_changes_any_more(house: Cellar) -> None:
    order = await house.receipted()
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    with pytest.raises(OrderArchived):
        await house.refunds.orders.change(order.id, lambda known: known)
    with pytest.raises(OrderArchived):
        await house.refunds.applied(order)
    assert await house.refunds.cases.of_order(order.id) == []


async def test_what_came_to_rest_later_goes_into_a_file_of_its_own(house: Cellar) -> None:
    await house.receipted(FIRST)
    late = await house.receipted(SECOND)
    case = await house.refunds.applied(late)
    await house.close()
    house.wait()
    once = await house.archiving.put_away(DAY, "operator-he")
    assert (once.gone, dict(once.stay)) == (1, {Unrest.REFUND_CASE_OPEN: 1})
    await house.refunds.applying.withdraw(case, applicant(SUN), house.refunds.clock.now())
    await house.refunds.work()
    again = await house.archiving.put_away(DAY, "operator-he")
    assert again.part is not None
    assert (again.gone, again.part.number) == (1, 2)
    assert (await house.refunds.orders.get(FIRST)).id == FIRST
    assert (await house.refunds.orders.get(SECOND)).id == SECOND


async def test_a_day_is_put_away_once(house: Cellar) -> None:
    await house.receipted()
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    before = await house.everything()
    outcome = await house.archiving.put_away(DAY, "operator-he")
    assert outcome.part is None
    assert await house.everything() == before


async def test_parity_of_a_day_holds_after_its_orders_were_put_away(house: Cellar) -> None:
    await house.given_back(await house.receipted())
    await house.close()
    house.wait()
    await house.archiving.put_away(DAY, "operator-he")
    parities = house.archiving.gate.parities
    assert [each.wrong async for each in parities.of_day(METHOD, DAY)] == [()]
    assert [each async for each in house.finance.desk.closed.faults()] == []
