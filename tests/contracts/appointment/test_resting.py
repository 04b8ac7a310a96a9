"""What was booked and cannot take place is the hall's cancellation, and never a no-show."""

from dataclasses import replace
from datetime import date, timedelta

from channel_gateway.ports import Store
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.hall.closures import CLOSURES, Closures
from channel_gateway.services.appointment.hall.resting import RESTS, SERVICE_GONE, SLOT_GONE
from channel_gateway.services.appointment.rules.seats import hall_day_of
from tests.contracts.appointment.office import NOW, TUESDAY, Office, office
from tests.unit.appointment.samples import at

WEDNESDAY = TUESDAY + timedelta(days=1)
HALL_DAY = hall_day_of("GA-HZ-01", "center", TUESDAY)


class LearntLate:
    """A calendar that hears of a holiday when the day is booked already."""

    def __init__(self) -> None:
        self.closed: set[date] = set()

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.closed


async def now_of(there: Office, one: Appointment) -> Appointment:
    return await there.appointments.get(one.id)


async def slot_is_over(there: Office) -> None:
    there.clock.move(seconds=(at(TUESDAY, "12:15") - there.clock.now()).total_seconds())
    await there.work()


async def test_a_holiday_that_is_learnt_late_cancels_what_was_booked_and_nothing_else(
    store: Store,
) -> None:
    calendar = LearntLate()
    there = office(store, calendar=calendar)
    one = await there.book("one")
    next_day = await there.book("one", f"{WEDNESDAY}T09:00")
    calendar.closed.add(TUESDAY)

    await there.resting.close(NOW)
    await there.work()

    gone = await now_of(there, one)
    assert (gone.state, gone.reason, gone.place) == (State.CANCELLED_BY_HALL, RESTS, None)
    assert await now_of(there, next_day) == next_day


async def test_looking_again_changes_nothing(store: Store) -> None:
    calendar = LearntLate()
    there = office(store, calendar=calendar)
    one = await there.book("one")
    calendar.closed.add(TUESDAY)
    await there.resting.close(NOW)
    await there.work()
    there.clock.move(minutes=5)
    await there.work()
    before = await store.get(CLOSURES.name, HALL_DAY), await now_of(there, one)

    await there.resting.close(NOW + timedelta(hours=1))
    await there.work()

    assert (await store.get(CLOSURES.name, HALL_DAY), await now_of(there, one)) == before


async def test_a_day_to_which_nobody_is_to_come_is_not_cancelled(store: Store) -> None:
    calendar = LearntLate()
    there = office(store, calendar=calendar)
    one = await there.book("one")
    await there.changes.cancel("one", one.id, NOW)
    calendar.closed.add(TUESDAY)

    await there.resting.close(NOW)

    assert await Closures(store).of(HALL_DAY) is None


async def test_what_was_booked_farther_ahead_than_the_rules_now_allow_is_found_too(
    store: Store,
) -> None:
    calendar = LearntLate()
    there = office(store, calendar=calendar)
    friday = TUESDAY + timedelta(days=3)
    one = await there.book("one", f"{friday}T09:00")
    there.catalogue.rules = replace(there.catalogue.rules, horizon_workdays=1)
    calendar.closed.add(friday)

    await there.resting.close(NOW)
    await there.work()

    assert (await now_of(there, one)).state is State.CANCELLED_BY_HALL


async def test_nobody_missed_a_day_on_which_the_hall_rested(store: Store) -> None:
    calendar = LearntLate()
    there = office(store, calendar=calendar)
    one = await there.book("one")
    calendar.closed.add(TUESDAY)

    await slot_is_over(there)

    gone = await now_of(there, one)
    assert (gone.state, gone.reason) == (State.CANCELLED_BY_HALL, RESTS)
    assert (gone.no_show_of, gone.no_show_at) == (None, None)


async def test_nobody_missed_a_slot_that_the_hall_has_no_more(store: Store) -> None:
    there = office(store)
    ten, half_past = [await there.book("one", f"{TUESDAY}T{t}") for t in ("10:00", "10:30")]
    there.catalogue.rules = replace(there.catalogue.rules, slot_minutes=60)

    await slot_is_over(there)

    gone = await now_of(there, half_past)
    assert (await now_of(there, ten)).state is State.NO_SHOW
    assert (gone.state, gone.reason) == (State.CANCELLED_BY_HALL, SLOT_GONE)


async def test_nobody_missed_a_service_that_was_given_up(store: Store) -> None:
    there = office(store)
    one = await there.book("one")
    there.catalogue.given_up = True

    await slot_is_over(there)

    gone = await now_of(there, one)
    assert (gone.state, gone.reason) == (State.CANCELLED_BY_HALL, SERVICE_GONE)


async def test_who_checked_in_on_a_day_that_was_to_be_off_is_served(store: Store) -> None:
    calendar = LearntLate()
    there = office(store, calendar=calendar)
    one = await there.book("one")
    there.clock.move(days=1)
    code = await there.check_ins.code("one", one.id, at(TUESDAY, "08:45"))
    await there.check_ins.scan(code.text, "center", at(TUESDAY, "08:45"))
    calendar.closed.add(TUESDAY)

    await there.resting.close(at(TUESDAY, "08:50"))
    await slot_is_over(there)

    assert (await now_of(there, one)).state is State.CHECKED_IN
