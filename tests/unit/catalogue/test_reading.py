"""A wrong service file is refused with file, key and reason."""

import os
from pathlib import Path

import pytest

from channel_gateway.services.catalogue.offer import terms
from channel_gateway.services.catalogue.reading import (
    WrongServiceFile,
    files_in,
    read_service,
    together,
)
from channel_gateway.services.catalogue.service_file import Need
from tests.unit.catalogue.samples import service

WRONG = {
    "a key nobody knows": (("keywords =", "key_words ="), "key_words: Extra inputs"),
    "nothing to do": (None, "neither appointment, delivery nor fees"),
    "a kind nobody renders": (('"id_number" }', '"iris" }'), "form[0].kind: Input should be"),
    "a choice without options": (
        ('kind = "id_number"', 'kind = "choice"'),
        "form[0]: choice and options do not go together",
    ),
    "a pattern that is none": (
        ('kind = "id_number"', 'kind = "text", pattern = "[0-9"'),
        "form[0].pattern: no regular expression",
    ),
    "a pattern of a kind that has its own": (
        ('kind = "id_number"', 'kind = "id_number", pattern = "x"'),
        "form[0]: a pattern is for text and digits",
    ),
    "a field twice": (('name = "mail_to"', 'name = "id_number"'), "form: id_number comes 2 times"),
    "a consent nobody worded": (
        ('purpose = "courier"', 'purpose = "adverts"'),
        "form[1].purpose: adverts is not in purposes",
    ),
    "yuan for fen": (("12000", "120.00"), "fees[0].standard_fen: Input should be a valid integer"),
    "money as text": (("12000", '"12000"'), "fees[0].standard_fen: Input should be a valid int"),
    "an unknown preset": (
        ('"service_hall"', '"hall"'),
        "appointment.rules: preset: there is service_hall, quanzhou",
    ),
    "rules nobody can meet": (
        ('"service_hall"', '"service_hall"\nlead_workdays = 9'),
        "appointment.rules: lead_workdays lie beyond horizon_workdays",
    ),
    "a lead that is made longer and is none": (
        ('"service_hall"', '"service_hall"\nlead_workdays = 0\nlead_until = "16:00"'),
        "appointment.rules: lead_until without lead_workdays",
    ),
    "a stop that lasts days and months": (
        (
            '"service_hall"',
            '"service_hall"\n'
            "no_shows = { times = 2, within_days = 9, lasts_days = 9, lasts_months = 1 }",
        ),
        "appointment.rules.no_shows: give lasts_days, or else lasts_months",
    ),
    "a stop of which nobody says how long it lasts": (
        ('"service_hall"', '"service_hall"\nno_shows = { times = 2, within_days = 31 }'),
        "appointment.rules.no_shows: give lasts_days, or else lasts_months",
    ),
    "a day that is released when its booking is over": (
        (
            '"service_hall"',
            '"service_hall"\nhorizon_workdays = 1\nlead_until = "12:00"\nreleased_at = "13:00"',
        ),
        "appointment: halls: center releases when lead_until is over",
    ),
    "hours that end before they begin": (
        ('["09:00", "12:00", "13:30", "17:00"]', '["12:00", "09:00"]'),
        "appointment.halls[0]: opens: pairs of times",
    ),
    "opening hours and templates": (
        (
            'opens = ["09:00", "12:00", "13:30", "17:00"]',
            'opens = ["09:00", "12:00"]\nhours = [{ opens = "09:00", closes = "12:00" }]',
        ),
        "appointment.halls[0]: opens: give opens, or else hours",
    ),
    "templates that overlap on one day": (
        (
            'opens = ["09:00", "12:00", "13:30", "17:00"]',
            'hours = [{ opens = "09:00", closes = "12:00" }, '
            '{ opens = "11:00", closes = "13:00", weekdays = [6] }]',
        ),
        "appointment.halls[0]: hours: on weekday 6 two overlap",
    ),
    "a template that ends before it begins": (
        (
            'opens = ["09:00", "12:00", "13:30", "17:00"]',
            'hours = [{ opens = "12:00", closes = "09:00" }]',
        ),
        "appointment.halls[0].hours[0]: closes: not later than it opens",
    ),
    "an hour there is not": (
        ('"17:00"', '"25:00"'),
        "appointment.halls[0].opens[3]: String should",
    ),
    "who pays is nobody": (('"citizen"', '"somebody"'), "delivery.payer: Input should be"),
    "a region that is none": (('"330100"', '"Hangzhou"'), "regions[0]: String should match"),
    "no TOML": (("keywords", "key words"), "not TOML: "),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_file_key_and_reason(case: str) -> None:
    change, reason = WRONG[case]
    text = service(change) if change else service()
    if change is None:
        text = text.split(b"fees =")[0]
        text += b'purposes = { courier = "c" }\n'

    with pytest.raises(WrongServiceFile) as refused:
        read_service("passport.toml", text)

    [line] = refused.value.lines
    assert line.startswith(f"passport.toml: {reason}")


def test_everything_wrong_is_told_at_once() -> None:
    text = service(("12000", "-1"), ('"citizen"', '"somebody"'))

    with pytest.raises(WrongServiceFile) as refused:
        read_service("passport.toml", text)

    assert len(refused.value.lines) == 2


def test_bytes_that_are_no_utf_8_are_refused_by_their_place() -> None:
    with pytest.raises(WrongServiceFile, match=r"passport\.toml: byte 8: not UTF-8"):
        read_service("passport.toml", b'name = "\xbb\xa4\xd5\xd5"')


def test_a_code_belongs_to_one_file() -> None:
    passport = read_service("a.toml", service())

    with pytest.raises(WrongServiceFile, match=r"b.toml: code: GA-HZ-01 is a.toml's already"):
        together({"a.toml": passport, "b.toml": passport})


def test_a_folder_without_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongServiceFile, match="no service file"):
        files_in(tmp_path)


