"""What must hold of everybody's books: always, and when all has come to rest."""

from collections import Counter
from collections.abc import Iterator

from payment.facts import RefundStatus
from payment.order import OPEN, Order, State, StrayReason
from payment.refund import RefundState
from tests.simulation.world import World

SETTLING = (State.PAID, State.CONFIRMED, State.RECEIPTED)
ENDED = {
    RefundState.DONE: RefundStatus.DONE,
    RefundState.CLOSED: RefundStatus.CLOSED,
    RefundState.ABNORMAL: RefundStatus.ABNORMAL,
}


def broken_always(world: World) -> Iterator[str]:
    """What is wrong at this very moment, whatever is under way."""
    yield from world.broken_rules
    yield from world.finance.broken_rules
    for platform in world.methods.values():
        yield from platform.broken_rules
    orders = world.orders()
    for notice, times in Counter(o.notice for o in orders if o.state in SETTLING).items():
        if times > 1:
            yield f"{notice} is settled by {times} orders"
    for order in orders:
        if (order.settles is not None) != (order.state in SETTLING):
            yield f"{order.id} is {order.state} and claims {order.settles}"
        if (order.open_key is not None) != (order.state in OPEN):
            yield f"{order.id} is {order.state} and holds {order.open_key}"
        if order.due is None and order.tasks:
            yield f"{order.id} has tasks that nobody will look at"
        if len({task.id for task in order.tasks}) < len(order.tasks):
            yield f"{order.id} has a task twice"
        yield from _broken_money(world, order)
        yield from _payable_siblings(world, order, orders)


def broken_at_rest(world: World) -> Iterator[str]:
    """What is wrong when everybody is up and nothing is left to be done by itself."""
    yield from broken_always(world)
    for order in world.orders():
        platform = world.platform_of(order)
        if order.tasks:
            yield f"{order.id} still waits for {[task.kind for task in order.tasks]}"
        if order.state in (*OPEN, State.PAID, State.CONFIRMED, State.STRAY) and not _named(order):
            yield f"{order.id} is left {order.state}, and no dead letter says why"
        if order.state is State.CLOSED and platform.is_payable(order.id):
            yield f"{order.id} is closed here and payable at {platform.name}"
        for refund in order.refunds:
            said = platform.refunds.get(refund.number)
            if ENDED.get(refund.state) != (said[1] if said else None) and not _named(order):
                yield f"refund {refund.number} is {refund.state} here, {said} at {platform.name}"
        held = platform.captured_fen(order.id) - platform.refunded_fen(order.id)
        settled = world.finance.kept_fen(order.id)
        if held != settled and not _named(order):
            yield f"{order.id}: {platform.name} holds {held} fen, finance has {settled}"


def without_people(world: World) -> Iterator[str]:
    """What still waits for a person after every person has done what they could."""
    yield from broken_at_rest(world)
    for order in world.orders():
        platform = world.platform_of(order)
        held = platform.captured_fen(order.id) - platform.refunded_fen(order.id)
        if held != world.finance.kept_fen(order.id):
            yield f"{order.id}: {held} fen are held, {world.finance.kept_fen(order.id)} settled"
        for task in order.given_up:
            yield f"{order.id}: a dead letter stays that nobody needs: {task.id} ({task.note})"


def _broken_money(world: World, order: Order) -> Iterator[str]:
    platform = world.platform_of(order)
    trade = platform.trades.get(order.id)
    captured = platform.captured_fen(order.id)
    asked = {number for number, (r, _) in platform.refunds.items() if r.order_id == order.id}
    if asked - {refund.number for refund in order.refunds}:
        yield f"{order.id}: refunds that nobody decided: {asked}"
    if order.transaction and not captured:
        yield f"{order.id} is paid here, and nobody has paid"
    if order.transaction and trade and trade.says != trade.paid:
        yield f"{order.id}: a word that does not fit was believed"
    if order.state is State.STRAY or order.stray_reason:
        moving = [r for r in order.refunds if not r.is_void]
        if len(moving) > 1:
            yield f"{order.id}: stray money goes back {len(moving)} times"
    late = order.stray_reason is StrayReason.AFTER_CLOSING
    if late and order.id in world.handed and trade and not trade.paid_after_closing:
        yield f"{order.id} was paid in time and sent back as too late"
    booked, _ = world.finance.booked.get(order.id, (None, None))
    if order.confirmed_at and not booked:
        yield f"{order.id} is confirmed here, not at finance"
    if booked and trade and trade.paid:
        told = booked.amount_fen, booked.transaction, booked.paid_at
        if told != (trade.paid.amount_fen, trade.paid.transaction, trade.paid.paid_at):
            yield f"{order.id}: finance was told otherwise than it was paid"


def _payable_siblings(world: World, winner: Order, orders: list[Order]) -> Iterator[str]:
    """Once a winner's siblings are said to be closed, none of them takes money."""
    todo = {task.kind for task in (*winner.tasks, *winner.given_up)}
    if winner.settles is None or "close_siblings" in todo:
        return
    won_at = next(event.at for event in winner.events if event.what == State.PAID)
    for order in orders:
        sibling = order.notice == winner.notice and order.id != winner.id
        payable = order.id in world.handed and world.platform_of(order).is_payable(order.id)
        if sibling and payable and order.created_at < won_at:
            yield f"{order.id} is payable though {winner.id} has settled the notice"


def _named(order: Order) -> bool:
    return bool(order.given_up)
