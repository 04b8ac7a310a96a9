"""A delivery's table, and what pushes, answers and people make of it."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Conflict
from channel_gateway.domain.parcels import Payer, Stage
from channel_gateway.domain.state_machine import NotNow, advance, may
from channel_gateway.domain.tasks import given_up
from channel_gateway.ports import Consent
from channel_gateway.services.licence_delivery.citizens.cancelling import (
    TWICE_SENT,
    cancel_asked,
    goes_on,
    taken_back,
)
from channel_gateway.services.licence_delivery.citizens.changes import (
    confirmed,
    not_objected,
    readdressed,
)
from channel_gateway.services.licence_delivery.couriers.orders import CANCEL
from channel_gateway.services.licence_delivery.delivery import (
    TRANSITIONS,
    Delivery,
    Direction,
    KeptScan,
    State,
    Trigger,
)
from channel_gateway.services.licence_delivery.departments.handling import (
    again,
    came_back,
    lost,
    materials_came,
)
from channel_gateway.services.licence_delivery.following import followed
from channel_gateway.services.licence_delivery.life import (
    LOOK,
    handed_over,
    heard,
    issued,
    not_taken,
    placed,
    placing,
    sent_again,
    told_by_courier,
)
from channel_gateway.services.licence_delivery.refusals import (
    AddressFixed,
    CancelledAtTheHall,
    ConsentWithdrawn,
    FetchedAlready,
    HandedOverAlready,
    NotBack,
    NothingToConfirm,
    NotSentAgain,
)
from channel_gateway.services.licence_delivery.rules.asking import (
    AFTERWARDS,
    ASK,
    EVERY,
    GIVES_UP_AFTER,
    NOT_OFTENER,
    QUIET_AFTER,
    SOON,
)
from channel_gateway.services.licence_delivery.rules.judging import was_called_off, was_fetched

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONE, TWO = "D1-1", "D1-2"
PLACE_ONE = f"place:{ONE}"
BACK = {Stage.RETURNING, Stage.RETURNED}
BEGUN = Delivery(
    id="D1",
    service="AA-BB-01",
    service_name="事项",
    department="hall",
    direction=Direction.OUT,
    payer=Payer.CITIZEN,
    courier="ems",
    request_key="r",
    digest="d",
    recipient="sealed",
    created_at=NOW,
    person="p",
    hears=True,
    open_key="visit|A1|out",
)
PACKED = issued(BEGUN, NOW)
SENT = placed(placing(PACKED, ONE, NOW), ONE, "W1", NOW)


def scan(stage: Stage | None, hour: float) -> KeptScan:
    return KeptScan(NOW + hour * HOUR, str(stage), stage)


def told(delivery: Delivery, *scans: KeptScan, hour: float, number: str = ONE) -> Delivery:
    at = NOW + hour * HOUR
    return told_by_courier(delivery, number, scans, at, at)


def asks(delivery: Delivery) -> list[datetime]:
    return [
        NOW + timedelta(milliseconds=task.due - milliseconds(NOW))
        for task in delivery.tasks
        if task.kind == ASK
    ]


def test_every_state_has_a_row_and_is_reachable() -> None:
    assert set(TRANSITIONS) == set(State)
    reached, new = {State.REQUESTED}, {State.REQUESTED}
    while new:
        new = {there for state in new for there in TRANSITIONS[state].values()} - reached
        reached |= new
    assert reached == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("trigger", Trigger)
def test_a_trigger_is_in_the_table_or_refused_and_again_changes_nothing(
    state: State, trigger: Trigger
) -> None:
    if not may(TRANSITIONS, state, trigger):
        with pytest.raises(NotNow):
            advance(TRANSITIONS, state, trigger)
        return
    there = advance(TRANSITIONS, state, trigger)
    assert not may(TRANSITIONS, there, trigger) or advance(TRANSITIONS, there, trigger) is there


scans = st.builds(scan, st.sampled_from([*Stage, None]), st.integers(0, 6))
moves = st.tuples(
    st.sampled_from(["signed", "unsigned", "answer"]),
    st.lists(scans, min_size=1, max_size=3),
    st.integers(1, 9),
)


@given(st.lists(moves, max_size=8), st.randoms(use_true_random=False))
def test_any_order_of_what_couriers_say_ends_in_the_same_state(
    said: list[tuple[str, list[KeptScan], int]], order: random.Random
) -> None:
    shuffled = [*said, *said[:2]]
    order.shuffle(shuffled)
    states = []
    for way in (said, shuffled):
        delivery = SENT
        for how, some, hour in way:
            at = NOW + hour * HOUR
            if how == "answer":
                after = told_by_courier(delivery, ONE, some, at, at)
            else:
                after = heard(delivery, ONE, some, at, signed=how == "signed")
            delivery = followed(delivery, after, at)
        states.append(delivery.state)

    assert states[0] is states[1]


def test_a_push_has_the_courier_asked_once_a_minute_however_many_come() -> None:
    delivery = told(SENT, scan(Stage.IN_TRANSIT, 1), hour=2)
    assert asks(delivery) == [NOW + 2 * HOUR + EVERY]

    heard_at = NOW + 2 * HOUR + timedelta(seconds=1)
    for number in range(100):
        forged = KeptScan(heard_at, f"80-{number}", Stage.SIGNED)
        delivery = heard(delivery, ONE, [forged], heard_at, signed=False)

    assert asks(delivery) == [NOW + 2 * HOUR + NOT_OFTENER]
    assert delivery.state is State.IN_TRANSIT


def test_a_push_of_what_the_courier_has_said_already_asks_nothing() -> None:
    delivery = told(SENT, scan(Stage.IN_TRANSIT, 1), hour=2)
    again_told = heard(delivery, ONE, [scan(Stage.IN_TRANSIT, 1)], NOW + 3 * HOUR, signed=True)

    assert asks(again_told) == asks(delivery)


def test_a_courier_that_does_not_answer_is_not_asked_sooner_for_a_push() -> None:
    later = replace(
        SENT, tasks=tuple(replace(task, tries=3, due=task.due + 10**8) for task in SENT.tasks)
    )
    pushed = heard(later, ONE, [scan(Stage.SIGNED, 1)], NOW + HOUR, signed=False)

    assert asks(pushed) == asks(later)


def test_what_was_pushed_during_the_question_is_asked_for_again_soon() -> None:
    at = NOW + 2 * HOUR
    pushed = heard(SENT, ONE, [scan(Stage.SIGNED, 1)], at + timedelta(seconds=1), signed=False)
    delivery = told_by_courier(
        pushed, ONE, [scan(Stage.IN_TRANSIT, 1)], at, at + timedelta(seconds=2)
    )

    assert asks(delivery) == [at + timedelta(seconds=2) + SOON]


def test_an_end_is_asked_about_once_more_a_day_later() -> None:
    signed = told(SENT, scan(Stage.SIGNED, 1), hour=2)
    assert asks(signed) == [NOW + 2 * HOUR + AFTERWARDS]

    assert asks(told(signed, scan(Stage.SIGNED, 1), hour=26)) == []
    taken_back = told(signed, scan(Stage.OUT_FOR_DELIVERY, 1), hour=26)
    assert taken_back.state is State.OUT_FOR_DELIVERY


def test_after_weeks_a_person_must_look_and_a_later_word_still_counts() -> None:
    days = GIVES_UP_AFTER / HOUR
    delivery = told(SENT, scan(Stage.IN_TRANSIT, 1), hour=days)

    assert delivery.state is State.EXCEPTION
    assert asks(delivery) == []
    assert [task.kind for task in delivery.tasks if task.kind == LOOK] == [LOOK]
    same = told(delivery, scan(Stage.IN_TRANSIT, 1), hour=days + 1)
    assert same.state is State.EXCEPTION
    signed = told(delivery, scan(Stage.IN_TRANSIT, 1), scan(Stage.SIGNED, 9), hour=days + 2)
    assert signed.state is State.SIGNED


def test_days_of_silence_are_seen_and_end_with_the_next_scan() -> None:
    quiet = told(SENT, scan(Stage.IN_TRANSIT, 0), hour=QUIET_AFTER / HOUR)
    assert quiet.attention == "stalled"

    moving = told(quiet, scan(Stage.IN_TRANSIT, 70), hour=73)
    assert (moving.attention, moving.attention_since) == ("", None)


def test_an_answer_clears_the_dead_letter_of_the_question() -> None:
    [ask] = [task for task in SENT.tasks if task.kind == ASK]
    dead = given_up(SENT, ask.id, at=1, note="down")

    assert told(dead, scan(Stage.IN_TRANSIT, 1), hour=2).given_up == ()


def test_cancelling_before_any_order_is_cancelled_at_once() -> None:
    for delivery in (BEGUN, PACKED):
        gone = followed(delivery, cancel_asked(delivery, NOW), NOW)
        assert gone.state is State.CANCELLED
        assert gone.open_key is None
        assert cancel_asked(gone, NOW) is gone
        assert "place" not in {task.kind for task in gone.tasks}
    assert placing(cancel_asked(PACKED, NOW), ONE, NOW).attempts[0].placing_at is None


def test_cancelling_an_order_asks_the_courier() -> None:
    asked = cancel_asked(SENT, NOW)
    assert asked.state is State.WAYBILL
    assert [task.detail for task in asked.tasks if task.kind == CANCEL] == [ONE]

    assert taken_back(asked, ONE, NOW).state is State.CANCELLED
    on = goes_on(asked, ONE, NOW)
    assert on.state is State.WAYBILL
    assert cancel_asked(on, NOW).attempts[0].cancel_asked_at == NOW  # may be tried again


def test_cancelling_while_an_order_may_exist_waits_for_no_courier() -> None:
    asked = cancel_asked(placing(PACKED, ONE, NOW), NOW)
    assert asked.state is State.CANCELLED
    assert [task.kind for task in asked.tasks] == [CANCEL]
    assert goes_on(asked, ONE, NOW).state is State.CANCELLED  # there is nothing to take back

    made = placed(asked, ONE, "W1", NOW)
    assert (made.state, made.waybill_key) == (State.CANCELLED, "ems|W1")
    assert [task.kind for task in made.tasks] == [CANCEL]
    on = goes_on(made, ONE, NOW)
    assert (on.state, len(asks(on))) == (State.WAYBILL, 1)


def test_an_order_made_after_all_that_was_asked_is_taken_back_once_more() -> None:
    gone = replace(cancel_asked(placing(PACKED, ONE, NOW), NOW), tasks=())

    assert [task.kind for task in placed(gone, ONE, "W1", NOW).tasks] == [CANCEL]


def test_what_was_fetched_all_the_same_goes_on() -> None:
    gone = taken_back(cancel_asked(SENT, NOW), ONE, NOW)
    assert gone.state is State.CANCELLED

    assert told(gone, scan(Stage.WAYBILL, 1), hour=2).state is State.CANCELLED
    assert told(gone, scan(Stage.PICKED_UP, 1), hour=2).state is State.PICKED_UP


def test_what_is_under_way_or_the_departments_own_is_not_cancelled() -> None:
    with pytest.raises(FetchedAlready):
        cancel_asked(told(SENT, scan(Stage.PICKED_UP, 1), hour=2), NOW)
    with pytest.raises(CancelledAtTheHall):
        cancel_asked(handed_over(PACKED, "ems", "W9", NOW), NOW)


def test_an_order_that_is_refused_waits_for_a_person() -> None:
    refused = not_taken(placing(PACKED, ONE, NOW), ONE, "超区", NOW)

    assert refused.state is State.EXCEPTION
    assert [task.detail for task in refused.tasks if task.kind == LOOK] == ["超区"]
    assert cancel_asked(refused, NOW).state is State.CANCELLED
    tried = again(refused, "sf", NOW)
    assert (tried.state, tried.attempts[-1].number, tried.attempts[-1].courier) == (
        State.PACKED,
        TWO,
        "sf",
    )


def test_a_departments_waybill_is_taken_once_and_put_right_until_something_is_heard() -> None:
    own = handed_over(BEGUN, "ems", "W9", NOW)
    assert (own.state, own.waybill_key) == (State.WAYBILL, "ems|W9")
    assert handed_over(own, "ems", "W9", NOW) is own

    right = handed_over(own, "sf", "W8", NOW)
    assert (right.waybill_key, len(right.attempts)) == ("sf|W8", 1)
    with pytest.raises(HandedOverAlready):
        handed_over(told(right, scan(Stage.PICKED_UP, 1), hour=2), "ems", "W7", NOW)
    with pytest.raises(HandedOverAlready):
        handed_over(SENT, "ems", "W7", NOW)


def test_who_waits_in_vain_for_a_courier_sends_another_way_and_its_order_is_taken_back() -> None:
    waits = placing(PACKED, ONE, NOW)
    for there in (sent_again(waits, "sf", NOW), handed_over(waits, "sf", "W7", NOW)):
        assert [each.number for each in there.attempts] == [ONE, TWO]
        assert there.attempts[-1].courier == "sf"
        assert [task.detail for task in there.tasks if task.kind == CANCEL] == [ONE]
        assert PLACE_ONE not in {task.id for task in there.tasks}

        found = placed(there, ONE, "W1", NOW)
        assert (found.attempt, found.waybill_key) == (there.attempt, there.waybill_key)
        twice = goes_on(found, ONE, NOW)
        assert (twice.state, twice.attention) == (there.state, TWICE_SENT)
    with pytest.raises(NotSentAgain):
        sent_again(waits, "ems", NOW)


def test_a_delivery_is_tried_nine_times_and_no_more() -> None:
    delivery = PACKED
    for number in range(8):
        delivery = sent_again(delivery, f"c{number}", NOW)

    assert delivery.attempts[-1].number == "D1-9"
    with pytest.raises(NotSentAgain):
        sent_again(delivery, "ems", NOW)


turns = {
    "placing": lambda one: placing(one, one.attempt.number, NOW),
    "placed": lambda one: placed(one, one.attempt.number, f"W{len(one.attempts)}", NOW),
    "found out": lambda one: placed(one, ONE, "W1", NOW),
    "refused": lambda one: not_taken(one, one.attempt.number, "超区", NOW),
    "cancel": lambda one: cancel_asked(one, NOW),
    "again": lambda one: sent_again(one, f"c{len(one.attempts)}", NOW),
    "handed over": lambda one: handed_over(one, "ems", f"H{len(one.attempts)}", NOW),
    "brought": lambda one: materials_came(one, NOW),
    "fetched": lambda one: told(one, scan(Stage.PICKED_UP, 1), hour=2, number=ONE),
    "called off": lambda one: told(one, scan(Stage.CANCELLED, 1), hour=2, number=ONE),
}


@given(st.lists(st.sampled_from(sorted(turns)), max_size=9), st.sampled_from(Direction))
def test_whatever_happens_no_order_is_left_that_nobody_wants(
    happened: list[str], direction: Direction
) -> None:
    delivery = issued(replace(BEGUN, direction=direction), NOW)
    for each in happened:
        with suppress(Conflict, NotNow):
            delivery = followed(delivery, turns[each](delivery), NOW)

        taken_care_of = {task.detail for task in delivery.tasks if task.kind == CANCEL}
        for attempt in delivery.attempts:
            ordered = attempt.placing_at is not None and not attempt.by_department
            taken_back = attempt.refused or attempt.cancelled_at is not None
            over = taken_back or was_fetched(attempt) or was_called_off(attempt)
            wanted = attempt is delivery.attempt and delivery.state in (
                State.PACKED,
                State.WAYBILL,
                State.EXCEPTION,
            )
            assert attempt.number in taken_care_of or not ordered or over or wanted


def test_nobody_new_is_given_the_data_of_who_withdrew_a_consent() -> None:
    consent = Consent("D1C0", "address", "", "1", "wechat", NOW, "", withdrawn_at=NOW)
    back = told(SENT, scan(Stage.RETURNED, 1), hour=2)
    for delivery in (back, placing(PACKED, ONE, NOW)):
        with pytest.raises(ConsentWithdrawn):
            sent_again(replace(delivery, consents=(consent,)), "sf", NOW)
    with pytest.raises(ConsentWithdrawn):
        handed_over(replace(PACKED, consents=(consent,)), "sf", "W7", NOW)
    with pytest.raises(AddressFixed):
        readdressed(replace(back, consents=(consent,)), "other", NOW)


def test_materials_brought_by_hand_are_there_whatever_its_courier_does() -> None:
    waits = placing(issued(replace(BEGUN, direction=Direction.IN), NOW), ONE, NOW)
    refused = not_taken(waits, ONE, "超区", NOW)
    for delivery in (waits, refused, placed(waits, ONE, "W1", NOW)):
        there = materials_came(delivery, NOW)
        assert there.state is State.SIGNED
        assert PLACE_ONE not in {task.id for task in there.tasks}
        assert taken_back(there, ONE, NOW).state is State.SIGNED
        assert placing(there, ONE, NOW) == there


PROXY = told(SENT, scan(Stage.PROXY_SIGNED, 1), hour=2)


def test_the_citizen_is_asked_about_a_proxys_signature() -> None:
    at = NOW + 3 * HOUR
    assert confirmed(PROXY, True, at).state is State.SIGNED
    denied = confirmed(PROXY, False, at)
    assert denied.state is State.EXCEPTION
    assert confirmed(denied, False, at) is denied
    assert confirmed(denied, True, at).state is State.SIGNED
    assert not_objected(PROXY, at).state is State.SIGNED
    with pytest.raises(NothingToConfirm):
        confirmed(SENT, True, at)


def test_what_the_citizen_says_holds_against_the_same_signature_asked_again() -> None:
    at = NOW + 3 * HOUR
    for received, state in ((True, State.SIGNED), (False, State.EXCEPTION)):
        said = confirmed(PROXY, received, at)
        assert told(said, scan(Stage.PROXY_SIGNED, 1), hour=4).state is state
    denied = confirmed(PROXY, False, at)
    assert told(denied, scan(Stage.SIGNED, 0.5), hour=4).state is State.EXCEPTION
    assert told(denied, scan(Stage.SIGNED, 5), hour=6).state is State.SIGNED


def test_what_a_person_said_holds_against_an_answer_that_lags_behind() -> None:
    for received, state in ((True, State.SIGNED), (False, State.EXCEPTION)):
        said = confirmed(PROXY, received, NOW + 3 * HOUR)
        behind = told(said, scan(Stage.OUT_FOR_DELIVERY, 0.5), hour=4)
        assert (said.state, behind.state) == (state, state)
        later = told(behind, scan(Stage.OUT_FOR_DELIVERY, 5), hour=6)
        assert later.state is State.OUT_FOR_DELIVERY


earlier = st.builds(scan, st.sampled_from([*set(Stage) - BACK, None]), st.integers(0, 3))


@pytest.mark.parametrize("received", [True, False])
@given(st.lists(st.lists(earlier, max_size=4), max_size=4))
def test_no_answer_about_what_was_before_takes_a_persons_word_back(
    received: bool, answers: list[list[KeptScan]]
) -> None:
    delivery = said = confirmed(PROXY, received, NOW + 3 * HOUR)
    for number, answer in enumerate(answers):
        delivery = told(delivery, *answer, hour=4 + number)
        assert delivery.state is said.state


def test_who_does_not_have_it_need_not_be_asked_where_it_went_back() -> None:
    denied = confirmed(PROXY, False, NOW + 3 * HOUR)
    turned = told(denied, scan(Stage.RETURNING, 0.5), scan(Stage.PROXY_SIGNED, 1), hour=4)

    assert turned.state is State.RETURNED


def test_that_nobody_objected_is_no_persons_word_against_the_courier() -> None:
    accepted = not_objected(PROXY, NOW + 200 * HOUR)
    assert told(accepted, scan(Stage.OUT_FOR_DELIVERY, 0.5), hour=201).state is State.SIGNED

    back = told(accepted, scan(Stage.PROXY_SIGNED, 1), scan(Stage.RETURNED, 8), hour=202)
    assert back.state is State.RETURNED


def test_another_signature_of_somebody_else_is_asked_about_anew() -> None:
    said = confirmed(PROXY, True, NOW + 3 * HOUR)
    again_signed = told(said, scan(Stage.PROXY_SIGNED, 1), scan(Stage.PROXY_SIGNED, 5), hour=6)

    assert again_signed.state is State.PROXY_SIGNED


def test_a_later_signature_may_be_denied_as_well() -> None:
    denied = confirmed(PROXY, False, NOW + 3 * HOUR)
    signed = told(denied, scan(Stage.SIGNED, 5), hour=6)
    assert confirmed(signed, False, NOW + 7 * HOUR).state is State.EXCEPTION


def test_a_parcel_declared_lost_may_be_found() -> None:
    gone = lost(told(SENT, scan(Stage.IN_TRANSIT, 1), hour=2), NOW + 3 * HOUR)
    assert gone.state is State.LOST

    assert told(gone, scan(Stage.IN_TRANSIT, 4), hour=5).state is State.LOST
    assert told(gone, scan(Stage.SIGNED, 4), hour=5).state is State.SIGNED
    for nowhere in (PACKED, told(SENT, scan(Stage.SIGNED, 1), hour=2)):
        with pytest.raises(NotNow):
            lost(nowhere, NOW)


def test_a_denied_signature_that_is_declared_lost_stays_lost() -> None:
    for stage in (Stage.SIGNED, Stage.PROXY_SIGNED):
        signed = told(SENT, scan(stage, 1), hour=2)
        gone = lost(confirmed(signed, False, NOW + 3 * HOUR), NOW + 4 * HOUR)
        assert gone.state is State.LOST

        behind = told(gone, scan(Stage.OUT_FOR_DELIVERY, 0.5), hour=5)
        assert told(behind, scan(stage, 1), hour=6).state is State.LOST
        assert told(gone, scan(stage, 1), scan(Stage.SIGNED, 7), hour=8).state is State.SIGNED
        assert again(gone, None, NOW + 9 * HOUR).state is State.PACKED


def test_a_parcel_declared_lost_that_was_signed_for_before_is_found() -> None:
    gone = lost(told(SENT, scan(Stage.IN_TRANSIT, 1), hour=2), NOW + 9 * HOUR)

    assert told(gone, scan(Stage.SIGNED, 8), hour=10).state is State.SIGNED


def test_what_came_back_is_sent_again_by_a_number_never_used() -> None:
    back = told(SENT, scan(Stage.RETURNING, 1), scan(Stage.SIGNED, 2), hour=3)
    assert back.state is State.RETURNED

    tried = again(back, None, NOW)
    assert [each.number for each in tried.attempts] == [ONE, TWO]
    assert (tried.waybill_key, tried.former_key) == (None, "ems|W1")
    stale = told(tried, scan(Stage.SIGNED, 9), hour=10, number=ONE)
    assert stale.state is State.PACKED
    assert again(tried, None, NOW) is tried
    with pytest.raises(NotSentAgain):
        again(came_back(back, NOW), None, NOW)
    with pytest.raises(NotBack):
        came_back(SENT, NOW)


def test_an_address_is_fixed_once_a_courier_may_know_it() -> None:
    assert readdressed(PACKED, "other", NOW).recipient == "other"
    for known in (placing(PACKED, ONE, NOW), SENT):
        with pytest.raises(AddressFixed):
            readdressed(known, "other", NOW)
