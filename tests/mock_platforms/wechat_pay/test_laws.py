"""What must hold whatever happens: sums, refusals, replays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_platforms.wechat_pay import books as book
from mock_platforms.wechat_pay.bills import trade_bill
from mock_platforms.wechat_pay.books import Books, Order, Refund, RefundStatus
from mock_platforms.wechat_pay.errors import Refusal
from mock_platforms.wechat_pay.fields import Group, check
from mock_platforms.wechat_pay.fund_flow import fund_flow_bill
from mock_platforms.wechat_pay.gate import without_nulls
from mock_platforms.wechat_pay.modes import DIRECT
from mock_platforms.wechat_pay.refund_fields import ASK

from .conftest import NOON, Merchant

DAY = date(2026, 3, 10)
MIDNIGHT = datetime(2026, 3, 9, 16, tzinfo=UTC)


@st.composite
def kept_books(draw: st.DrawFn) -> Books:
    """Orders paid within a day, some given back in part, at a fee or none."""
    books = Books(fee_rate=draw(st.sampled_from([0, 38, 60])))
    for number in range(draw(st.integers(1, 6))):
        total = draw(st.integers(1, 10**7))
        at = MIDNIGHT + timedelta(seconds=draw(st.integers(0, 80000)))
        order = Order(
            out_trade_no=f"ORDER-{number:04}",
            prepay_id=f"wx{number}",
            ids={"appid": "wx1", "mchid": "1900000109"},
            payer={"openid": "o1"},
            asked={},
            total_fen=total,
            description="fee",
            attach="",
            notify_url="",
            created_at=at,
            prepaid_at=at,
            expires_at=at,
        )
        paid = books.put(book.pay(order, f"4200{number:024}", at))
        if back := draw(st.integers(0, total)):
            books.put_refund(
                Refund(
                    out_refund_no=f"R-{number}",
                    refund_id=f"503{number:026}",
                    order=paid,
                    refund_fen=back,
                    reason="",
                    notify_url="",
                    funds_account="UNSETTLED",
                    created_at=at,
                    status=RefundStatus.SUCCESS,
                    succeeded_at=at,
                )
            )
    return books


def fen(yuan: str) -> int:
    sign = -1 if yuan.startswith("-") else 1
    whole, _, part = yuan.lstrip("-").partition(".")
    return sign * (int(whole) * 100 + int(part[:2].ljust(2, "0")))


@given(kept_books())
def test_a_trade_bill_adds_up_to_the_books(books: Books) -> None:
    bill = trade_bill(books, DAY, "ALL")
    assert bill is not None
    columns = bill.header.split(",")

    def column(name: str) -> list[int]:
        return [fen(row[columns.index(name)]) for row in bill.rows]

    total = sum(order.total_fen for order in books.orders.values())
    back = sum(refund.refund_fen for refund in books.refunds.values())
    assert sum(column("应结订单金额")) == sum(column("订单金额")) == total == fen(bill.summary[1])
    assert sum(column("退款金额")) == sum(column("申请退款金额")) == back == fen(bill.summary[2])
    assert sum(column("手续费")) == fen(bill.summary[4])


@given(kept_books())
def test_the_balance_of_the_fund_flow_is_what_is_left(books: Books) -> None:
    trade, flow = trade_bill(books, DAY, "ALL"), fund_flow_bill(books, DAY)
    assert trade is not None
    assert flow is not None
    left = fen(trade.summary[1]) - fen(trade.summary[2]) - fen(trade.summary[4])
    assert fen(flow.rows[-1][7]) == left == fen(flow.summary[2]) - fen(flow.summary[4])


ANY_CHARACTER = st.characters(exclude_categories=())
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANY_CHARACTER),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = sorted({*DIRECT.fields, *ASK.fields})


@given(st.dictionaries(st.sampled_from(NAMES), JSON), st.sampled_from([Group(DIRECT.fields), ASK]))
def test_no_body_however_strange_is_more_than_refused(body: dict[str, Any], rule: Group) -> None:
    with pytest.raises(Refusal) as caught:
        check(without_nulls(body), rule, "body", "/body")
    assert caught.value.status == 400
    assert caught.value.response().body


@pytest.mark.parametrize(
    "header",
    [
        'mchid="1",nonce_str="n",signature="é",timestamp="5",serial_no="A"',
        f'mchid="1",nonce_str="n",signature="s",timestamp="{"1" * 5000}",serial_no="A"',
        'mchid="\udcff",nonce_str="\udcff",signature="s",timestamp="5",serial_no="A"',
    ],
)
async def test_no_authorization_however_strange_is_more_than_refused(
    merchant: Merchant, header: str
) -> None:
    given = f"WECHATPAY2-SHA256-RSA2048 {header}"
    assert (await merchant.call("GET", "/v3/certificates", Authorization=given)).status == 401


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "20260309", "yesterday", ""])
async def test_no_day_however_strange_is_more_than_refused(merchant: Merchant, day: str) -> None:
    answer = await merchant.call("GET", f"/v3/bill/tradebill?bill_date={day}")
    assert answer.status == 400


async def test_the_same_seed_replays_byte_for_byte(merchant: Merchant) -> None:
    sent = []
    for _ in range(2):
        merchant.stage.reset(seed=7)
        merchant.notified.clear()
        merchant.stage.faults.add("wechat_pay", "notify_probe", per_cent=50, times=None)
        merchant.status = 500
        await merchant.paid_order()
        await merchant.stage.clock.advance(3600)
        sent.append(
            [(call.headers["Wechatpay-Signature"], call.body) for call in merchant.notified]
        )
    first, second = sent
    assert first == second
    assert len(first) > 5
    assert merchant.stage.clock.now() > NOON
