"""Which method a citizen is offered: what is reserved for a unit is its, and nobody else's."""

from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Invalid
from payment.choice import Choice, Reservation
from tests.contracts.notices import notice
from tests.unit.payment.fakes import FakePlatform

UNIT = frozenset({"330199021"})
METHODS = {
    "wechat_pay": FakePlatform(),
    "alipay_pay": FakePlatform("alipay_pay", "alipay"),
    "nontax": FakePlatform("nontax"),
}
RESERVED = Choice(METHODS, [Reservation("nontax", "3301", UNIT)])


def offered(choice: Choice, *, channel: str = "wechat", name: str | None = None, **of: str) -> str:
    return choice.of(channel, replace(notice(), **of), name).name


def test_a_notice_of_the_unit_is_paid_by_the_method_reserved_for_it() -> None:
    assert offered(RESERVED) == "nontax"
    assert offered(RESERVED, name="nontax") == "nontax"


def test_and_by_no_other_of_the_channel() -> None:
    with pytest.raises(Invalid) as refused:
        offered(RESERVED, name="wechat_pay")

    assert refused.value.field == "method"


@pytest.mark.parametrize("elsewhere", [{"unit_code": "330199011"}, {"region": "340000"}])
def test_another_units_or_regions_notice_is_paid_by_the_others(elsewhere: dict[str, str]) -> None:
    assert offered(RESERVED, **elsewhere) == "wechat_pay"
    with pytest.raises(Invalid):
        offered(RESERVED, name="nontax", **elsewhere)


def test_another_channels_citizens_are_not_concerned() -> None:
    assert offered(RESERVED, channel="alipay") == "alipay_pay"


def test_a_whole_region_may_be_reserved() -> None:
    choice = Choice(METHODS, [Reservation("nontax", "3301")])

    assert offered(choice, unit_code="anything") == "nontax"
    assert offered(choice, region="340000") == "wechat_pay"


def test_everything_may_be_reserved() -> None:
    assert offered(Choice(METHODS, [Reservation("nontax")]), region="999999") == "nontax"


def test_without_reservations_the_first_of_the_channel_is_offered_and_any_may_be_named() -> None:
    choice = Choice(METHODS)

    assert offered(choice) == "wechat_pay"
    assert offered(choice, name="nontax") == "nontax"
    with pytest.raises(Invalid):
        offered(choice, name="alipay_pay")


def test_a_reservation_of_a_method_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match=r"reserved: no_such is no payment method here"):
        Choice(METHODS, [Reservation("no_such")])
