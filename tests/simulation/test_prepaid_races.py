"""Races about one prepaid place, played at every stroke: each ends with the books in order."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from channel_gateway.services.appointment.appointment import Appointment, State
from payment.facts import PaymentFact
from payment.order import Order
from tests.simulation import books, hall_books
from tests.simulation.faults import HOP_S, Fault
from tests.simulation.hall import SLOTS, HallWorld

strokes = pytest.mark.parametrize("stroke", [number / 2 for number in range(1, 24)])


@pytest.fixture
def world() -> Iterator[HallWorld]:
    world = HallWorld()
    yield world
    world.close()


def booked(world: HallWorld) -> Appointment:
    at = world.gateways[0]
    at.do(world.book(at, "lin", SLOTS[2], "tap"))
    world.wait(2)
    return world.appointments()[0]


def ordered(world: HallWorld, channel: str = "wechat") -> Order:
    at, [pay_code] = world.gateways[0], world.finance.drafts
    at.do(world.order_fee(at, "lin", channel, pay_code))
    world.wait(1)
    return next(each for each in world.orders() if each.method == f"{channel}_pay")


def paid(world: HallWorld, order: Order) -> None:
    """And the platform's callback arrives."""
    platform = world.platform_of(order)
    if not platform.is_payable(order.id):
        return
    platform.pay(order.id)
    at = world.gateways[1]
    at.do(world.deliver(at, platform, len(platform.callbacks) - 1))


def in_order(world: HallWorld) -> None:
    """Everybody comes to rest; late callbacks are repeated until they are taken."""
    world.heal()
    world.settle_down()
    at = world.gateways[0]
    for platform in world.methods.values():
        for number, callback in enumerate(platform.callbacks):
            if isinstance(callback.fact, PaymentFact) and not callback.acknowledged:
                at.do(world.deliver(at, platform, number))
    world.wait(1)
    world.settle_down()
    assert [*books.without_people(world), *hall_books.without_people(world)] == []


def held_fen(world: HallWorld) -> int:
    """What the platforms hold of the citizens' money."""
    return sum(
        platform.captured_fen(order.id) - platform.refunded_fen(order.id)
        for order in world.orders()
        for platform in [world.platform_of(order)]
    )


@strokes
def test_paying_while_the_hold_ends(world: HallWorld, stroke: float) -> None:
    one = booked(world)
    order = ordered(world)
    left = (one.held_until or world.now()) - world.now()
    world.clock.jump(left - timedelta(seconds=HOP_S))
    world.wait(stroke * HOP_S)
    paid(world, order)
    world.wait(60)

    ended = world.appointments()[0].state
    in_order(world)

    assert ended in (State.CONFIRMED, State.LAPSED)
    assert held_fen(world) == (6000 if ended is State.CONFIRMED else 0)


@strokes
def test_cancelling_while_it_is_paid(world: HallWorld, stroke: float) -> None:
    one = booked(world)
    order = ordered(world)
    paid(world, order)
    world.wait(stroke * HOP_S)
    at = world.gateways[0]
    at.do(world.cancel(at, one))
    world.wait(60)
    assert world.appointments()[0].state is State.CANCELLED_BY_CITIZEN

    in_order(world)

    assert held_fen(world) == 0


@strokes
def test_paying_on_two_channels_while_the_hold_ends(world: HallWorld, stroke: float) -> None:
    one = booked(world)
    orders = [ordered(world, channel) for channel in ("wechat", "alipay")]
    left = (one.held_until or world.now()) - world.now()
    world.clock.jump(left - timedelta(seconds=HOP_S))
    paid(world, orders[0])
    world.wait(stroke * HOP_S)
    paid(world, orders[1])
    world.wait(60)
    assert world.appointments()[0].state is State.CONFIRMED

    in_order(world)

    assert held_fen(world) == 6000


@strokes
@pytest.mark.parametrize("lost", [0, 1, 3])
def test_cancelling_what_was_paid_before_its_notice_was_known(
    world: HallWorld, stroke: float, lost: int
) -> None:
    """Finance's answers were lost: of the notice, and of the money it had booked for it."""
    for _ in range(2):
        world.finance.line.put("issue", Fault.LOST, 1.0)
    for _ in range(lost):
        world.finance.line.put("confirm", Fault.LOST, 1.0)
    one = booked(world)
    assert one.fee_code is None
    order = ordered(world)
    paid(world, order)
    world.wait(stroke * 2)
    at = world.gateways[0]
    at.do(world.cancel(at, one))
    world.wait(60)

    in_order(world)

    assert held_fen(world) == 0


@strokes
def test_the_hall_cancelling_while_it_is_paid(world: HallWorld, stroke: float) -> None:
    one = booked(world)
    order = ordered(world)
    at = world.gateways[0]
    at.do(world.close_day(at, one.day))
    world.wait(stroke * HOP_S)
    paid(world, order)
    world.wait(10)
    assert world.appointments()[0].state is State.CANCELLED_BY_HALL

    in_order(world)

    assert held_fen(world) == 0


@strokes
def test_a_gateway_that_dies_while_the_hold_ends(world: HallWorld, stroke: float) -> None:
    one = booked(world)
    order = ordered(world)
    left = (one.held_until or world.now()) - world.now()
    world.clock.jump(left - timedelta(seconds=HOP_S))
    world.wait(stroke * HOP_S)
    world.restart(0)
    world.restart(1)
    paid(world, order)
    world.wait(200)  # a lease runs out

    ended = world.appointments()[0].state
    in_order(world)

    assert ended in (State.CONFIRMED, State.LAPSED)
    assert held_fen(world) == (6000 if ended is State.CONFIRMED else 0)
