"""A refund to another card: named by one person, confirmed by another, this very card alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.money import Fen
from channel_gateway.domain.people import BankAccount, PersonName
from channel_gateway.vault import Vault
from payment.order import Order
from payment.ports import PayeeCard
from payment.refund import NamedCard, Refund, RefundState
from payment.refund_cases.other_card import card_confirmed, card_named, card_not_taken
from payment.refund_cases.refusals import CardConfirmed, NoCardNamed, NoCardTaken
from payment.refund_cases.sealed_cards import SealedCards
from payment.refunds import refund_of
from payment.settlement import (
    confirmed,
    received,
    refund_asked,
    refund_by_transfer,
    refund_redirected,
)
from payment.transfers import SaidAnew, SecondPersonWanted
from tests.unit.payment.fakes import CountingNames
from tests.unit.payment.samples import NOW, order, paid

CARDS = SealedCards(Vault({"1": b"k" * 32}, b"i" * 32, CountingNames()))
THEIRS = PayeeCard("ICBC_DEBIT", BankAccount("6222000000000000123"), PersonName("林示例"))
ANOTHER = replace(THEIRS, account=BankAccount("6222000000009999123"))


def _card(card: PayeeCard = THEIRS, by: str = "li") -> NamedCard:
    return CARDS.named(card, by, NOW)


def _abnormal() -> Order:
    given = order()
    booked = confirmed(received(given, paid(given), NOW), NOW, NOW)
    asked = refund_asked(booked, Refund("R1", Fen(600), "多缴", NOW), NOW)
    return replace(asked, refunds=(replace(refund_of(asked, "R1"), state=RefundState.ABNORMAL),))


def _named(known: Order, card: NamedCard) -> Order:
    return card_named(known, refund_of(known, "R1"), card, "finance_clerk")


def _confirmed(known: Order, digest: str, by: str = "zhao") -> Order:
    later = NOW + timedelta(hours=1)
    return card_confirmed(known, refund_of(known, "R1"), digest, by, later, "finance_reviewer")


def test_one_names_it_another_confirms_it_and_both_are_in_the_history() -> None:
    card = _card()
    known = _confirmed(_named(_abnormal(), card), card.digest)
    assert [(e.what, e.by, e.role, e.note) for e in known.events[-2:]] == [
        ("card_named", "li", "finance_clerk", f"R1 {card.digest}"),
        ("card_confirmed", "zhao", "finance_reviewer", f"R1 {card.digest}"),
    ]


def test_who_named_it_does_not_confirm_it() -> None:
    card = _card()
    with pytest.raises(SecondPersonWanted):
        _confirmed(_named(_abnormal(), card), card.digest, by="li")


def test_a_card_that_is_named_anew_voids_what_was_seen_before() -> None:
    seen, swapped = _card(), _card(ANOTHER)
    known = _named(_named(_abnormal(), seen), swapped)
    with pytest.raises(SaidAnew):
        _confirmed(known, seen.digest)
    assert refund_of(_confirmed(known, swapped.digest), "R1").card is not None


def test_once_one_is_confirmed_no_other_is_named_before_the_platform_answers() -> None:
    card = _card()
    known = _confirmed(_named(_abnormal(), card), card.digest)
    with pytest.raises(CardConfirmed):
        _named(known, _card(ANOTHER, by="sun"))
    free = card_not_taken(known, refund_of(known, "R1"), card.digest, NOW)
    other = _card(ANOTHER, by="sun")
    assert refund_of(_named(free, other), "R1").card == other


def test_naming_and_confirming_again_changes_nothing() -> None:
    card = _card()
    named = _named(_abnormal(), card)
    assert _named(named, _card()) == named
    known = _confirmed(named, card.digest)
    assert _confirmed(known, card.digest) == known
    sent = refund_redirected(known, refund_of(known, "R1"), NOW)
    assert _confirmed(sent, card.digest) == sent


def test_a_card_that_did_not_take_it_either_is_not_confirmed_by_the_old_word() -> None:
    card = _card()
    known = _confirmed(_named(_abnormal(), card), card.digest)
    sent = refund_redirected(known, refund_of(known, "R1"), NOW)
    again = replace(sent, refunds=(replace(refund_of(sent, "R1"), state=RefundState.ABNORMAL),))
    with pytest.raises(NoCardNamed):
        _confirmed(again, card.digest)


def test_nothing_is_confirmed_that_nobody_named() -> None:
    with pytest.raises(NoCardNamed):
        _confirmed(_abnormal(), _card().digest)


def test_what_is_under_way_takes_no_card() -> None:
    known = _abnormal()
    known = replace(known, refunds=(replace(known.refunds[0], state=RefundState.PROCESSING),))
    with pytest.raises(NoCardTaken):
        _named(known, _card())


def test_the_card_is_forgotten_when_the_refund_goes_on_in_whatever_way() -> None:
    card = _card()
    known = _named(_abnormal(), card)
    refund = refund_of(known, "R1")
    for gone in (refund_redirected(known, refund, NOW), refund_by_transfer(known, refund, NOW)):
        assert [each.card for each in gone.refunds if each.card] == []


def test_cards_are_sealed_and_told_apart_by_every_part_of_them() -> None:
    card = _card()
    assert CARDS.card(card) == THEIRS
    for part in ("6222", "林", "ICBC"):
        assert part not in card.sealed
    others = (
        ANOTHER,
        replace(THEIRS, bank="ABC_DEBIT"),
        replace(THEIRS, holder=PersonName("贼人")),
    )
    assert len({card.digest, *(_card(each).digest for each in others)}) == 4
    assert _card().digest == card.digest
