"""Refund cases as people work on them: applied for, decided, paid back, and found when stuck."""

from base64 import b64encode
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from channel_gateway.domain.errors import Invalid, NotFound, Refused, RefusedForNow
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Receipt
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Cursor, Member, Role
from channel_gateway.service import Session
from payment.commands.refund_text import case_lines
from payment.facts import RefundStatus
from payment.order import State as OrderState
from payment.refund import RefundState
from payment.refund_cases.applying import MOST_OF_CITIZEN, File, Wish
from payment.refund_cases.case import Ground, MaterialKind, Way
from payment.refund_cases.deciding import approved
from payment.refund_cases.life import State
from payment.refund_cases.materials import MATERIALS, MOST_BYTES
from payment.refund_cases.refusals import (
    AppliedAlready,
    MaterialMissing,
    NoCardNamed,
    NoSuchRefundCase,
    NothingToResend,
    NotYourStep,
    SamePerson,
    TooManyApplications,
    TransferNotFor,
    WrongMaterial,
)
from payment.refund_cases.rescuing import StillWithPlatform
from payment.refund_cases.worklist import Wanted
from payment.refunds import NotBookedYet, RefundTooMuch
from payment.story.order_lines import story
from tests.unit.payment.refund_cases.office import (
    LI,
    QIAN,
    RECEIPT,
    STRANGER,
    SUN,
    UNIT,
    WANG,
    ZHAO,
    Office,
)
from tests.unit.payment.refund_cases.samples import CLOCKS, RED
from tests.unit.payment.refund_cases.samples import ZHAO as ZHAO_AT_FINANCE

SECOND = "G20260302bbbbbbbbbbbbbbbbbbbb"
_APPLY = "/staff/orders/{order_id}/refund-applications"
_LIST = "/staff/refunds"
CARD = {"bank": "ICBC_DEBIT", "account": "6222000000000000123", "holder": "林示例"}


async def test_a_reviewer_who_dies_after_deciding_leaves_the_rest_to_the_worker(
    town: Office,
) -> None:
    order = await town.receipted()
    case = await town.at_finance(order)
    now = town.clock.now()
    await town.cases.change(
        case.id, lambda known: approved(known, ZHAO_AT_FINANCE, CLOCKS, now, "", RED)
    )
    assert (await town.orders.get(order.id)).refunds == ()
    await town.work()
    assert (await town.cases.get(case.id)).state is State.DONE
    assert (await town.orders.get(order.id)).state is OrderState.RETURNED


async def test_what_fell_short_is_decided_again_and_its_number_never_moves_money(
    town: Office,
) -> None:
    order = await town.receipted()
    case = await town.at_finance(order, 20600)
    now = town.clock.now()
    await town.cases.change(
        case.id, lambda known: approved(known, ZHAO_AT_FINANCE, CLOCKS, now, "", RED)
    )
    await town.refunds.ask(order.id, number="other-1", amount_fen=Fen(600), reason="多收")
    await town.work()
    short = await town.cases.get(case.id)
    assert short.state is State.FINANCE_REVIEW
    with pytest.raises(RefundTooMuch):
        await town.handling.approve(ZHAO, case.id, "同意", town.clock.now())
    with pytest.raises(RefundTooMuch):  # a late repeat of the first attempt
        await town.refunds.ask(
            order.id, number=f"{case.id}R1", amount_fen=Fen(20600), reason="", case_id=case.id
        )
    assert (await town.orders.get(order.id)).returned_fen == 600


async def test_an_application_reserves_nothing(town: Office) -> None:
    order = await town.receipted()
    await town.at_finance(order)
    assert (await town.orders.get(order.id)).refundable_fen == order.amount_fen


