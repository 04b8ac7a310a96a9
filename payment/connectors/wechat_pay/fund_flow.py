"""What the account's own bill says the bank is to receive, line by line and against its summary.

Source: pay.weixin.qq.com, «申请资金账单», and the sample on that page.
"""

from collections.abc import Mapping
from pathlib import Path

from channel_gateway.domain.errors import Malformed
from channel_gateway.domain.money import fen_from_yuan
from payment.connectors.account_sums import AccountSums, hold_against
from payment.connectors.free_text import AMOUNT, CODE, MOMENT, PLATFORM_NUMBER, cut_around, word
from payment.connectors.wechat_pay.bill_form import cells_of, columns_of, lines_of
from payment.connectors.wechat_pay.bill_summary import said, summary_of
from payment.reconciliation.wrong_bills import (
    BillColumnsChanged,
    BillDamaged,
    BillLineTwice,
    BillLineUnreadable,
    BillWordUnknown,
)

_BILL = "fund_flow"
_READ = _KIND, _DIRECTION, _AMOUNT = "业务类型", "收支类型", "收支金额(元)"
_INCOME, _OUTGO = "收入", "支出"
_SUMMARY = "`资金流水总笔数"  # as some copies print it

_PAYMENT = "交易"
# 业务类型 → whether it belongs to the day's takings; else it only moves between accounts of ours.
KINDS = {
    _PAYMENT: True,
    "退款": True,
    "扣除交易手续费": True,
    "提现": False,
    "充值": False,
}
# Of columns that are no free text: not 业务名称, 资金变更提交申请人, 备注.
_LOOKS = {
    "记账时间": MOMENT,
    "资金流水单号": PLATFORM_NUMBER,
    "微信支付业务单号": PLATFORM_NUMBER,
    "业务凭证号": CODE,
    _KIND: word(*KINDS),
    _DIRECTION: word(_INCOME, _OUTGO),
    _AMOUNT: AMOUNT,
    "账户结余(元)": AMOUNT,
}


def read_fund_flow(content: Path) -> AccountSums:
    """What moved, and what of it is the day's business. Raises `BillWrong`, naming the line."""
    lines = enumerate(lines_of(content), 1)
    _, header = next(lines, (1, ""))
    columns, sums = _columns(header), AccountSums()
    before = ""
    for number, line in lines:
        if not line.startswith("`") or line.startswith(_SUMMARY):
            _, last = next(lines, (0, ""))
            _hold(sums, summary_of(_BILL, line, last))
            return sums
        if line == before:
            raise BillLineTwice(f"{_BILL}: line {number} is line {number - 1} again")
        before = line
        where = f"{_BILL}: line {number}"
        _add(sums, _cells(line, columns, where), where)
    raise BillDamaged(f"{_BILL}: ends without its summary")


def _columns(header: str) -> list[str]:
    columns = columns_of(header)
    missing = [name for name in _READ if name not in columns]
    if missing:
        raise BillColumnsChanged(f"{_BILL}: there is no column {'、'.join(missing)}")
    if any(columns.count(name) > 1 for name in _READ):
        raise BillColumnsChanged(f"{_BILL}: a column that is read is named twice")
    return columns


def _cells(line: str, columns: list[str], where: str) -> dict[str, str]:
    """What is read of a line."""
    cells = cells_of(line)
    if len(cells) != len(columns):
        raw = [cell.encode() for cell in cells]
        around = cut_around(raw, b",`", columns, _LOOKS)
        if around is None:
            raise BillLineUnreadable(f"{where} has {len(cells)} cells, not {len(columns)}")
        cells = [cell.decode() for cell in around]
    of_all = dict(zip(columns, cells, strict=True))
    return {name: of_all[name].strip() for name in _READ}


def _add(sums: AccountSums, cells: dict[str, str], where: str) -> None:
    kind, direction = cells[_KIND], cells[_DIRECTION]
    if kind not in KINDS:
        raise BillWordUnknown(f"{where}, {_KIND}: {kind!r} is not known")
    try:
        fen = fen_from_yuan(cells[_AMOUNT])
    except Malformed as error:
        raise BillLineUnreadable(f"{where}, {_AMOUNT}: not an amount") from error
    sums.payments += kind == _PAYMENT
    if direction == _INCOME:
        sums.add_income(fen, counts=KINDS[kind])
    elif direction == _OUTGO:
        sums.add_outgo(fen, counts=KINDS[kind])
    else:
        raise BillWordUnknown(f"{where}, {_DIRECTION}: {direction!r} is not known")


def _hold(sums: AccountSums, summary: Mapping[str, str]) -> None:
    counts = {
        "资金流水总笔数": sums.incomes + sums.outgoes,
        "收入笔数": sums.incomes,
        "支出笔数": sums.outgoes,
    }
    for name, count in counts.items():
        hold_against(_BILL, name, said(_BILL, summary, name, decimals=0), count)
    for name, fen in {"收入金额": sums.income_fen, "支出金额": sums.outgo_fen}.items():
        hold_against(_BILL, f"{name} in fen", said(_BILL, summary, name, decimals=2), fen)
