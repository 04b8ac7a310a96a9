"""Asking for a day's bills: what is asked, and the signed answer that says where one lies. Pure.

Source: pay.weixin.qq.com (v3), «申请交易账单», «申请资金账单», «下载账单».
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from channel_gateway.domain.days import at_minute
from channel_gateway.domain.errors import Malformed
from channel_gateway.wire import HttpResponse
from payment.connectors.wechat_pay.messages import Ask, refusal, said
from payment.connectors.wechat_pay.words import read, text
from payment.ports import BillLate

ALL, SUCCESS, REFUND = "ALL", "SUCCESS", "REFUND"
FUND_FLOW = "fund_flow"

READY_FROM = 10 * 60  # minutes into the day after
_SHA1 = re.compile("[0-9a-fA-F]{40}")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a bill lies for five minutes, and what it must hash to, unpacked."""

    url: str
    sha1: str


def ask_for(kind: str, day: date) -> Ask:
    if kind == FUND_FLOW:
        what = f"fundflowbill?bill_date={day}&account_type=BASIC"
    else:
        what = f"tradebill?bill_date={day}&bill_type={kind}"
    return Ask("GET", f"/v3/bill/{what}&tar_type=GZIP")


def is_too_early(day: date, now: datetime) -> bool:
    """Bills are made from nine on; the platform asks not to fetch them before ten."""
    return now < at_minute(day + timedelta(days=1), READY_FROM)


def read_address(response: HttpResponse, day: date, now: datetime) -> Address | None:
    """Where the bill lies; None: nothing happened on that day. Raises `BillLate`."""
    code, _ = said(response)
    if code == "STATEMENT_CREATING":
        raise BillLate("WeChat Pay is making the bill: STATEMENT_CREATING")
    if code == "NO_STATEMENT_EXIST":
        if is_too_early(day, now):
            raise BillLate("WeChat Pay has no bill before ten: NO_STATEMENT_EXIST")
        return None
    if response.status != 200:
        raise refusal(response)
    kind, digest = read(text, response.body, "hash_type"), read(text, response.body, "hash_value")
    if kind != "SHA1" or not _SHA1.fullmatch(digest):
        raise Malformed("a hash that is not SHA-1", field="hash_value")
    url = read(text, response.body, "download_url")
    if not re.match("https?://[^/]+/", url):
        raise Malformed("not an address", field="download_url")
    return Address(url, digest.lower())
