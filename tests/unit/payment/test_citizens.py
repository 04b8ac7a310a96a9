"""Citizens are told of their money once finance has booked it, and when it is back."""

from dataclasses import replace

import pytest

from channel_gateway.domain.documents import to_document
from channel_gateway.domain.money import Fen
from channel_gateway.domain.tasks import Task, doing
from channel_gateway.service import NotYet
from payment.citizens import TELL_CITIZEN, CitizenNews, told
from tests.unit.payment.conftest import Counter
from tests.unit.payment.fakes import FakeMessenger


async def test_who_has_paid_is_told_once_finance_has_booked_it(counter: Counter) -> None:
    messenger = FakeMessenger()
    counter.messengers.append(messenger)
    order = (await counter.order()).order

    await counter.pay(order)
    assert messenger.told == {}
    await counter.work()

    ((happening, words),) = messenger.said()
    assert (happening, words["amount"], words["service"]) == ("paid", "206.00元", order.description)
    (telling,) = messenger.told.values()
    assert (telling.person, telling.account) == (order.person, order.citizen)


async def test_each_refund_is_told_after_the_payment_with_its_own_amount(counter: Counter) -> None:
    messenger = FakeMessenger()
    counter.messengers.append(messenger)
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(100), reason="多收")
    await counter.work(for_s=60)

    said = [(happening, words["amount"]) for happening, words in messenger.said()]
    assert said == [("paid", "206.00元"), ("refunded", "1.00元")]


async def test_two_refunds_are_told_as_two_the_earlier_one_first(counter: Counter) -> None:
    messenger = FakeMessenger()
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    for number, fen in (("R1", 100), ("R2", 200)):
        await counter.refunds.ask(order.id, number=number, amount_fen=Fen(fen), reason="多收")
        await counter.work(for_s=60)
    back = await counter.fresh(order)
    both = told(replace(back, refunds=()), back)
    news = CitizenNews(counter.issued, lambda: messenger, lambda: [])

    first, second = both.tasks
    with pytest.raises(NotYet):
        await news.tell(to_document(both), second, counter.clock.now())
    for left in ((first, second), (second,)):  # as the outbox: the first is done and gone
        document = to_document(replace(both, **doing(*left)))
        await news.tell(document, left[0], counter.clock.now())

    assert [words["amount"] for _, words in messenger.said()] == ["1.00元", "2.00元"]


async def test_a_refund_that_was_told_of_is_no_news_at_the_next_change(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(100), reason="多收")
    await counter.work(for_s=60)
    back = await counter.fresh(order)

    assert told(back, back).tasks == back.tasks


async def test_money_that_goes_back_is_not_told_of_as_paid(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    await counter.refunds.ask(order.id, number="R1", amount_fen=Fen(100), reason="多收")
    back = await counter.fresh(order)

    assert told(replace(back, confirmed_at=None), back).tasks == back.tasks


async def test_money_nobody_wanted_is_told_of_when_it_is_back(counter: Counter) -> None:
    messenger = FakeMessenger()
    counter.messengers.append(messenger)
    order = (await counter.order()).order
    await counter.payments.close(counter.session(), order.id)

    await counter.pay(order)
    await counter.work(for_s=60)

    assert [happening for happening, _ in messenger.said()] == ["refunded"]


async def test_the_same_again_is_the_same_message(counter: Counter) -> None:
    messenger = FakeMessenger(down=True)
    counter.messengers.append(messenger)
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    assert messenger.told == {}

    messenger.down = False
    await counter.work(for_s=60)

    assert len(messenger.told) == 1


async def test_where_nobody_tells_citizens_no_task_is_written(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    fresh = await counter.fresh(order)
    assert [each.kind for each in (*fresh.tasks, *fresh.given_up) if "citizen" in each.kind] == []


class Files:
    """A catalogue of one service that charges for a fine."""

    async def charging(self, unit_code: str, item_codes: tuple[str, ...]) -> str | None:
        asked = (unit_code, item_codes)
        return "GA-WF-08" if asked == ("330199011", ("103050101",)) else None

    async def name(self, service: str) -> str:
        return "交通违法罚款缴纳"


async def test_a_fine_paid_by_its_code_is_told_of_as_the_service_that_charges_for_it(
    counter: Counter,
) -> None:
    messenger, order = FakeMessenger(), (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    paid = to_document(await counter.orders.get(order.id))
    news = CitizenNews(counter.issued, lambda: messenger, lambda: [Files()])  # type: ignore[list-item]

    await news.tell(paid, Task(f"{TELL_CITIZEN}:", TELL_CITIZEN, due=0), counter.clock.now())

    (telling,) = messenger.told.values()
    assert (telling.service, telling.words["service"]) == ("GA-WF-08", "交通违法罚款缴纳")
