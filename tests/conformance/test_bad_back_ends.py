"""A right back end passes; one with a flaw fails the checks that are about it, and no other."""

from __future__ import annotations

import pytest

from channel_gateway.conformance import bench
from channel_gateway.conformance.bench import Patience, Place
from channel_gateway.conformance.checks import EVENTS, SEATS
from channel_gateway.conformance.running import Result
from tests.conformance.asking import ask, failed
from tests.conformance.back_end import SEATS as FREE_SEATS
from tests.conformance.back_end import BackEnd, listening, secrets

PLACE = Place("MZ-HY-15", "hunyin", "2026-03-10T09:30")
QUICK = Patience(cut_after_s=0.02)

FLAWS = {
    "first signature": {"rotation"},
    "last signature": {"rotation"},
    "any version": {"wrong-signature"},
    "prefix": {"wrong-signature"},
    "no signature compared": {
        *("wrong-signature", "altered-body", "forged-question"),
    },
    "no signature needed": {"missing-header"},
    "old": {"stale"},
    "future": {"future"},
    "parsed body": {"altered-body"},
    "crashes": {
        *("wrong-signature", "missing-header", "stale", "future", "altered-body"),
        "forged-question",
    },
    "any path": {"other-path"},
    "redirected": {"other-path"},
    "types elsewhere": {"unknown-type"},
    "unknown types": {"unknown-type"},
    "unknown members": {"unknown-members"},
    "no repeats": {"repeated", "cut", "at-once"},
    "cut": {"cut"},
    "busy": {"cut", "at-once"},
    "order": {"wrong-order"},
    "halls": {"withdrawn-consent"},
    "small bodies": {"large-body"},
    "ascii": {"other-scripts"},
    "slow": {"events-in-time"},
    "answers unsigned": {"signed-answers"},
    "stale answers": {"signed-answers"},
    "own ids": {"signed-answers"},
    "wrong secret": {"signed-answers"},
    "questions unchecked": {"forged-question"},
    "lagging": {"seats-left", "full-slot"},
    "all days": {"asked-day"},
    "full left out": {"full-slot"},
    "any service": {"other-place"},
    "any hall": {"other-place"},
    "counted anywhere": {"other-place"},
    "any slot": {"other-place"},
    "keys forgotten": {"same-key", "same-key-at-once", "refused-key"},
    "key race": {"same-key-at-once"},
    "seat race": {"last-seat"},
    "closed": {"last-seat"},
    "oversold": {"last-seat", "refused-key"},
    "refusals forgotten": {"refused-key"},
    "release undone": {"last-seat", "release-and-take", "release-again"},
    "release once": {"release-unknown", "late-take"},
    "release adds": {"release-unknown", "release-again"},
    "release adds again": {"release-again"},
    "late takes": {"late-take"},
    "slow answers": {"answers-in-time"},
}


async def try_out(back_end: BackEnd, place: Place | None = PLACE) -> dict[str, str]:
    async with listening(back_end) as url:
        theirs, own = secrets()
        asked = bench.BackEnd(url, theirs, own, place)
        found, _ = await ask(asked, clock=back_end.clock, patience=QUICK)
    return failed(found)


async def test_a_right_back_end_passes_and_gets_its_seats_back() -> None:
    back_end = BackEnd()

    assert await try_out(back_end) == {}
    assert back_end.left() == FREE_SEATS


async def test_without_a_slot_no_seat_is_asked_for() -> None:
    back_end = BackEnd()

    assert await try_out(back_end, None) == {}
    assert back_end.answers == {}


@pytest.mark.parametrize("flaw", FLAWS)
async def test_a_flaw_fails_its_checks_and_no_other(flaw: str) -> None:
    why = await try_out(BackEnd(flaw))

    assert why.keys() == FLAWS[flaw], why


def test_every_check_but_the_first_is_failed_by_some_flaw() -> None:
    names = {check.name for check in (*EVENTS, *SEATS)}

    assert names - set().union(*FLAWS.values()) == {"good-event"}


async def test_a_slot_with_too_many_seats_is_not_filled() -> None:
    back_end = BackEnd(more_seats=46)
    why = await try_out(back_end)

    assert why.keys() == {"last-seat", "full-slot", "refused-key", "release-and-take"}
    assert "the slot has 51 free seats: give it from 2 to 50 here" in set(why.values())


async def test_a_back_end_may_refuse_places_it_has_not() -> None:
    assert await try_out(BackEnd("strict")) == {}


async def test_a_connection_that_is_dropped_is_not_called_slow() -> None:
    why = await try_out(BackEnd("dies"), None)

    assert why["good-event"].startswith(
        "no answer to appointment.booked: the connection failed after 0."
    )
    assert why["good-event"].endswith("ServerDisconnectedError)")


async def test_another_secret_fails_the_good_event() -> None:
    async with listening(BackEnd()) as url:
        _, own = secrets()
        found, _ = await ask(bench.BackEnd(url, own), patience=QUICK)

    assert "good-event" in failed(found)


async def test_what_cannot_be_reached_is_asked_once() -> None:
    async with listening(BackEnd()) as url:
        pass  # and is gone again
    theirs, own = secrets()
    found, _ = await ask(bench.BackEnd(url, theirs, own, PLACE), patience=QUICK)

    assert [each.result for each in found] == [
        Result.FAILED,
        *[Result.NOT_ASKED] * (len(EVENTS) + len(SEATS) - 1),
    ]


@pytest.mark.parametrize(
    ("flaw", "name", "words"),
    [
        ("no repeats", "repeated", "the second time, appointment.booked was answered 409"),
        ("prefix", "wrong-signature", "an empty signature was answered 204 instead of 401"),
        ("no signature needed", "missing-header", "an event without webhook-signature"),
        ("slow", "events-in-time", "appointment.moved was answered after 16.0 s"),
        ("own ids", "signed-answers", "has another webhook-id than the question"),
        ("stale answers", "signed-answers", "signed more than five minutes from now"),
        ("lagging", "seats-left", "5 were left, one was taken, and then 5 are left"),
        ("any version", "wrong-signature", "a signature that begins with v2, was answered 204"),
        ("all days", "asked-day", "asked for 2026-03-11, seats.left names 2026-03-10T09:30"),
        ("any hall", "other-place", "a key got a seat of MZ-HY-15/conformance_"),
        ("counted anywhere", "other-place", "seats.left counts seats of MZ-HY-15/conformance_"),
        ("any slot", "other-place", "a key got a seat of MZ-HY-15/hunyin/2026-03-10T03:07"),
        ("release adds again", "release-again", " were left, a key was released again, and then "),
        ("seat race", "last-seat", "one seat was left, two keys asked at once, 2 got it"),
    ],
)
async def test_a_failure_says_what_the_back_end_did(flaw: str, name: str, words: str) -> None:
    assert words in (await try_out(BackEnd(flaw)))[name]
