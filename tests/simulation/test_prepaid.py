"""Whatever happens, in whatever order: no place without its money, no money without a place.

A bad week as in `test_money.py`, of citizens who book, pay or not, cancel, move, and pay twice.
"""

import itertools
import os
from collections.abc import Iterable
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from channel_gateway.domain.notices import NoticeState
from channel_gateway.services.appointment.appointment import Appointment, State
from payment.facts import RefundStatus
from payment.order import Order
from tests.simulation import books, hall_books
from tests.simulation.faults import HOP_S, Fault
from tests.simulation.hall import DAYS, SLOTS, HallGateway, HallWorld

EXAMPLES = int(os.environ.get("SIMULATION_EXAMPLES", "0"))

which = st.integers(0, 5)
gateways = st.integers(0, 1)
citizens = st.sampled_from(["lin", "zhou"])
channels = st.sampled_from(["wechat", "alipay"])
slots = st.sampled_from(SLOTS)
pauses = st.sampled_from([0.0, HOP_S, 2 * HOP_S, 3 * HOP_S, 4 * HOP_S, 1.0])
calls = st.sampled_from(["prepare", "ask", "close", "refund", "ask_refund"])
finance_calls = st.sampled_from(["issue", "void", "confirm", "report_refund", "look_up"])
faults = st.sampled_from(Fault)
delays = st.sampled_from([1.0, 30.0, 300.0])


