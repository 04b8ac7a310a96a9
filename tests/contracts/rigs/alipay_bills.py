"""Alipay's bills: trade, and signcustomer."""

from tests.contracts.bills.desk import BillsRig
from tests.contracts.rigs.alipay import METHOD

QUERY = "alipay.data.dataservice.bill.downloadurl.query"

BILLS = BillsRig(
    method=METHOD,
    kinds=("trade", "signcustomer"),
    asked=(QUERY, QUERY),
    made=("bill.download", "bill.download"),
    download="bill.download",
    aims=("trade", "signcustomer"),
    fee_fen=48 + 7,  # 0.6 % of 80.00 and of 12.34, to the fen
    hash_fault="",
    hours=9,
)
