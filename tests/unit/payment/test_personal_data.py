"""Orders are a person's on all channels; forgotten, they are found by their numbers alone."""

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

import pytest

from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.money import Fen
from payment.archive.archive import Archive
from payment.archive.files import Files
from payment.order import Order, State
from payment.personal_data import KeptOrders
from payment.receipts.register import Register
from payment.reconciliation.found.findings import Findings
from payment.refund_cases.case import BY_CITIZEN, WORDS, RefundCase
from payment.refund_cases.cases import Cases
from payment.refund_cases.deciding import withdrawn
from payment.story.finding import Numbers
from tests.unit.payment.conftest import Counter
from tests.unit.payment.refund_cases.samples import case


@pytest.fixture
def keeper(counter: Counter) -> KeptOrders:
    methods = {each.name: each for each in (counter.wechat, counter.alipay)}
    archive = Archive(counter.store, Files(Path("nowhere")))
    cases = Cases(counter.store)
    return KeptOrders(counter.orders, counter.issued, methods, cases, counter.vault, archive)  # type: ignore[arg-type]


async def _finished(counter: Counter, **given: object) -> Order:
    order = (await counter.order(**given)).order
    await counter.pay(order)
    await counter.work()
    assert (await counter.fresh(order)).state is State.RECEIPTED
    return order


async def test_an_order_is_its_persons_on_every_channel(
    counter: Counter, keeper: KeptOrders
) -> None:
    order = await _finished(counter)
    paid_in, seen_in = counter.session(), counter.session(citizen="other", channel="alipay")
    with pytest.raises(NotFound):
        await counter.payments.get(seen_in, order.id)
    counter.identities.persons |= {paid_in.citizen: "person", seen_in.citizen: "person"}
    # Until it is re-keyed, the account it was made with sees it all the same.
    assert await counter.payments.list(paid_in, limit=20, after=None)
    await keeper.adopt(paid_in.citizen, "person", counter.clock.now())
    for session in (paid_in, seen_in):
        assert (await counter.payments.get(session, order.id)).id == order.id
        listed = await counter.payments.list(session, limit=20, after=None)
        assert [each.id for each in listed] == [order.id]


async def test_an_order_is_paid_on_the_channel_it_was_made_on_alone(counter: Counter) -> None:
    order = (await counter.order()).order
    counter.identities.persons |= {"other": order.person}
    seen_in = counter.session(citizen="other", channel="alipay")
    seen = await counter.payments.get(seen_in, order.id)
    assert counter.payments.pay_parameters(seen, counter.session()) is not None
    assert counter.payments.pay_parameters(seen, seen_in) is None


async def test_adopting_again_changes_nothing(counter: Counter, keeper: KeptOrders) -> None:
    order = await _finished(counter)
    for _ in range(2):
        await keeper.adopt(counter.session().citizen, "person", counter.clock.now())
        assert (await counter.fresh(order)).person == "person"


async def test_what_is_not_settled_must_end_first(counter: Counter, keeper: KeptOrders) -> None:
    order = (await counter.order()).order
    person = counter.session().citizen
    assert order.id in (await keeper.open_matters(person))[0]
    await counter.pay(order)
    await counter.work()
    assert await keeper.open_matters(person) == []
    await counter.refunds.ask(order.id, number="R1", amount_fen=order.amount_fen, reason="多收")
    assert await keeper.open_matters(person) != []


async def test_a_forgotten_order_is_found_by_its_numbers_and_in_no_list(
    counter: Counter, keeper: KeptOrders
) -> None:
    order = await counter.fresh(await _finished(counter))
    session = counter.session()
    for _ in range(2):
        (kept,) = await keeper.erase(session.citizen, counter.clock.now())
        assert "三十年" in kept
    assert await counter.payments.list(session, limit=20, after=None) == []
    with pytest.raises(NotFound):
        await counter.payments.get(session, order.id)
    register, cases = Register(counter.store), Cases(counter.store)
    numbers = Numbers(counter.orders, ("wechat_pay",), register, cases, Findings(counter.store))
    for number in (order.id, order.pay_code, order.transaction or ""):
        assert (await numbers.meant(number)).orders
    assert session.citizen not in str(await counter.store.get("orders", order.id))
    assert (order.payer is not None, (await counter.fresh(order)).payer) == (True, None)


async def test_an_order_of_the_last_moment_is_nobodys_once_it_is_over(
    counter: Counter, keeper: KeptOrders
) -> None:
    order, session = (await counter.order()).order, counter.session()
    await keeper.erase(session.citizen, counter.clock.now())
    assert (await counter.payments.get(session, order.id)).id == order.id
    await counter.pay(order)
    await counter.work()
    await keeper.erase(session.citizen, counter.clock.now())
    assert (await counter.fresh(order)).person is None


async def test_what_was_ordered_after_the_erasure_is_somebody_elses(
    counter: Counter, keeper: KeptOrders
) -> None:
    asked_at = counter.clock.now()
    counter.clock.move(seconds=60)
    order = (await counter.order()).order
    await keeper.erase(counter.session().citizen, asked_at)
    assert (await counter.fresh(order)).person == counter.session().citizen


async def test_all_orders_are_in_the_copy_with_receipt_and_refunds(
    counter: Counter, keeper: KeptOrders
) -> None:
    order = await _finished(counter)
    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(100), reason="多收")
    await counter.work()
    told = await keeper.export(counter.session().citizen)
    assert [each["order_id"] for each in told["orders"]] == [order.id]
    assert told["more"] is False
    (copy,) = told["orders"]
    kept = await counter.fresh(order)
    assert (copy["channel"], copy["method"]) == ("wechat", "wechat_pay")
    assert moment(copy["confirmed_at"]) == kept.confirmed_at
    assert kept.receipt is not None
    receipt = asdict(kept.receipt)
    assert copy["receipt"] | {"issued_at": moment(copy["receipt"]["issued_at"])} == receipt
    (refund,) = copy["refunds"]
    assert (refund["refund_no"], refund["reason"], refund["state"]) == ("R1", "多收", "done")
    (given_back,) = kept.refunds
    assert (moment(refund["asked_at"]), moment(refund["done_at"])) == (
        given_back.asked_at,
        given_back.done_at,
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_an_open_refund_application_keeps_its_order_and_is_in_the_copy(
    counter: Counter, keeper: KeptOrders
) -> None:
    order, person = await _finished(counter), counter.session().citizen
    cases = Cases(counter.store)
    words = counter.vault.seal("重复缴款", WORDS)
    given = await cases.add(replace(case_of(words), order_id=order.id, open_key=order.id))

    assert await keeper.open_matters(person) == [f"未办结的退款申请{given.id}"]
    await keeper.erase(person, counter.clock.now())
    assert (await counter.fresh(order)).person == person
    [copy] = (await keeper.export(person))["orders"]
    [told] = copy["refund_applications"]
    assert (told["case_id"], told["words"], told["state"]) == (given.id, "重复缴款", "applied")

    await cases.change(given.id, lambda known: withdrawn(known, BY_CITIZEN, counter.clock.now()))
    assert await keeper.open_matters(person) == []
    await keeper.erase(person, counter.clock.now())
    assert (await counter.fresh(order)).person is None


def case_of(words: str) -> RefundCase:
    given = case()
    return replace(given, events=(replace(given.events[0], words=words), *given.events[1:]))
