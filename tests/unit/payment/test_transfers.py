"""Money paid back by transfer: said by one person, confirmed by another, never by one alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.money import Fen
from payment.journal.bookings import Booking, all_booked, happened
from payment.order import Order, State
from payment.refund import Refund, RefundState
from payment.refunds import refund_of
from payment.settlement import (
    confirmed,
    handed_over,
    received,
    refund_asked,
    refund_by_transfer,
    refund_refused,
    refund_short,
)
from payment.transfers import (
    NoTransfer,
    SaidAnew,
    SecondPersonWanted,
    transfer_confirmed,
    transfer_said,
)
from payment.views import says
from tests.unit.payment.samples import NOW, order, paid


def _booked() -> Order:
    given = order()
    return confirmed(received(given, paid(given), NOW), NOW, NOW)


def _to_transfer(amount_fen: int = 20600) -> tuple[Order, Refund]:
    wanted = handed_over(Refund("RC1R1", Fen(amount_fen), "多缴", NOW, case_id="RC1"))
    given = refund_asked(_booked(), wanted, NOW)
    return given, refund_of(given, "RC1R1")


def test_a_transfer_is_asked_of_no_platform() -> None:
    given, _ = _to_transfer()
    assert [task.kind for task in given.tasks if task.kind == "refund"] == []
    assert given.refundable_fen == 0


def test_one_says_it_and_another_confirms_it() -> None:
    given, refund = _to_transfer()
    said = transfer_said(given, refund, "TR20261001", "li", NOW)
    later = NOW + timedelta(days=1)
    done = transfer_confirmed(said, refund_of(said, "RC1R1"), "TR20261001", "zhao", later)
    refund = refund_of(done, "RC1R1")
    assert (refund.state, refund.reference) == (RefundState.DONE, "TR20261001")
    assert (refund.paid_by, refund.confirmed_by, refund.by_transfer) == ("li", "zhao", True)
    assert done.state is State.RETURNED
    assert [task.kind for task in done.tasks if task.kind == "report_refund"] == ["report_refund"]


def test_who_says_it_does_not_confirm_it() -> None:
    given, refund = _to_transfer()
    said = transfer_said(given, refund, "TR20261001", "li", NOW)
    with pytest.raises(SecondPersonWanted):
        transfer_confirmed(said, refund_of(said, "RC1R1"), "TR20261001", "li", NOW)


def test_a_transfer_that_is_said_anew_after_the_look_is_not_confirmed() -> None:
    given, refund = _to_transfer()
    seen = transfer_said(given, refund, "GK-1", "li", NOW)
    swapped = transfer_said(seen, refund_of(seen, "RC1R1"), "GK-FALSE", "li", NOW)
    with pytest.raises(SaidAnew):
        transfer_confirmed(swapped, refund_of(swapped, "RC1R1"), "GK-1", "zhao", NOW)


def test_both_people_are_in_the_history_with_the_reference_each_saw() -> None:
    given, refund = _to_transfer()
    said = transfer_said(given, refund, "GK-1", "li", NOW)
    done = transfer_confirmed(said, refund_of(said, "RC1R1"), "GK-1", "zhao", NOW)
    assert [(e.by, e.note) for e in done.events if e.what.startswith("transfer_")] == [
        ("li", "RC1R1 GK-1"),
        ("zhao", "RC1R1 GK-1"),
    ]


def test_nothing_is_confirmed_that_nobody_said() -> None:
    given, refund = _to_transfer()
    with pytest.raises(NoTransfer):
        transfer_confirmed(given, refund, "TR20261001", "zhao", NOW)


def test_what_the_platform_pays_is_nobodys_to_say() -> None:
    given = refund_asked(_booked(), Refund("R1", Fen(100), "多缴", NOW), NOW)
    with pytest.raises(NoTransfer):
        transfer_said(given, refund_of(given, "R1"), "TR20261001", "li", NOW)


def test_saying_and_confirming_again_changes_nothing() -> None:
    given, refund = _to_transfer()
    said = transfer_said(given, refund, "TR20261001", "li", NOW)
    assert transfer_said(said, refund_of(said, "RC1R1"), "TR20261001", "li", NOW) == said
    done = transfer_confirmed(said, refund_of(said, "RC1R1"), "TR20261001", "zhao", NOW)
    assert transfer_confirmed(done, refund_of(done, "RC1R1"), "TR20261001", "zhao", NOW) == done


@pytest.mark.parametrize("stuck", [RefundState.ABNORMAL, RefundState.REFUSED])
def test_what_is_stuck_is_reserved_anew_once(stuck: RefundState) -> None:
    given = refund_asked(_booked(), Refund("R1", Fen(600), "多缴", NOW, case_id="RC1"), NOW)
    if stuck is RefundState.REFUSED:
        given = refund_refused(given, "R1", NOW)
    else:
        abnormal = replace(refund_of(given, "R1"), state=RefundState.ABNORMAL)
        given = replace(given, refunds=(abnormal,))
    handed = refund_by_transfer(given, refund_of(given, "R1"), NOW)
    old, new = handed.refunds
    assert old.is_void
    assert (new.state, new.amount_fen, new.case_id) == (RefundState.TRANSFER, 600, "RC1")
    assert handed.refundable_fen == 20000
    assert [task for task in handed.tasks if task.kind == "refund"] == []


def test_a_transfer_is_no_movement_of_the_platforms_in_the_journal() -> None:
    given, refund = _to_transfer()
    said = transfer_said(given, refund, "TR20261001", "li", NOW)
    done = transfer_confirmed(said, refund_of(said, "RC1R1"), "TR20261001", "zhao", NOW)
    written = {each.what for each in all_booked(done, merchant="")}
    assert Booking.REFUND_TRANSFERRED in written
    assert Booking.REFUND_DONE not in written


def test_the_citizen_reads_how_the_money_goes_back_and_went() -> None:
    whole, refund = _to_transfer()
    part, first = _to_transfer(600)
    rest = Refund("R2", Fen(20000), "多缴", NOW, state=RefundState.DONE)
    part = replace(part, refunds=(*part.refunds, rest))
    assert says(replace(whole, state=State.STRAY)) == "款项由财政转账退付，请耐心等待"
    words = []
    for given, wanted in ((whole, refund), (part, first)):
        said = transfer_said(given, wanted, "TR20261001", "li", NOW)
        done = transfer_confirmed(said, refund_of(said, "RC1R1"), "TR20261001", "zhao", NOW)
        words.append((done.state, says(done)))
    assert words == [
        (State.RETURNED, "款项已由财政转账退付"),
        (State.RETURNED, "款项已退回，部分由财政转账退付"),
    ]


def test_what_fell_short_is_not_in_the_journal() -> None:
    given = _booked()
    wanted = Refund("RC1R1", Fen(99999), "多缴", NOW, case_id="RC1")
    short = refund_short(given, wanted, NOW)
    assert list(happened(given, short)) == []
    assert refund_of(short, "RC1R1").is_void
