"""Fees collected for other services: issued, ended, given back; and who is asked and told."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from channel_gateway.domain.errors import NotFound, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import FeeItem, NoticeDraft, NoticeState
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import FeeEnding, FeeMatter
from channel_gateway.service import NotYet
from payment.archive.archive import Archive
from payment.archive.files import Files
from payment.facts import PaymentStatus
from payment.issued import HoldOver
from payment.order import WORDS, State, StrayReason
from payment.personal_data import KeptOrders
from payment.quote import NoticePaid
from payment.refund_cases.cases import Cases
from payment.settlement import CONFIRM
from tests.unit.payment.conftest import Counter
from tests.unit.payment.fakes import FakeWatcher
from tests.unit.payment.samples import NOW

PAY_CODE = "33019926010000000001"
DRAFT = NoticeDraft(
    "330199011",
    "交警支队",
    PersonName("林示例"),
    IdNumber("110101199003074135"),
    (FeeItem("103050101", "交通违法罚款", "次", 1, Fen(20000)),),
    date(2026, 3, 1),
)
HELD_UNTIL = NOW + timedelta(minutes=15)


def matter(**given: object) -> FeeMatter:
    values: dict[str, object] = {
        "department": "traffic_police",
        "service": "GA-KS-07",
        "appointment_id": "A1",
        "citizen": "citizen-in-wechat",
        "pay_before": HELD_UNTIL,
    }
    return FeeMatter(**(values | given))  # type: ignore[arg-type]


async def issue(counter: Counter, **given: object) -> None:
    await counter.desk.issue("A1", DRAFT, matter(**given))


async def test_an_issued_notice_is_kept_once_with_its_check_code_sealed(counter: Counter) -> None:
    await issue(counter)
    await issue(counter)

    kept = await counter.issued.of(PAY_CODE)
    assert kept is not None
    assert (kept.number, kept.matter) == ("A1", matter())
    assert "1357" not in kept.check_code
    assert counter.issued.check_code(kept) == "1357"


async def test_for_whom_a_notice_was_is_forgotten_with_its_orders_and_when_it_ends(
    counter: Counter,
) -> None:
    await issue(counter)
    order = (await counter.order()).order
    await counter.payments.close(counter.session(), order.id)
    cases, archive = Cases(counter.store), Archive(counter.store, Files(Path("nowhere")))
    keeper = KeptOrders(counter.orders, counter.issued, {}, cases, counter.vault, archive)
    await keeper.erase(counter.session().citizen, counter.clock.now())
    forgotten = await counter.issued.of(PAY_CODE)
    assert forgotten is not None
    assert (forgotten.matter, forgotten.ended_at) == (matter(citizen=None), None)

    await counter.desk.end(PAY_CODE, "逾期")
    ended = await counter.issued.of(PAY_CODE)
    assert ended is not None
    assert ended.ended_at == NOW


async def test_an_order_ends_with_the_hold_it_is_for_on_every_channel(counter: Counter) -> None:
    await issue(counter)

    for channel in ("wechat", "alipay"):
        assert (await counter.order(channel)).order.expires_at == HELD_UNTIL


async def test_the_citizen_of_the_matter_needs_no_check_code(counter: Counter) -> None:
    await issue(counter)

    assert (await counter.order(check_code=None)).order.pay_code == PAY_CODE


@pytest.mark.parametrize("given", ["1357", None])
async def test_finance_is_told_with_the_notices_check_code_and_it_is_not_printed(
    counter: Counter, given: str | None
) -> None:
    await issue(counter)
    order = (await counter.order(check_code=given)).order
    await counter.pay(order)
    await counter.work()

    confirmation = counter.finance.confirmations[order.id]

    assert confirmation.check_code == "1357"
    assert "1357" not in repr(confirmation)


async def test_too_late_to_pay_is_refused_before_anything_is_ordered(counter: Counter) -> None:
    await issue(counter)
    counter.clock.move(minutes=13)
    await counter.order("alipay")

    counter.clock.move(seconds=1)
    with pytest.raises(HoldOver):
        await counter.order()


async def test_who_has_paid_hears_that_and_not_that_it_is_too_late(counter: Counter) -> None:
    await issue(counter)
    await counter.pay((await counter.order()).order)
    await counter.work()
    counter.clock.move(minutes=20)

    with pytest.raises(NoticePaid):
        await counter.order()


async def test_an_ended_notice_is_ordered_by_nobody(counter: Counter) -> None:
    await issue(counter)
    counter.finance.down = True
    with pytest.raises(Unavailable):
        await counter.desk.end(PAY_CODE, "逾期")
    counter.finance.down = False

    with pytest.raises(HoldOver):
        await counter.order()


async def test_ending_closes_every_order_at_its_platform_and_then_voids(counter: Counter) -> None:
    await issue(counter)
    orders = [(await counter.order(channel)).order for channel in ("wechat", "alipay")]

    for _ in range(2):
        end = await counter.desk.end(PAY_CODE, "逾期")
        assert (end.how, end.money) == (FeeEnding.VOID, None)
    assert [(await counter.fresh(order)).state for order in orders] == [State.CLOSED] * 2
    assert counter.wechat.facts[orders[0].id].status is PaymentStatus.CLOSED
    assert counter.finance.state is NoticeState.VOIDED


async def test_a_payment_that_was_faster_ends_it_as_paid(counter: Counter) -> None:
    await issue(counter)
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, NOW)  # its callback is lost

    end = await counter.desk.end(PAY_CODE, "逾期")

    assert end.how is FeeEnding.PAID
    assert end.money is not None
    assert (end.money.order_id, end.money.amount_fen) == (order.id, order.amount_fen)
    assert counter.finance.state is NoticeState.UNPAID


async def test_while_a_platform_is_silent_nothing_is_voided_and_the_other_is_closed(
    counter: Counter,
) -> None:
    await issue(counter)
    silent, other = [(await counter.order(channel)).order for channel in ("wechat", "alipay")]
    counter.wechat.down = True

    with pytest.raises(Unavailable):
        await counter.desk.end(PAY_CODE, "逾期")

    assert counter.finance.state is NoticeState.UNPAID
    assert (await counter.fresh(silent)).state is State.CLOSING
    assert (await counter.fresh(other)).state is State.CLOSED


async def test_what_was_paid_at_a_counter_ends_as_that(counter: Counter) -> None:
    await issue(counter)
    counter.finance.state = NoticeState.PAID

    assert (await counter.desk.end(PAY_CODE, "逾期")).how is FeeEnding.PAID_ELSEWHERE


async def test_what_was_paid_through_us_and_went_back_is_nobodys(counter: Counter) -> None:
    await issue(counter)
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    await counter.desk.give_back(order.id, "取消")
    await counter.work()
    assert (await counter.fresh(order)).state is State.RETURNED

    assert counter.finance.state is NoticeState.PAID  # finance keeps its record
    assert (await counter.desk.end(PAY_CODE, "逾期")).how is FeeEnding.VOID


async def test_a_fee_is_given_back_once_and_not_before_finance_has_it(counter: Counter) -> None:
    await issue(counter)
    order = (await counter.order()).order
    counter.finance.down = True
    await counter.pay(order)
    await counter.work()
    with pytest.raises(NotYet):
        await counter.desk.give_back(order.id, "取消")
    counter.finance.down = False
    await counter.work(for_s=600)

    for _ in range(2):
        await counter.desk.give_back(order.id, "取消")
    await counter.work()

    back = await counter.fresh(order)
    assert [(r.amount_fen, r.reason) for r in back.refunds] == [(order.amount_fen, "取消")]
    assert list(counter.finance.reported.values()) == [order.amount_fen]


async def test_a_notice_of_nobody_ends_for_nobody(counter: Counter) -> None:
    with pytest.raises(NotFound):
        await counter.desk.end(PAY_CODE, "逾期")


async def test_money_nobody_wants_goes_back_and_its_notice_is_withdrawn(counter: Counter) -> None:
    await issue(counter)
    counter.watchers.append(FakeWatcher(wants=False))
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    back = await counter.fresh(order)
    assert (back.state, back.stray_reason) == (State.RETURNED, StrayReason.SEAT_GONE)
    assert [r.reason for r in back.refunds] == [WORDS[StrayReason.SEAT_GONE]]
    assert counter.finance.confirmations == {}
    assert counter.finance.state is NoticeState.VOIDED
    assert counter.watchers[0].heard == [("paid", order.id), ("returned", order.id)]


async def test_money_unwanted_after_finance_booked_it_goes_back_with_finances_knowledge(
    counter: Counter,
) -> None:
    """The answer to the first telling was lost, and then nobody wanted it any more."""
    await issue(counter)
    watcher = FakeWatcher()
    counter.watchers.append(watcher)
    order = (await counter.order()).order
    await counter.pay(order)
    counter.finance.loses_answers = 1
    await counter.work()
    assert has_kind(await counter.fresh(order), CONFIRM)

    watcher.wants = False
    await counter.work(for_s=600)

    back = await counter.fresh(order)
    assert (back.state, back.stray_reason) == (State.RETURNED, None)
    assert list(counter.finance.reported.values()) == [order.amount_fen]


async def test_whoever_relied_on_money_hears_that_it_went_back_after_finance_did(
    counter: Counter,
) -> None:
    watcher = FakeWatcher(down=True)
    counter.watchers.append(watcher)
    await issue(counter)
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    await counter.desk.give_back(order.id, "取消")
    await counter.work()
    assert watcher.heard == [("paid", order.id)]
    assert counter.finance.reported

    watcher.down = False
    await counter.work(for_s=60)

    assert watcher.heard == [("paid", order.id), ("returned", order.id)]
    assert (await counter.fresh(order)).tasks == ()


async def test_the_department_hears_of_payment_and_refund_once_in_effect(counter: Counter) -> None:
    await issue(counter)
    order = (await counter.order()).order
    counter.departments.down = True
    await counter.pay(order)
    await counter.work()
    assert counter.departments.told == {}
    counter.departments.down = False
    await counter.work(for_s=60)
    await counter.desk.give_back(order.id, "取消")
    await counter.work(for_s=60)

    told = list(counter.departments.told.values())
    assert [(department, kind) for department, kind, _ in told] == [
        ("traffic_police", "fee.paid"),
        ("traffic_police", "fee.refunded"),
    ]
    for _, _, data in told:
        assert data == {
            "pay_code": PAY_CODE,
            "service": "GA-KS-07",
            "appointment_id": "A1",
            "order_id": order.id,
            "amount_fen": order.amount_fen,
            "at": data["at"],
        }


async def test_of_a_notice_that_is_none_of_ours_no_department_hears(counter: Counter) -> None:
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    assert counter.departments.told == {}
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_a_department_that_is_not_connected_is_told_nothing(counter: Counter) -> None:
    await issue(counter, department="somebody_else")
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    assert counter.departments.told == {}
    assert (await counter.fresh(order)).tasks == ()


async def test_who_had_a_notice_issued_hears_of_its_money_though_not_connected_any_more(
    counter: Counter,
) -> None:
    await counter.desk.issue("N1", DRAFT, matter(department="somebody_else"))
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()

    [(department, kind, _)] = counter.departments.told.values()
    assert (department, kind) == ("somebody_else", "fee.paid")


def has_kind(order, kind: str) -> bool:  # type: ignore[no-untyped-def]
    return any(task.kind == kind for task in order.tasks)
