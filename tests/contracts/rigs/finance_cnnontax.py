"""The finance authority over TCP: its node makes notices of other units on the control plane."""

from datetime import timedelta

from mock_platforms.finance.people import CITIZENS
from tests.contracts.rig import FinanceRig

FINANCE = FinanceRig(
    plugin="cnnontax",
    table={
        "module": "adapters.finance.cnnontax",
        "from": "finance_cnnontax",
        "listening": "127.0.0.1:0",
    },
    stand_in="mock_platforms.finance_cnnontax",
    owed_by=next((number, name) for name, number in CITIZENS.items()),
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
