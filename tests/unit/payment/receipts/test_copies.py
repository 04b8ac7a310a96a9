"""A copy says what a receipt is worth now, and nobody's whole name."""

from dataclasses import replace

from channel_gateway.domain.money import Fen
from payment.receipts.copies import Standing, copies, verifying_address
from payment.refund import Refund, RefundState
from payment.settlement import reversed_by
from tests.unit.payment.receipts.samples import RECEIPT, reversed_in_part, with_receipt
from tests.unit.payment.samples import NOW, order


def test_a_receipt_stands_as_it_was_issued_until_something_is_reversed() -> None:
    (whole,) = copies(with_receipt(), "林**")
    assert (whole.standing, whole.left_fen, whole.reversals) == (Standing.VALID, 20600, ())
    assert sum(line.amount_fen for line in whole.lines) == whole.receipt.total_fen


def test_a_part_given_back_is_a_part_reversed() -> None:
    whole, red = copies(reversed_in_part(with_receipt(), 600), "林**")
    assert (whole.standing, whole.left_fen) == (Standing.PARTLY_REVERSED, 20000)
    assert (red.standing, red.receipt.related_number) == (Standing.RED, RECEIPT.number)


def test_parts_that_are_all_of_it_reverse_it() -> None:
    of = reversed_in_part(reversed_in_part(with_receipt(), 600), 20000, "R2")
    whole, *reds = copies(of, "林**")
    assert (whole.standing, whole.left_fen, len(reds)) == (Standing.REVERSED, 0, 2)


def test_a_red_receipt_that_is_told_again_is_one() -> None:
    once = reversed_in_part(with_receipt(), 600)
    (refund,) = once.refunds
    assert refund.red_receipt is not None
    assert reversed_by(once, "R1", refund.red_receipt, NOW) == once


def test_money_that_went_back_counts_before_finance_has_reversed_it() -> None:
    gone = Refund("R1", Fen(20600), "错缴", NOW, RefundState.DONE, NOW)
    (whole,) = copies(replace(with_receipt(), refunds=(gone,)), "林**")
    assert (whole.standing, whole.left_fen) == (Standing.REVERSED, 0)


def test_there_is_no_copy_before_the_receipt() -> None:
    assert copies(order(), "林**") == ()


def test_the_qr_code_leads_to_the_page_and_names_nobody() -> None:
    assert verifying_address("https://pay.example", RECEIPT) == (
        "https://pay.example/v1/receipts/verify?code=33010126&number=0013933922&check_code=a1b2c3"
    )
