"""Whatever happens, in whatever order: money and notices part nowhere unseen.

A history is a list of steps like those of a bad week. Hypothesis makes them up, and cuts a history
that breaks a rule down to the shortest. See README.md beside this file.
"""

import os
from collections.abc import Iterable
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from payment.facts import RefundStatus
from payment.order import Order
from tests.simulation.books import broken_always, broken_at_rest, without_people
from tests.simulation.faults import HOP_S, Fault
from tests.simulation.finance import CODES
from tests.simulation.platform import Platform
from tests.simulation.world import World

EXAMPLES = int(os.environ.get("SIMULATION_EXAMPLES", "0"))

which = st.integers(0, 5)
gateways = st.integers(0, 1)
methods = st.sampled_from(["wechat_pay", "alipay_pay"])
turns = st.integers(0, 8)  # awaits, while no time passes
pauses = st.sampled_from([0.0, HOP_S, 2 * HOP_S, 3 * HOP_S, 4 * HOP_S, 1.0])
calls = st.sampled_from(["prepare", "ask", "close", "refund", "ask_refund"])
finance_calls = st.sampled_from(["confirm", "receipt", "report_refund", "look_up"])
faults = st.sampled_from(Fault)
delays = st.sampled_from([1.0, 30.0, 300.0])


class BadWeek(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.broken = False

    @initialize(channels=st.sampled_from([(), ("wechat",), ("wechat", "alipay")]))
    def the_week_begins(self, channels: tuple[str, ...]) -> None:
        for channel in channels:
            self.a_citizen_orders(0, "lin", channel, CODES[1], 2.0)

    # -- citizens --------------------------------------------------------------------------------

    @rule(
        gateway=gateways,
        citizen=st.sampled_from(["lin", "zhou"]),
        channel=st.sampled_from(["wechat", "alipay"]),
        pay_code=st.sampled_from(CODES),
        pause=pauses,
    )
    def a_citizen_orders(
        self, gateway: int, citizen: str, channel: str, pay_code: str, pause: float
    ) -> None:
        at = self.world.gateways[gateway]
        at.do(self.world.order(at, citizen, channel, pay_code))
        self.world.wait(pause)

    @precondition(lambda self: self.world.payable())
    @rule(which=which)
    def a_citizen_pays(self, which: int) -> None:
        order = _one(self.world.payable(), which)
        self.world.platform_of(order).pay(order.id)

    @precondition(lambda self: self.world.payable())
    @rule(
        which=which,
        wrong=st.sampled_from([{"amount_fen": 1}, {"app": "another"}, {"merchant": "another"}]),
    )
    def a_citizen_pays_and_the_platform_tells_it_wrongly(
        self, which: int, wrong: dict[str, object]
    ) -> None:
        order = _one(self.world.payable(), which)
        self.world.platform_of(order).pay(order.id, wrong=wrong)

    @precondition(lambda self: self.world.closed())
    @rule(which=which)
    def money_comes_after_closing(self, which: int) -> None:
        order = _one(self.world.closed(), which)
        self.world.platform_of(order).pay(order.id)

    @precondition(lambda self: self.world.open())
    @rule(gateway=gateways, which=which, pause=pauses)
    def a_citizen_closes_an_order(self, gateway: int, which: int, pause: float) -> None:
        at = self.world.gateways[gateway]
        at.do(self.world.close_order(at, _one(self.world.open(), which)))
        self.world.wait(pause)

    @precondition(lambda self: self.world.payable())
    @rule(gateway=gateways, which=which, hops=st.integers(1, 5))
    def a_citizen_pays_while_it_is_closed(self, gateway: int, which: int, hops: int) -> None:
        at = self.world.gateways[gateway]
        order = _one(self.world.payable(), which)
        at.do(self.world.close_order(at, order))
        self.world.wait((hops - 0.5) * HOP_S)
        if self.world.platform_of(order).is_payable(order.id):
            self.world.platform_of(order).pay(order.id)

    @precondition(lambda self: self.world.open())
    @rule(gateway=gateways, which=which, pause=pauses)
    def a_citizen_asks(self, gateway: int, which: int, pause: float) -> None:
        at = self.world.gateways[gateway]
        at.do(self.world.ask(at, _one(self.world.open(), which)))
        self.world.wait(pause)

    # -- operators -------------------------------------------------------------------------------

    @precondition(lambda self: self.world.booked())
    @rule(
        gateway=gateways,
        which=which,
        number=st.sampled_from(["first-", "second"]),
        part=st.sampled_from([1, 2]),
        pause=pauses,
    )
    def an_operator_gives_back(
        self, gateway: int, which: int, number: str, part: int, pause: float
    ) -> None:
        at = self.world.gateways[gateway]
        order = _one(self.world.booked(), which)
        amount = order.amount_fen // part
        at.do(self.world.refund(at, order, f"{order.id}{number}", amount))
        self.world.wait(pause)

    @precondition(lambda self: self._dead_letters())
    @rule(gateway=gateways, which=which)
    def an_operator_sends_again(self, gateway: int, which: int) -> None:
        at = self.world.gateways[gateway]
        order, task_id = _one(self._dead_letters(), which)
        at.do(self.world.resend(at, order, task_id))

    # -- platforms -------------------------------------------------------------------------------

    @precondition(lambda self: self.world.callbacks())
    @rule(gateway=gateways, which=which, pause=pauses)
    def a_callback_arrives(self, gateway: int, which: int, pause: float) -> None:
        platform, number = _one(self.world.callbacks(), which)
        at = self.world.gateways[gateway]
        at.do(self.world.deliver(at, platform, number))
        self.world.wait(pause)

    @rule(method=methods, call=calls, fault=faults, delay_s=delays)
    def a_platform_misbehaves(self, method: str, call: str, fault: Fault, delay_s: float) -> None:
        self.world.methods[method].line.put(call, fault, delay_s)

    @rule(method=methods)
    def a_platform_goes_down_or_comes_back(self, method: str) -> None:
        line = self.world.methods[method].line
        line.down = not line.down

    @precondition(lambda self: self._wrongly_told())
    @rule()
    def the_platforms_tell_it_truly(self) -> None:
        for platform in self.world.methods.values():
            platform.tell_truly()

    @rule(
        method=methods,
        status=st.sampled_from(
            [RefundStatus.PROCESSING, RefundStatus.ABNORMAL, RefundStatus.CLOSED]
        ),
    )
    def the_next_refund_begins(self, method: str, status: RefundStatus) -> None:
        self.world.methods[method].refunds_end.append(status)

    @precondition(lambda self: self._refunds_under_way())
    @rule(
        which=which,
        status=st.sampled_from([RefundStatus.DONE, RefundStatus.ABNORMAL, RefundStatus.CLOSED]),
    )
    def a_refund_ends(self, which: int, status: RefundStatus) -> None:
        platform, number = _one(self._refunds_under_way(), which)
        platform.end_refund(number, status)

    # -- finance ---------------------------------------------------------------------------------

    @rule(call=finance_calls, fault=faults, delay_s=delays)
    def finance_misbehaves(self, call: str, fault: Fault, delay_s: float) -> None:
        self.world.finance.line.put(call, fault, delay_s)

    @rule()
    def finance_goes_down_or_comes_back(self) -> None:
        self.world.finance.line.down = not self.world.finance.line.down

    @rule()
    def receipts_take_their_time_or_not(self) -> None:
        self.world.finance.receipts_ready = not self.world.finance.receipts_ready

    @precondition(lambda self: self._paid_or_payable())
    @rule(pay_code=st.sampled_from(CODES))
    def a_notice_is_paid_at_a_counter(self, pay_code: str) -> None:
        self.world.finance.pay_elsewhere(pay_code)

    @precondition(lambda self: self._paid_or_payable())
    @rule(pay_code=st.sampled_from(CODES))
    def a_notice_is_voided(self, pay_code: str) -> None:
        self.world.finance.withdraw(pay_code)

    # -- machines and time -----------------------------------------------------------------------

    @rule(gateway=gateways)
    def a_gateway_is_killed(self, gateway: int) -> None:
        self.world.restart(gateway)

    @rule(count=st.integers(1, 3), applied=st.booleans())
    def writes_fail(self, count: int, applied: bool) -> None:
        self.world.store.fail_writes(count, applied=applied)

    @rule()
    def the_store_crashes(self) -> None:
        self.world.crash_store()

    @rule(turns=turns)
    def everybody_goes_on(self, turns: int) -> None:
        self.world.turn(turns)

    @rule(seconds=st.sampled_from([HOP_S, 2 * HOP_S, 6.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.world.wait(seconds)

    @rule(hours=st.sampled_from([0.2, 0.6, 6.0, 12.0, 36.0, 200.0]))
    def nobody_looks_for(self, hours: float) -> None:
        self.world.clock.jump(timedelta(hours=hours))
        self.world.wait(6)

    # -- what must hold --------------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self) -> None:
        self._hold(broken_always(self.world))

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
        self._hold(broken_at_rest(world))
        for platform in world.methods.values():
            platform.tell_truly()
            for number in platform.refunds:
                platform.end_refund(number, RefundStatus.DONE)
        for _ in range(3):
            for order, task_id in self._dead_letters():
                at = world.gateways[0]
                at.do(world.resend(at, order, task_id))
            world.settle_down()
        self._hold(without_people(world))

    def _hold(self, broken: Iterable[str]) -> None:
        found = list(broken)
        self.broken = bool(found)
        assert not found, "\n".join(found)

    # -- whom a step is about --------------------------------------------------------------------

    def _paid_or_payable(self) -> bool:
        return bool(self.world.handed)

    def _dead_letters(self) -> list[tuple[Order, str]]:
        return [(order, task.id) for order in self.world.orders() for task in order.given_up]

    def _wrongly_told(self) -> bool:
        trades = [t for platform in self.world.methods.values() for t in platform.trades.values()]
        return any(trade.says != trade.paid for trade in trades)

    def _refunds_under_way(self) -> list[tuple[Platform, str]]:
        return [
            (platform, number)
            for platform in self.world.methods.values()
            for number, (_, status) in platform.refunds.items()
            if status in (RefundStatus.PROCESSING, RefundStatus.ABNORMAL)
        ]


def _one(among, which: int):  # type: ignore[no-untyped-def]
    return among[which % len(among)]


TestBadWeek = BadWeek.TestCase
TestBadWeek.settings = settings(
    max_examples=EXAMPLES or 350,
    stateful_step_count=40,
    derandomize=not EXAMPLES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
