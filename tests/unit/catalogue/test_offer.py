"""What other services are offered: the file's rules and halls in everybody's words."""

from pathlib import Path

import pytest

from channel_gateway.domain.booking import Ban, Capacity, Hours, Returned
from channel_gateway.services import catalogue
from channel_gateway.services.catalogue.booking_rules import BookingRules
from channel_gateway.services.catalogue.booking_words import in_words
from channel_gateway.services.catalogue.offer import Offered, bookable, terms
from channel_gateway.services.catalogue.reading import WrongServiceFile, read_service
from channel_gateway.services.catalogue.shelf import Shelf
from tests.unit.catalogue.samples import service
from tests.unit.catalogue.test_shelf import MovedClock


def test_times_of_day_become_minutes_and_the_halls_hour_wins() -> None:
    file = read_service(
        "passport.toml",
        service(
            ('"service_hall"', '"tianjin"'), ("windows = 6", 'windows = 6\nreleased_at = "15:30"')
        ),
    )
    assert file.appointment is not None
    there = bookable(file.code, file.name, file.appointment)

    hall = there.hall("center")
    assert hall is not None
    assert hall.hours == (Hours(540, 720, 6), Hours(810, 1020, 6))
    assert hall.released_at == 15 * 60 + 30
    assert (there.rules.lead_until, there.rules.returned) == (16 * 60, Returned.AT_RANDOM)
    assert there.hall("nowhere") is None


def test_places_are_the_gateways_unless_the_file_says_the_departments() -> None:
    asked = '[appointment]\ncapacity = "department"\n\n[appointment.rules]'
    for text, capacity in (
        (service(), Capacity.GATEWAY),
        (service(("[appointment.rules]", asked)), Capacity.DEPARTMENT),
    ):
        file = read_service("passport.toml", text)
        assert file.appointment is not None
        assert bookable(file.code, file.name, file.appointment).capacity is capacity

    with pytest.raises(WrongServiceFile, match=r"appointment\.capacity: Input should be 'gateway'"):
        read_service(
            "passport.toml",
            service(("[appointment.rules]", asked.replace("department", "nobody"))),
        )


def test_every_rule_arrives() -> None:
    changed = '"renqiu"\nreschedules = 2\ncancel_before_minutes = 60\ncancels_a_month = 5'
    changed += "\ncheckin_early_minutes = 45"
    phone = 'form = [{ name = "phone", label = "手机号", kind = "phone" },'
    file = read_service("passport.toml", service(('"service_hall"', changed), ("form = [", phone)))
    assert file.appointment is not None
    rules = bookable(file.code, file.name, file.appointment).rules

    of_this = (rules.most_of_this_a_day, rules.most_of_this_a_week, rules.most_of_this_a_month)
    assert (rules.slot_minutes, rules.most_a_week, *of_this) == (40, None, 1, 2, 6)
    assert rules.no_shows == Ban(times=2, within_days=366, lasts_months=3)
    assert rules.checkin_early_minutes == 45
    assert rules.phone_counts
    assert (rules.reschedules, rules.cancel_before_minutes, rules.cancels_a_month) == (2, 60, 5)


def test_a_file_says_what_it_asks_consent_for_and_in_which_version() -> None:
    plain = read_service("passport.toml", service())
    told = terms(plain)
    assert (told.service_name, told.policy_version) == (plain.name, "1")
    assert told.purposes == plain.purposes
    assert told.purpose_of.keys() == {field.name for field in plain.form}

    newer = read_service(
        "passport.toml",
        service(('code = "GA-HZ-01"', 'code = "GA-HZ-01"\npolicy_version = "2026-03"')),
    )
    assert terms(newer).policy_version == "2026-03"


def test_the_first_identity_number_and_name_of_a_form_are_the_citizens_own() -> None:
    form = 'form = [{ name = "mine", label = "证号", kind = "id_number" }, '
    form += '{ name = "theirs", label = "对方证号", kind = "id_number" }, '
    form += '{ name = "who", label = "姓名", kind = "person_name" }, '
    form += '{ name = "with", label = "对方姓名", kind = "person_name" }]'
    file = read_service("marriage.toml", _with_form(form))
    assert (terms(file).own_id, terms(file).own_name) == ("mine", "who")
    none = 'form = [{ name = "plate", label = "车牌", kind = "plate" }]'
    plain = terms(read_service("parking.toml", _with_form(none)))
    assert plain.own_id is plain.own_name is None


def test_a_service_for_proven_names_says_so() -> None:
    rules = BookingRules.model_validate({"horizon_workdays": 5, "real_name": True})
    assert in_words(rules)[0].startswith("须先完成实名认证")


def _with_form(form: str) -> bytes:
    text = service().decode()
    before, _, rest = text.partition("form = [")
    after = rest.partition("\n]")[2].replace("[purposes]\ncourier =", "[purposes]\n# courier =")
    return (before + form + after).encode()


def test_a_hall_may_have_templates_by_day_of_the_week() -> None:
    templates = (
        'hours = [{ opens = "13:30", closes = "17:00", weekdays = [1, 2] }, '
        '{ opens = "09:00", closes = "12:00", windows = 2 }]'
    )
    file = read_service(
        "passport.toml", service(('opens = ["09:00", "12:00", "13:30", "17:00"]', templates))
    )
    assert file.appointment is not None
    (hall,) = bookable(file.code, file.name, file.appointment).halls
    assert hall.hours == (Hours(540, 720, 2), Hours(810, 1020, 6, frozenset({1, 2})))


async def test_a_notice_belongs_to_the_one_service_that_charges_for_all_its_items(
    tmp_path: Path,
) -> None:
    examples = Path(catalogue.__file__).parent / "examples"
    fine = (examples / "traffic_fine.toml").read_text("utf-8")
    (tmp_path / "fine.toml").write_text(fine, "utf-8")
    unit, item = "330199011", "103050101"
    offered = Offered(Shelf(tmp_path, MovedClock()))

    assert await offered.charging(unit, (item,)) == "GA-WF-08"
    assert await offered.charging(unit, (item, "1")) is None
    assert await offered.charging("330199012", (item,)) is None
    assert await offered.charging(unit, ()) is None

    (tmp_path / "other.toml").write_text(fine.replace("GA-WF-08", "GA-WF-09"), "utf-8")
    assert await Offered(Shelf(tmp_path, MovedClock())).charging(unit, (item,)) is None


async def test_the_templates_of_the_files_are_known_by_outlet(tmp_path: Path) -> None:
    examples = Path(catalogue.__file__).parent / "examples"
    offered = Offered(Shelf(examples, MovedClock()))

    assert "wechat-paid" in await offered.templates(["wechat"])
    assert "wechat-paid" not in await offered.templates(["alipay", "wechat_city"])
