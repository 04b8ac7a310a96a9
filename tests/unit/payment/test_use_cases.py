"""A fee from the notice to the receipt, and everything that goes wrong on the way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import Invalid, NotFound, Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import NoticeState
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import IdentityNotKnown, RealNameNeeded
from channel_gateway.services.citizen.refusals import IdentityGiven
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.attempts import (
    MISSES_A_DAY,
    MISSES_OF_A_NOTICE,
    Attempts,
    NoticeGuessed,
    WrongCodesToday,
)
from payment.callbacks import Callbacks
from payment.facts import PaymentFact, PaymentStatus, RefundStatus
from payment.order import State, StrayReason
from payment.ports import AlreadyPaid
from payment.quote import NoticePaid, NoticeVoid, QuoteStale
from payment.refund import RefundState
from payment.refunds import NotBookedYet, RefundNumberTaken, RefundTooMuch, refund_of
from payment.refusals import ChangesAtMidnight
from payment.story.order_lines import story
from payment.use_cases import Payments
from payment.views import TAP_AGAIN, order_view
from tests.unit.payment.conftest import Counter
from tests.unit.payment.fakes import CHECK_CODE, CountingNames, Noted, refund_done

PAY_CODE = "33019926010000000001"


async def test_a_fee_is_ordered_paid_confirmed_and_receipted(counter: Counter) -> None:
    ordered = await counter.order()
    assert ordered.order.state is State.UNPAID
    assert ordered.pay == {"handle": f"handle-{ordered.order.id}"}
    await counter.pay(ordered.order)
    assert (await counter.fresh(ordered.order)).state is State.PAID
    await counter.work()
    done = await counter.fresh(ordered.order)
    assert done.state is State.RECEIPTED
    assert done.receipt is not None
    assert done.tasks == ()
    confirmation = counter.finance.confirmations[done.id]
    assert (confirmation.amount_fen, confirmation.late_fee_fen) == (20600, 600)


async def test_a_second_tap_finds_the_first_ones_order(counter: Counter) -> None:
    orders = await asyncio.gather(*(counter.order() for _ in range(20)))
    assert len({each.order.id for each in orders}) == 1


async def test_a_stale_total_is_requoted_never_paid(counter: Counter) -> None:
    counter.clock.move(days=1)
    with pytest.raises(QuoteStale) as stale:
        await counter.order()
    assert stale.value.extra == {"total_fen": 21200, "late_fee_fen": 1200}
    assert counter.wechat.calls == []


async def test_an_order_never_outlives_its_quote(counter: Counter) -> None:
    counter.clock.move(hours=11, minutes=45)  # a quarter to midnight in Beijing
    order = (await counter.order()).order
    assert order.expires_at - counter.clock.now() == timedelta(minutes=15)


async def test_in_the_last_two_minutes_of_a_total_nobody_orders(counter: Counter) -> None:
    counter.clock.move(hours=11, minutes=59)
    with pytest.raises(ChangesAtMidnight):
        await counter.order()


async def test_a_paid_or_voided_notice_is_not_ordered(counter: Counter) -> None:
    counter.finance.state = NoticeState.PAID
    with pytest.raises(NoticePaid):
        await counter.order()
    counter.finance.state = NoticeState.VOIDED
    with pytest.raises(NoticeVoid):
        await counter.order()


async def test_a_notice_whose_money_is_here_is_not_ordered_before_finance_knows(
    counter: Counter,
) -> None:
    counter.finance.down = True
    first = (await _with_finance(counter)).order
    await counter.pay(first)
    counter.finance.down = False
    with pytest.raises(NoticePaid):
        await counter.order("alipay")


async def _with_finance(counter: Counter):  # type: ignore[no-untyped-def]
    counter.finance.down = False
    ordered = await counter.order()
    counter.finance.down = True
    return ordered


async def test_paid_on_both_channels_one_settles_and_the_other_goes_back(
    counter: Counter,
) -> None:
    first, second = (await counter.order()).order, (await counter.order("alipay")).order
    await asyncio.gather(counter.pay(first), counter.pay(second))
    await counter.work(for_s=60)
    states = sorted([(await counter.fresh(each)).state for each in (first, second)])
    assert states == [State.RECEIPTED, State.RETURNED]
    assert len(counter.finance.confirmations) == 1
    moved_back = [*counter.wechat.refunds.values(), *counter.alipay.refunds.values()]
    assert [refund.amount_fen for refund in moved_back] == [20600]


async def test_when_one_order_wins_its_siblings_are_closed_at_their_platforms(
    counter: Counter,
) -> None:
    first, second = (await counter.order()).order, (await counter.order("alipay")).order
    await counter.pay(first)
    await counter.work()
    assert (await counter.fresh(second)).state is State.CLOSED
    assert counter.alipay.facts[second.id].status is PaymentStatus.CLOSED


@pytest.mark.parametrize("trouble", ["down", "refused"])
async def test_a_sibling_that_cannot_be_closed_does_not_leave_the_others_open(
    counter: Counter, trouble: str
) -> None:
    first = (await counter.order()).order
    daughter = counter.session(citizen="daughter")
    codes = {"pay_code": PAY_CODE, "check_code": CHECK_CODE}
    ordered = await counter.payments.order(daughter, **codes, total_fen=20600, method_name=None)
    third, other = ordered.order, (await counter.order("alipay")).order
    if trouble == "down":
        counter.alipay.down = True
    else:
        counter.alipay.refuses_closing = Refused("no right")
    await counter.pay(first)
    await counter.work()
    assert (await counter.fresh(other)).state is State.CLOSING
    assert (await counter.fresh(third)).state is State.CLOSED
    counter.alipay.down, counter.alipay.refuses_closing = False, None
    await counter.work(for_s=31 * 60)
    assert (await counter.fresh(other)).state is State.CLOSED


async def test_a_lost_callback_is_found_by_asking(counter: Counter) -> None:
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    await counter.work(for_s=6)
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_a_lost_answer_to_ordering_is_unknown_and_asking_again_goes_on(
    counter: Counter,
) -> None:
    counter.wechat.lost = ["prepare"]
    with pytest.raises(Unavailable):
        await counter.order()
    again = await counter.order()
    assert again.order.state is State.UNPAID
    assert counter.wechat.calls.count("prepare") == 2
    assert [event.what for event in again.order.events] == ["created", "unknown", "unpaid"]


@pytest.mark.parametrize(
    ("call", "state", "heard"),
    [("prepare", State.UNPAID, "unpaid"), ("prepare before", State.CREATED, "created")],
)
async def test_an_unknown_order_is_known_as_soon_as_the_platform_has_answered(
    counter: Counter, call: str, state: State, heard: str
) -> None:
    counter.wechat.lost = [call]
    with pytest.raises(Unavailable):
        await counter.order()
    (lost,) = await counter.payments.list(counter.session(), limit=2, after=None)
    assert (lost.state, order_view(lost).says[-6:]) == (State.UNKNOWN, "请勿重复支付")
    await counter.work(for_s=6)
    known = await counter.fresh(lost)
    assert (known.state, known.handle, order_view(known).says) == (state, None, TAP_AGAIN)
    again = await counter.order()
    assert (again.order.id, again.order.state) == (lost.id, State.UNPAID)
    assert again.pay is not None
    await counter.pay(again.order)
    await counter.work()
    done = await counter.fresh(lost)
    assert [event.what for event in done.events][:3] == ["created", "unknown", heard]
    assert done.state is State.RECEIPTED


async def test_an_order_whose_second_answer_is_lost_is_asked_about_soon_again(
    counter: Counter,
) -> None:
    counter.wechat.lost = ["prepare before"]
    with pytest.raises(Unavailable):
        await counter.order()
    await counter.work(for_s=12 * 60)  # the ladder's next step is far away
    counter.wechat.lost = ["prepare"]
    with pytest.raises(Unavailable):
        await counter.order()
    await counter.work(for_s=6)
    (order,) = await counter.payments.list(counter.session(), limit=2, after=None)
    assert order.state is State.UNPAID


async def test_an_order_that_is_being_closed_stays_so_whatever_is_said_of_unpaid(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.wechat.lost = ["close"]
    with pytest.raises(Unavailable):
        await counter.payments.close(counter.session(), order.id)
    assert (await counter.payments.ask(counter.session(), order.id)).state is State.CLOSING


async def test_an_order_is_asked_about_on_a_bounded_ladder_then_closed(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    await counter.work(for_s=40 * 60)
    assert (await counter.fresh(order)).state is State.CLOSED
    assert counter.wechat.facts[order.id].status is PaymentStatus.CLOSED
    assert counter.wechat.calls.count("ask") <= 8


async def test_expiry_asks_first_and_finds_what_was_paid_at_the_last_moment(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    await counter.work(for_s=29 * 60)
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    await counter.work(for_s=3 * 60)
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_an_order_is_not_closed_here_while_the_platform_does_not_answer(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.wechat.down = True
    await counter.work(for_s=60 * 60)
    assert (await counter.fresh(order)).state is State.CLOSING
    counter.wechat.down = False
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    await counter.work(for_s=2 * 3600)
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_closing_what_is_paid_says_so_and_keeps_the_money_known(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    assert (await counter.payments.close(counter.session(), order.id)).state is State.PAID
    with pytest.raises(AlreadyPaid):
        await counter.payments.close(counter.session(), order.id)


async def test_money_after_closing_goes_back_and_the_notice_can_be_paid_again(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    await counter.payments.close(counter.session(), order.id)
    await counter.pay(order)
    await counter.work(for_s=60)
    late = await counter.fresh(order)
    assert (late.state, late.stray_reason) == (State.RETURNED, StrayReason.AFTER_CLOSING)
    again = (await counter.order()).order
    await counter.pay(again)
    await counter.work()
    assert (await counter.fresh(again)).state is State.RECEIPTED


async def test_a_notice_paid_at_a_counter_sends_our_money_back(counter: Counter) -> None:
    order = (await counter.order()).order
    counter.finance.paid_by = "ELSEWHERE"
    await counter.pay(order)
    await counter.work(for_s=60)
    back = await counter.fresh(order)
    assert (back.state, back.stray_reason) == (State.RETURNED, StrayReason.SETTLED_ELSEWHERE)


async def test_finance_down_for_a_day_delays_and_loses_nothing(counter: Counter) -> None:
    order = (await _with_finance(counter)).order
    await counter.pay(order)
    await counter.work(for_s=24 * 3600)
    assert (await counter.fresh(order)).state is State.PAID
    counter.finance.down = False
    await counter.work(for_s=7 * 3600)
    assert (await counter.fresh(order)).state is State.RECEIPTED


async def test_what_is_given_up_is_seen_and_can_be_sent_again(counter: Counter) -> None:
    order = (await _with_finance(counter)).order
    await counter.pay(order)
    for _ in range(40):
        counter.clock.move(hours=6)
        await counter.work()
    (dead,) = await counter.dead_letters.list()
    assert (dead.kind, dead.note) == ("confirm", "finance is down")
    told = "\n".join(line.text for line in story(await counter.fresh(order)))
    assert "已放弃 通知财政入账（confirm），试过" in told
    assert "次：finance is down" in told
    counter.finance.down = False
    await counter.dead_letters.resend("orders", order.id, "confirm", counter.clock.now())
    await counter.work()
    assert (await counter.fresh(order)).state is State.RECEIPTED
    assert await counter.dead_letters.list() == []


async def test_a_receipt_that_takes_its_time_is_fetched_later(counter: Counter) -> None:
    counter.finance.receipts_ready = False
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    assert (await counter.fresh(order)).state is State.CONFIRMED
    counter.finance.receipts_ready = True
    await counter.work(for_s=10)
    assert (await counter.fresh(order)).state is State.RECEIPTED


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": Fen(1)},
        {"app": "wx2"},
        {"merchant": "1"},
        {"currency": "USD"},
        {"order_id": "G20260302nobody"},
    ],
)
async def test_a_callback_that_does_not_fit_is_refused_and_changes_nothing(
    counter: Counter, wrong: dict[str, object]
) -> None:
    order = (await counter.order()).order
    before = await counter.fresh(order)
    fact = counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    counter.wechat.facts[order.id] = fact._replace(**wrong)  # type: ignore[arg-type]
    callback = HttpRequest("POST", "/", body=order.id.encode())
    answer = await Callbacks(counter.orders, counter.wechat, Noted()).receive(
        callback, counter.clock.now()
    )
    assert answer.status == 400
    assert await counter.fresh(order) == before


@pytest.mark.parametrize("status", [PaymentStatus.CLOSED, PaymentStatus.UNPAID])
@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_fen": Fen(1)},
        {"app": "wx2"},
        {"app": ""},
        {"merchant": "999"},
        {"merchant": ""},
        {"currency": "USD"},
    ],
)
async def test_a_callback_of_an_order_without_money_is_compared_as_strictly(
    counter: Counter, status: PaymentStatus, wrong: dict[str, object]
) -> None:
    order = (await counter.order()).order
    fact = PaymentFact(order.id, status, "wx1", "1900000001", order.amount_fen)
    counter.wechat.facts[order.id] = fact._replace(**wrong)  # type: ignore[arg-type]
    before = await counter.fresh(order)
    assert (await _called_back(counter, order.id)).status == 400
    assert await counter.fresh(order) == before
    counter.wechat.facts[order.id] = fact
    assert (await _called_back(counter, order.id)).status == 200


async def test_an_answer_may_leave_out_what_a_callback_must_say(counter: Counter) -> None:
    order = (await counter.order()).order
    counter.wechat.facts[order.id] = PaymentFact(order.id, PaymentStatus.CLOSED)
    assert (await counter.payments.ask(counter.session(), order.id)).state is State.CLOSED


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({}, 200), ({"transaction": "T2"}, 400), ({"merchant": "1"}, 400), ({"merchant": ""}, 400)],
)
async def test_a_refunds_callback_is_about_our_payment_or_refused(
    counter: Counter, wrong: dict[str, str], status: int
) -> None:
    order = await _booked(counter)
    counter.wechat.refund_status = RefundStatus.PROCESSING
    await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(600), reason="多收")
    await counter.work()
    done = refund_done(counter.wechat, "refund-1")
    counter.wechat.refunds["refund-1"] = replace(done, **wrong)
    assert (await _called_back(counter, "refund-1")).status == status


def _callbacks(counter: Counter) -> Callbacks:
    return Callbacks(counter.orders, counter.wechat, Noted())


async def _called_back(counter: Counter, number: str) -> HttpResponse:
    callback = HttpRequest("POST", "/", body=number.encode())
    return await Callbacks(counter.orders, counter.wechat, Noted()).receive(
        callback, counter.clock.now()
    )


async def test_one_platforms_word_on_another_platforms_order_is_refused(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    counter.alipay.pay(order.id, order.amount_fen, counter.clock.now())
    callback = HttpRequest("POST", "/", body=order.id.encode())
    answer = await Callbacks(counter.orders, counter.alipay, Noted()).receive(
        callback, counter.clock.now()
    )
    assert answer.status == 400


async def _booked(counter: Counter):  # type: ignore[no-untyped-def]
    order = (await counter.order()).order
    await counter.pay(order)
    await counter.work()
    return order


async def test_several_partial_refunds_never_pass_the_payment(counter: Counter) -> None:
    order = await _booked(counter)

    async def ask(number: int) -> bool:
        try:
            await counter.refunds.ask(
                order.id, number=f"refund-{number}", amount_fen=Fen(5000), reason="多收"
            )
        except RefundTooMuch:
            return False
        return True

    granted = await asyncio.gather(*(ask(number) for number in range(10)))
    assert sum(granted) == 4
    await counter.work()
    done = await counter.fresh(order)
    assert done.returned_fen == 20000
    assert counter.finance.reported == {r.number: 5000 for r in done.refunds}


async def test_a_refund_under_the_same_number_is_the_same_refund(counter: Counter) -> None:
    order = await _booked(counter)
    for _ in range(3):
        _, refund = await counter.refunds.ask(
            order.id, number="refund-1", amount_fen=Fen(600), reason="多收"
        )
        await counter.work()
    assert len(counter.wechat.refunds) == 1
    with pytest.raises(RefundNumberTaken):
        await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(700), reason="多收")
    assert refund.number == "refund-1"


async def test_a_refund_whose_answer_is_lost_is_repeated_under_its_number(
    counter: Counter,
) -> None:
    order = await _booked(counter)
    counter.wechat.lost = ["refund"]
    await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(600), reason="多收")
    await counter.work()
    assert refund_of(await counter.fresh(order), "refund-1").state is RefundState.UNKNOWN
    await counter.work(for_s=10)
    assert refund_of(await counter.fresh(order), "refund-1").state is RefundState.DONE
    assert counter.wechat.calls.count("refund") == 2
    assert len(counter.wechat.refunds) == 1


async def test_a_refund_under_way_is_asked_about_until_the_money_arrives(
    counter: Counter,
) -> None:
    order = await _booked(counter)
    counter.wechat.refund_status = RefundStatus.PROCESSING
    await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(600), reason="多收")
    await counter.work(for_s=60)
    assert refund_of(await counter.fresh(order), "refund-1").state is RefundState.PROCESSING
    refund_done(counter.wechat, "refund-1")
    await counter.work(for_s=300)
    assert refund_of(await counter.fresh(order), "refund-1").state is RefundState.DONE


async def test_an_abnormal_refund_waits_for_a_person(counter: Counter) -> None:
    order = await _booked(counter)
    counter.wechat.refund_status = RefundStatus.ABNORMAL
    await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(600), reason="多收")
    await counter.work(for_s=10)
    assert refund_of(await counter.fresh(order), "refund-1").state is RefundState.ABNORMAL


async def test_nothing_is_given_back_before_finance_has_booked_it(counter: Counter) -> None:
    order = (await counter.order()).order
    with pytest.raises(NotBookedYet):
        await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(1), reason="多收")


async def test_a_refund_of_all_frees_the_notice(counter: Counter) -> None:
    order = await _booked(counter)
    await counter.refunds.ask(order.id, number="refund-1", amount_fen=Fen(20600), reason="撤销")
    await counter.work()
    returned = await counter.fresh(order)
    assert (returned.state, returned.settles) == (State.RETURNED, None)


async def test_somebody_elses_order_is_not_found(counter: Counter) -> None:
    order = (await counter.order()).order
    with pytest.raises(NotFound):
        await counter.payments.get(counter.session(citizen="another"), order.id)


async def test_guessing_codes_is_bounded_and_tomorrow_is_another_day(counter: Counter) -> None:
    session = counter.session()
    for _ in range(MISSES_A_DAY):
        with pytest.raises(NotFound):
            await counter.payments.look_up(session, PAY_CODE, "0000")
    with pytest.raises(WrongCodesToday) as wait:
        await counter.payments.look_up(session, PAY_CODE, CHECK_CODE)
    counter.clock.move(seconds=wait.value.retry_after_s)
    await counter.payments.look_up(session, PAY_CODE, CHECK_CODE)


async def test_guessing_at_once_gets_no_further_than_one_after_the_other(
    counter: Counter,
) -> None:
    guesses = [
        counter.payments.look_up(counter.session(), PAY_CODE, f"{code:04}") for code in range(300)
    ]
    refused = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(each, NotFound) for each in refused) <= MISSES_A_DAY
    assert counter.finance.looked_up == MISSES_A_DAY


async def test_a_notice_is_guessed_at_no_oftener_however_many_accounts_there_are(
    counter: Counter,
) -> None:
    for number in range(MISSES_OF_A_NOTICE):
        with pytest.raises(NotFound):
            await counter.payments.look_up(counter.session(citizen=f"c{number}"), PAY_CODE, "0000")
    with pytest.raises(NoticeGuessed):
        await counter.payments.look_up(counter.session(), PAY_CODE, CHECK_CODE)
    person = Person(PersonName("林示例"), IdNumber("990101199001010019"))
    await counter.people.declare(counter.session().citizen, person, counter.clock.now())
    assert (await counter.order(check_code=None)).order.state is State.UNPAID
    with pytest.raises(NotFound):  # another notice's tries are its own
        await counter.payments.look_up(counter.session(), "33019926010000000002", "0000")


async def test_only_misses_count_and_what_was_right_or_unanswered_is_given_back(
    counter: Counter,
) -> None:
    for _ in range(2 * MISSES_OF_A_NOTICE):
        await counter.payments.look_up(counter.session(), PAY_CODE, CHECK_CODE)
    counter.finance.down = True
    for _ in range(2 * MISSES_A_DAY):
        with pytest.raises(Unavailable):
            await counter.payments.look_up(counter.session(), PAY_CODE, "0000")
    counter.finance.down = False
    await counter.payments.look_up(counter.session(), PAY_CODE, CHECK_CODE)


async def test_what_a_citizen_owes_is_listed_and_ordered_by_their_identity(
    counter: Counter,
) -> None:
    session = counter.session()
    with pytest.raises(IdentityNotKnown):
        await counter.payments.owed(session)
    person = Person(PersonName("林示例"), IdNumber("990101199001010019"))
    await counter.people.declare(session.citizen, person, counter.clock.now())
    (owed,) = await counter.payments.owed(session)
    ordered = await counter.order(check_code=None, total_fen=owed.total_fen)
    assert ordered.order.state is State.UNPAID


async def test_what_somebody_owes_can_be_kept_for_proven_names(counter: Counter) -> None:
    session = counter.session()
    person = Person(PersonName("林示例"), IdNumber("990101199001010019"))
    await counter.people.declare(session.citizen, person, counter.clock.now())
    careful = Payments(
        counter.orders,
        {},
        counter.finance,
        identities=counter.identities,
        people=counter.people,
        attempts=Attempts(counter.store),
        issued=counter.issued,
        payers=counter.payments._payers,
        clock=counter.clock,
        randomness=CountingNames(),
        real_name=True,
    )
    with pytest.raises(RealNameNeeded):
        await careful.owed(session)
    stamp, now = counter.people.stamp(person), counter.clock.now()
    await counter.people.prove(session.citizen, stamp=stamp, proof="P1", channel="wechat", now=now)
    assert len(await careful.owed(session)) == 1


async def test_an_identity_finance_has_answered_for_stays(counter: Counter) -> None:
    session = counter.session()
    given = Person(PersonName("林示例"), IdNumber("990101199001010019"))
    await counter.people.declare(session.citizen, given, counter.clock.now())
    assert await counter.payments.owed(session)
    other = Person(PersonName("周样张"), IdNumber("990101199001010019"))
    with pytest.raises(IdentityGiven):
        await counter.people.declare(session.citizen, other, counter.clock.now())


async def test_a_method_of_another_channel_cannot_be_chosen(counter: Counter) -> None:
    with pytest.raises(Invalid) as refused:
        await counter.order(method_name="alipay_pay")
    assert refused.value.field == "method"


async def test_a_citizen_asks_the_platform_at_most_every_two_seconds(counter: Counter) -> None:
    order = (await counter.order()).order
    for _ in range(5):
        await counter.payments.ask(counter.session(), order.id)
    assert counter.wechat.calls.count("ask") == 1


async def test_money_after_closing_whose_callback_never_comes_is_found_and_sent_back(
    counter: Counter,
) -> None:
    order = (await counter.order()).order
    await counter.payments.close(counter.session(), order.id)
    counter.wechat.pay(order.id, order.amount_fen, counter.clock.now())
    await counter.work(for_s=11 * 60)
    late = await counter.fresh(order)
    assert (late.state, late.tasks) == (State.RETURNED, ())
