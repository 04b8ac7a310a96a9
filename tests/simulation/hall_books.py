"""What must hold of places and their fees: always, and when all has come to rest."""

from collections import Counter
from collections.abc import Iterator

from channel_gateway.domain.notices import NoticeState
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.prepaid.fee import ELSEWHERE
from channel_gateway.services.appointment.rules.quotas import FIELDS, HOLDS_A_DAY
from tests.simulation.hall import FEE, WINDOWS, HallWorld

GONE = (State.LAPSED, State.CANCELLED_BY_CITIZEN, State.CANCELLED_BY_HALL)
HAVING = (State.HELD, State.CONFIRMED, State.NO_SHOW)


def broken_always(world: HallWorld) -> Iterator[str]:
    appointments = world.appointments()
    for place, taken in Counter(each.place for each in appointments if each.place).items():
        if taken > WINDOWS:
            yield f"{place} is given {taken} times"
    for holds, times in Counter(
        each.quota_hold.rpartition("|")[0] for each in appointments if each.quota_hold
    ).items():
        if times > HOLDS_A_DAY:
            yield f"{holds}: {times}"
    for each in appointments:
        if each.state in GONE and (each.seat_key or any(getattr(each, f) for f in FIELDS)):
            yield f"{each.id} is {each.state} and holds a place"
        if each.state in HAVING and not each.seat_key:
            yield f"{each.id} is {each.state} and has no place"
        if each.due is None and each.tasks:
            yield f"{each.id} has tasks that nobody will look at"
        if each.state is State.HELD and not each.tasks and not each.given_up:
            yield f"{each.id} is held for ever"


def broken_at_rest(world: HallWorld) -> Iterator[str]:
    yield from broken_always(world)
    for each in world.appointments():
        if each.tasks:
            yield f"{each.id} still waits for {[task.kind for task in each.tasks]}"
        if each.given_up:
            continue  # a person knows
        if each.state is State.HELD:
            yield f"{each.id} is still held"
        if each.state in (State.CONFIRMED, State.NO_SHOW):
            yield from _without_money(world, each)
        if each.state in GONE:
            yield from _still_payable(world, each)
    yield from _money_without_a_place(world)


def without_people(world: HallWorld) -> Iterator[str]:
    """A place paid at a counter and given up is a person's matter for good; nothing else is."""
    yield from broken_at_rest(world)
    for each in world.appointments():
        for task in each.given_up:
            if "paid elsewhere" not in task.note:
                yield f"{each.id}: a dead letter stays that nobody needs: {task.id} ({task.note})"


def _without_money(world: HallWorld, one: Appointment) -> Iterator[str]:
    fee = one.fee
    if fee is None or (fee.is_returned and one.state is State.NO_SHOW):
        return
    if fee.paid_by == ELSEWHERE:
        if world.finance.state_of(one.fee_code or "") is not NoticeState.PAID:
            yield f"{one.id} is {one.state} by word of finance, which says nothing of it"
        return
    order = next((each for each in world.orders() if each.id == fee.paid_by), None)
    if order is None:
        yield f"{one.id} is {one.state}, and nobody has paid"
    elif order.given_up:
        return
    elif world.finance.kept_fen(order.id) <= 0:
        yield f"{one.id} is {one.state}, and its money went back"


def _still_payable(world: HallWorld, one: Appointment) -> Iterator[str]:
    pay_code = world.finance.codes.get(one.id)
    if pay_code and world.finance.state_of(pay_code) is NoticeState.UNPAID:
        yield f"{one.id} is {one.state}, and its notice can be paid"


def _money_without_a_place(world: HallWorld) -> Iterator[str]:
    """Every fen that a platform holds is the fee of a place that somebody has."""
    for order in world.orders():
        platform = world.platform_of(order)
        held = platform.captured_fen(order.id) - platform.refunded_fen(order.id)
        one = world.appointment_of(order)
        if not held or order.given_up or (one and one.given_up):
            continue
        kept = one is not None and one.fee is not None and one.fee.paid_by == order.id
        if not kept or one is None or one.state not in (State.CONFIRMED, State.NO_SHOW):
            yield f"{order.id}: {held} of {FEE} fen are held for {one and (one.id, one.state)}"
