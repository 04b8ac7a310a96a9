"""The tables of messages: lives, words, the hours of the night, and consents that are counted."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.days import at_minute, beijing_day
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.state_machine import NotNow, advance, may
from channel_gateway.ports import ConsentChange
from channel_gateway.services.message.counted import Counted, heard, none_left, spent
from channel_gateway.services.message.inbox_words import SENTENCES, TITLES, sentence
from channel_gateway.services.message.message import OVERTAKEN_BY, TRANSITIONS, State, Trigger
from channel_gateway.services.message.quiet_hours import URGENCY, QuietHours, may_disturb
from channel_gateway.services.message.views import RESULTS, SAYS, Result
from tests.unit.message.post import NOON, words

NIGHT = QuietHours(21 * 60, 8 * 60)
DAY = beijing_day(NOON)
YES, NO = ConsentChange("t", True), ConsentChange("t", False)
ALWAYS, NEVER = ConsentChange("t", True, lasting=True), ConsentChange("t", False, lasting=True)
NOTHING = Counted("a|t", "a", "t", NOON)


def at(minute, days=0):
    return at_minute(DAY + timedelta(days=days), minute)


def test_every_state_has_a_row_and_is_reachable():
    assert set(TRANSITIONS) == set(State)
    assert set(TRANSITIONS[State.WAITING].values()) == set(State)


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("trigger", Trigger)
def test_a_trigger_is_in_the_table_or_refused_and_again_changes_nothing(state, trigger):
    if not may(TRANSITIONS, state, trigger):
        with pytest.raises(NotNow):
            advance(TRANSITIONS, state, trigger)
        return
    there = advance(TRANSITIONS, state, trigger)
    assert advance(TRANSITIONS, there, trigger) is there


def test_every_happening_has_words_of_its_own_and_an_urgency():
    assert set(TITLES) == set(SENTENCES) == set(URGENCY) == set(OVERTAKEN_BY) == set(Happening)
    assert set(SAYS) == set(State)
    assert set(RESULTS) == set(Result)


@pytest.mark.parametrize("happening", Happening)
def test_a_sentence_needs_no_word_that_is_not_told(happening):
    text = sentence(happening, words(happening))

    assert "—" not in text
    assert "<service>" in text
    assert "{" not in text


@pytest.mark.parametrize(
    ("minute", "morning"),
    [
        (20 * 60 + 59, None),
        (21 * 60, at(8 * 60, days=1)),
        (0, at(8 * 60)),
        (8 * 60 - 1, at(8 * 60)),
        (8 * 60, None),
    ],
)
def test_the_night_is_from_nine_to_eight_in_beijing(minute, morning):
    assert NIGHT.morning(at(minute)) == morning


def test_quiet_hours_may_lie_within_a_day_or_be_none():
    siesta, never = QuietHours(12 * 60, 14 * 60), QuietHours(0, 0)

    assert siesta.morning(NOON) == at(14 * 60)
    assert siesta.morning(at(14 * 60)) is None
    assert never.morning(at(0)) is None


@given(st.integers(0, 1439), st.integers(0, 1439), st.integers(0, 1439))
def test_when_the_quiet_hours_end_it_is_not_quiet(begin, end, minute):
    quiet = QuietHours(begin, end)
    morning = quiet.morning(at(minute))

    assert morning is None or (morning > at(minute) and quiet.morning(morning) is None)


def disturbs(happening, *, good_until=None, waited=timedelta()):
    now = at(23 * 60)
    return may_disturb(
        happening,
        at=now - waited,
        good_until=good_until,
        now=now,
        morning=at(8 * 60, days=1),
    )


def test_who_has_just_done_something_is_answered_at_any_hour_and_later_not():
    assert disturbs(Happening.BOOKED)
    assert not disturbs(Happening.BOOKED, waited=timedelta(minutes=31))


def test_a_visit_of_the_coming_day_that_is_cancelled_wakes_and_a_later_one_does_not():
    tomorrow, later = at(0, days=2), at(0, days=3)

    assert disturbs(Happening.HALL_CANCELLED, good_until=tomorrow)
    assert not disturbs(Happening.HALL_CANCELLED, good_until=later)


def test_a_courier_who_is_coming_wakes_and_one_who_has_come_does_not():
    assert disturbs(Happening.OUT_FOR_DELIVERY)
    assert not disturbs(Happening.SIGNED)


def test_a_yes_counts_once_for_an_id_and_is_spent_once_for_a_message():
    counted = heard(heard(NOTHING, YES, "1", NOON), YES, "1", NOON)
    assert counted.left == 1

    counted = spent(spent(heard(counted, YES, "2", NOON), "m1", NOON), "m1", NOON)
    assert counted.left == 1


def test_a_no_to_one_window_takes_no_earlier_yes_back():
    assert heard(heard(NOTHING, YES, "1", NOON), NO, "2", NOON).left == 1


def test_a_lasting_yes_is_not_spent_until_it_is_taken_back():
    lasting = spent(heard(NOTHING, ALWAYS, "1", NOON), "m1", NOON)
    assert lasting.any

    assert not heard(lasting, NEVER, "2", NOON).any


def test_what_was_decided_before_the_last_decision_changes_nothing():
    later = heard(NOTHING, NEVER, "2", NOON)

    assert not heard(later, ALWAYS, "1", NOON - timedelta(minutes=1)).any


def test_a_taking_back_that_is_heard_late_takes_only_what_was_given_before_it():
    counted = NOTHING
    for number, seconds in enumerate((30, 10, 5)):
        counted = heard(counted, YES, str(number), NOON - timedelta(seconds=seconds))

    assert heard(counted, NEVER, "late", NOON - timedelta(seconds=20)).left == 2


def test_a_yes_that_is_heard_after_a_later_taking_back_counts_nothing():
    taken_back = heard(NOTHING, NEVER, "1", NOON)
    again = heard(taken_back, ALWAYS, "2", NOON + timedelta(seconds=9))

    for later in (taken_back, again):
        assert heard(later, YES, "3", NOON - timedelta(seconds=5)).left == 0
        assert heard(later, YES, "3", NOON + timedelta(seconds=5)).left == 1


def test_what_was_sent_between_a_taking_back_and_its_hearing_spent_what_was_given_after_it():
    counted = heard(NOTHING, YES, "1", NOON)
    counted = heard(counted, YES, "2", NOON + timedelta(seconds=20))
    counted = spent(counted, "m1", NOON + timedelta(seconds=30))

    assert heard(counted, NEVER, "3", NOON + timedelta(seconds=10)).left == 0


@given(st.permutations([(YES, 0), (YES, 2), (NEVER, 4), (YES, 6), (YES, 8), (NEVER, 1)]))
def test_words_heard_in_any_order_come_to_the_same(order):
    counted = NOTHING
    for change, second in order:
        counted = heard(counted, change, str(second), NOON + timedelta(seconds=second))

    assert (counted.left, counted.lasting) == (2, False)


def test_when_the_platform_says_there_is_none_there_is_none():
    assert not none_left(heard(NOTHING, ALWAYS, "1", NOON), NOON).any


@pytest.mark.parametrize("word", [YES, ALWAYS])
def test_that_there_is_none_says_nothing_of_what_was_given_since(word):
    since = heard(NOTHING, word, "1", NOON + timedelta(seconds=1))

    refused = none_left(since, NOON)

    assert refused.any
    assert not none_left(refused, NOON + timedelta(seconds=2)).any


@given(st.lists(st.sampled_from(["yes", "no", "spend"])))
def test_a_count_is_never_below_nothing(what):
    counted = NOTHING
    for number, each in enumerate(what):
        if each == "spend":
            counted = spent(counted, str(number), NOON)
        else:
            counted = heard(counted, YES if each == "yes" else NO, str(number), NOON)
        assert counted.left >= 0
