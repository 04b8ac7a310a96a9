"""A day's bill adds up with what was paid and refunded on it."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Request, Response
from tests.mock_platforms.alipay.merchant import Merchant, form, node, pay

METHOD = "alipay.data.dataservice.bill.downloadurl.query"
NOON = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)  # two days ago, in Beijing


async def ask(merchant: Merchant, day: str = "2026-01-05", kind: str = "trade") -> dict[str, Any]:
    return await merchant.call(METHOD, {"bill_type": kind, "bill_date": day})


async def download(stage: Stage, asked: dict[str, Any]) -> Response:
    target = asked["bill_download_url"].removeprefix(stage.base_url("alipay"))
    return await stage.handle("alipay", Request("GET", target))


def members(archive: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(archive), metadata_encoding="gbk") as opened:
        return {name: opened.read(name).decode("gbk") for name in opened.namelist()}


def rows(detail: str) -> list[dict[str, str]]:
    lines = [line for line in detail.splitlines() if not line.startswith("#")]
    return [
        {name: cell.strip() for name, cell in row.items()}
        for row in csv.DictReader(io.StringIO("\n".join(lines)))
    ]


async def fetch(merchant: Merchant, stage: Stage, day: str = "2026-01-05") -> list[dict[str, str]]:
    """The rows of a day's detail file."""
    archive = (await download(stage, await ask(merchant, day))).body
    return rows(next(iter(members(archive).values())))


async def files_of(merchant: Merchant, stage: Stage, day: str, kind: str) -> dict[str, str]:
    return members((await download(stage, await ask(merchant, day, kind))).body)


async def a_day(merchant: Merchant, stage: Stage) -> None:
    for number in ("fee_1", "fee_2"):
        await merchant.create(number)
        await pay(stage, number, at=NOON.isoformat())


async def test_payments_of_a_past_day_stand_in_its_bill(merchant: Merchant, stage: Stage) -> None:
    await a_day(merchant, stage)
    files = members((await download(stage, await ask(merchant))).body)
    account = f"{merchant.section['seller_id']}0156"
    detail = files[f"{account}_20260105_业务明细.csv"]
    assert [row["商户订单号"] for row in rows(detail)] == ["fee_1", "fee_2"]
    assert "#交易合计：2笔，商家实收共412.00元，商家优惠共0.00元" in detail
    assert len(detail.splitlines()[4].split(",")) == 25
    assert f"{account}_20260105_业务明细(汇总).csv" in files


async def test_a_refund_stands_in_the_bill_of_its_own_day(merchant: Merchant, stage: Stage) -> None:
    await a_day(merchant, stage)
    await merchant.refund("6.00", "r1")
    await stage.clock.advance(86400)
    bill = await fetch(merchant, stage, "2026-01-07")
    assert [(row["业务类型"], row["订单金额（元）"], row["退款批次号/请求号"]) for row in bill] == [
        ("退款", "-6.00", "r1")
    ]


async def test_a_bill_is_ready_at_nine_of_the_next_day(merchant: Merchant, stage: Stage) -> None:
    assert (await ask(merchant, "2026-01-07"))["sub_code"] == "BILL_NOT_EXIST"
    await stage.clock.advance(timedelta(hours=20, minutes=59).total_seconds())
    assert (await ask(merchant, "2026-01-07"))["sub_code"] == "BILL_NOT_EXIST"
    await stage.clock.advance(60)
    assert (await ask(merchant, "2026-01-07"))["code"] == "10000"


async def test_an_address_lives_thirty_seconds(merchant: Merchant, stage: Stage) -> None:
    asked = await ask(merchant)
    await stage.clock.advance(29)
    assert (await download(stage, asked)).status == 200
    await stage.clock.advance(1)
    assert (await download(stage, asked)).status == 403


async def test_a_day_without_business_has_a_bill_of_headings(
    merchant: Merchant, stage: Stage
) -> None:
    assert (await ask(merchant))["bill_file_code"] == "EMPTY_DATA_WITH_BILL_FILE"
    assert await fetch(merchant, stage) == []


