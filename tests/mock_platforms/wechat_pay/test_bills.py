"""Bills: their exact form, their sums, their hash, and the ways they fail."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from .conftest import Merchant, sha1, words

DAY = "2026-03-10"
TRADE = f"/v3/bill/tradebill?bill_date={DAY}"
UNTIL_NEXT_NOON = 86400


async def a_day_of_trade(merchant: Merchant) -> None:
    """Two payments and one refund of a part, then the next day's noon."""
    for number in ("ORDER-0001", "ORDER-0002"):
        await merchant.prepay(number, attach="a,b")
        await merchant.pays(number)
    await merchant.refund("R-1", 1234)
    await merchant.stage.clock.advance(UNTIL_NEXT_NOON)


async def fetch(merchant: Merchant, target: str) -> tuple[dict[str, Any], bytes]:
    offer = words(await merchant.call("GET", target))
    path = offer["download_url"].removeprefix(merchant.stage.base_url("wechat_pay"))
    answer = await merchant.call("GET", path)
    assert answer.status == 200
    assert "Wechatpay-Signature" not in answer.headers
    return offer, answer.body


def lines(content: bytes) -> list[str]:
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.endswith(b"\r\n")
    return content.decode("utf-8-sig").split("\r\n")[:-1]


def cells(line: str) -> list[str]:
    return line[1:].split(",`")


