"""Whether answers fit the form, and how they are shown again. Pure.

What was wrong is said by field, to the citizen in the field's own label; what was written is never
repeated.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.people import IdNumber, PersonName, Phone
from channel_gateway.ports import Answers, ConsentMissing, ShownAnswer
from channel_gateway.services.catalogue.form import FormField, Kind
from channel_gateway.services.catalogue.pattern import matches

Answer = str | tuple[str, ...]

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PHONE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# A province, a letter of its city, and five characters, or six for a new-energy car (GA 36-2018).
_PLATE = re.compile(r"[\u4e00-\u9fff][A-HJ-Z][A-HJ-NP-Z0-9]{4,5}[A-HJ-NP-Z0-9挂学警港澳]")
# GB 32100: seventeen characters of an alphabet without I, O, S, V, Z, and a check character.
_COMPANY_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_COMPANY_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def checked(form: Iterable[FormField], given: Answers, consents: Collection[str]) -> Answers:
    """The answers in the form's order, as they are to be kept: without what was left empty.

    Raises `Invalid` with the first wrong field, and all of them as its `errors`; `ConsentMissing`.
    """
    fields = {field.name: field for field in form}
    wrong = [(name, "the form has no such field", "") for name in given if name not in fields]
    kept: dict[str, Answer] = {}
    for field in fields.values():
        try:
            answer = _read(field, given.get(field.name, ""))
        except ValueError as reason:
            wrong.append((field.name, str(reason), field.label))
            continue
        if answer:
            kept[field.name] = answer
    if wrong:
        raise _refusal(wrong)
    for name in kept:
        if (purpose := fields[name].purpose) != "service" and purpose not in consents:
            raise ConsentMissing(field=f"answers.{name}", extra={"purpose": purpose})
    return kept


def shown(form: Iterable[FormField], answers: Answers) -> Iterator[ShownAnswer]:
    """As they may be shown again; what the form no longer has is masked altogether."""
    fields = {field.name: field for field in form}
    for name, answer in answers.items():
        text = answer if isinstance(answer, str) else "、".join(answer)
        field = fields.get(name)
        if field is None:
            yield ShownAnswer(name, name, "****")
        else:
            yield ShownAnswer(name, field.label, _masked(field, text) if field.is_masked else text)


def _read(field: FormField, answer: Answer) -> Answer:
    if field.kind is Kind.CHOICES:
        return _several(field, answer)
    if not isinstance(answer, str):
        raise ValueError("one answer is wanted")  # noqa: TRY004 (of a citizen, not a program)
    text = answer.strip()
    if not text:
        if field.required:
            raise ValueError("an answer is wanted")
        return ""
    if len(text) > field.longest:
        raise ValueError(f"at most {field.longest} characters")
    if not text.isprintable():
        raise ValueError("one line of text is wanted")
    if field.kind is Kind.CHOICE:
        return _one_of(field, text)
    if field.pattern and not matches(field.pattern, text):
        raise ValueError("not as it is wanted here")
    return _READ.get(field.kind, _as_it_is)(text)


def _several(field: FormField, answer: Answer) -> tuple[str, ...]:
    given = tuple(filter(None, (answer,) if isinstance(answer, str) else answer))
    if field.required and not given:
        raise ValueError("an answer is wanted")
    if len(set(given)) != len(given):
        raise ValueError("a choice comes twice")
    return tuple(_one_of(field, text) for text in given)


def _one_of(field: FormField, text: str) -> str:
    if text not in field.options:
        raise ValueError("not one of the choices")
    return text


def _as_it_is(text: str) -> str:
    return text


def _matching(pattern: re.Pattern[str], wanted: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"{wanted} is wanted")
        return text

    return read


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        raise ValueError("a day like 2026-01-05 is wanted")
    return date.fromisoformat(text).isoformat()


def _id_number(text: str) -> str:
    try:
        return IdNumber(text).reveal()
    except Invalid as wrong:
        raise ValueError(str(wrong)) from None


def _person_name(text: str) -> str:
    try:
        return PersonName.written(text).reveal()
    except Invalid as wrong:
        raise ValueError(str(wrong)) from None


def _plate(text: str) -> str:
    return _matching(_PLATE, "a number plate")(text.upper().replace("·", ""))


def _company_number(text: str) -> str:
    number = text.upper()
    if len(number) != 18 or any(each not in _COMPANY_ALPHABET for each in number):
        raise ValueError("a company number has 18 characters")
    values = [_COMPANY_ALPHABET.index(each) for each in number]
    total = sum(value * weight for value, weight in zip(values, _COMPANY_WEIGHTS, strict=False))
    if (31 - total % 31) % 31 != values[17]:
        raise ValueError("the company number's check character does not fit")
    return number


_READ: Mapping[Kind, Callable[[str], str]] = {
    Kind.DIGITS: _matching(re.compile(r"\d+", re.ASCII), "digits"),
    Kind.DATE: _day,
    Kind.PERSON_NAME: _person_name,
    Kind.ID_NUMBER: _id_number,
    Kind.COMPANY_NUMBER: _company_number,
    Kind.PHONE: _matching(_PHONE, "a mobile number"),
    Kind.PLATE: _plate,
}


def _masked(field: FormField, text: str) -> str:
    if field.kind is Kind.PERSON_NAME:
        return PersonName(text).masked()
    if field.kind is Kind.PHONE:
        return Phone(text).masked()
    if field.kind is Kind.ID_NUMBER:
        return IdNumber(text).masked()
    return f"{text[:2]}****" if len(text) > 4 else "****"


def _refusal(wrong: list[tuple[str, str, str]]) -> Invalid:
    name, reason, label = wrong[0]
    words = (
        f"“{label}”填写有误，请检查后重新提交。" if label else "表单内容已更新，请刷新后重新填写。"
    )
    return Invalid(
        reason,
        field=f"answers.{name[:64]}",
        zh=words,
        extra={
            "errors": [
                {"field": f"answers.{name[:64]}", "reason": reason} for name, reason, _ in wrong
            ]
        },
    )
