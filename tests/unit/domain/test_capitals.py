"""Amounts in capital characters, by the People's Bank's own examples."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.capitals import capitals
from channel_gateway.domain.money import Fen

# 正确填写票据和结算凭证的基本规定 (银发〔1997〕393号, annex 1), the examples of its rules on 零.
PUBLISHED = [
    (1_409_50, "人民币壹仟肆佰零玖元伍角整"),
    (6_007_14, "人民币陆仟零柒元壹角肆分"),
    (1_680_32, "人民币壹仟陆佰捌拾元零叁角贰分"),
    (107_000_53, "人民币壹拾万柒仟元零伍角叁分"),
    (16_409_02, "人民币壹万陆仟肆佰零玖元零贰分"),
    (325_04, "人民币叁佰贰拾伍元零肆分"),
]
OURS = [
    (0, "人民币零元整"),
    (1, "人民币壹分"),
    (10, "人民币壹角整"),
    (99, "人民币玖角玖分"),
    (260_00, "人民币贰佰陆拾元整"),
    (10_00, "人民币壹拾元整"),
    (1_000_000_00, "人民币壹佰万元整"),
    (1_001_00, "人民币壹仟零壹元整"),
    (10_001_00, "人民币壹万零壹元整"),
    (10_100_00, "人民币壹万零壹佰元整"),
    (100_000_000_00, "人民币壹亿元整"),
    (100_000_001_00, "人民币壹亿零壹元整"),
    (100_010_000_00, "人民币壹亿零壹万元整"),
    (-260_00, "负人民币贰佰陆拾元整"),
]
VALUES = {character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")}


@pytest.mark.parametrize(("fen", "written"), [*PUBLISHED, *OURS])
def test_an_amount_is_written_as_vouchers_have_it(fen: int, written: str) -> None:
    assert capitals(Fen(fen)) == written


@given(st.integers(0, 10**14 - 1))
def test_what_is_written_can_be_read_back_by_hand(fen: int) -> None:
    written = capitals(Fen(fen)).removeprefix("人民币")
    assert "零零" not in written
    assert not re.search("零[拾佰仟万亿]", written)
    assert _read(written) == fen


def test_what_is_too_much_for_a_voucher_is_refused() -> None:
    with pytest.raises(ValueError, match="below"):
        capitals(Fen(10**14))


def _read(written: str) -> int:
    """Sum place by place, apart from how it is written."""
    total = section = digit = 0
    for character in written:
        if character in VALUES:
            digit = VALUES[character]
        elif character in "拾佰仟":
            section += digit * {"拾": 10, "佰": 100, "仟": 1000}[character]
            digit = 0
        elif character in "万亿元":
            section += digit
            total += section * {"万": 10**4, "亿": 10**8, "元": 1}[character] * 100
            section = digit = 0
        elif character in "角分":
            total += digit * {"角": 10, "分": 1}[character]
            digit = 0
    return total