def test_a_folder_that_is_missing_is_told_from_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(WrongServiceFile, match="there is no such folder"):
        files_in(tmp_path / "missing")


def test_a_config_map_has_each_file_once(tmp_path: Path) -> None:
    version = tmp_path / "..2026_03_02"
    version.mkdir()
    (version / "passport.toml").write_bytes(service())
    (tmp_path / "..data").symlink_to(version.name)
    (tmp_path / "passport.toml").symlink_to("..data/passport.toml")

    assert list(files_in(tmp_path)) == ["passport.toml"]


def test_what_is_hidden_or_no_regular_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "passport.toml").write_bytes(service())
    (tmp_path / ".#passport.toml").symlink_to("clerk@desk.4711")
    (tmp_path / "gone.toml").symlink_to("nowhere.toml")
    (tmp_path / "folder.toml").mkdir()
    os.mkfifo(tmp_path / "pipe.toml")

    assert list(files_in(tmp_path)) == ["passport.toml"]


def test_a_folder_below_a_hidden_one_is_read(tmp_path: Path) -> None:
    folder = tmp_path / ".city"
    folder.mkdir()
    (folder / "passport.toml").write_bytes(service())

    assert list(files_in(folder)) == ["passport.toml"]


def test_what_a_service_needs_is_what_its_file_has() -> None:
    whole = read_service("passport.toml", service())
    fee_alone = read_service("fine.toml", service().split(b"[appointment.rules]")[0])

    assert whole.needs == (Need.APPOINTMENT, Need.DELIVERY, Need.FEE)
    assert fee_alone.needs == (Need.FEE,)


_PHONE = '{ name = "phone", label = "手机号", kind = "phone" },'
_OPTIONAL = '{ name = "home", label = "家中电话", kind = "phone", required = false },'
_COURIERS = '{ name = "phone", label = "手机号", kind = "phone", purpose = "courier" },'


@pytest.mark.parametrize("fields", ["", _OPTIONAL, f"{_OPTIONAL} {_PHONE}", _COURIERS])
def test_a_phone_that_counts_must_be_asked_of_everybody_for_the_service(fields: str) -> None:
    text = service(('"service_hall"', '"quanzhou"'), ("form = [", f"form = [{fields}"))

    with pytest.raises(WrongServiceFile) as refused:
        read_service("passport.toml", text)

    assert list(refused.value.lines) == [
        "passport.toml: appointment.rules.phone_counts: the form's first phone field is wanted,"
        " required and without a purpose of its own"
    ]


@pytest.mark.parametrize("changed", ["required = false", 'purpose = "courier"'])
def test_an_identity_number_that_counts_must_be_asked_of_everybody_too(changed: str) -> None:
    asked = 'kind = "id_number"'
    text = service(('"service_hall"', '"service_hall"\nid_counts = true'))
    read_service("passport.toml", text)

    with pytest.raises(WrongServiceFile, match="id_counts: the form's first id_number field"):
        read_service("passport.toml", text.replace(asked.encode(), f"{asked}, {changed}".encode()))


def test_the_first_phone_of_a_form_is_the_one_that_counts() -> None:
    fields = f"form = [{_PHONE} {_OPTIONAL}"
    file = read_service("a.toml", service(('"service_hall"', '"quanzhou"'), ("form = [", fields)))

    assert terms(file).phone == "phone"
    assert terms(read_service("passport.toml", service())).phone is None


def test_a_preset_is_a_beginning_and_the_file_has_the_last_word() -> None:
    changed = service(('"service_hall"', '"service_hall"\nhorizon_workdays = 8'))
    read = read_service("passport.toml", changed)

    assert read.appointment is not None
    rules = read.appointment.rules
    assert (rules.horizon_workdays, rules.lead_workdays, rules.most_a_day) == (8, 1, 1)


def test_personal_answers_are_masked_unless_the_file_says_otherwise() -> None:
    asked = read_service("passport.toml", service()).form
    shown = read_service(
        "passport.toml", service(('kind = "id_number"', 'kind = "id_number", masked = false'))
    ).form

    assert [field.is_masked for field in asked] == [True, True]
    assert [field.is_masked for field in shown] == [False, True]
