"""What paying, not paying and money that goes back do to an appointment."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.documents import from_document, to_document
from channel_gateway.domain.money import Fen
from channel_gateway.ports import FeeEnd, FeeEnding, FeeMoney
from channel_gateway.services.appointment.appointment import Appointment, State
from channel_gateway.services.appointment.citizens.handing_over import forgotten, handed_over
from channel_gateway.services.appointment.hall.check_in import check_in_window, to_check_in
from channel_gateway.services.appointment.life import (
    FREE_SEAT,
    NOT_COME,
    cancelled,
    cancelled_by_hall,
    moved,
    not_come,
)
from channel_gateway.services.appointment.prepaid.fee import (
    ELSEWHERE,
    ISSUE_FEE,
    KEPT_FOR,
    LET_GO,
    SETTLE_FEE,
    Fee,
    is_settling,
)
from channel_gateway.services.appointment.prepaid.prepayment import (
    ended,
    held,
    held_until,
    keeps,
    lapsed,
    money_returned,
    no_longer_kept,
    noticed,
    paid,
    withdrawn,
)
from channel_gateway.services.appointment.refusals import AppointmentOver, StillHeld, TooLateToPay
from channel_gateway.services.appointment.rules.quotas import FIELDS
from tests.unit.appointment.samples import MONDAY, appointment, at, rules

GRACE = timedelta(minutes=15)
NOW, UNTIL = at(MONDAY, "08:00"), at(MONDAY, "08:15")
ORDER, OTHER = "G20260309first", "G20260309second"
FEE = Fee(Fen(6000), "who", "sealed")
TO_ANOTHER = appointment(slot=f"{MONDAY}T15:00", starts="15:00", ends="15:30", seat=1)


def unpaid() -> Appointment:
    """Held, its notice made."""
    draft = replace(appointment(), quota_hold="who|holds 2026-03-09|0")
    return noticed(held(draft, FEE, UNTIL, NOW), "pay-code")


def is_paid(order_id: str = ORDER) -> Appointment:
    return paid(unpaid(), order_id, NOW, grace=GRACE)


def end(how: FeeEnding, order_id: str | None = None) -> FeeEnd:
    money = FeeMoney("pay-code", order_id, Fen(6000), NOW) if order_id else None
    return FeeEnd(how, money)


def kinds(one: Appointment) -> list[str]:
    return [task.kind for task in one.tasks]


def free(one: Appointment) -> bool:
    return not {"seat_key", "place", *FIELDS} & to_document(one).keys()


def test_a_held_one_is_asked_for_its_notice_and_let_go_in_time() -> None:
    one = held(appointment(), FEE, UNTIL, NOW)

    assert (one.state, one.held_until) == (State.HELD, UNTIL)
    assert kinds(one) == [ISSUE_FEE, LET_GO]
    assert one.tasks[1].due == milliseconds(UNTIL)
    for each in (one, unpaid(), is_paid()):
        assert from_document(Appointment, to_document(each)) == each


def test_a_hold_ends_when_the_slot_begins_and_is_never_under_five_minutes() -> None:
    hold, starts = timedelta(minutes=15), at(MONDAY, "10:00")

    assert held_until(starts, at(MONDAY, "09:00"), hold) == at(MONDAY, "09:15")
    assert held_until(starts, at(MONDAY, "09:55"), hold) == starts
    with pytest.raises(TooLateToPay):
        held_until(starts, at(MONDAY, "09:55:01"), hold)


def test_once_finance_has_made_the_notice_who_owes_it_is_forgotten() -> None:
    one = unpaid()

    assert (one.fee_code, one.fee and one.fee.draft, kinds(one)) == ("pay-code", None, [LET_GO])
    assert noticed(one, "another") == one


def test_money_confirms_in_one_change_and_is_no_hold_any_more() -> None:
    one = is_paid()

    assert (one.state, one.held_until, one.quota_hold) == (State.CONFIRMED, None, None)
    assert keeps(one, ORDER)
    assert LET_GO not in kinds(one)
    assert NOT_COME in kinds(one)
    assert one.seat_key == appointment().seat_key


def test_the_first_order_keeps_the_place_and_both_hear_the_same_again() -> None:
    one = is_paid()

    for _ in range(2):
        one = paid(one, OTHER, NOW, grace=GRACE)
        assert not keeps(one, OTHER)
        one = paid(one, ORDER, NOW, grace=GRACE)
        assert keeps(one, ORDER)


@pytest.mark.parametrize(
    "gone",
    [
        lambda one: lapsed(one, UNTIL, back=None),
        lambda one: withdrawn(one, NOW, back=None),
        lambda one: cancelled_by_hall(one, "停电", NOW),
    ],
    ids=["lapsed", "cancelled", "hall"],
)
def test_money_for_what_is_gone_is_not_kept(gone: Callable[[Appointment], Appointment]) -> None:
    one = gone(unpaid())

    assert paid(one, ORDER, UNTIL, grace=GRACE) == one
    assert not keeps(one, ORDER)


def test_what_was_cancelled_after_it_was_paid_still_knows_its_money() -> None:
    one = cancelled(is_paid(), rules(), NOW, {"cancel_key": "key"}, None)

    assert keeps(paid(one, ORDER, NOW, grace=GRACE), ORDER)


def test_a_slot_that_has_begun_is_not_confirmed_any_more() -> None:
    late = at(MONDAY, "10:00")

    assert not keeps(paid(unpaid(), ORDER, late, grace=GRACE), ORDER)
    gone = ended(unpaid(), end(FeeEnding.PAID, ORDER), late, grace=GRACE, back=None)
    assert (gone.state, kinds(gone), free(gone)) == (State.LAPSED, [SETTLE_FEE], True)


def test_an_unpaid_one_lapses_and_leaves_nothing_but_that_it_was_held() -> None:
    gone = ended(unpaid(), end(FeeEnding.VOID), UNTIL, grace=GRACE, back=UNTIL + GRACE)

    assert gone.state is State.LAPSED
    assert free(gone)
    assert (gone.due, gone.cancelled_at, gone.cancel_key) == (None, None, None)
    assert gone.left_seat == appointment().seat_key
    assert gone.quota_hold is not None


def test_what_lapses_while_another_place_is_held_back_keeps_its_seat_from_others() -> None:
    there = moved(is_paid(), TO_ANOTHER, rules(), NOW, back=UNTIL + GRACE, grace=GRACE)
    gone = lapsed(money_returned(there, ORDER, NOW), UNTIL, back=UNTIL + 2 * GRACE)

    assert (gone.state, gone.left_seat) == (State.LAPSED, appointment().seat_key)
    assert (gone.seat_key, kinds(gone)) == (TO_ANOTHER.seat_key, [FREE_SEAT])


def test_who_never_saw_a_notice_has_not_let_anything_lapse() -> None:
    one = replace(held(appointment(), FEE, UNTIL, NOW), quota_hold="who|holds|0")

    assert lapsed(one, UNTIL, back=None).quota_hold is None


@pytest.mark.parametrize(
    ("how", "by"), [(end(FeeEnding.PAID, ORDER), ORDER), (end(FeeEnding.PAID_ELSEWHERE), ELSEWHERE)]
)
def test_whose_money_turns_up_at_the_end_has_the_place(how: FeeEnd, by: str) -> None:
    one = ended(unpaid(), how, UNTIL, grace=GRACE, back=None)

    assert one.state is State.CONFIRMED
    assert keeps(one, by)


@pytest.mark.parametrize("how", list(FeeEnding))
def test_the_end_of_a_notice_changes_nothing_of_what_is_paid(how: FeeEnding) -> None:
    one = is_paid()

    assert ended(one, end(how, OTHER), UNTIL, grace=GRACE, back=None) == one


def test_who_cancels_unpaid_has_not_cancelled_an_appointment() -> None:
    gone = withdrawn(unpaid(), NOW, back=None)

    assert (gone.state, free(gone)) == (State.CANCELLED_BY_CITIZEN, True)
    assert (gone.cancelled_at, gone.cancel_key) == (None, None)
    assert kinds(gone) == [SETTLE_FEE]
    assert gone.quota_hold is not None
    assert withdrawn(gone, UNTIL, back=None) == gone
    assert withdrawn(is_paid(), NOW, back=None) == is_paid()


def test_while_the_department_is_asked_for_a_place_there_is_no_notice_to_end() -> None:
    asked = replace(held(appointment(), FEE, UNTIL, NOW), seat_asked="A1")

    for gone in (withdrawn(asked, NOW, back=None), cancelled_by_hall(asked, "停电", NOW)):
        assert SETTLE_FEE not in kinds(gone)
        assert gone.fee is not None
        assert gone.fee.is_over


def test_who_cancels_in_time_gets_the_fee_back() -> None:
    gone = cancelled(is_paid(), rules(), NOW, {"cancel_key": "key"}, None)

    assert (kinds(gone), gone.fee and gone.fee.is_over) == ([SETTLE_FEE], True)


def test_who_does_not_come_gets_nothing_back() -> None:
    missed = not_come(is_paid(), at(MONDAY, "11:00"))

    assert missed.fee is not None
    assert missed.fee.is_kept
    assert SETTLE_FEE not in kinds(missed)


def test_what_the_hall_cancels_keeps_its_money_a_week_and_moves_with_it() -> None:
    gone = cancelled_by_hall(is_paid(), "停电", NOW)
    there = moved(gone, TO_ANOTHER, rules(), NOW, back=None, grace=GRACE)

    assert [(task.kind, task.due) for task in gone.tasks] == [
        (SETTLE_FEE, milliseconds(NOW + KEPT_FOR))
    ]
    assert (there.state, keeps(there, ORDER)) == (State.CONFIRMED, True)
    assert SETTLE_FEE not in kinds(there)


def test_what_is_only_held_is_neither_moved_nor_checked_in() -> None:
    with pytest.raises(StillHeld):
        moved(unpaid(), TO_ANOTHER, rules(), NOW, back=None, grace=GRACE)
    with pytest.raises(StillHeld):
        to_check_in(unpaid(), check_in_window(unpaid(), rules(), GRACE), NOW)


def test_what_the_hall_cancels_unpaid_is_over_at_once_and_no_hold() -> None:
    gone = cancelled_by_hall(unpaid(), "停电", NOW)

    assert (kinds(gone), gone.tasks[0].due, gone.quota_hold) == (
        [SETTLE_FEE],
        milliseconds(NOW),
        None,
    )
    with pytest.raises(AppointmentOver):
        moved(gone, TO_ANOTHER, rules(), NOW, back=None, grace=GRACE)


@pytest.mark.parametrize(
    "given_up",
    [lambda one: withdrawn(one, NOW, back=None), lambda one: no_longer_kept(one, NOW)],
    ids=["by the citizen", "after a week"],
)
def test_money_that_is_given_up_moves_nowhere(
    given_up: Callable[[Appointment], Appointment],
) -> None:
    over = given_up(cancelled_by_hall(is_paid(), "停电", NOW))

    assert given_up(over) == over
    with pytest.raises(AppointmentOver):
        moved(over, TO_ANOTHER, rules(), NOW, back=None, grace=GRACE)


def test_a_slot_taken_in_time_is_not_given_up_afterwards() -> None:
    gone = cancelled_by_hall(is_paid(), "停电", NOW)
    there = moved(gone, TO_ANOTHER, rules(), NOW, back=None, grace=GRACE)

    assert no_longer_kept(there, NOW) == there


def test_a_place_whose_money_went_back_is_let_go_unless_somebody_pays_again() -> None:
    back = money_returned(is_paid(), ORDER, NOW)

    assert LET_GO in kinds(back)
    with pytest.raises(AppointmentOver):
        moved(back, TO_ANOTHER, rules(), NOW, back=None, grace=GRACE)
    again = paid(back, OTHER, NOW, grace=GRACE)
    assert (again.state, keeps(again, OTHER)) == (State.CONFIRMED, True)
    assert LET_GO not in kinds(again)
    gone = ended(back, end(FeeEnding.VOID), NOW, grace=GRACE, back=None)
    assert (gone.state, free(gone), gone.due) == (State.LAPSED, True, None)


def test_only_the_money_that_is_kept_can_go_back() -> None:
    one = is_paid()

    assert money_returned(one, OTHER, NOW) == one
    back = money_returned(one, ORDER, NOW)
    assert money_returned(back, ORDER, NOW) == back


def test_money_that_went_back_after_the_hall_cancelled_ends_the_fee() -> None:
    back = money_returned(cancelled_by_hall(is_paid(), "停电", NOW), ORDER, NOW)

    assert [(task.kind, task.due) for task in back.tasks] == [(SETTLE_FEE, milliseconds(NOW))]


def test_a_forgotten_one_says_nothing_of_who_booked_and_one_to_be_settled_is_open() -> None:
    gone = lapsed(held(appointment(), FEE, UNTIL, NOW), UNTIL, back=None)
    known = forgotten(gone, "nothing", rules())

    assert known.fee is not None
    assert (known.fee.citizen, known.fee.draft) == ("", None)
    assert is_settling(withdrawn(unpaid(), NOW, back=None).tasks)
    assert not is_settling(gone.tasks)


def test_a_hold_of_an_account_is_its_persons_once_the_name_is_proven() -> None:
    one = handed_over(unpaid(), "who", "person", ())

    assert one.quota_hold == "person|holds 2026-03-09|0"


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("how", list(FeeEnding))
def test_whatever_is_said_twice_changes_nothing_the_second_time(
    state: State, how: FeeEnding
) -> None:
    said = replace(appointment(state=state), fee=FEE, fee_code="pay-code")
    words: list[Callable[[Appointment], Appointment]] = [
        lambda one: paid(one, ORDER, NOW, grace=GRACE),
        lambda one: ended(one, end(how, ORDER), NOW, grace=GRACE, back=None),
        lambda one: withdrawn(one, NOW, back=None),
        lambda one: no_longer_kept(one, NOW),
        lambda one: money_returned(one, ORDER, NOW),
    ]
    for word in words:
        once = word(said)
        assert word(once) == once
