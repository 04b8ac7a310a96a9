"""Where a bill is fetched, and the file behind that address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from mock_platforms.alipay import account_bill, trade_bill
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.bill_files import zipped
from mock_platforms.alipay.bill_periods import Period, read_period
from mock_platforms.alipay.books import BillAddress, Books
from mock_platforms.alipay.movements import Movement, movements_of
from mock_platforms.alipay.refusals import Refused, success

ADDRESS_LIFE = timedelta(seconds=30)
DOWNLOAD_PATH = "/downloadBillFile.resource"

Csv = Callable[[Sequence[Movement], Period, str], str]


@dataclass(frozen=True)
class Kind:
    """One `bill_type`: the word in its file names, and its two files."""

    word: str
    detail: Csv
    summary: Csv


KINDS = {
    "trade": Kind("业务明细", trade_bill.detail_csv, trade_bill.summary_csv),
    "signcustomer": Kind("账务明细", account_bill.detail_csv, account_bill.summary_csv),
}


def bill_download_url(asked: Asked) -> dict[str, object]:
    """alipay.data.dataservice.bill.downloadurl.query, of a day or a month."""
    bill_type, period = asked.text("bill_type"), read_period(asked.text("bill_date"))
    if not bill_type or period is None:
        raise Refused("INVAILID_ARGUMENTS")
    if bill_type not in KINDS:
        raise Refused("TYPE_NOT_SUPPORTED")
    if asked.now < period.ready_at:
        raise Refused("BILL_NOT_EXIST")
    seller_id, books = asked.app.seller_id, asked.books
    address = BillAddress(bill_type, period, seller_id, asked.now + ADDRESS_LIFE)
    token = books.token()
    books.bill_addresses[token] = address
    moves = movements_of(books.trades_of(seller_id, asked.now))
    query = urlencode(_address(address, token, asked.now))
    return success(
        bill_download_url=f"{asked.root_url}{DOWNLOAD_PATH}?{query}",
        bill_file_code=None
        if any(period.holds(move.moment) for move in moves)
        else "EMPTY_DATA_WITH_BILL_FILE",
    )


def _address(address: BillAddress, token: str, now: datetime) -> dict[str, str]:
    name = f"{_file_name(address)}.csv.zip"
    return {
        "bizType": address.bill_type,
        "userId": f"{address.seller_id}0156",
        "fileType": "csv.zip",
        "bizDates": address.period.text,
        "downloadFileName": name,
        "fileId": f"/{address.bill_type}/{address.seller_id}/{name}",
        "timestamp": str(int(now.timestamp() * 1000)),
        "token": token,
    }


def moves_in(books: Books, address: BillAddress) -> list[Movement]:
    """All that had moved on the account when the bill was made."""
    return movements_of(books.trades_of(address.seller_id, address.period.made_at))


def takings(books: Books, day: date) -> dict[str, int]:
    """What each seller gets for a Beijing day: payments less refunds less fees."""
    period = Period(day, day + timedelta(days=1))
    sellers = {app.seller_id for app in books.apps.values()}
    trades = {seller: books.trades_of(seller, period.made_at) for seller in sellers}
    return {
        seller: sum(
            move.amount_fen + move.service_fee_fen
            for move in movements_of(found)
            if period.holds(move.moment)
        )
        for seller, found in sorted(trades.items())
    }


def bill_texts(moves: Sequence[Movement], address: BillAddress) -> tuple[str, str]:
    """The CSVs of a bill, detail and summary."""
    kind, period = KINDS[address.bill_type], address.period
    account = f"{address.seller_id}0156"
    return kind.detail(moves, period, account), kind.summary(moves, period, account)


def bill_zip(address: BillAddress, detail: str, summary: str) -> bytes:
    """The file as downloaded: two GBK CSVs whose names are GBK too."""
    name = f"{_file_name(address)}_{KINDS[address.bill_type].word}"
    members = {f"{name}.csv": detail, f"{name}(汇总).csv": summary}
    return zipped(members, at=address.period.made_at)


def _file_name(address: BillAddress) -> str:
    return f"{address.seller_id}0156_{address.period.text}"
