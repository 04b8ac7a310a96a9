"""Who may take which step of a refund case: two people decide, none of them asked for it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.days import utc_text
from channel_gateway.domain.money import Fen
from channel_gateway.domain.state_machine import NotNow
from payment.refund_cases.case import BY_CITIZEN, Actor, Desk, Ground, MaterialKind, ReceiptAction
from payment.refund_cases.deciding import (
    MOST_MATERIALS,
    approved,
    fell_short,
    material_asked,
    missing,
    paid_back,
    rejected,
    reserved,
    supplied,
    taken,
    verified,
    with_material,
    withdrawn,
)
from payment.refund_cases.life import State
from payment.refund_cases.refusals import (
    DecidedAlready,
    MaterialMissing,
    NotYourStep,
    SamePerson,
    TooManyMaterials,
)
from tests.unit.payment.refund_cases.samples import (
    CLOCKS,
    FRIDAY,
    RED,
    WANG,
    ZHAO,
    at_finance,
    case,
    material,
)

LATER = FRIDAY + timedelta(hours=1)


def test_applied_verified_approved_reserved_paid_back() -> None:
    decided = approved(at_finance(), ZHAO, CLOCKS, FRIDAY, "同意", RED)
    done = paid_back(reserved(decided, FRIDAY), FRIDAY)
    assert done.state is State.DONE
    assert [(each.what, each.by, each.desk) for each in done.events] == [
        ("applied", "", Desk.APPLICANT),
        ("taken", "wang", Desk.UNIT),
        ("verified", "wang", Desk.UNIT),
        ("approved", "zhao", Desk.FINANCE),
        ("reserved", "", Desk.CLOCK),
        ("paid_back", "", Desk.CLOCK),
    ]
    assert (done.due_on, done.waits_until, done.open_key) == (None, None, None)


def test_who_applied_for_the_unit_does_not_verify_it() -> None:
    mine = case(by=Actor("wang", "unit_clerk", Desk.APPLICANT))
    for step in (
        lambda: taken(mine, WANG, FRIDAY),
        lambda: verified(mine, WANG, CLOCKS, FRIDAY, "属实", RED),
        lambda: rejected(mine, WANG, FRIDAY, "不属实"),
        lambda: material_asked(mine, WANG, CLOCKS, FRIDAY, "补"),
    ):
        with pytest.raises(SamePerson):
            step()


def test_who_verified_does_not_approve() -> None:
    both = Actor("wang", "finance_reviewer", Desk.FINANCE)
    for step in (
        lambda: approved(at_finance(), both, CLOCKS, FRIDAY, "同意", RED),
        lambda: rejected(at_finance(), both, FRIDAY, "不同意"),
    ):
        with pytest.raises(SamePerson):
            step()


def test_who_applied_does_not_approve() -> None:
    theirs = at_finance(by=Actor("zhao", "finance_clerk", Desk.APPLICANT))
    with pytest.raises(SamePerson):
        approved(theirs, ZHAO, CLOCKS, FRIDAY, "同意", RED)


def test_who_only_took_it_up_for_the_unit_does_not_approve() -> None:
    li = Actor("li", "unit_clerk", Desk.UNIT)
    both = verified(taken(case(), li, FRIDAY), WANG, CLOCKS, FRIDAY, "属实", RED)
    with pytest.raises(SamePerson):
        approved(both, Actor("li", "finance_reviewer", Desk.FINANCE), CLOCKS, FRIDAY, "同意", RED)


def test_finance_does_not_decide_what_the_unit_has_not_verified() -> None:
    with pytest.raises(NotYourStep):
        approved(case(), ZHAO, CLOCKS, FRIDAY, "同意", RED)
    with pytest.raises(NotYourStep):
        rejected(case(), ZHAO, FRIDAY, "不同意")


def test_the_unit_does_not_decide_at_finances_desk() -> None:
    with pytest.raises(DecidedAlready):
        rejected(at_finance(), WANG, FRIDAY, "不同意")


def test_taking_it_up_again_changes_nothing() -> None:
    assert taken(taken(case(), WANG, FRIDAY), WANG, LATER) == taken(case(), WANG, FRIDAY)


QIAN = Actor("qian", "finance_reviewer", Desk.FINANCE)
SUN = Actor("sun", "unit_clerk", Desk.UNIT)


@pytest.mark.parametrize("again", [ZHAO, QIAN])
@pytest.mark.parametrize("done", [False, True])
def test_who_approves_what_is_decided_is_told_who_did(again: Actor, *, done: bool) -> None:
    decided = approved(at_finance(), ZHAO, CLOCKS, FRIDAY, "同意", RED)
    if done:
        decided = paid_back(reserved(decided, FRIDAY), FRIDAY)
    for step in (
        lambda: approved(decided, again, CLOCKS, LATER, "同意", RED),
        lambda: rejected(decided, again, LATER, "不同意"),
    ):
        with pytest.raises(DecidedAlready) as told:
            step()
        assert told.value.extra == {
            "state": decided.state,
            "decision": "approved",
            "decided_by": "zhao",
            "decided_at": utc_text(FRIDAY),
        }


@pytest.mark.parametrize("again", [WANG, SUN])
def test_a_unit_verifies_or_rejects_once(again: Actor) -> None:
    refused = rejected(case(), WANG, FRIDAY, "不属实")
    for step in (
        lambda: verified(at_finance(), again, CLOCKS, LATER, "属实", RED),
        lambda: rejected(refused, again, LATER, "不属实"),
        lambda: verified(refused, again, CLOCKS, LATER, "属实", RED),
    ):
        with pytest.raises(DecidedAlready) as told:
            step()
        assert told.value.extra["decided_by"] == "wang"


def test_approved_money_is_neither_rejected_nor_withdrawn() -> None:
    decided = approved(at_finance(), ZHAO, CLOCKS, FRIDAY, "同意", RED)
    with pytest.raises(DecidedAlready):
        rejected(decided, ZHAO, FRIDAY, "不")
    with pytest.raises(NotNow):
        withdrawn(decided, BY_CITIZEN, FRIDAY)


def test_only_who_applied_withdraws() -> None:
    assert withdrawn(at_finance(), BY_CITIZEN, FRIDAY).state is State.WITHDRAWN
    with pytest.raises(SamePerson):
        withdrawn(case(), WANG, FRIDAY)


@pytest.mark.parametrize(
    ("amount_fen", "kinds", "ground", "wanted"),
    [
        (20600, [], Ground.OVERPAID, ["receipt_original"]),
        (20600, ["receipt_copy"], Ground.OVERPAID, ["receipt_original"]),
        (20600, ["receipt_original"], Ground.OVERPAID, []),
        (600, [], Ground.OVERPAID, ["receipt_copy"]),
        (600, ["receipt_copy"], Ground.OVERPAID, []),
        (600, ["receipt_original"], Ground.OVERPAID, []),
        (600, ["receipt_copy"], Ground.BASIS_CHANGED, ["legal_document"]),
        (600, ["receipt_copy", "legal_document"], Ground.BASIS_CHANGED, []),
    ],
)
def test_which_material_a_refund_needs(
    amount_fen: int, kinds: list[str], ground: Ground, wanted: list[str]
) -> None:
    there = tuple(material(MaterialKind(each), each) for each in kinds)
    given = case(amount_fen=Fen(amount_fen), ground=ground, materials=there)
    assert list(missing(given, RED)) == wanted


def test_without_a_receipt_none_is_asked_for() -> None:
    assert missing(case(materials=()), ReceiptAction.NONE) == ()


def test_the_unit_does_not_verify_without_the_material() -> None:
    with pytest.raises(MaterialMissing) as told:
        verified(case(materials=()), WANG, CLOCKS, FRIDAY, "属实", RED)
    assert told.value.extra == {"missing": ["receipt_original"]}


@pytest.mark.parametrize("by", [WANG, ZHAO])
def test_material_that_was_wanted_brings_it_back_to_who_wanted_it(by: Actor) -> None:
    given = case() if by is WANG else at_finance()
    asked = material_asked(given, by, CLOCKS, FRIDAY, "请补充")
    assert asked.state is State.MORE_MATERIAL
    back = supplied(asked, BY_CITIZEN, CLOCKS, LATER)
    assert back.desk is by.desk
    assert back.state is (State.UNIT_REVIEW if by is WANG else State.FINANCE_REVIEW)


def test_who_wanted_material_may_reject_what_never_came() -> None:
    asked = material_asked(case(), WANG, CLOCKS, FRIDAY, "请补充")
    assert rejected(asked, WANG, LATER, "逾期未补").state is State.REJECTED
    with pytest.raises(NotYourStep):
        rejected(asked, ZHAO, LATER, "逾期未补")


def test_the_same_file_again_is_no_second_material() -> None:
    given = case()
    assert with_material(given, material(), BY_CITIZEN, LATER) == given


def test_files_are_bounded_and_end_with_the_decision() -> None:
    many = replace(case(), materials=tuple(material(id=str(n)) for n in range(MOST_MATERIALS)))
    with pytest.raises(TooManyMaterials):
        with_material(many, material(id="one more"), BY_CITIZEN, LATER)
    decided = approved(at_finance(), ZHAO, CLOCKS, FRIDAY, "同意", RED)
    with pytest.raises(NotYourStep):
        with_material(decided, material(id="new"), BY_CITIZEN, LATER)


def test_what_falls_short_is_finances_to_decide_again() -> None:
    decided = approved(at_finance(), ZHAO, CLOCKS, FRIDAY, "同意", RED)
    short = fell_short(decided, CLOCKS, LATER)
    assert short.state is State.FINANCE_REVIEW
    assert fell_short(short, CLOCKS, LATER) == short
    assert approved(short, ZHAO, CLOCKS, LATER, "同意", RED).state is State.APPROVED
