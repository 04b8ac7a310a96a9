"""Answers against the form: each kind's right and wrong ones, and nothing written is repeated."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.errors import Invalid
from channel_gateway.services.catalogue.answers import ConsentMissing, checked, shown
from channel_gateway.services.catalogue.form import FormField, Kind

# Of region 990101, which nobody has.
ID_NUMBER = "990101199003070011"

RIGHT = {
    Kind.TEXT: "人民路1号",
    Kind.DIGITS: "0012",
    Kind.DATE: "2026-02-28",
    Kind.PERSON_NAME: "玛丽·居里",
    Kind.PHONE: "13800138000",
    Kind.PLATE: "浙A12345",
    Kind.ADDRESS: "示例市示例区人民路1号",
}
WRONG = {
    Kind.TEXT: "a\u0000b",
    Kind.DIGITS: "12a",
    Kind.DATE: "2026-02-30",
    Kind.PERSON_NAME: "张3",
    Kind.ID_NUMBER: "990101199003070012",
    Kind.COMPANY_NUMBER: "91990101MA27XXXX1I",
    Kind.PHONE: "12345678901",
    Kind.PLATE: "A12345",
}


def field(kind: Kind = Kind.TEXT, **given: Any) -> FormField:
    return FormField.model_validate({"name": "asked", "label": "所问", "kind": kind, **given})


@pytest.mark.parametrize(("kind", "answer"), RIGHT.items())
def test_a_right_answer_is_kept_without_the_blanks_round_it(kind: Kind, answer: str) -> None:
    assert checked([field(kind)], {"asked": f" {answer} "}, ()) == {"asked": answer}


@pytest.mark.parametrize(("kind", "answer"), WRONG.items())
def test_a_wrong_answer_is_named_by_its_field_and_never_repeated(kind: Kind, answer: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked([field(kind)], {"asked": answer}, ())

    said = f"{refused.value} {refused.value.zh} {refused.value.extra}"
    assert refused.value.field == "answers.asked"
    assert "所问" in (refused.value.zh or "")
    assert answer not in said


def test_identity_and_company_numbers_have_right_check_characters() -> None:
    total = sum(
        int(digit) * weight
        for digit, weight in zip(
            ID_NUMBER, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=False
        )
    )
    right = ID_NUMBER[:17] + "10X98765432"[total % 11]

    assert checked([field(Kind.ID_NUMBER)], {"asked": right.lower()}, ()) == {"asked": right}


def test_a_company_number_of_a_known_company_is_right() -> None:
    """Tencent's, as printed on its public pages."""
    number = "9144030071526726XG"

    assert checked([field(Kind.COMPANY_NUMBER)], {"asked": number}, ()) == {"asked": number}


def test_what_is_optional_may_be_left_out_and_is_not_kept() -> None:
    assert checked([field(required=False)], {"asked": " "}, ()) == {}
    assert checked([field(required=False)], {}, ()) == {}


@pytest.mark.parametrize("given", [{}, {"asked": ""}, {"asked": ()}])
def test_what_is_required_is_asked_for(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="wanted"):
        checked([field()], given, ())


def test_choices_are_those_of_the_form_each_once() -> None:
    several = field(Kind.CHOICES, options=("甲", "乙", "丙"))

    assert checked([several], {"asked": ("甲", "丙")}, ()) == {"asked": ("甲", "丙")}
    for wrong in (("甲", "丁"), ("甲", "甲"), ()):
        with pytest.raises(Invalid):
            checked([several], {"asked": wrong}, ())
    with pytest.raises(Invalid, match="one of the choices"):
        checked([field(Kind.CHOICE, options=("甲",))], {"asked": "乙"}, ())


def test_a_pattern_is_of_the_whole_answer() -> None:
    passport = field(pattern="[A-Z][0-9]{8}")

    assert checked([passport], {"asked": "E12345678"}, ())
    with pytest.raises(Invalid):
        checked([passport], {"asked": "E123456780"}, ())


def test_every_wrong_field_is_told_and_an_unknown_one_is_wrong() -> None:
    with pytest.raises(Invalid) as refused:
        checked([field(Kind.PHONE)], {"asked": "1", "other": "x"}, ())

    told: Any = refused.value.extra["errors"]
    assert {each["field"] for each in told} == {"answers.asked", "answers.other"}


def test_an_answer_needs_the_consent_it_falls_under() -> None:
    mail = field(Kind.ADDRESS, required=False, purpose="courier")

    assert checked([mail], {}, ()) == {}
    assert checked([mail], {"asked": "人民路1号"}, ("courier",))
    with pytest.raises(ConsentMissing) as refused:
        checked([mail], {"asked": "人民路1号"}, ())
    assert refused.value.field == "answers.asked"


def test_personal_answers_are_shown_masked() -> None:
    form = [
        field(Kind.PERSON_NAME, name="name"),
        field(Kind.PHONE, name="phone"),
        field(Kind.ADDRESS, name="address"),
        field(Kind.CHOICE, name="kind", options=("甲",)),
    ]
    answers = {
        "name": "张三丰",
        "phone": "13800138000",
        "address": "示例市示例区人民路1号",
        "kind": "甲",
        "gone": "从前的问题",
    }

    told = {each.field: each.text for each in shown(form, answers)}

    assert told == {
        "name": "张**",
        "phone": "138****8000",
        "address": "示例****",
        "kind": "甲",
        "gone": "****",
    }


@given(st.sampled_from(Kind), st.text(max_size=80))
def test_any_text_is_kept_or_refused_by_its_field(kind: Kind, text: str) -> None:
    options = ("甲",) if kind in (Kind.CHOICE, Kind.CHOICES) else ()
    said = ""
    try:
        checked([field(kind, options=options)], {"asked": text}, ())
    except Invalid as refused:
        said = refused.field or "nothing"

    assert said in ("", "answers.asked")
