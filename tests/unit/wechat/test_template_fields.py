"""Each kind of field is held to its rule before anything is sent; a thing may be shortened."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wechat.template_fields import LONGEST_THING, fitted
from channel_gateway.ports import WrongTemplate
from mock_platforms.wechat.template_fields import wrong_with

GOOD = {
    "number1": ("0", "12.5", "9" * 32),
    "letter1": ("ABC", "z" * 32),
    "symbol1": ("#!", "★※"),
    "character_string1": ("SF1234567890", "AB-12 34", "x" * 32),
    "time1": ("15:01", "9:30", "2019年10月1日 15:01", "2024年2月29日 23:59:59"),
    "date1": ("2019年10月1日", "2019年10月1日 15:01"),
    "amount1": ("¥80.00元", "10.00元", "5", "$1234567890.5"),
    "phone_number1": ("010-12345678", "+86 13800000000", "138****0000"),
    "car_number1": ("粤A8Z888挂", "京A12345", "A"),
    "name1": ("张三", "玛丽·居里", "欧阳" * 5, "Zhang San", "J" * 20, "𠮷田"),
    "phrase1": ("已受理", "审核不通过"),
}
BAD = {
    "number1": ("", "twelve", "1.", "9" * 33, "１２", "-1", "12\n"),
    "letter1": ("A1", "z" * 33, "É"),
    "symbol1": ("a", "1", "编", "######", " "),
    "character_string1": ("编号12", "x" * 33, "", " x", "a\tb"),
    "time1": ("下午三点", "2019-10-01 15:01", "25:00", "9:60", "2023年2月29日 9:00", "15:01 "),
    "date1": ("2019-10-01", "2019年13月1日", "2019年2月30日", "10月1日"),
    "amount1": ("八十元", "12345678901", "¥¥5", "5元元", "1,000"),
    "phone_number1": ("电话", "1" * 18, "abc"),
    "car_number1": ("粤A8Z888挂车辆号", "粤警A1234", ""),
    "name1": ("一" * 11, "J" * 21, "J" * 10 + "张", "张3", ""),
    "phrase1": ("已经受理了吗", "OK", "", "已受理。"),
}


@pytest.mark.parametrize(("key", "value"), [(key, each) for key in GOOD for each in GOOD[key]])
def test_what_fits_stays_as_it_is(key: str, value: str) -> None:
    assert fitted({key: value}) == {key: value}


# Some of what each kind is made of, so that chance finds more than refusals.
PIECES = [
    "张",
    "𠮷",
    "A",
    "z",
    "7",
    "12",
    "¥",
    "元",
    ":",
    "-",
    "·",
    " ",
    ".",
    "2026年3月1日",
    "9:30",
]


@given(
    st.sampled_from(["thing1", *GOOD]),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=24).map("".join),
)
def test_what_we_let_through_the_stand_in_takes(key: str, value: str) -> None:
    try:
        values = fitted({key: value})
    except WrongTemplate:
        return
    assert wrong_with(key, values[key]) == ""


@pytest.mark.parametrize(("key", "value"), [(key, each) for key in BAD for each in BAD[key]])
def test_what_breaks_its_kinds_rule_is_named(key: str, value: str) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        fitted({"thing9": "x", key: value})

    assert wrong.value.field == f"data.{key}"
    assert len(value) < 3 or value not in str(wrong.value)


@pytest.mark.parametrize("key", ["words1", "thing", "1", "time", "Thing1", "thing1 ", "thing1234"])
def test_a_field_of_an_unknown_kind_is_refused(key: str) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        fitted({key: "15:01"})

    assert wrong.value.field == f"data.{key}"


def test_a_message_without_values_is_refused() -> None:
    with pytest.raises(WrongTemplate) as wrong:
        fitted({})

    assert wrong.value.field == "data"


def shortened(text: str) -> str:
    return fitted({"thing1": text})["thing1"]


def test_a_thing_of_twenty_characters_stays_and_of_twenty_one_is_shortened() -> None:
    assert shortened("一" * 20) == "一" * 20
    assert shortened("一" * 21) == "一" * 19 + "…"


def test_a_number_is_never_cut_in_two() -> None:
    assert shortened("您的证件已由顺丰寄出，运单 SF1234567890") == "您的证件已由顺丰寄出，运单…"
    assert (
        shortened("请于3月11日前到示例市车辆管理所补正材料")
        == "请于3月11日前到示例市车辆管理所补正…"
    )
    with pytest.raises(WrongTemplate):
        shortened("1" * 21)


def test_lines_and_double_blanks_of_a_thing_become_one_blank() -> None:
    assert shortened("  请携带\n身份证  原件 ") == "请携带 身份证 原件"


@pytest.mark.parametrize("text", ["", "   ", "\n", "a\x00b"])
def test_a_thing_that_nobody_can_read_is_refused(text: str) -> None:
    with pytest.raises(WrongTemplate):
        shortened(text)


def test_a_character_beyond_the_first_plane_counts_as_two() -> None:
    assert shortened("𠮷" * 10) == "𠮷" * 10
    assert shortened("𠮷" * 11) == "𠮷" * 9 + "…"


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])))
def test_a_thing_ends_short_enough_and_begins_as_it_was(text: str) -> None:
    try:
        short = shortened(text)
    except WrongTemplate:
        return
    assert 0 < len(short.encode("utf-16-le")) // 2 <= LONGEST_THING
    assert " ".join(text.split()).startswith(short.removesuffix("…"))


@given(st.integers(min_value=0), st.integers(0, 25))
def test_the_digits_of_a_thing_are_all_there_or_all_gone(number: int, before: int) -> None:
    try:
        short = shortened("一" * before + str(number) + "号窗口办理")
    except WrongTemplate:
        return
    assert re.findall("[0-9]+", short) in ([], [str(number)])