async def test_a_receipt_that_comes_while_people_decide_is_wanted_from_then_on(
    town: Office,
) -> None:
    order = await town.receipted()
    receipt = order.receipt

    async def becomes(receipt: Receipt | None) -> None:
        await town.orders.change(order.id, lambda known: replace(known, receipt=receipt))

    await becomes(None)
    wish, now = Wish(Ground.OVERPAID, "多缴", order.amount_fen), town.clock.now()
    case = await town.applying.by_staff(SUN, order.id, wish, "k", now)
    await becomes(receipt)
    path = "/staff/refund-cases/{case_id}"
    seen = await town.call(WANG, "GET", path, case_id=case.id)
    assert (seen.receipt, seen.missing) == ("red", ["receipt_original"])
    with pytest.raises(MaterialMissing):
        await town.handling.verify(WANG, case.id, "属实", now)
    await becomes(None)
    await town.handling.verify(WANG, case.id, "属实", now)
    await becomes(receipt)
    with pytest.raises(MaterialMissing):
        await town.handling.approve(ZHAO, case.id, "同意", now)
    assert (await town.orders.get(order.id)).refunds == ()


async def test_more_than_is_left_is_not_even_applied_for(town: Office) -> None:
    order = await town.receipted()
    with pytest.raises(RefundTooMuch):
        await town.applied(order, order.amount_fen + 1)
    await town.refunds.ask(order.id, number="other-1", amount_fen=Fen(20000), reason="多收")
    with pytest.raises(RefundTooMuch):
        await town.applied(order, 601)


async def test_what_finance_has_not_booked_is_not_applied_for(town: Office) -> None:
    order = await town.receipted()
    await town.orders.change(order.id, lambda known: replace(known, confirmed_at=None))
    with pytest.raises(NotBookedYet):
        await town.applied(order)


async def test_a_clerk_of_another_unit_neither_applies_nor_sees_nor_decides(town: Office) -> None:
    order = await town.receipted()
    case = await town.applied(order)
    for step in (
        lambda: town.applied(order, by=STRANGER),
        lambda: town.handling.get(STRANGER, case.id),
        lambda: town.handling.take(STRANGER, case.id, town.clock.now()),
        lambda: town.handling.verify(STRANGER, case.id, "属实", town.clock.now()),
        lambda: town.rescuing.get(STRANGER, order.id, "R1"),
    ):
        with pytest.raises(NotFound):
            await step()


async def test_a_finance_reviewer_does_not_verify_for_a_unit(town: Office) -> None:
    case = await town.applied(await town.receipted())
    with pytest.raises(NoSuchRefundCase):
        await town.handling.verify(ZHAO, case.id, "属实", town.clock.now())


async def test_a_decision_needs_a_reason(town: Office) -> None:
    case = await town.applied(await town.receipted())
    with pytest.raises(Invalid):
        await town.handling.reject(WANG, case.id, case.desk, "", town.clock.now())  # type: ignore[arg-type]


async def test_the_staffs_calls_from_application_to_done(town: Office) -> None:
    order = await town.receipted()
    town.clock.move(days=10)
    asked = {
        "ground": "mischarged",
        "words": "误收",
        "amount_fen": 600,
        "materials": [{"kind": "receipt_copy", "name": "票据.pdf", "content": "JVBERi0="}],
        "found_on": "2026-03-02",
    }
    made = await town.call(SUN, "POST", _APPLY, asked, order_id=order.id)
    assert (made.state, made.late) == (State.APPLIED, True)  # found ten days ago, not five
    again = await town.call(SUN, "POST", _APPLY, asked, order_id=order.id)
    assert again.case_id == made.case_id
    path, said = "/staff/refund-cases/{case_id}", {"words": "属实"}
    await town.call(WANG, "POST", f"{path}/verify", said, case_id=made.case_id)
    decided = await town.call(ZHAO, "POST", f"{path}/approve", said, case_id=made.case_id)
    assert (decided.state, decided.item.due_on) == (State.PAYING_BACK, date(2026, 3, 26))
    await town.work()
    done = await town.call(LI, "GET", path, case_id=made.case_id)
    assert (done.state, done.refund.state) == (State.DONE, RefundState.DONE)
    assert [each.words for each in done.history][:3] == ["误收", "", "属实"]
    [material] = done.materials
    read = await town.call(
        LI,
        "GET",
        f"{path}/materials/{{material_id}}",
        case_id=made.case_id,
        material_id=material.material_id,
    )
    assert (read.content, read.name, read.size) == ("JVBERi0=", "票据.pdf", 5)


