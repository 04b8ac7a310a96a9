import pytest

from adapters.couriers.ems_2019.account import Account
from adapters.couriers.ems_2019.courier import Ems
from tests.unit.couriers.ems_2019.ems_side import FakeEms
from tests.unit.payment.fakes import MovedClock


@pytest.fixture
def side() -> FakeEms:
    return FakeEms()


@pytest.fixture
def ems(side: FakeEms) -> Ems:
    account = Account("http://ems.test", "mock", "mock-auth", "mock-secret")
    return Ems(account, side, MovedClock())
