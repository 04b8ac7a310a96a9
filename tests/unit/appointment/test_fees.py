"""Booking what is paid beforehand, and what the worker does about it, at a told desk."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from channel_gateway.domain.days import at_minute
from channel_gateway.domain.errors import GatewayError, Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.ports import (
    FeeEnd,
    FeeEnding,
    FeeMoney,
    IdentityNotKnown,
)
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.prepaid.fees import FeesNotTaken
from channel_gateway.services.appointment.refusals import LimitReached, SlotFull, TooLateToPay
from channel_gateway.services.appointment.views import appointment_view
from channel_gateway.store.memory import MemoryStore
from tests.contracts.appointment.desk import FakeDesk, FakePeople
from tests.contracts.appointment.office import (
    COLLECTIONS,
    MONDAY,
    MORNING,
    NOW,
    TUESDAY,
    Office,
    office,
)

ORDER = "G20260309order"


@pytest.fixture
async def store() -> AsyncIterator[MemoryStore]:
    store = MemoryStore(COLLECTIONS)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def there(store: MemoryStore, desk: FakeDesk) -> Office:
    return office(store, hold_minutes=15, desk=desk, people=FakePeople(), windows=2)


async def fresh(there: Office, one: Appointment) -> Appointment:
    return await there.appointments.get(one.id)


async def later(there: Office, **by: float) -> None:
    there.clock.move(**by)
    await there.work()


def money(one: Appointment, order_id: str = ORDER) -> FeeMoney:
    return FeeMoney(one.fee_code or "", order_id, Fen(6000), NOW)


async def pay(there: Office, one: Appointment, order_id: str = ORDER) -> bool:
    return await there.fees.paid(money(one, order_id))


def slot(day: date, time: str) -> str:
    return f"{day}T{time}"


async def test_the_notice_is_asked_for_once_the_place_is_taken(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one")

    assert (one.state, one.held_until) == (State.HELD, NOW + timedelta(minutes=15))
    assert one.fee_code == f"code-of-{one.id}"
    [(number, (draft, matter))] = desk.drafts.items()
    assert number == one.id
    assert (draft.payer_name.reveal(), draft.principal_fen, draft.due_on) == (
        "林示例",
        6000,
        TUESDAY,
    )
    assert (matter.appointment_id, matter.citizen) == (one.id, "one")
    assert matter.pay_before == one.held_until


async def test_who_the_citizen_is_lies_nowhere_in_the_clear(
    there: Office, store: MemoryStore, desk: FakeDesk
) -> None:
    desk.trouble = Unavailable("silent")
    await there.book("one")

    [document] = await store.find("appointments")
    assert "110101199003074135" not in str(document)
    assert "林示例" not in str(document)


@pytest.mark.parametrize(
    ("desk_there", "known", "refusal"),
    [(True, False, IdentityNotKnown), (False, True, FeesNotTaken)],
)
async def test_nothing_is_written_where_nobody_can_be_charged(
    store: MemoryStore, desk_there: bool, known: bool, refusal: type[GatewayError]
) -> None:
    desk = FakeDesk() if desk_there else None
    there = office(store, hold_minutes=15, desk=desk, people=FakePeople(known))

    with pytest.raises(refusal):
        await there.book("one")

    assert await store.find("appointments") == []


async def test_without_an_answer_the_place_is_held_and_the_worker_goes_on(
    there: Office, desk: FakeDesk
) -> None:
    desk.trouble = Unavailable("silent")
    one = await there.book("one")
    shown = appointment_view(one)
    assert (shown.state, shown.fee) == (State.HELD, None)
    assert shown.says == "号源已为您保留到10:15，正在生成缴款单，请稍后刷新。"

    desk.trouble = None
    await later(there, seconds=5)

    seen = appointment_view(await fresh(there, one))
    assert seen.fee is not None
    assert (seen.fee.total_fen, seen.fee.pay_before) == (6000, one.held_until)
    assert seen.says == (
        "号源已为您保留到10:15，请在此之前缴费；超时号源将释放。"
        "已在银行或大厅柜台缴费的，请勿重复缴费，核实后自动确认。"
    )


async def test_where_finance_makes_no_such_notice_the_place_is_free_and_nothing_counts(
    there: Office, desk: FakeDesk
) -> None:
    desk.trouble = Refused("18012")
    one = await there.book("one")

    await later(there, seconds=5)

    gone = await fresh(there, one)
    assert (gone.state, gone.quota_hold, gone.tasks, gone.given_up) == (State.LAPSED, None, (), ())
    assert await there.held() == set()


async def test_a_repeated_tap_gets_the_same_place_and_the_same_notice(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one", key="tap")

    assert await there.book("one", key="tap") == one
    assert desk.asked == 1


async def test_an_unpaid_place_is_free_at_its_moment_and_not_before(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one")
    await later(there, minutes=14, seconds=59)
    assert (await fresh(there, one)).state is State.HELD

    await later(there, seconds=1)

    assert (await fresh(there, one)).state is State.LAPSED
    assert desk.ended == [one.fee_code]
    assert await there.held() == set()


async def test_while_nobody_knows_whether_it_is_paid_the_place_stays(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one")
    desk.trouble = Unavailable("silent")
    await later(there, minutes=16)

    waiting = await fresh(there, one)
    assert waiting.state is State.HELD
    assert appointment_view(waiting).says.startswith("正在核实缴费结果")
    desk.trouble = None
    await later(there, minutes=1)
    assert (await fresh(there, one)).state is State.LAPSED


async def test_asking_for_ever_ends_with_a_person(there: Office, desk: FakeDesk) -> None:
    one = await there.book("one")
    desk.trouble = Unavailable("silent")
    for _ in range(200):
        await later(there, hours=1)

    [letter] = (await fresh(there, one)).given_up
    assert letter.kind == "let_go"


async def test_a_notice_that_nobody_knows_of_is_found_by_its_number_and_ended(
    there: Office, desk: FakeDesk
) -> None:
    """Finance made it, and no answer ever came: somebody may have found and paid it."""
    desk.trouble = Unavailable("silent")
    one = await there.book("one")
    there.clock.move(minutes=15)
    desk.trouble = None
    desk.says = FeeEnd(FeeEnding.PAID, FeeMoney(f"code-of-{one.id}", ORDER, Fen(6000), NOW))
    await there.work()

    there_now = await fresh(there, one)
    assert (there_now.state, there_now.fee_code) == (State.CONFIRMED, f"code-of-{one.id}")


async def test_payment_confirms_and_the_hold_ends(there: Office, desk: FakeDesk) -> None:
    one = await there.book("one")

    assert await pay(there, one)
    assert await pay(there, one)
    assert not await pay(there, one, "another order")
    await later(there, minutes=16)

    seen = appointment_view(await fresh(there, one))
    assert seen.says.endswith("费用已缴清。")
    assert desk.ended == []


async def test_money_for_a_notice_of_nobody_here_is_somebody_elses_matter(there: Office) -> None:
    assert await there.fees.paid(FeeMoney("another code", ORDER, Fen(1), NOW))
    await there.fees.returned(FeeMoney("another code", ORDER, Fen(1), NOW))


async def test_a_slot_that_begins_too_soon_to_pay_for_is_refused(there: Office) -> None:
    at = at_minute(MONDAY, 10 * 60 + 25)

    held = await there.book("one", slot(MONDAY, "10:30"), now=at)
    assert held.held_until == at_minute(MONDAY, 10 * 60 + 30)
    with pytest.raises(TooLateToPay):
        await there.book("two", slot(MONDAY, "10:30"), now=at + timedelta(seconds=1))


async def test_so_many_places_are_held_unpaid_a_day_and_no_more(there: Office) -> None:
    times = ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    paid = await there.book("one", slot(TUESDAY, times.pop()))
    assert await pay(there, paid)
    lapsing = await there.book("one", slot(TUESDAY, times.pop()))
    await later(there, minutes=15)
    cancelled = await there.book("one", slot(TUESDAY, times.pop()))
    await there.changes.cancel("one", cancelled.id, there.clock.now())
    await there.book("one", slot(TUESDAY, times.pop()))
    assert (await fresh(there, lapsing)).state is State.LAPSED

    with pytest.raises(LimitReached) as refusal:
        await there.book("one", slot(TUESDAY, times[0]))
    assert refusal.value.extra == {"limit": "hold", "most": 3}
    assert "未缴费" in (refusal.value.zh or "")
    await there.book("two", slot(TUESDAY, times[0]))
    there.clock.move(hours=14)
    await there.book("one", slot(TUESDAY, "15:00"))


async def test_ended_holds_count_against_no_other_limit(store: MemoryStore, desk: FakeDesk) -> None:
    there = office(
        store,
        hold_minutes=15,
        desk=desk,
        people=FakePeople(),
        most_a_day=1,
        most_of_this=1,
        cancels_a_month=1,
    )
    await there.book("one")
    await later(there, minutes=15)
    second = await there.book("one", key="again")
    await there.changes.cancel("one", second.id, there.clock.now())
    third = await there.book("one", key="and again")
    assert await pay(there, third)

    gone = await there.changes.cancel("one", third.id, there.clock.now())

    assert gone.state is State.CANCELLED_BY_CITIZEN


async def test_the_place_of_a_hold_is_nobody_elses_until_it_ends(
    store: MemoryStore, desk: FakeDesk
) -> None:
    there = office(store, hold_minutes=15, desk=desk, people=FakePeople(), windows=1)
    await there.book("one")
    with pytest.raises(SlotFull):
        await there.book("two")

    await later(there, minutes=15, seconds=2)

    assert (await there.book("two", MORNING, key="again")).state is State.HELD


async def test_who_cancels_a_paid_one_has_it_given_back(there: Office, desk: FakeDesk) -> None:
    one = await there.book("one")
    await pay(there, one)
    desk.says = FeeEnd(FeeEnding.PAID, money(one))

    gone = await there.changes.cancel("one", one.id, there.clock.now())
    assert appointment_view(gone).says.endswith("已缴费用将原路退回。")
    await later(there)

    assert desk.given_back == [ORDER]
    assert (await fresh(there, one)).tasks == ()


async def test_what_was_paid_at_a_counter_and_cancelled_is_a_persons_matter(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one")
    desk.says = FeeEnd(FeeEnding.PAID_ELSEWHERE)
    await later(there, minutes=15)
    assert (await fresh(there, one)).state is State.CONFIRMED

    gone = await there.changes.cancel("one", one.id, there.clock.now())
    assert appointment_view(gone).says.endswith(
        "已缴费用需在原缴费处办理退费，工作人员将为您核实。"
    )
    await later(there)

    [letter] = (await fresh(there, one)).given_up
    assert "paid elsewhere" in letter.note


async def test_the_hall_cancels_and_the_money_waits_a_week_for_another_slot(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one")
    await pay(there, one)
    desk.says = FeeEnd(FeeEnding.PAID, money(one))
    await there.halls.close("GA-HZ-01", "center", TUESDAY, "停电", there.clock.now())
    await there.work()
    gone = appointment_view(await fresh(there, one))
    assert gone.says.endswith("已缴费用在3月16日（周一）10:00前可用于改约，逾期或取消将原路退回。")
    await later(there, days=6, hours=23)
    assert desk.given_back == []

    await later(there, hours=1)

    assert desk.given_back == [ORDER]


async def test_what_was_paid_for_a_service_that_is_gone_goes_back_at_once(
    there: Office, desk: FakeDesk
) -> None:
    one = await there.book("one")
    await pay(there, one)
    desk.says = FeeEnd(FeeEnding.PAID, money(one))
    there.catalogue.given_up = True

    await later(there, days=1)

    gone = await fresh(there, one)
    assert (gone.state, gone.no_show_of) == (State.CANCELLED_BY_HALL, None)
    assert "该事项已停办" in appointment_view(gone).says
    assert desk.given_back == [ORDER]


async def test_what_the_hall_cancels_before_it_is_paid_is_to_be_booked_anew(there: Office) -> None:
    one = await there.book("one")
    await there.halls.close("GA-HZ-01", "center", TUESDAY, "停电", there.clock.now())
    await there.work()

    assert appointment_view(await fresh(there, one)).says.endswith("如需办理请重新预约。")


async def test_an_operators_refund_of_all_lets_the_place_go(there: Office, desk: FakeDesk) -> None:
    one = await there.book("one")
    await pay(there, one)

    await there.fees.returned(money(one))
    await later(there)

    assert (await fresh(there, one)).state is State.LAPSED
    assert await there.held() == set()