async def test_a_mistake_is_found_today_or_before_but_after_it_was_paid(town: Office) -> None:
    order = await town.receipted()
    for never in (date(2026, 3, 3), date(2026, 3, 1), date(1900, 1, 1)):
        with pytest.raises(Invalid) as no:
            await town.applied(order, found_on=never)
        assert no.value.field == "found_on"
    assert not (await town.applied(order, found_on=date(2026, 3, 2))).late


async def test_words_files_and_their_names_are_sealed_at_rest(town: Office) -> None:
    order = await town.receipted()
    wish = Wish(Ground.OTHER, "林示例重复缴款", Fen(100), files=(RECEIPT,))
    await town.applying.by_staff(SUN, order.id, wish, "k", town.clock.now())
    kept = str(await town.store.find("refund_cases")) + str(await town.store.find(MATERIALS.name))
    for secret in ("林示例", "票据", "JVBERi0="):
        assert secret not in kept


@pytest.mark.parametrize(
    "content", ["", "not base64!", b64encode(b"x" * (MOST_BYTES + 1)).decode()]
)
async def test_a_file_that_is_empty_too_large_or_unreadable_is_refused(
    town: Office, content: str
) -> None:
    case = await town.applied(await town.receipted())
    file = File(MaterialKind.OTHER, "a.pdf", content)
    by = ZHAO_AT_FINANCE
    with pytest.raises(WrongMaterial):
        await town.applying.add(case, file, by, town.clock.now(), last=True)


async def test_a_citizen_applies_a_few_times_and_no_more(town: Office) -> None:
    order, now = await town.receipted(), town.clock.now()
    session = Session("s", "wechat", "wx1", "citizen-1", now, now)
    wish = Wish(Ground.OVERPAID, "多缴", Fen(100))
    for number in range(MOST_OF_CITIZEN):
        case = await town.applying.by_citizen(session, order.id, wish, f"k{number}", now)
        await town.citizen_call("POST", "/refund-applications/{case_id}/withdraw", case_id=case.id)
    with pytest.raises(TooManyApplications):
        await town.applying.by_citizen(session, order.id, wish, "one more", now)


async def test_what_the_staff_say_to_one_another_is_not_shown_to_the_citizen(
    town: Office,
) -> None:
    order = await town.receipted()
    await town.approved(order)
    [seen] = (
        await town.citizen_call("GET", "/orders/{order_id}/refund-applications", order_id=order.id)
    ).applications
    assert {each.words for each in seen.progress} == {""}
    assert seen.materials == []


@pytest.mark.parametrize("name", ["citizen", "gateway"])
async def test_whatever_a_clerk_is_called_nobody_takes_them_for_another(
    town: Office, name: str
) -> None:
    order, now = await town.receipted(), town.clock.now()
    clerk = Member(name, frozenset({Role.FINANCE_CLERK}))
    session = Session("s", "wechat", "wx1", "citizen-1", now, now)
    wish = Wish(Ground.OVERPAID, "我的申请", Fen(100))
    theirs = await town.applying.by_citizen(session, order.id, wish, "k", now)
    wish = Wish(Ground.OVERPAID, "柜台内部意见", Fen(200), files=(RECEIPT,))
    ours = await town.applying.by_staff(clerk, order.id, wish, "k", now)
    with pytest.raises(SamePerson):
        await town.call(clerk, "POST", "/staff/refund-cases/{case_id}/withdraw", case_id=theirs.id)
    path = "/refund-applications/{case_id}"
    with pytest.raises(SamePerson):
        await town.citizen_call("POST", f"{path}/withdraw", case_id=ours.id)
    seen = await town.citizen_call("GET", path, case_id=ours.id)
    assert (seen.may_withdraw, seen.materials, seen.progress[0].words) == (False, [], "")
    told = await town.call(LI, "GET", "/staff/refund-cases/{case_id}", case_id=ours.id)
    view = list(case_lines(told))
    assert [line.split()[3] for line in view[view.index("办理过程") + 3 :]] == [name, name]