async def test_a_bill_of_a_month_holds_its_days_and_comes_on_the_third(
    merchant: Merchant, stage: Stage
) -> None:
    await a_day(merchant, stage)
    await merchant.refund("6.00", "r1")  # two days later
    assert (await ask(merchant, "2026-01"))["sub_code"] == "BILL_NOT_EXIST"
    until_the_third = datetime(2026, 2, 3, 1, 0, tzinfo=UTC) - stage.clock.now()
    await stage.clock.advance(until_the_third.total_seconds() - 1)
    assert (await ask(merchant, "2026-01"))["sub_code"] == "BILL_NOT_EXIST"
    await stage.clock.advance(1)
    files = await files_of(merchant, stage, "2026-01", "trade")
    detail = files[f"{merchant.section['seller_id']}0156_202601_业务明细.csv"]
    assert [row["业务类型"] for row in rows(detail)] == ["交易", "交易", "退款"]
    dates = "#起始日期：[2026年01月01日 00:00:00]   终止日期：[2026年02月01日 00:00:00]"
    assert detail.splitlines()[2] == dates


async def test_the_account_bill_has_the_published_form(merchant: Merchant, stage: Stage) -> None:
    await a_day(merchant, stage)
    files = await files_of(merchant, stage, "2026-01-05", "signcustomer")
    account = f"{merchant.section['seller_id']}0156"
    lines = files[f"{account}_20260105_账务明细.csv"].splitlines()
    assert lines[0] == "#支付宝账务明细查询"
    assert lines[3] == f"#{'-' * 41}账务明细列表{'-' * 40}"
    assert lines[4].startswith(
        "账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,"
        "账户余额（元）,交易渠道,业务类型,备注"
    )
    assert {len(line.split(",")) for line in lines[4:9]} == {16}
    assert lines[9:12] == [
        f"#{'-' * 41}账务明细列表结束{'-' * 36}",
        "#支出合计：2笔，共-2.48元",
        "#收入合计：2笔，共412.00元",
    ]
    summary = files[f"{account}_20260105_账务明细(汇总).csv"].splitlines()
    assert summary[0] == "#支付宝账务汇总查询"
    assert summary[5:8] == [
        "交易付款,2,412.00,0,0.00,412.00",
        "收费,0,0.00,2,-2.48,-2.48",
        "合计,2,412.00,2,-2.48,409.52",
    ]


async def test_the_account_s_balance_runs_on_and_names_each_entry_once(
    merchant: Merchant, stage: Stage
) -> None:
    await a_day(merchant, stage)
    await merchant.refund("6.00", "r1")
    await stage.clock.advance(86400)
    first = await files_of(merchant, stage, "2026-01-05", "signcustomer")
    later = await files_of(merchant, stage, "2026-01-07", "signcustomer")
    entries = [row for files in (first, later) for row in rows(next(iter(files.values())))]
    balances = ["206.00", "204.76", "410.76", "409.52", "403.52"]
    assert [row["账户余额（元）"] for row in entries] == balances
    assert (entries[-1]["业务类型"], entries[-1]["支出金额（-元）"]) == ("交易退款", "-6.00")
    assert len({row["账务流水号"] for row in entries}) == 5


async def test_both_kinds_of_bills_come_to_the_same_money(merchant: Merchant, stage: Stage) -> None:
    await a_day(merchant, stage)
    trade, account = [
        list((await files_of(merchant, stage, "2026-01-05", kind)).values())[1].splitlines()
        for kind in ("trade", "signcustomer")
    ]
    totals = [
        next(line for line in lines if line.startswith("合计")).split(",")[-1]
        for lines in (trade, account)
    ]
    assert totals == ["409.52", "409.52"]


async def test_an_address_is_under_the_clients_own_root(merchant: Merchant, stage: Stage) -> None:
    asked = {"bill_type": "trade", "bill_date": "2026-01-05"}
    query = form(merchant.sign(merchant.params(METHOD, asked)), "utf-8")
    headers = Headers({"Host": "alipay.test:8123"})
    response = await stage.handle("alipay", Request("GET", f"/gateway.do?{query}", headers))
    assert node(response)["bill_download_url"].startswith("http://alipay.test:8123/")


async def test_an_address_names_its_moment_as_real_ones_do(merchant: Merchant) -> None:
    target = (await ask(merchant))["bill_download_url"]
    names = [pair.partition("=")[0] for pair in target.partition("?")[2].split("&")]
    assert names == [
        "bizType", "userId", "fileType", "bizDates", "downloadFileName", "fileId", "timestamp",
        "token",
    ]  # fmt: skip


