"""A citizen finds a service by region, category and words."""

import pytest

from channel_gateway.domain.errors import Invalid
from channel_gateway.services.catalogue.reading import read_service
from channel_gateway.services.catalogue.search import categories, search
from tests.unit.catalogue.samples import service

PASSPORT = read_service("a.toml", service())
PERMIT = read_service(
    "b.toml",
    service(
        ("GA-HZ-01", "GA-GA-02"),
        ("普通护照签发、换发", "往来港澳通行证"),
        ('["330100"]', '["330000"]'),
        ("首次申领或换发普通护照", "办通行证；换护照请选护照"),
    ),
)
FINE = read_service(
    "c.toml",
    service(
        ("GA-HZ-01", "GA-WF-08"),
        ("普通护照签发、换发", "交通违法罚款"),
        ('"出入境"', '"交通"'),
        ('["330100"]', '["330106"]'),
        ('["护照", "出国"]', "[]"),
        ("首次申领或换发普通护照", "缴纳罚款"),
    ),
)
ALL = (FINE, PERMIT, PASSPORT)


def found(**wanted: str) -> list[str]:
    return [service.code[-2:] for service in search(ALL, **wanted)]


def test_nothing_wanted_finds_all_in_the_order_of_their_codes() -> None:
    assert found() == ["02", "01", "08"]


@pytest.mark.parametrize(
    ("region", "codes"),
    [
        ("330100", ["02", "01"]),  # the city, and its province
        ("330106", ["02", "01", "08"]),  # a district: its city's and province's as well
        ("330200", ["02"]),  # another city of the province
        ("110100", []),
    ],
)
def test_a_region_finds_what_is_offered_in_what_it_is_a_part_of(
    region: str, codes: list[str]
) -> None:
    assert found(region=region) == codes


def test_every_word_must_be_found_wherever_it_is_said() -> None:
    assert sorted(found(keyword="出国 护照")) == ["01", "02"]
    assert found(keyword="护照 罚款") == []


def test_what_bears_the_word_in_its_name_comes_first() -> None:
    assert found(keyword="护照") == ["01", "02"]


def test_a_category_finds_its_own() -> None:
    assert found(category="交通") == ["08"]
    assert categories(ALL) == ["出入境", "交通"]


def test_the_case_of_letters_does_not_count() -> None:
    etc = read_service("d.toml", service(("普通护照签发、换发", "办理ETC")))
    for keyword in ("ETC", "etc", "Etc"):
        assert search([etc], keyword=keyword) == [etc]


@pytest.mark.parametrize("region", ["abc", "3301", "33010６", "3301000", " "])
def test_what_is_no_region_is_refused_and_not_found_empty(region: str) -> None:
    with pytest.raises(Invalid) as refused:
        found(region=region)
    assert refused.value.field == "query.region"