async def test_a_refund_by_transfer_waits_for_two_people(town: Office) -> None:
    order = await town.receipted()
    case = await town.approved(order, way=Way.TRANSFER)
    await town.work()
    assert "refund" not in town.wechat.calls
    [item] = (await town.call(LI, "GET", _LIST)).refunds
    assert (item.owner, item.next_step) == ("finance", "由财政转账退付，完成后登记凭证号")
    await town.rescuing.paid(LI, order.id, f"{case.id}R1", "TR001")
    [item] = (await town.call(LI, "GET", _LIST)).refunds
    assert item.next_step == "转账已登记，请另一名人员复核"
    await town.rescuing.confirm(QIAN, order.id, f"{case.id}R1", "TR001")
    await town.work()
    assert (await town.cases.get(case.id)).state is State.DONE


async def test_who_applied_verified_or_approved_neither_transfers_nor_confirms(
    town: Office,
) -> None:
    order = await town.receipted()
    applicant = Member("sun", frozenset({Role.UNIT_CLERK, Role.FINANCE_CLERK}), frozenset({UNIT}))
    case = await town.approved(order, way=Way.TRANSFER, by=applicant)
    number = f"{case.id}R1"
    for member in (applicant, WANG, ZHAO):
        with pytest.raises(SamePerson):
            await town.rescuing.paid(member, order.id, number, "TR001")
    await town.rescuing.paid(LI, order.id, number, "TR001")
    for member in (applicant, WANG, ZHAO):
        with pytest.raises(SamePerson):
            await town.rescuing.confirm(member, order.id, number, "TR001")
    assert not (await town.orders.get(order.id)).refunds[0].is_done


async def test_a_refund_the_account_cannot_pay_is_in_finances_list_at_once(town: Office) -> None:
    town.wechat.refuses = RefusedForNow("WeChat Pay refused: NOT_ENOUGH (403)")
    case = await town.approved(await town.receipted())
    await town.work()
    [item] = (await town.call(LI, "GET", _LIST, stuck="true")).refunds
    assert (item.case_id, item.owner, item.stuck) == (case.id, "finance", True)
    assert "余额不足" in item.next_step
    town.wechat.refuses = None  # money was put in
    found = await town.rescuing.resend(LI, case.order_id, item.refund_no or "")
    assert found.refund.held_up
    await town.work()
    order = await town.orders.get(case.order_id)
    assert [(each.is_done, each.held_up) for each in order.refunds] == [(True, "")]


async def test_a_stuck_refund_handed_over_twice_is_transferred_once(town: Office) -> None:
    order = await town.receipted()
    town.wechat.refund_status = RefundStatus.CLOSED
    case = await town.approved(order, 600)
    await town.work()
    await town.rescuing.by_transfer(LI, order.id, f"{case.id}R1")
    with pytest.raises(TransferNotFor):
        await town.rescuing.by_transfer(LI, order.id, f"{case.id}R1")
    with pytest.raises(NothingToResend):
        await town.rescuing.resend(LI, order.id, f"{case.id}R1")
    assert (await town.orders.get(order.id)).refundable_fen == 20_000


async def test_what_the_platform_is_still_at_is_not_transferred(town: Office) -> None:
    order = await town.receipted()
    town.wechat.refund_status = RefundStatus.ABNORMAL
    case = await town.approved(order)
    await town.work()
    number = f"{case.id}R1"
    done = replace(town.wechat.refunds[number], status=RefundStatus.DONE)
    town.wechat.refunds[number] = done  # a person acted in the merchant console
    with pytest.raises(StillWithPlatform):
        await town.rescuing.by_transfer(LI, order.id, number)
    await town.work()
    assert (await town.cases.get(case.id)).state is State.DONE