@pytest.mark.parametrize("day", ["2026-1", "2026-13", "2026-1-05", "", "20260105", "9999-12-31"])
async def test_a_bill_of_no_day_is_refused(merchant: Merchant, day: str) -> None:
    assert (await ask(merchant, day))["sub_code"] == "INVAILID_ARGUMENTS"


async def test_other_kinds_of_bills_are_not_played(merchant: Merchant) -> None:
    refused = await merchant.call(METHOD, {"bill_type": "acct", "bill_date": "2026-01-05"})
    assert refused["sub_code"] == "TYPE_NOT_SUPPORTED"


@pytest.mark.parametrize(
    ("kind", "lines", "columns"),
    [
        ("bill_duplicate_line", 3, 25),
        ("bill_missing_line", 1, 25),
        ("bill_foreign_line", 3, 25),
        ("bill_added_column", 2, 26),
        ("bill_changed_column", 2, 25),
    ],
)
async def test_a_bill_can_go_wrong(
    merchant: Merchant, stage: Stage, kind: str, lines: int, columns: int
) -> None:
    await a_day(merchant, stage)
    stage.faults.add("alipay", kind)
    found = await fetch(merchant, stage)
    assert (len(found), len(found[0])) == (lines, columns)


async def test_a_line_can_lose_its_last_cell(merchant: Merchant, stage: Stage) -> None:
    async def cells() -> list[int]:
        files = await files_of(merchant, stage, "2026-01-05", "trade")
        return [line.count(",") + 1 for line in next(iter(files.values())).splitlines()[4:7]]

    await a_day(merchant, stage)
    stage.faults.add("alipay", "bill_short_line")
    assert await cells() == [25, 24, 25]
    assert await cells() == [25, 25, 25]


async def test_an_account_bill_can_go_wrong_too(merchant: Merchant, stage: Stage) -> None:
    await a_day(merchant, stage)
    stage.faults.add("alipay", "bill_added_column")
    files = await files_of(merchant, stage, "2026-01-05", "signcustomer")
    assert len(rows(next(iter(files.values())))[0]) == 17


async def test_a_bill_can_be_missing_or_damaged(merchant: Merchant, stage: Stage) -> None:
    stage.faults.add("alipay", "bill_missing", order="2026-01-05")
    assert (await ask(merchant))["sub_code"] == "NO_BILL_DATA"
    stage.faults.add("alipay", "bill_late", order="trade")
    assert (await ask(merchant))["sub_code"] == "BILL_NOT_EXIST"
    stage.faults.add("alipay", "bill_truncated")
    damaged = await download(stage, await ask(merchant))
    with pytest.raises(zipfile.BadZipFile):
        members(damaged.body)


async def test_an_address_can_be_no_more(merchant: Merchant, stage: Stage) -> None:
    asked = await ask(merchant)
    stage.faults.add("alipay", "bill_address_expired")
    assert (await download(stage, asked)).status == 403
    assert (await download(stage, asked)).status == 200


@pytest.mark.parametrize(
    ("kind", "follow", "end"),
    [
        ("bill_duplicate_line", None, "#交易合计：2笔，商家实收共412.00元，商家优惠共0.00元"),
        ("bill_duplicate_line", True, "#交易合计：3笔，商家实收共618.00元，商家优惠共0.00元"),
        ("bill_foreign_line", None, "#交易合计：3笔，商家实收共618.00元，商家优惠共0.00元"),
        ("bill_missing_line", None, "#交易合计：1笔，商家实收共206.00元，商家优惠共0.00元"),
        ("bill_missing_line", False, "#交易合计：2笔，商家实收共412.00元，商家优惠共0.00元"),
        ("bill_wrong_amount", None, "#交易合计：2笔，商家实收共412.01元，商家优惠共0.00元"),
    ],
)
async def test_sums_go_along_with_the_lines_or_do_not(
    merchant: Merchant, stage: Stage, kind: str, follow: bool | None, end: str
) -> None:
    await a_day(merchant, stage)
    wish = {} if follow is None else {"sums_follow": follow}
    stage.faults.add("alipay", kind, order="trade", parameters=wish)
    files = await files_of(merchant, stage, "2026-01-05", "trade")
    assert end in next(iter(files.values())).splitlines()


async def test_a_day_without_business_has_no_line_to_spoil(
    merchant: Merchant, stage: Stage
) -> None:
    stage.faults.add("alipay", "bill_foreign_line")
    assert await fetch(merchant, stage) == []
