"""A service that is paid when it is booked: what its file must say, and what that charges."""

from pathlib import Path

import pytest

import channel_gateway.services.catalogue as catalogue
from channel_gateway.domain.notices import FeeItem
from channel_gateway.services.catalogue.fee_items import charged
from channel_gateway.services.catalogue.messages import view
from channel_gateway.services.catalogue.offer import bookable
from channel_gateway.services.catalogue.reading import WrongServiceFile, read_service
from channel_gateway.services.catalogue.service_file import ServiceFile
from tests.unit.catalogue.samples import service

PREPAID = ("[appointment.rules]", "[appointment]\nprepaid = true\n[appointment.rules]")
UNIT = ("regions =", 'unit_code = "330199013"\nregions =')
CHOICE = (
    "form = [",
    'form = [{ name = "kind", label = "种类", kind = "choice", options = ["普通", "加急"] },',
)
ONE_FEE = 'fees = [{ code = "1030401001", name = "普通护照", unit = "本", standard_fen = 12000 }]'


def fees(*lines: str) -> tuple[str, str]:
    items = (f'{{ code = "103040100{n}", name = "费{n}", {line} }}' for n, line in enumerate(lines))
    return ONE_FEE, f"fees = [{', '.join(items)}]"


def read(*changes: tuple[str, str]) -> ServiceFile:
    return read_service("passport.toml", service(*changes))


WRONG = {
    "no fee": ((PREPAID, UNIT, (ONE_FEE, "fees = []")), "no item of fees has a standard_fen"),
    "no standard": (
        (PREPAID, UNIT, (", standard_fen = 12000", "")),
        "appointment.prepaid: no item of fees has a standard_fen",
    ),
    "no charging unit": ((PREPAID,), "unit_code: wanted where appointment.prepaid is true"),
    "a hold too short for elderly people": (
        (UNIT, ("[appointment.rules]", "[appointment]\nhold_minutes = 4\n[appointment.rules]")),
        "appointment.hold_minutes: Input should be greater than or equal to 5",
    ),
    "a hold that blocks others": (
        (UNIT, ("[appointment.rules]", "[appointment]\nhold_minutes = 61\n[appointment.rules]")),
        "appointment.hold_minutes: Input should be less than or equal to 60",
    ),
    "an answer with which nothing is charged": (
        (PREPAID, UNIT, CHOICE, fees('standard_fen = 1, when = { kind = ["普通"] }')),
        "with some answers nothing would be charged",
    ),
    "a condition on no choice": (
        (fees('when = { id_number = ["1"] }'),),
        "fees[0].when: id_number is no choice that the form requires",
    ),
    "a condition on an option there is not": (
        (CHOICE, fees('when = { kind = ["特快"] }')),
        "fees[0].when.kind: 特快 is none of its options",
    ),
}


@pytest.mark.parametrize(("changes", "reason"), WRONG.values(), ids=WRONG)
def test_a_prepaid_service_that_cannot_be_paid_is_refused_with_its_reason(
    changes: tuple[tuple[str, str], ...], reason: str
) -> None:
    with pytest.raises(WrongServiceFile) as refusal:
        read(*changes)

    assert refusal.value.lines[0].startswith("passport.toml: ")
    assert reason in refusal.value.lines[0]


def test_a_place_is_held_a_quarter_of_an_hour_unless_the_file_says_otherwise() -> None:
    longer = ("prepaid = true", "prepaid = true\nhold_minutes = 40")

    for changes, minutes in (((PREPAID, UNIT), 15), ((PREPAID, UNIT, longer), 40), ((), None)):
        file = read(*changes)
        assert file.appointment is not None
        assert bookable(file.code, file.name, file.appointment).hold_minutes == minutes


def test_only_what_the_answers_make_due_is_charged_beforehand() -> None:
    some = fees(
        'standard_fen = 100, when = { kind = ["普通"] }',
        'standard_fen = 300, when = { kind = ["加急"] }',
        'unit = "本", standard_fen = 7',
        'when = { kind = ["普通"] }',  # the department reckons it: not beforehand
    )
    items = read(PREPAID, UNIT, CHOICE, some).fees

    assert [item.amount_fen for item in charged(items, {"kind": "加急"})] == [300, 7]
    assert charged(items, {"kind": "普通"})[1] == FeeItem("1030401002", "费2", "本", 1, 7)  # type: ignore[arg-type]


def test_citizens_read_before_booking_until_when_to_pay_and_what_is_not_given_back() -> None:
    shown = view(read(PREPAID, UNIT)).appointment

    assert shown is not None
    assert shown.prepaid
    assert shown.rules[-3:] == (
        "预约后请在15分钟内缴费，超时号源将释放",
        "按时取消的，费用原路退回",
        "未按预约前来的，费用不退",
    )


def test_the_driving_test_charges_each_subject_its_own_fee() -> None:
    example = Path(catalogue.__file__).parent / "examples" / "driving_test.toml"
    file = read_service(example.name, example.read_bytes())

    subjects = {"科目一": 6000, "科目二": 9000, "科目三": 18000}
    assert {
        subject: sum(item.amount_fen for item in charged(file.fees, {"subject": subject}))
        for subject in subjects
    } == subjects