async def test_a_trade_bill_has_the_published_form(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    _, content = await fetch(merchant, f"{TRADE}&bill_type=ALL")
    header, first, _, refund, summary_header, summary = lines(content)
    assert header.startswith("交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号")
    assert len(header.split(",")) == len(cells(first)) == len(cells(refund)) == 27
    row = dict(zip(header.split(","), cells(first), strict=True))
    assert row["交易时间"] == "2026-03-10 12:00:00"
    assert (row["应结订单金额"], row["退款金额"], row["微信退款单号"]) == ("80.00", "0.00", "0")
    assert row["商户数据包"] == "a\\ b"
    back = dict(zip(header.split(","), cells(refund), strict=True))
    assert (back["应结订单金额"], back["退款金额"], back["申请退款金额"]) == (
        "0.00",
        "12.34",
        "12.34",
    )
    assert summary_header.startswith("总交易单数,应结订单总金额")
    assert summary == "`3.0,`160.0,`12.34,`0.0,`0.0,`160.0,`12.34"


@pytest.mark.parametrize(("kind", "columns", "rows"), [("SUCCESS", 20, 2), ("REFUND", 29, 1)])
async def test_each_kind_has_its_own_columns(
    merchant: Merchant, kind: str, columns: int, rows: int
) -> None:
    await a_day_of_trade(merchant)
    _, content = await fetch(merchant, f"{TRADE}&bill_type={kind}")
    header, *body, _, _ = lines(content)
    assert len(header.split(",")) == columns
    assert [len(cells(line)) for line in body] == [columns] * rows


async def test_the_hash_is_over_the_uncompressed_bill(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    plain_offer, plain = await fetch(merchant, TRADE)
    offer, zipped = await fetch(merchant, f"{TRADE}&tar_type=GZIP")
    assert gzip.decompress(zipped) == plain
    assert offer["hash_value"] == plain_offer["hash_value"] == sha1(plain)


async def test_the_fund_flow_adds_up(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    _, content = await fetch(merchant, f"/v3/bill/fundflowbill?bill_date={DAY}")
    header, *rows, _, summary = lines(content)
    assert all(len(cells(row)) == len(header.split(",")) == 11 for row in rows)
    assert [cells(row)[7] for row in rows] == ["80.00", "160.00", "147.66"]
    assert summary == "`3.0,`2.0,`160.0,`1.0,`12.34"


async def test_every_movement_has_a_number_of_its_own(merchant: Merchant) -> None:
    await merchant.command("POST", "/wechat_pay/settings", {"fee_rate": 60})
    await a_day_of_trade(merchant)
    target = f"/v3/bill/fundflowbill?bill_date={DAY}"
    _, content = await fetch(merchant, target)
    numbers = [cells(line)[2] for line in lines(content)[1:-2]]
    assert len(set(numbers)) == 6
    assert all(n.startswith(f"{merchant.facts['mch_id']}20260310") for n in numbers)
    assert {len(n) for n in numbers} == {28}
    assert (await fetch(merchant, target))[1] == content


async def test_a_bill_is_made_on_the_next_morning(merchant: Merchant) -> None:
    await merchant.paid_order()
    codes = []
    for hours in (12, 20, 1.5, 1):
        if hours != 12:
            await merchant.stage.clock.advance(hours * 3600)
        codes.append(words(await merchant.call("GET", TRADE)).get("code"))
    assert codes == ["NO_STATEMENT_EXIST", "NO_STATEMENT_EXIST", "STATEMENT_CREATING", None]


async def test_the_device_of_an_order_stands_in_its_bill_and_its_answers(
    merchant: Merchant,
) -> None:
    scene = {"payer_client_ip": "10.0.0.1", "device_id": "hall-7"}
    await merchant.prepay(scene_info=scene)
    await merchant.pays()
    assert words(await merchant.query())["scene_info"] == {"device_id": "hall-7"}
    assert merchant.opened()["scene_info"] == {"device_id": "hall-7"}
    await merchant.stage.clock.advance(UNTIL_NEXT_NOON)
    _, content = await fetch(merchant, TRADE)
    header, first, *_ = lines(content)
    assert dict(zip(header.split(","), cells(first), strict=True))["设备号"] == "hall-7"


async def test_a_day_without_trade_has_no_bill(merchant: Merchant) -> None:
    await merchant.stage.clock.advance(UNTIL_NEXT_NOON)
    answer = await merchant.call("GET", TRADE)
    assert (answer.status, words(answer)["code"]) == (400, "NO_STATEMENT_EXIST")


async def test_a_past_day_can_be_given_trade(merchant: Merchant) -> None:
    await merchant.prepay()
    await merchant.pays(at="2026-03-01T09:00:00+08:00")
    _, content = await fetch(merchant, "/v3/bill/tradebill?bill_date=2026-03-01")
    assert cells(lines(content)[1])[0] == "2026-03-01 09:00:00"


async def test_the_address_lives_five_minutes(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    offer = words(await merchant.call("GET", TRADE))
    path = offer["download_url"].removeprefix(merchant.stage.base_url("wechat_pay"))
    await merchant.stage.clock.advance(300)
    answer = await merchant.call("GET", path)
    assert (answer.status, words(answer)["code"]) == (400, "INVALID_REQUEST")


async def test_the_address_is_under_the_clients_own_root(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    offer = words(await merchant.call("GET", TRADE, Host="127.0.0.1:8123"))
    assert offer["download_url"].startswith("http://127.0.0.1:8123/v3/billdownload/file?token=")


@pytest.mark.parametrize(
    ("kind", "code"),
    [("bill_missing", "NO_STATEMENT_EXIST"), ("bill_late", "STATEMENT_CREATING")],
)
async def test_a_bill_can_be_withheld_once(merchant: Merchant, kind: str, code: str) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", kind, operation="bills.trade")
    assert words(await merchant.call("GET", TRADE))["code"] == code
    assert (await merchant.call("GET", TRADE)).status == 200


async def test_a_wrong_hash_is_another_files(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", "bill_wrong_hash")
    offer, content = await fetch(merchant, TRADE)
    assert offer["hash_value"] != sha1(content)


@pytest.mark.parametrize(
    ("kind", "rows"),
    [("bill_duplicate_line", 4), ("bill_missing_line", 2), ("bill_foreign_line", 4)],
)
async def test_a_spoiled_bill_has_a_right_hash(merchant: Merchant, kind: str, rows: int) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", kind)
    offer, content = await fetch(merchant, TRADE)
    assert len(lines(content)) == rows + 3
    assert offer["hash_value"] == sha1(content)


async def test_a_wrong_amount_is_a_fen_too_much(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", "bill_wrong_amount")
    _, content = await fetch(merchant, TRADE)
    assert [cells(line)[12] for line in lines(content)[1:3]] == ["80.01", "80.00"]


async def test_fees_are_rounded_to_the_fen_and_given_back(merchant: Merchant) -> None:
    await merchant.command("POST", "/wechat_pay/settings", {"fee_rate": 60})
    await a_day_of_trade(merchant)
    _, content = await fetch(merchant, TRADE)
    header, *rows, _, summary = lines(content)
    fee = header.split(",").index("手续费")
    assert [cells(row)[fee] for row in rows] == ["0.48000", "0.48000", "-0.07000"]
    assert cells(rows[0])[fee + 1] == "0.60%"
    assert cells(summary)[4] == "0.89"
    _, flow = await fetch(merchant, f"/v3/bill/fundflowbill?bill_date={DAY}")
    assert cells(lines(flow)[-1]) == ["6.0", "3.0", "160.07", "3.0", "13.3"]


async def test_a_changed_column_moves_its_cells_too(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", "bill_changed_column")
    _, content = await fetch(merchant, TRADE)
    header, first, *_ = lines(content)
    assert header.split(",")[-1] == "交易时间(新)"
    assert cells(first)[-1] == "2026-03-10 12:00:00"


async def test_a_new_column_has_a_cell_in_each_line(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", "bill_added_column")
    _, content = await fetch(merchant, TRADE)
    header, *rows, _, _ = lines(content)
    assert header.split(",")[:2] == ["交易时间", "业务来源"]
    assert {(len(cells(row)), cells(row)[1]) for row in rows} == {(28, "小程序")}


async def test_a_line_can_lose_its_last_cell(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    _, content = await fetch(merchant, TRADE)
    merchant.stage.faults.add("wechat_pay", "bill_short_line")
    _, spoiled = await fetch(merchant, TRADE)
    whole, short = lines(content)[1], lines(spoiled)[1]
    assert (cells(short), lines(spoiled)[2:]) == (cells(whole)[:-1], lines(content)[2:])


async def test_the_bills_and_the_books_agree(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    books = words(await merchant.command("GET", "/wechat_pay/books"))
    assert (books["captured_fen"], books["refunded_fen"]) == (16000, 1234)


async def test_what_happens_later_changes_no_bill(merchant: Merchant) -> None:
    await merchant.paid_order()
    merchant.stage.faults.add("wechat_pay", "refund_abnormal")
    refund = words(await merchant.refund("R-1", 8000))
    await merchant.stage.clock.advance(UNTIL_NEXT_NOON)
    before, bill = await fetch(merchant, TRADE)
    ask = {"out_refund_no": "R-1", "type": "MERCHANT_BANK_CARD"}
    target = f"/v3/refund/domestic/refunds/{refund['refund_id']}/apply-abnormal-refund"
    assert (await merchant.call("POST", target, ask)).status == 200
    assert (await fetch(merchant, TRADE))[1] == bill
    await merchant.stage.clock.advance(2)
    after, again = await fetch(merchant, TRADE)
    assert "`CHANGE,`" in bill.decode()
    assert (again, after["hash_value"]) == (bill, before["hash_value"])


@pytest.mark.parametrize(
    ("kind", "follow", "summary"),
    [
        ("bill_duplicate_line", None, "`3.0,`160.0,`12.34,`0.0,`0.0,`160.0,`12.34"),
        ("bill_duplicate_line", True, "`4.0,`240.0,`12.34,`0.0,`0.0,`240.0,`12.34"),
        ("bill_foreign_line", None, "`4.0,`240.0,`12.34,`0.0,`0.0,`240.0,`12.34"),
        ("bill_missing_line", None, "`2.0,`80.0,`12.34,`0.0,`0.0,`80.0,`12.34"),
        ("bill_missing_line", False, "`3.0,`160.0,`12.34,`0.0,`0.0,`160.0,`12.34"),
        ("bill_wrong_amount", None, "`3.0,`160.01,`12.34,`0.0,`0.0,`160.01,`12.34"),
    ],
)
async def test_sums_go_along_with_the_lines_or_do_not(
    merchant: Merchant, kind: str, follow: bool | None, summary: str
) -> None:
    await a_day_of_trade(merchant)
    wish = {} if follow is None else {"sums_follow": follow}
    merchant.stage.faults.add("wechat_pay", kind, parameters=wish)
    _, content = await fetch(merchant, TRADE)
    assert lines(content)[-1] == summary


async def test_the_sums_of_the_fund_flow_go_along_too(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    merchant.stage.faults.add("wechat_pay", "bill_missing_line")
    _, content = await fetch(merchant, f"/v3/bill/fundflowbill?bill_date={DAY}")
    assert lines(content)[-1] == "`2.0,`1.0,`80.0,`1.0,`12.34"


async def test_a_file_can_be_cut_and_its_address_be_no_more(merchant: Merchant) -> None:
    await a_day_of_trade(merchant)
    offer, whole = await fetch(merchant, TRADE)
    path = offer["download_url"].removeprefix(merchant.stage.base_url("wechat_pay"))
    merchant.stage.faults.add("wechat_pay", "bill_address_expired", order=DAY)
    assert (await merchant.call("GET", path)).status == 400
    merchant.stage.faults.add("wechat_pay", "bill_truncated")
    assert (await merchant.call("GET", path)).body == whole[: len(whole) // 2]
