"""The platform asks what an order owes: it is told what is owed now, and by nobody else's bank."""

import json
from datetime import timedelta
from typing import Any

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.connectors.wechat_nontax.fee_questions import FeeQuestions
from payment.connectors.wechat_nontax.kept import KeptOrder, KeptOrders
from payment.connectors.wechat_nontax.settings import Settings
from payment.lines import OrderLine
from payment.order import Order
from payment.orders import Orders
from payment.settlement import closed, received
from tests.unit.payment.fakes import CountingNames
from tests.unit.payment.samples import NOW, order, paid
from tests.unit.wechat_nontax.conftest import Desk
from tests.unit.wechat_nontax.test_callbacks import CHANCE, signed

LINES = (
    OrderLine("103050101", "交通违法罚款", Fen(20_000)),
    OrderLine("103050101", "交通违法罚款滞纳金", Fen(600), late=True),
)


@pytest.fixture
def ours() -> Order:
    return order(method="wechat_nontax", lines=LINES)


class Counter:
    """Where the questions are answered, with what is known of an order."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        self.gate = settings.account().gate
        self.orders = Orders(desk.store)
        self.kept = KeptOrders(desk.store)
        self._asked = FeeQuestions(settings.account(), self.kept, self.orders, CountingNames())

    async def know(self, order: Order) -> None:
        await self.orders.add(order)
        unit = ("330199", "330199011", "交警支队")
        await self.kept.add(KeptOrder(order.id, *unit, order.amount_fen, NOW))

    async def ask(self, **message: Any) -> HttpResponse:
        encrypted = self.gate.seal.sealed(json.dumps(message).encode(), CHANCE)
        return await self.answer(signed(self.gate.token, encrypted, NOW))

    async def answer(self, request: HttpRequest) -> HttpResponse:
        return await self._asked.answer(request, NOW)

    async def errcode(self, **message: Any) -> int:
        return int(json.loads((await self.ask(**message)).body)["errcode"])


@pytest.fixture
def counter(desk: Desk, settings: Settings) -> Counter:
    return Counter(desk, settings)


async def test_what_is_owed_comes_sealed_with_its_items(counter: Counter, ours: Order) -> None:
    await counter.know(ours)

    answer = json.loads((await counter.ask(order_no=ours.id, bank_id="102")).body)

    assert answer["errcode"] == 0
    assert "103050101" not in json.dumps(answer)
    told = json.loads(counter.gate.seal.opened(answer["Encrypt"]))
    assert told == {
        "order_no": ours.id,
        "fee": 20_600,
        "items": [
            {
                "no": 1,
                "item_id": "103050101",
                "item_name": "交通违法罚款",
                "overdue": 600,
                "penalty": 0,
                "fee": 20_600,
            }
        ],
        "department_code": "330199011",
        "department_name": "交警支队",
        "payment_notice_type": 1,
        "region_code": "330199",
        "payment_notice_create_time": int(NOW.timestamp()),
        "payment_expire_date": "20260302",
    }


async def test_what_is_paid_is_said_to_be(counter: Counter, ours: Order) -> None:
    await counter.know(received(ours, paid(ours), NOW))

    assert await counter.errcode(order_no=ours.id) == 232


async def test_a_notice_another_order_has_paid_is_paid(counter: Counter, ours: Order) -> None:
    other = order("G20260302bbbbbbbbbbbbbbbbbbbb", open_key="another")
    await counter.know(ours)
    await counter.know(received(other, paid(other), NOW))

    assert await counter.errcode(order_no=ours.id) == 232


async def test_an_order_nobody_can_pay_any_more_owes_nothing(counter: Counter, ours: Order) -> None:
    await counter.know(closed(ours, NOW + timedelta(minutes=31)))

    assert await counter.errcode(order_no=ours.id) == 210


async def test_money_for_another_bank_is_not_wanted(counter: Counter, ours: Order) -> None:
    await counter.know(ours)

    assert await counter.errcode(order_no=ours.id, bank_id="999") == 236


@pytest.mark.parametrize("asked", [{"order_no": "UNKNOWN"}, {}, {"order_no": {"$gt": ""}}])
async def test_what_is_not_ours_is_not_told_of(counter: Counter, asked: dict[str, Any]) -> None:
    answer = await counter.ask(**asked)

    assert (answer.status, json.loads(answer.body)["errcode"]) == (400, 210)


async def test_another_methods_order_is_not_told_of(counter: Counter) -> None:
    await counter.orders.add(elsewhere := order())

    assert await counter.errcode(order_no=elsewhere.id) == 210


async def test_a_forged_question_is_answered_with_nothing(counter: Counter, ours: Order) -> None:
    await counter.know(ours)
    asked = json.dumps({"order_no": ours.id}).encode()
    forged = signed("another token", counter.gate.seal.sealed(asked, CHANCE), NOW)

    answer = await counter.answer(forged)

    assert (answer.status, json.loads(answer.body)) == (400, {"errcode": 300, "errmsg": "签名错误"})


async def test_without_a_store_the_platform_is_asked_to_come_again(
    counter: Counter, desk: Desk, ours: Order
) -> None:
    await desk.store.close()

    answer = await counter.ask(order_no=ours.id)

    assert (answer.status, json.loads(answer.body)["errcode"]) == (503, 299)
