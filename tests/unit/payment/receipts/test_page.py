"""The page where receipts are verified: plain, without scripts, and safe to show anything on."""

import re

import pytest

from payment.receipts.copies import copies
from payment.receipts.page import Pages, VerificationPage
from payment.receipts.verifying import Claimed
from tests.unit.payment.receipts.samples import reversed_in_part, with_receipt

page = Pages().page


def shown(of: VerificationPage) -> str:
    return of.written().decode()


def test_every_field_has_its_label_and_nothing_needs_a_script() -> None:
    html = shown(page(Claimed()))
    assert 'lang="zh-CN"' in html
    assert "<script" not in html
    assert re.findall(r'<label for="(\w+)"', html) == re.findall(r'<input id="(\w+)"', html)


def test_a_good_receipt_is_said_to_be() -> None:
    html = shown(page(Claimed(), copy=copies(with_receipt(), "林**")[0]))
    assert "查验结果：有效" in html
    assert "人民币贰佰零陆元整" in html
    assert "林**" in html


def test_a_reversed_receipt_and_its_red_one_are_said_to_be() -> None:
    whole, red = copies(reversed_in_part(with_receipt(), 20600), "林**")
    assert "查验结果：已冲红" in shown(page(Claimed(), copy=whole))
    html = shown(page(Claimed(), copy=red))
    assert "查验结果：红字票据" in html
    assert "33010126 0013933922" in html
    assert "负人民币贰佰零陆元整" in html


def test_what_was_typed_is_shown_as_text_and_a_check_code_not_at_all() -> None:
    html = shown(page(Claimed('"><script>', "1", "a1b2c3"), trouble="没有查到"))
    assert "<script" not in html
    assert "a1b2c3" not in html


@pytest.mark.parametrize("word", ["default-src 'none'", "form-action 'self'", "frame-ancestors"])
def test_its_policy_lets_nothing_else_in(word: str) -> None:
    assert word in page(Claimed()).policy
