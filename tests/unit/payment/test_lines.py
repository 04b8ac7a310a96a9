"""What an order's money is for, and how a platform shows it."""

from dataclasses import replace

from channel_gateway.domain.money import Fen
from payment.lines import described
from tests.contracts.notices import notice


def test_a_description_parts_no_cell_of_a_bill() -> None:
    named = replace(notice(), unit_name='示例`市,`"登记"中心')

    assert described(named) == "示例‘市，‘”登记”中心-不动产登记费"


def test_a_description_is_as_long_as_every_platform_takes() -> None:
    assert len(described(replace(notice(Fen(100)), unit_name="中" * 60))) == 40
