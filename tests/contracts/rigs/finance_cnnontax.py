"""The finance authority over TCP: its node makes notices of other units on the control plane."""

from datetime import timedelta

from channel_gateway.domain.notices import Notice
from mock_platforms.finance.people import CITIZENS
from tests.contracts.rig import FinanceRig
from tests.contracts.world import World

_NODE = "/finance_cnnontax"


async def issue(world: World, due_in_days: int) -> tuple[str, str]:
    notice = await world.control("POST", f"{_NODE}/notices", due_in_days=due_in_days)
    return notice["pay_code"], notice["check_code"]


async def pay_elsewhere(world: World, pay_code: str) -> None:
    await world.control("POST", f"{_NODE}/notices/{pay_code}/pay-elsewhere")


async def void(world: World, pay_code: str) -> None:
    await world.control("POST", f"{_NODE}/notices/{pay_code}/void")


async def confirmations(world: World, notice: Notice) -> int:
    booked = await world.control("GET", f"{_NODE}/payments")
    return sum(each["pay_code"] == notice.pay_code for each in booked)


FINANCE = FinanceRig(
    plugin="cnnontax",
    table={
        "module": "adapters.finance.cnnontax",
        "from": "finance_cnnontax",
        "listening": "127.0.0.1:0",
    },
    stand_in="mock_platforms.finance_cnnontax",
    issue=issue,
    pay_elsewhere=pay_elsewhere,
    void=void,
    owed_by=next((number, name) for name, number in CITIZENS.items()),
    confirmations=confirmations,
    operations={
        "look_up": "notices.query",
        "issue": "notices.issue",
        "void": "notices.void",
        "confirm": "payments.confirm",
        "receipt": "receipts.number",
        "report_refund": "receipts.issue",
    },
    receipt_takes=timedelta(seconds=6),
    asked_by_person=False,
)
