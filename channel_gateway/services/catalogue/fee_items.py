"""What a service costs beforehand: all items with a standard, or as answers have it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from channel_gateway.domain import notices
from channel_gateway.domain.money import Fen
from channel_gateway.services.catalogue.form import FormField
from channel_gateway.services.catalogue.part import Line, Name, Part, Some


class FeeItem(Part):
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,20}$")]  # the item's code at finance
    name: Line
    unit: Line = "次"
    standard_fen: Fen | None = Field(None, ge=1)  # None: reckoned by the department, case by case
    # field of the form → its options with which this item is charged beforehand; none: always
    when: dict[Name, Some[Line]] = Field(default_factory=dict)


def charged(
    items: Sequence[FeeItem], answers: Mapping[str, str | tuple[str, ...]]
) -> tuple[notices.FeeItem, ...]:
    """The items of who gave these answers, one of each, as far as they have a standard."""
    return tuple(
        notices.FeeItem(item.code, item.name, item.unit, 1, item.standard_fen)
        for item in items
        if item.standard_fen is not None and _falls_due(item, answers)
    )


def wrong_conditions(items: Sequence[FeeItem], form: Sequence[FormField]) -> Iterator[str]:
    """Each `when` names options of a choice that everybody makes."""
    fields = {field.name: field for field in form}
    for number, item in enumerate(items):
        for name, options in item.when.items():
            field = fields.get(name)
            if field is None or not field.options or not field.required:
                yield f"fees[{number}].when: {name} is no choice that the form requires"
            elif unknown := set(options) - set(field.options):
                yield f"fees[{number}].when.{name}: {min(unknown)} is none of its options"


def wrong_prepayment(items: Sequence[FeeItem], form: Sequence[FormField]) -> Iterator[str]:
    """Whatever is answered, something must be charged."""
    priced = [item for item in items if item.standard_fen is not None]
    if not priced:
        yield "no item of fees has a standard_fen: there is nothing to pay beforehand"
    elif all(item.when for item in priced) and not any(_covers(priced, field) for field in form):
        yield "fees: with some answers nothing would be charged"


def _falls_due(item: FeeItem, answers: Mapping[str, str | tuple[str, ...]]) -> bool:
    return all(_chosen(answers.get(name, ())) & set(options) for name, options in item.when.items())


def _chosen(answer: str | tuple[str, ...]) -> set[str]:
    return {answer} if isinstance(answer, str) else set(answer)


def _covers(items: Sequence[FeeItem], field: FormField) -> bool:
    """Whether each option of the field, by itself, has an item."""
    alone = [item.when[field.name] for item in items if item.when.keys() == {field.name}]
    return bool(field.options) and set(field.options) <= {each for some in alone for each in some}
