"""What every finance authority must say: what is owed, what is paid, once, and to whom."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import (
    Forged,
    Malformed,
    NotFound,
    Refused,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.money import NOTHING, Fen
from channel_gateway.domain.notices import Confirmation, NoticeState
from channel_gateway.ports import NoticePaidAlready, NoticeSettledElsewhere, NoticeVoided
from channel_gateway.wire import HttpResponse
from tests.contracts.finance.counter import Counter
from tests.contracts.notices import given_back

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")
UNBELIEVABLE = (Forged, Malformed, Unavailable)

# Each verb of the port, called where it makes sense: `paid` is confirmed before.
VERBS: dict[str, Callable[[Counter, Confirmation], Awaitable[object]]] = {
    "look_up": lambda counter, paid: counter.notice(),
    "issue": lambda counter, paid: counter.finance.issue("ISSUE-1", counter.draft()),
    "void": lambda counter, paid: _void(counter),
    "confirm": lambda counter, paid: counter.finance.confirm(paid),
    "receipt": lambda counter, paid: counter.finance.receipt(paid),
    "report_refund": lambda counter, paid: counter.finance.report_refund(
        paid, given_back(paid, "REFUND-1", 100)
    ),
}


async def test_a_notice_adds_up(counter: Counter) -> None:
    notice = await counter.notice()

    assert notice.state is NoticeState.UNPAID
    assert notice.principal_fen == sum(item.amount_fen for item in notice.items) > 0
    assert notice.late_fee_fen == NOTHING


async def test_a_wrong_check_code_finds_as_little_as_a_wrong_pay_code(counter: Counter) -> None:
    pay_code, check_code = await counter.rig.issue(counter.world, 15)
    wrong = check_code[:-1] + ("1" if check_code[-1] != "1" else "2")

    for codes in ((pay_code, wrong), ("9" * 20, check_code)):
        with pytest.raises(NotFound):
            await counter.finance.look_up(*codes)


async def test_a_late_fee_grows_when_the_notice_says_it_does(counter: Counter) -> None:
    codes = await counter.rig.issue(counter.world, -3)
    late = await counter.finance.look_up(*codes)
    assert late.late_fee_fen > 0
    assert late.valid_until is not None

    await counter.world.advance(late.valid_until - counter.world.now() + timedelta(seconds=1))

    later = await counter.finance.look_up(*codes)
    assert later.late_fee_fen > late.late_fee_fen
    assert later.principal_fen == late.principal_fen


async def test_a_confirmed_notice_is_paid(counter: Counter) -> None:
    codes = await counter.rig.issue(counter.world, 15)
    notice = await counter.finance.look_up(*codes)

    await counter.finance.confirm(counter.confirmation(notice))

    assert (await counter.finance.look_up(*codes)).state is NoticeState.PAID


async def test_confirming_again_gives_the_same_answer_and_books_once(counter: Counter) -> None:
    notice = await counter.notice()
    confirmation = counter.confirmation(notice)
    booked_at = await counter.finance.confirm(confirmation)
    await counter.world.advance(timedelta(minutes=2))

    assert await counter.finance.confirm(confirmation) == booked_at
    assert await counter.rig.confirmations(counter.world, notice) == 1


async def test_another_amount_is_refused_and_nothing_booked(counter: Counter) -> None:
    notice = await counter.notice()
    less = replace(counter.confirmation(notice), amount_fen=Fen(notice.total_fen - 1))

    with pytest.raises(Refused):
        await counter.finance.confirm(less)

    assert await counter.rig.confirmations(counter.world, notice) == 0


async def test_a_number_is_not_used_for_another_payment(counter: Counter) -> None:
    paid, notice = await counter.confirmed(), await counter.notice()

    with pytest.raises(Refused):
        await counter.finance.confirm(counter.confirmation(notice, paid.number))


async def test_a_notice_paid_elsewhere_settles_with_nobody_else(counter: Counter) -> None:
    notice = await counter.notice()
    await counter.rig.pay_elsewhere(counter.world, notice.pay_code)

    with pytest.raises(NoticeSettledElsewhere):
        await counter.finance.confirm(counter.confirmation(notice))


async def test_a_notice_settles_with_the_first_of_two_payments(counter: Counter) -> None:
    notice = await counter.notice()
    await counter.finance.confirm(counter.confirmation(notice, "FEE1FIRST"))

    with pytest.raises(NoticeSettledElsewhere):
        await counter.finance.confirm(counter.confirmation(notice, "FEE2SECOND"))


async def test_a_withdrawn_notice_settles_with_nobody(counter: Counter) -> None:
    codes = await counter.rig.issue(counter.world, 15)
    notice = await counter.finance.look_up(*codes)
    await counter.rig.void(counter.world, notice.pay_code)

    assert (await counter.finance.look_up(*codes)).state is NoticeState.VOIDED
    with pytest.raises(NoticeVoided):
        await counter.finance.confirm(counter.confirmation(notice))


async def test_an_issued_notice_is_what_was_drafted_and_can_be_looked_up(counter: Counter) -> None:
    draft = counter.draft(80_00, 10_00)

    issued = await counter.finance.issue("ISSUE-1", draft)

    assert issued.notice.state is NoticeState.UNPAID
    assert (issued.notice.items, issued.notice.total_fen) == (draft.items, 90_00)
    assert (issued.notice.unit_code, issued.notice.due_on) == (draft.unit_code, draft.due_on)
    found = await counter.finance.look_up(issued.notice.pay_code, issued.check_code)
    assert found == issued.notice


async def test_a_notice_is_issued_once_for_a_number(counter: Counter) -> None:
    first = await counter.finance.issue("ISSUE-1", counter.draft())

    assert await counter.finance.issue("ISSUE-1", counter.draft()) == first
    other = await counter.finance.issue("ISSUE-2", counter.draft())
    assert other.notice.pay_code != first.notice.pay_code


async def test_another_draft_under_a_used_number_is_refused(counter: Counter) -> None:
    await counter.finance.issue("ISSUE-1", counter.draft(80_00))

    with pytest.raises(Refused):
        await counter.finance.issue("ISSUE-1", counter.draft(90_00))


async def test_a_notice_whose_answer_was_lost_is_issued_all_the_same(counter: Counter) -> None:
    async with counter.broken("reply_lost", "issue"):
        with pytest.raises(Unavailable):
            await counter.finance.issue("ISSUE-1", counter.draft())

    first = await counter.finance.issue("ISSUE-1", counter.draft())

    assert await counter.finance.issue("ISSUE-1", counter.draft()) == first


async def test_an_issued_notice_can_be_paid(counter: Counter) -> None:
    issued = await counter.finance.issue("ISSUE-1", counter.draft())

    await counter.finance.confirm(counter.confirmation(issued.notice))

    found = await counter.finance.look_up(issued.notice.pay_code, issued.check_code)
    assert found.state is NoticeState.PAID


async def test_a_voided_notice_is_not_owed_and_stays_void(counter: Counter) -> None:
    issued = await counter.finance.issue("ISSUE-1", counter.draft())

    for _ in range(2):
        await counter.finance.void(issued.notice.pay_code, "重复开单")

    found = await counter.finance.look_up(issued.notice.pay_code, issued.check_code)
    assert found.state is NoticeState.VOIDED
    with pytest.raises(NoticeVoided):
        await counter.finance.confirm(counter.confirmation(issued.notice))


async def test_a_paid_notice_cannot_be_voided(counter: Counter) -> None:
    paid = await counter.confirmed()

    with pytest.raises(NoticePaidAlready):
        await counter.finance.void(paid.pay_code, "重复开单")


async def test_a_notice_nobody_issued_cannot_be_voided(counter: Counter) -> None:
    with pytest.raises(NotFound):
        await counter.finance.void("9" * 20, "重复开单")


async def test_a_receipt_is_made_in_a_while_and_stays_the_same(counter: Counter) -> None:
    paid = await counter.confirmed()
    await counter.finance.receipt(paid)
    await counter.world.advance(counter.rig.receipt_takes)

    receipt = await counter.finance.receipt(paid)

    assert receipt is not None
    assert receipt.total_fen == paid.amount_fen
    assert await counter.finance.receipt(paid) == receipt


async def test_there_is_no_receipt_of_what_was_never_confirmed(counter: Counter) -> None:
    never = counter.confirmation(await counter.notice(), "NEVERHEARD")

    with pytest.raises(NotFound):
        await counter.finance.receipt(never)


async def test_a_refund_is_reported_as_often_as_one_likes(counter: Counter) -> None:
    paid = await counter.confirmed()

    for _ in range(2):
        await counter.finance.report_refund(paid, given_back(paid, "REFUND-1", paid.amount_fen))


async def test_no_more_is_reported_as_given_back_than_was_paid(counter: Counter) -> None:
    paid = await counter.confirmed()
    await counter.finance.report_refund(paid, given_back(paid, "REFUND-1", paid.amount_fen))

    with pytest.raises(Refused):
        await counter.finance.report_refund(paid, given_back(paid, "REFUND-2", 1))


@pytest.mark.parametrize("kind", BREAKS)
@pytest.mark.parametrize("verb", VERBS)
async def test_a_call_that_broke_is_unknown_and_succeeds_again(
    counter: Counter, verb: str, kind: str
) -> None:
    paid = await counter.confirmed()

    async with counter.broken(kind, verb):
        with pytest.raises(Unavailable):
            await VERBS[verb](counter, paid)

    await VERBS[verb](counter, paid)


@pytest.mark.parametrize("verb", VERBS)
async def test_a_call_asked_too_often_succeeds_later(counter: Counter, verb: str) -> None:
    paid = await counter.confirmed()

    async with counter.broken("too_many_requests", verb):
        with pytest.raises((TooMany, Unavailable)):
            await VERBS[verb](counter, paid)

    await VERBS[verb](counter, paid)


async def test_a_confirmation_whose_answer_was_lost_is_booked_once(counter: Counter) -> None:
    notice = await counter.notice()
    confirmation = counter.confirmation(notice)
    async with counter.broken("reply_lost", "confirm"):
        with pytest.raises(Unavailable):
            await counter.finance.confirm(confirmation)

    await counter.finance.confirm(confirmation)

    assert await counter.rig.confirmations(counter.world, notice) == 1


@pytest.mark.parametrize("verb", VERBS)
async def test_an_answeraltered_on_its_way_is_not_believed(counter: Counter, verb: str) -> None:
    paid = await counter.confirmed()
    counter.world.line.spoil = altered

    with pytest.raises(UNBELIEVABLE):
        await VERBS[verb](counter, paid)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("page", [b"", b"<html>moved</html>", b"null", b"[]", b"\xff"])
async def test_what_is_no_answer_is_not_read_as_one(
    counter: Counter, verb: str, page: bytes
) -> None:
    paid = await counter.confirmed()
    counter.world.line.spoil = lambda response: replace(response, body=page)

    with pytest.raises(UNBELIEVABLE):
        await VERBS[verb](counter, paid)


async def _void(counter: Counter) -> None:
    pay_code, _ = await counter.rig.issue(counter.world, 15)
    await counter.finance.void(pay_code, "重复开单")


def altered(response: HttpResponse) -> HttpResponse:
    """One bit in the middle of the body is another."""
    body = bytearray(response.body)
    body[len(body) // 2] ^= 1
    return replace(response, body=bytes(body))
