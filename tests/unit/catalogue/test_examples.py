"""The starter catalogue: sixteen services, each one short file, each true to the whole."""

from pathlib import Path

import pytest

import channel_gateway.services.catalogue as catalogue
from channel_gateway.services.catalogue.booking_rules import PRESETS, BookingRules
from channel_gateway.services.catalogue.booking_words import in_words
from channel_gateway.services.catalogue.claims import claimed
from channel_gateway.services.catalogue.reading import files_in, read_service

EXAMPLES = Path(catalogue.__file__).parent / "examples"
LINES = 60


def test_every_service_of_the_starter_catalogue_is_there() -> None:
    read = {
        name: read_service(name, path.read_bytes()) for name, path in files_in(EXAMPLES).items()
    }

    found = claimed(read, {})
    numbers = sorted(int(code[-2:]) for code in found.services)
    assert found.wrong == []
    assert numbers == list(range(1, 17))


@pytest.mark.parametrize("path", files_in(EXAMPLES).values(), ids=lambda path: path.stem)
def test_a_service_is_at_most_60_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES


def test_the_five_real_rule_sets_are_presets() -> None:
    assert list(PRESETS) == ["service_hall", "quanzhou", "renqiu", "nanjing", "tianjin"]
    for name in PRESETS:
        assert BookingRules.model_validate({"preset": name})


def test_rules_are_told_in_a_citizens_words() -> None:
    rules = BookingRules.model_validate({"preset": "service_hall"})

    assert in_words(rules) == (
        "请至少提前1个工作日预约",
        "可预约未来5个工作日",
        "最早可在时段开始前30分钟取号",
        "每人每天最多预约1次",
        "如不能前来，请提前2小时取消",
    )


def test_a_ban_is_told_before_it_falls() -> None:
    rules = BookingRules.model_validate({"preset": "renqiu"})

    assert "366天内2次未到，3个月内不能预约" in in_words(rules)


def test_what_counts_of_a_phone_is_told_before_it_counts() -> None:
    counted = {"preset": "quanzhou"}, {"preset": "renqiu"}
    quanzhou, renqiu = (in_words(BookingRules.model_validate(rules)) for rules in counted)

    assert quanzhou[-1] == "预约、取消、未到的次数，按所填身份证号、手机号也同样计算"
    assert renqiu[-1] == "预约、未到的次数，按所填身份证号、手机号也同样计算"
    nothing = {"horizon_workdays": 5, "phone_counts": True, "id_counts": True}
    assert "所填" not in "".join(in_words(BookingRules.model_validate(nothing)))


def test_tianjins_cancelled_numbers_do_not_come_back_at_once() -> None:
    rules = BookingRules.model_validate({"preset": "tianjin"})

    assert in_words(rules)[-2:] == ("每天13:00放出新的号源", "取消的号不会立即放出")


def test_tianjins_next_working_day_is_given_out_until_four() -> None:
    rules = BookingRules.model_validate({"preset": "tianjin"})

    assert in_words(rules)[:2] == (
        "请至少提前1个工作日预约",
        "工作日16:00后及休息日预约，须再多提前1个工作日",
    )