async def test_an_abnormal_refund_is_asked_about_again_when_a_person_says_so(
    town: Office,
) -> None:
    order = await town.receipted()
    town.wechat.refund_status = RefundStatus.ABNORMAL
    case = await town.approved(order)
    await town.work()
    number = f"{case.id}R1"
    [item] = (await town.call(LI, "GET", _LIST, stuck="true")).refunds
    assert (item.case_id, item.stuck) == (case.id, True)
    town.wechat.refunds[number] = replace(town.wechat.refunds[number], status=RefundStatus.DONE)
    await town.rescuing.resend(LI, order.id, number)
    await town.work()
    assert (await town.cases.get(case.id)).state is State.DONE
    assert town.wechat.calls.count("refund") == 1


async def _abnormal(town: Office) -> tuple[str, str]:
    """The numbers of an order and of its refund, which the citizen's account does not take."""
    order = await town.receipted()
    town.wechat.refund_status = RefundStatus.ABNORMAL
    case = await town.approved(order)
    await town.work()
    return order.id, f"{case.id}R1"


async def _at_card(town: Office, member: Member, step: str, body: Any, at: tuple[str, str]) -> Any:
    order_id, number = at
    path = f"/staff/orders/{{order_id}}/refunds/{{refund_no}}/{step}"
    return await town.call(member, "POST", path, body, order_id=order_id, refund_no=number)


async def test_the_platform_is_told_the_card_that_was_named_and_seen(town: Office) -> None:
    at = await _abnormal(town)
    named = await _at_card(town, LI, "card", CARD, at)
    [item] = (await town.call(LI, "GET", _LIST, stuck="true")).refunds
    assert "另一名人员" in item.next_step
    await _at_card(town, QIAN, "confirm-card", {"card": named.card.digest}, at)
    path = "/staff/orders/{order_id}/refunds/{refund_no}"
    seen = await town.call(WANG, "GET", path, order_id=at[0], refund_no=at[1])
    assert [(each.what, each.by) for each in seen.history] == [
        ("refund_requested", "gateway"),
        ("refund_abnormal", "gateway"),
        ("card_named", "li"),
        ("card_confirmed", "qian"),
        ("refund_processing", "gateway"),
    ]
    [card] = town.wechat.cards
    assert (card.bank, card.account.reveal(), card.holder.reveal()) == tuple(CARD.values())


async def test_who_applied_verified_or_approved_neither_names_nor_confirms_a_card(
    town: Office,
) -> None:
    at = await _abnormal(town)
    named = await _at_card(town, LI, "card", CARD, at)
    for step, body in (("card", CARD), ("confirm-card", {"card": named.card.digest})):
        with pytest.raises(SamePerson):
            await _at_card(town, ZHAO, step, body, at)
    assert town.wechat.cards == []


async def test_a_card_the_platform_refuses_is_forgotten_and_another_is_named(town: Office) -> None:
    at = await _abnormal(town)
    seen = {"card": (await _at_card(town, LI, "card", CARD, at)).card.digest}
    town.wechat.refuses = Refused("WeChat Pay refused: PARAM_ERROR (400)")
    with pytest.raises(Refused):
        await _at_card(town, QIAN, "confirm-card", seen, at)
    town.wechat.refuses = None
    with pytest.raises(NoCardNamed):
        await _at_card(town, QIAN, "confirm-card", seen, at)
    right = CARD | {"bank": "ABC_DEBIT"}
    seen = {"card": (await _at_card(town, LI, "card", right, at)).card.digest}
    await _at_card(town, QIAN, "confirm-card", seen, at)
    assert [each.bank for each in town.wechat.cards] == ["ABC_DEBIT"]


