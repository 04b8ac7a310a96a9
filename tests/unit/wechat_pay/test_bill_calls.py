"""Asking for bills, in the platform's own words: late, empty, there."""

from datetime import UTC, date, datetime, timedelta

import pytest

from channel_gateway.domain.errors import Malformed, Refused
from channel_gateway.wire import HttpResponse
from payment.connectors.wechat_pay.bill_calls import (
    ALL,
    FUND_FLOW,
    REFUND,
    ask_for,
    is_too_early,
    read_address,
)
from payment.ports import BillLate
from tests.unit.wechat_pay.platform_side import refusal, to_json

DAY = date(2026, 1, 5)
TEN = datetime(2026, 1, 6, 2, 0, tzinfo=UTC)  # of the next day, in Beijing
ANSWER = {  # of pay.weixin.qq.com, «申请交易账单»
    "hash_type": "SHA1",
    "hash_value": "79bb0f45fc4c42234a918000b2668d689e2bde04",
    "download_url": "https://api.mch.weixin.qq.com/v3/billdownload/file?token=6XIv5TUPto7pByrTQKhd",
}


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (ALL, "/v3/bill/tradebill?bill_date=2026-01-05&bill_type=ALL&tar_type=GZIP"),
        (REFUND, "/v3/bill/tradebill?bill_date=2026-01-05&bill_type=REFUND&tar_type=GZIP"),
        (FUND_FLOW, "/v3/bill/fundflowbill?bill_date=2026-01-05&account_type=BASIC&tar_type=GZIP"),
    ],
)
def test_a_bill_is_asked_for_zipped(kind: str, target: str) -> None:
    assert (ask_for(kind, DAY).method, ask_for(kind, DAY).target) == ("GET", target)


def test_the_published_answer_says_where_and_what_it_hashes_to() -> None:
    address = read_address(HttpResponse(200, body=to_json(ANSWER)), DAY, TEN)
    assert address is not None
    assert (address.url, address.sha1) == (ANSWER["download_url"], ANSWER["hash_value"])


def test_before_ten_no_statement_is_late_and_after_it_is_an_empty_day() -> None:
    said = refusal(400, "NO_STATEMENT_EXIST")
    assert is_too_early(DAY, TEN - timedelta(seconds=1))
    with pytest.raises(BillLate):
        read_address(said, DAY, TEN - timedelta(seconds=1))
    assert not is_too_early(DAY, TEN)
    assert read_address(said, DAY, TEN) is None


def test_a_bill_in_the_making_is_late_at_any_hour() -> None:
    with pytest.raises(BillLate):
        read_address(refusal(400, "STATEMENT_CREATING"), DAY, TEN + timedelta(days=9))


def test_any_other_refusal_is_one() -> None:
    with pytest.raises(Refused):
        read_address(refusal(403, "NO_AUTH"), DAY, TEN)


@pytest.mark.parametrize(
    "change",
    [{"hash_type": "SHA256"}, {"hash_value": "79bb"}, {"download_url": "file:///etc/passwd"}],
)
def test_an_answer_that_gives_no_sure_file_is_malformed(change: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        read_address(HttpResponse(200, body=to_json({**ANSWER, **change})), DAY, TEN)
