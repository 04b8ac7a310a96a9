"""Tables in a terminal are aligned where Chinese characters take two columns."""

from payment.commands.wide_text import padded, table, width


def test_a_chinese_character_takes_two_columns() -> None:
    assert width("收款A") == 5
    assert padded("收款", 6, right=True) == "  收款"


def test_columns_begin_below_each_other_whatever_the_script() -> None:
    lines = table(("单位", "元"), [("交警支队", "1.00"), ("A", "20.00")], right=(1,))
    assert {width(line) for line in lines} == {15}
    assert lines[2] == "交警支队   1.00"
    assert lines[3] == "A         20.00"
