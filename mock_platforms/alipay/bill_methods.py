"""Where a day's bill is fetched, and the file behind that address."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from mock_platforms.alipay import bills
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.books import BillAddress, Books
from mock_platforms.alipay.moments import day_start
from mock_platforms.alipay.refusals import Refused, success

ADDRESS_LIFE = timedelta(seconds=30)
READY_AFTER = timedelta(hours=9)  # about nine in the morning of the next day
DOWNLOAD_PATH = "/downloadBillFile.resource"
FEE_PER_10000 = 60  # the merchant's fee rate: 0.6 %


def bill_download_url(asked: Asked) -> dict[str, object]:
    """alipay.data.dataservice.bill.downloadurl.query, for `trade` bills of one day."""
    bill_type, bill_date = asked.text("bill_type"), asked.text("bill_date")
    if bill_type != "trade":
        raise Refused("TYPE_NOT_SUPPORTED" if bill_type else "INVAILID_ARGUMENTS")
    day = _day(bill_date)
    if asked.now < day_start(day + timedelta(days=1)) + READY_AFTER:
        raise Refused("BILL_NOT_EXIST")
    seller_id, books = asked.app.seller_id, asked.books
    token = books.token()
    expires_at = asked.now + ADDRESS_LIFE
    books.bill_addresses[token] = BillAddress(day, seller_id, expires_at)
    lines = _lines(books, seller_id, day, asked.now)
    return success(
        bill_download_url=f"{asked.root_url}{DOWNLOAD_PATH}?" + _address(day, seller_id, token),
        bill_file_code=None if lines else "EMPTY_DATA_WITH_BILL_FILE",
    )


def _address(day: date, seller_id: str, token: str) -> str:
    name = f"{seller_id}0156_{day:%Y%m%d}"
    return urlencode(
        {
            "bizType": "trade",
            "userId": f"{seller_id}0156",
            "fileType": "csv.zip",
            "bizDates": f"{day:%Y%m%d}",
            "downloadFileName": f"{name}.csv.zip",
            "fileId": f"/trade/{seller_id}/{name}.csv.zip",
            "token": token,
        }
    )


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no offset
    except ValueError as error:
        raise Refused("INVAILID_ARGUMENTS") from error


def bill_texts(books: Books, seller_id: str, day: date) -> tuple[str, str]:
    """The CSVs of a day, detail and summary."""
    exported_at = _made_at(day)
    lines = _lines(books, seller_id, day, exported_at)
    account = f"{seller_id}0156"
    return (
        bills.detail_csv(lines, day, account, exported_at),
        bills.summary_csv(lines, day, account, exported_at),
    )


def bill_zip(address: BillAddress, detail: str, summary: str) -> bytes:
    """The file as downloaded: two GBK CSVs whose names are GBK too."""
    name = f"{address.seller_id}0156_{address.day:%Y%m%d}"
    members = {f"{name}_业务明细.csv": detail, f"{name}_业务明细(汇总).csv": summary}
    return bills.zipped(members, at=_made_at(address.day))


def _made_at(day: date) -> datetime:
    """A bill is made once, early on the morning after its day."""
    return day_start(day + timedelta(days=1)) + timedelta(hours=5, minutes=46)


def _lines(books: Books, seller_id: str, day: date, now: datetime) -> list[bills.Line]:
    return bills.lines_of(books.trades_of(seller_id, now), day, fee_per_10000=FEE_PER_10000)
