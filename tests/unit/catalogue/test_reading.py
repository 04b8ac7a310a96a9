"""A wrong service file is refused with file, key and reason."""

import os
from pathlib import Path

import pytest

from channel_gateway.services.catalogue.offer import terms
from channel_gateway.services.catalogue.reading import (
    WrongServiceFile,
    files_in,
    read_service,
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
    "a pattern that looks ahead": (
        ('kind = "id_number"', 'kind = "text", pattern = "(?=A).*"'),
        "form[0].pattern: no regular expression: invalid perl operator: (?=",
    ),
    "a pattern too large to be matched": (
        ('kind = "id_number"', 'kind = "text", pattern = "((a{100}){100}){100}"'),
        "form[0].pattern: no regular expression: invalid repetition size",
    ),
    "a pattern that JavaScript reads otherwise": (
        ('kind = "id_number"', 'kind = "text", pattern = "(?i)a"'),
        "form[0].pattern: (? at character 1 is not part of the common syntax",
    ),
    "a pattern that no answer can fit": (
        ('kind = "id_number"', 'kind = "text", pattern = "$x"'),
        "form[0].pattern: ^ and $ are not wanted: a pattern is of the whole answer",
    ),
    "digits that are letters": (
        ('kind = "id_number"', 'kind = "digits", pattern = "[A-Z]{2}|[0-9]x"'),
        "form[0]: pattern: no answer of at most 60 digits fits",
    ),
    "a pattern of more than the field takes": (
        ('kind = "id_number"', 'kind = "text", pattern = "[0-9]{11}", longest = 10'),
        "form[0]: pattern: no answer of at most 10 characters fits",
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
    "a region of no province": (('"330100"', '"999999"'), "regions[0]: no province has the digits"),
    "a district of no city": (('"330100"', '"330006"'), "regions[0]: a district of no city"),
    "a region twice": (('"330100"', '"330100", "330100"'), "regions: 330100 comes 2 times"),
    "a happening there is not": (
        ("[messages.booked]", "[messages.bokked]"),
        "messages.bokked: Input should be 'booked', 'moved',",
    ),
    "a word there is not": (
        ('= "service"', '= "servce"'),
        "messages.booked.wechat.fields.thing1: servce is none of service, starts_at, hall",
    ),
    "a word of something else": (
        ('= "service"', '= "waybill"'),
        "messages.booked.wechat.fields.thing1: waybill is none of service, starts_at, hall",
    ),
    "a channel that is no name": (
        ("wechat = {", "WeChat = {"),
        "messages.booked.WeChat: String should match",
    ),
    "hours in which no appointment fits": (
        ('"09:00", "12:00", "13:30", "17:00"', '"09:00", "09:10"'),
        "appointment: halls: center: 09:00 to 09:10 is shorter than one slot of 30 minutes",
    ),
    "a template in which no appointment fits": (
        (
            'opens = ["09:00", "12:00", "13:30", "17:00"]',
            'hours = [{ opens = "09:00", closes = "12:00" }, '
            '{ opens = "13:30", closes = "13:59" }]',
        ),
        "appointment: halls: center: 13:30 to 13:59 is shorter",
    ),
    "real names and no number": (
        (
            'kind = "id_number" }',
            'kind = "text" }',
            '"service_hall"',
            '"service_hall"\nreal_name = true',
        ),
        "appointment.rules.real_name: the form's first id_number field is wanted, and required",
    ),
    "real names and a number one may leave out": (
        (
            'kind = "id_number" }',
            'kind = "id_number", required = false }',
            '"service_hall"',
            '"service_hall"\nreal_name = true',
        ),
        "appointment.rules.real_name: the form's first id_number field is wanted, and required",
    ),
    "a consent nobody falls under": (
        ("[purposes]", '[purposes]\nadverts = "同意接收广告"'),
        "purposes.adverts: no field of the form falls under it",
    ),
    "a time to cancel that has no end": (
        ('"service_hall"', '"service_hall"\ncancel_before_minutes = 99999999999'),
        "appointment.rules.cancel_before_minutes: Input should be less than or equal to 43200",
    ),
    "a summary that holds what nobody sees": (
        ("首次申领", "首次\\u0000申领"),
        "summary: holds a character that cannot be seen",
    ),
    "a name that runs backwards": (
        ('"普通护照签发、换发"', '"普通\\u202E护照"'),
        "name: holds a character that cannot be seen",
    ),
    "a hint that holds what nobody sees": (
        ('kind = "id_number"', 'kind = "id_number", hint = "a\\nb"'),
        "form[0].hint: holds a character that cannot be seen",
    ),
    "an address that nobody could print": (
        ("人民路1号", "人" * 81),
        "appointment.halls[0].address: String should have at most 80",
    ),
    "more lines than one reads": (
        ("[messages.booked]", "#\n" * 60 + "[messages.booked]"),
        "101 lines: at most 60 are wanted",
    ),
    "no TOML": (("keywords", "key words"), "not TOML: "),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_with_file_key_and_reason(case: str) -> None:
    change, reason = WRONG[case]
    text = service(*zip(change[::2], change[1::2], strict=True)) if change else service()
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


def test_a_byte_order_mark_is_borne() -> None:
    plain = read_service("passport.toml", service())

    assert read_service("passport.toml", b"\xef\xbb\xbf" + service()) == plain


def test_a_file_of_60_lines_is_read() -> None:
    lines = service().count(b"\n")

    assert read_service("passport.toml", service() + b"#\n" * (60 - lines))
    assert read_service(
        "passport.toml", (service() + b"#\n" * (60 - lines)).replace(b"\n", b"\r\n")
    )


def test_bytes_that_are_no_utf_8_are_refused_by_their_place() -> None:
    with pytest.raises(WrongServiceFile, match=r"passport\.toml: byte 8: not UTF-8"):
        read_service("passport.toml", b'name = "\xbb\xa4\xd5\xd5"')


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
