"""The finance authority by signed JSON: units issue and withdraw notices on the control plane."""

from datetime import timedelta

from channel_gateway.domain.notices import Notice
from mock_platforms.finance.people import CITIZENS
from tests.contracts.rig import FinanceRig
from tests.contracts.world import World


async def issue(world: World, due_in_days: int) -> tuple[str, str]:
    notice = await world.control("POST", "/finance/notices", due_in_days=due_in_days)
    return notice["pay_code"], notice["check_code"]


async def pay_elsewhere(world: World, pay_code: str) -> None:
    await world.control("POST", f"/finance/notices/{pay_code}/pay-elsewhere")


async def void(world: World, pay_code: str) -> None:
    await world.control("POST", f"/finance/notices/{pay_code}/void")


async def confirmations(world: World, notice: Notice) -> int:
    booked = await world.control("GET", "/finance/payments")
    return sum(each["pay_code"] == notice.pay_code for each in booked)


FINANCE = FinanceRig(
    plugin="finance",
    table={"module": "adapters.finance.json_protocol", "from": "finance"},
    stand_in="mock_platforms.finance",
    issue=issue,
    pay_elsewhere=pay_elsewhere,
    void=void,
    owed_by=next((number, name) for name, number in CITIZENS.items()),
    confirmations=confirmations,
    operations={
        "look_up": "notices.look_up",
        "owed_by": "notices.owed",
        "issue": "notices.issue",
        "void": "notices.void",
        "confirm": "payments.confirm",
        "receipt": "receipts.issue",
        "report_refund": "refunds.report",
    },
    receipt_takes=timedelta(seconds=6),
)