async def test_a_card_the_platform_refuses_for_now_is_confirmed_again(town: Office) -> None:
    at = await _abnormal(town)
    seen = {"card": (await _at_card(town, LI, "card", CARD, at)).card.digest}
    town.wechat.refuses = RefusedForNow("WeChat Pay refused: NOT_ENOUGH (403)")
    with pytest.raises(RefusedForNow):
        await _at_card(town, QIAN, "confirm-card", seen, at)
    [item] = (await town.call(LI, "GET", _LIST, stuck="true")).refunds
    assert "再次确认" in item.next_step
    town.wechat.refuses = None
    await _at_card(town, QIAN, "confirm-card", seen, at)
    assert len(town.wechat.cards) == 1


async def test_a_platform_that_never_answers_ends_in_the_list(town: Office) -> None:
    order = await town.receipted()
    town.wechat.refuses = RefusedForNow("the balance is too low")
    case = await town.approved(order)
    for _ in range(45):
        town.clock.move(hours=6)
        await town.work()
    [item] = (await town.call(LI, "GET", _LIST, stuck="true")).refunds
    assert (item.case_id, item.owner) == (case.id, "finance")


async def test_money_the_staff_are_shown_is_their_units(town: Office) -> None:
    await town.applied(await town.receipted())
    await town.applied(await town.receipted(SECOND, unit_code="330199099"), by=LI, key="k2")
    for member, seen in ((WANG, 1), (STRANGER, 1), (LI, 2), (QIAN, 2)):
        assert len((await town.call(member, "GET", _LIST)).refunds) == seen
    assert (await town.call(WANG, "GET", _LIST, unit="330199099")).refunds == []
    assert len((await town.call(LI, "GET", _LIST, unit=UNIT)).refunds) == 1


async def test_the_list_goes_on_where_the_last_page_ended(town: Office) -> None:
    order = await town.receipted()
    for number in range(5):
        await town.applied(order, 100, key=f"k{number}")
        town.clock.move(days=1)
    now, wanted = town.clock.now(), Wanted()
    whole = await town.worklist.page(LI, wanted, now, limit=9, after=None)
    assert [each.due_on for each in whole] == sorted(each.due_on for each in whole if each.due_on)
    first = await town.worklist.page(LI, wanted, now, limit=2, after=None)
    answer = await town.call(LI, "GET", _LIST)
    assert answer.next is None
    after = read_cursor(write_cursor(Cursor(*first[-1].rank)))
    rest = await town.worklist.page(LI, wanted, now, limit=9, after=after)
    assert [each.number for each in first + rest] == [each.number for each in whole]


async def test_the_citizen_is_told_of_each_step_in_order(town: Office) -> None:
    await town.approved(await town.receipted())
    await town.work()
    said = [words["progress"] for _, words in town.messenger.said()]
    assert said == ["已提交", "单位已核实", "已批准"]


async def test_a_file_that_nobody_takes_is_not_kept(town: Office) -> None:
    order, now = await town.receipted(), town.clock.now()
    case = await town.approved(order)
    before = await town.store.find(MATERIALS.name)
    late = File(MaterialKind.OTHER, "b.pdf", "JVBERi0y")
    with pytest.raises(NotYourStep):
        await town.applying.add(case, late, ZHAO_AT_FINANCE, now, last=True)
    session = Session("s", "wechat", "wx1", "citizen-1", now, now)
    other = await town.receipted(SECOND)
    wish = Wish(Ground.OVERPAID, "多缴", Fen(100))
    await town.applying.by_citizen(session, other.id, wish, "k1", now)
    with pytest.raises(AppliedAlready):
        await town.applying.by_citizen(session, other.id, replace(wish, files=(late,)), "k2", now)
    assert await town.store.find(MATERIALS.name) == before


async def test_what_is_told_of_an_order_names_case_and_transfer(town: Office) -> None:
    order = await town.receipted()
    case = await town.approved(order, way=Way.TRANSFER)
    await town.rescuing.paid(LI, order.id, f"{case.id}R1", "TR001")
    told = "\n".join(line.text for line in story(await town.orders.get(order.id)))
    assert f"由人工批准，退付申请 {case.id}" in told
    assert "财政已转账，凭证号 TR001" in told
