"""The finance authority by signed JSON: units issue and withdraw notices on the control plane."""

from datetime import timedelta

from mock_platforms.finance.people import CITIZENS
from tests.contracts.rig import FinanceRig

FINANCE = FinanceRig(
    plugin="finance",
    table={"module": "adapters.finance.json_protocol", "from": "finance"},
    stand_in="mock_platforms.finance",
    owed_by=next((number, name) for name, number in CITIZENS.items()),
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
