"""An order with money says that the journal has an entry, as soon as it was written."""

from payment.journal.witness import MoneyWitness
from tests.unit.payment.conftest import Counter


async def test_an_order_with_money_says_so_when_its_entry_is_written(counter: Counter) -> None:
    witness = MoneyWitness(counter.orders)
    order = (await counter.order()).order
    assert await witness.entered("journal") == ""
    await counter.pay(order)
    assert await witness.entered("journal") == ""  # the task is still to be done
    await counter.work()
    assert order.id in await witness.entered("journal")
    assert await witness.entered("audit") == ""
