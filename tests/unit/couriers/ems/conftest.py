import pytest

from adapters.couriers.ems.account import Account
from adapters.couriers.ems.courier import Ems
from adapters.couriers.ems.sealing import SealingKey
from tests.unit.couriers.ems.ems_side import SIGN_KEY, FakeEms
from tests.unit.payment.fakes import MovedClock


@pytest.fixture
def side() -> FakeEms:
    return FakeEms()


@pytest.fixture
def ems(side: FakeEms) -> Ems:
    account = Account("http://ems.test", "1100", "the-authorization", SealingKey(SIGN_KEY))
    return Ems(account, side, MovedClock())