class BadWeek(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = HallWorld()
        self.broken = False
        self.keys = itertools.count(1)

    @initialize(paid=st.sampled_from([None, (), ("wechat",), ("wechat", "alipay")]))
    def the_week_begins(self, paid: tuple[str, ...] | None) -> None:
        if paid is None:
            return
        self.a_citizen_books(0, "lin", SLOTS[2], 2.0)
        for channel in paid:
            self.a_citizen_orders(0, 0, channel, "lin", 2.0)

    # -- citizens --------------------------------------------------------------------------------

    @rule(gateway=gateways, citizen=citizens, slot=slots, pause=pauses)
    def a_citizen_books(self, gateway: int, citizen: str, slot: str, pause: float) -> None:
        at = self.at(gateway)
        at.do(self.world.book(at, citizen, slot, str(next(self.keys))))
        self.world.wait(pause)

    @precondition(lambda self: self._codes())
    @rule(gateway=gateways, which=which, channel=channels, citizen=citizens, pause=pauses)
    def a_citizen_orders(
        self, gateway: int, which: int, channel: str, citizen: str, pause: float
    ) -> None:
        """Also what finance has made and could not tell us yet."""
        if not (codes := self._codes()):
            return
        at = self.at(gateway)
        at.do(self.world.order_fee(at, citizen, channel, _one(codes, which)))
        self.world.wait(pause)

    @precondition(lambda self: self.world.payable())
    @rule(which=which)
    def a_citizen_pays(self, which: int) -> None:
        order = _one(self.world.payable(), which)
        self.world.platform_of(order).pay(order.id)

    @precondition(lambda self: self.world.payable())
    @rule(gateway=gateways, which=which, hops=st.integers(1, 9))
    def a_citizen_pays_while_it_is_cancelled(self, gateway: int, which: int, hops: int) -> None:
        order = _one(self.world.payable(), which)
        appointment = self.world.appointment_of(order)
        if appointment is not None:
            at = self.at(gateway)
            at.do(self.world.cancel(at, appointment))
        self.world.wait((hops - 0.5) * HOP_S)
        if self.world.platform_of(order).is_payable(order.id):
            self.world.platform_of(order).pay(order.id)

    @precondition(lambda self: self.world.payable())
    @rule(which=which, hops=st.integers(1, 12))
    def a_citizen_pays_while_it_lapses(self, which: int, hops: int) -> None:
        """A stroke before, or into the closing of its last moment."""
        order = _one(self.world.payable(), which)
        appointment = self.world.appointment_of(order)
        if appointment is not None and appointment.held_until is not None:
            left = appointment.held_until - self.world.now()
            self.world.clock.jump(max(timedelta(), left - timedelta(seconds=0.2)))
        self.world.wait((hops - 0.5) * HOP_S)
        if self.world.platform_of(order).is_payable(order.id):
            self.world.platform_of(order).pay(order.id)
        self.world.wait(6)

    @precondition(lambda self: self.world.closed())
    @rule(which=which)
    def money_comes_after_closing(self, which: int) -> None:
        order = _one(self.world.closed(), which)
        self.world.platform_of(order).pay(order.id)

    @precondition(lambda self: self.world.open())
    @rule(gateway=gateways, which=which, pause=pauses)
    def a_citizen_closes_an_order(self, gateway: int, which: int, pause: float) -> None:
        at = self.at(gateway)
        at.do(self.world.close_order(at, _one(self.world.open(), which)))
        self.world.wait(pause)

    @precondition(lambda self: self._going())
    @rule(gateway=gateways, which=which, pause=pauses)
    def a_citizen_cancels(self, gateway: int, which: int, pause: float) -> None:
        at = self.at(gateway)
        at.do(self.world.cancel(at, _one(self._going(), which)))
        self.world.wait(pause)

    @precondition(lambda self: self._going())
    @rule(gateway=gateways, which=which, slot=slots, pause=pauses)
    def a_citizen_moves(self, gateway: int, which: int, slot: str, pause: float) -> None:
        at = self.at(gateway)
        at.do(self.world.move(at, _one(self._going(), which), slot))
        self.world.wait(pause)

    # -- the hall, operators, finance ------------------------------------------------------------

    @precondition(lambda self: self._going())
    @rule(gateway=gateways, day=st.sampled_from(DAYS), pause=pauses)
    def the_hall_cancels_a_day(self, gateway: int, day: object, pause: float) -> None:
        at = self.at(gateway)
        at.do(self.world.close_day(at, day))  # type: ignore[arg-type]
        self.world.wait(pause)

    @precondition(lambda self: self.world.booked())
    @rule(gateway=gateways, which=which, part=st.sampled_from([1, 1, 2]), pause=pauses)
    def an_operator_gives_back(self, gateway: int, which: int, part: int, pause: float) -> None:
        at = self.at(gateway)
        order = _one(self.world.booked(), which)
        number = f"{order.id}P{next(self.keys)}"
        at.do(self.world.refund(at, order, number, order.amount_fen // part))
        self.world.wait(pause)

    @precondition(lambda self: self._letters())
    @rule(gateway=gateways, which=which)
    def an_operator_sends_again(self, gateway: int, which: int) -> None:
        self._send_again(self.at(gateway), which)

    @precondition(lambda self: self._codes())
    @rule(which=which)
    def a_fee_is_paid_at_a_counter(self, which: int) -> None:
        self.world.finance.pay_elsewhere(_one(self._codes(), which))

    @precondition(lambda self: self._codes())
    @rule(which=which)
    def a_notice_is_withdrawn_by_its_unit(self, which: int) -> None:
        self.world.finance.withdraw(_one(self._codes(), which))

    # -- platforms, machines, time ---------------------------------------------------------------

    @precondition(lambda self: self.world.callbacks())
    @rule(gateway=gateways, which=which, pause=pauses)
    def a_callback_arrives(self, gateway: int, which: int, pause: float) -> None:
        platform, number = _one(self.world.callbacks(), which)
        at = self.at(gateway)
        at.do(self.world.deliver(at, platform, number))
        self.world.wait(pause)

    @rule(method=st.sampled_from(["wechat_pay", "alipay_pay"]), call=calls, fault=faults, s=delays)
    def a_platform_misbehaves(self, method: str, call: str, fault: Fault, s: float) -> None:
        self.world.methods[method].line.put(call, fault, s)

    @rule(method=st.sampled_from(["wechat_pay", "alipay_pay"]))
    def a_platform_goes_down_or_comes_back(self, method: str) -> None:
        line = self.world.methods[method].line
        line.down = not line.down

    @rule(call=finance_calls, fault=faults, delay_s=delays)
    def finance_misbehaves(self, call: str, fault: Fault, delay_s: float) -> None:
        self.world.finance.line.put(call, fault, delay_s)

    @rule()
    def finance_goes_down_or_comes_back(self) -> None:
        self.world.finance.line.down = not self.world.finance.line.down

    @rule(
        method=st.sampled_from(["wechat_pay", "alipay_pay"]),
        status=st.sampled_from(
            [RefundStatus.PROCESSING, RefundStatus.ABNORMAL, RefundStatus.CLOSED]
        ),
    )
    def the_next_refund_begins(self, method: str, status: RefundStatus) -> None:
        self.world.methods[method].refunds_end.append(status)

    @rule(gateway=gateways)
    def a_gateway_is_killed(self, gateway: int) -> None:
        self.world.restart(gateway)

    @rule(count=st.integers(1, 3), applied=st.booleans())
    def writes_fail(self, count: int, applied: bool) -> None:
        self.world.store.fail_writes(count, applied=applied)

    @rule()
    def the_store_crashes(self) -> None:
        self.world.crash_store()

    @rule(turns=st.integers(0, 8))
    def everybody_goes_on(self, turns: int) -> None:
        self.world.turn(turns)

    @rule(seconds=st.sampled_from([HOP_S, 2 * HOP_S, 6.0, 70.0, 300.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(hours=st.sampled_from([0.2, 0.25, 0.6, 6.0, 24.0, 170.0]))
    def nobody_looks_for(self, hours: float) -> None:
        self.world.clock.jump(timedelta(hours=hours))
        self.world.wait(6)

    # -- what must hold --------------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self) -> None:
        self._hold(books.broken_always(self.world))
        self._hold(hall_books.broken_always(self.world))

    def teardown(self) -> None:
        try:
            if not self.broken:
                self._comes_to_rest()
        finally:
            self.world.close()

    def _comes_to_rest(self) -> None:
        world = self.world
        world.get_well()
        world.settle_down()
        world.repeat_what_asking_cannot_find()
        world.settle_down()
        self._hold(books.broken_at_rest(world))
        self._hold(hall_books.broken_at_rest(world))
        for platform in world.methods.values():
            for number in platform.refunds:
                platform.end_refund(number, RefundStatus.DONE)
        for _ in range(3):
            for number in range(len(self._letters())):
                self._send_again(self.at(0), number)
            world.settle_down()
        self._hold(books.without_people(world))
        self._hold(hall_books.without_people(world))

    def _hold(self, broken: Iterable[str]) -> None:
        found = list(broken)
        self.broken = bool(found)
        assert not found, "\n".join(found)

    # -- whom a step is about --------------------------------------------------------------------

    def at(self, gateway: int) -> HallGateway:
        return self.world.gateways[gateway]

    def _send_again(self, at: HallGateway, which: int) -> None:
        holder, task_id = _one(self._letters(), which)
        if isinstance(holder, Order):
            at.do(self.world.resend(at, holder, task_id))
        else:
            at.do(self.world.resend_of(at, holder, task_id))

    def _codes(self) -> list[str]:
        finance = self.world.finance
        return [code for code in finance.drafts if finance.state_of(code) is NoticeState.UNPAID]

    def _going(self) -> list[Appointment]:
        going = (State.HELD, State.CONFIRMED, State.CANCELLED_BY_HALL)
        return [each for each in self.world.appointments() if each.state in going]

    def _letters(self) -> list[tuple[Order | Appointment, str]]:
        holders: list[Order | Appointment] = [*self.world.orders(), *self.world.appointments()]
        return [(holder, task.id) for holder in holders for task in holder.given_up]


def _one(among, which: int):  # type: ignore[no-untyped-def]
    return among[which % len(among)]


TestBadWeek = BadWeek.TestCase
TestBadWeek.settings = settings(
    max_examples=EXAMPLES or 300,
    stateful_step_count=40,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
