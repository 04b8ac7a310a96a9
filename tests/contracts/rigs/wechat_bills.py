"""WeChat Pay's bills: ALL, and the fund flow."""

from tests.contracts.bills.desk import BillsRig
from tests.contracts.rigs.wechat import METHOD

BILLS = BillsRig(
    method=METHOD,
    kinds=("ALL", "fund_flow"),
    asked=("bills.trade", "bills.fundflow"),
    made=("bills.trade", "bills.fundflow"),
    download="bills.download",
    aims=("", ""),
    fee_fen=0,
    hash_fault="bill_wrong_hash",
    hours=10,
)
