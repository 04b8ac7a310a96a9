"""Whoever writes into the store what nobody did is found by `journal verify`."""

import json

from payment.reconciliation.suspense.account import SUSPENSE
from payment.refund_cases.cases import CASES
from tests.journeys.gateway.citizen import issue
from tests.journeys.gateway.staff import staff_of
from tests.journeys.gateway.test_refund_cases import applies, decided, receipted
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation.office import Business, noon, office_of
from tests.journeys.reconciliation.test_suspense import suspended, taken_out


async def verified(terminal):
    """The faults of documents, and how it ended."""
    code, out, err = await terminal.run("journal", "verify", "--json")
    assert out, err
    told = json.loads(out)
    assert all(each["holds"] for each in told["chains"])
    return [(each["kind"], each["id"], each["what"]) for each in told["documents"]], code


async def test_refund_cases_are_held_against_who_decided_them(terminal):
    house = terminal.house
    staff = await staff_of(house)
    citizen, order = await receipted(house, WECHAT_PAY)
    true = await applies(citizen, order, amount_fen=1_000)
    await decided(house, staff, true)
    await house.pass_time(hours=1)
    forged = await applies(citizen, order, amount_fen=2_000)
    await staff.unit.does(forged["case_id"], "verify", "属实")
    refused = await staff.reviewer.does(true["case_id"], "approve", "再批一次")
    assert refused.status == 409
    await house.pass_time(minutes=5)
    assert await verified(terminal) == ([], 0)

    store = house.gateway.store
    await store.mutate(CASES.name, true["case_id"], lambda case: case | {"amount_fen": 999})
    assert await verified(terminal) == ([("changed", true["case_id"], "amount_fen")], 1)
    await store.mutate(CASES.name, true["case_id"], lambda case: case | {"amount_fen": 1_000})
    approval = next(
        each
        for each in (await store.get(CASES.name, true["case_id"]))["events"]
        if each["what"] == "approved"
    )
    await store.mutate(
        CASES.name,
        forged["case_id"],
        lambda case: case | {"state": "approved", "events": [*case["events"], approval]},
    )
    assert await verified(terminal) == (
        [("undecided", forged["case_id"], "approved by zhao")],
        1,
    )
    await store.mutate(
        CASES.name,
        forged["case_id"],
        lambda case: case | {"state": "done", "events": case["events"][:-1]},
    )
    assert await verified(terminal) == (
        [("undecided", forged["case_id"], "done without an approval")],
        1,
    )
    await store.delete(CASES.name, forged["case_id"])
    assert await verified(terminal) == ([("gone", forged["case_id"], "verified by wang")], 1)


async def test_suspense_is_held_against_the_journal_and_who_did_it(terminal):
    house, till = terminal.house, WECHAT_PAY
    office, business = await office_of(house), Business(house, till)
    _, item_id = await suspended(house, office, business, till)
    pay_code = (await issue(house, 20_000))["pay_code"]
    await noon(house)
    await taken_out(house, office, item_id, kind="identify", amount_fen=20_000, pay_code=pay_code)
    assert await verified(terminal) == ([], 0)

    async def forged(change):
        """What is found once the sum reads so; it is put back."""
        before = await house.gateway.store.get(SUSPENSE.name, item_id)
        await house.gateway.store.mutate(SUSPENSE.name, item_id, lambda sum: sum | change(sum))
        found, code = await verified(terminal)
        assert code == 1
        assert {id for _, id, _ in found} == {item_id}
        await house.gateway.store.mutate(SUSPENSE.name, item_id, lambda _: before)
        return [(kind, what) for kind, _, what in found]

    entered, identified = (await house.gateway.store.get(SUSPENSE.name, item_id))["entries"]
    assert await forged(lambda _: {"entries": [entered, identified | {"pay_code": "33"}]}) == [
        ("changed", "pay_code of suspense entry 2"),
        ("changed", "pay_code of suspense approval 2"),
        ("changed", "pay_code of suspense done 2"),
    ]
    assert await forged(lambda _: {"entries": [entered | {"by": "clerk-xu"}, identified]}) == [
        ("undecided", "enter 1 by clerk-xu"),
        ("changed", "by of suspense entry 1"),
    ]
    assert await forged(lambda s: {"approvals": [s["approvals"][0] | {"by": "wu"}]}) == [
        ("undecided", "approval of 2 by wu"),
        ("changed", "approved_by of suspense approval 2"),
        ("changed", "approved_by of suspense done 2"),
    ]
    assert await forged(lambda _: {"done": []}) == [("gone", "suspense done 2")]
    gone = await forged(lambda _: {"entries": [entered], "approvals": [], "done": []})
    assert sorted(gone) == [
        ("gone", "suspense approval 2"),
        ("gone", "suspense done 2"),
        ("gone", "suspense entry 2"),
    ]
    third = identified | {"number": 3, "kind": "hand_over"}
    assert await forged(lambda _: {"entries": [entered, identified, third]}) == [
        ("unentered", "suspense entry 3"),
    ]
    assert await verified(terminal) == ([], 0)
