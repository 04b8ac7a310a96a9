"""Figures for the finance office, over sockets: what was exported adds up."""

import csv
import json
from collections import Counter
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from channel_gateway.domain.money import fen_from_yuan
from channel_gateway.ports import Role
from payment.exports.what import TITLES, What
from tests.journeys.gateway.house import Answer, House
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import Business, Worker, hire, next_morning, noon

UNIT = "330199011"
SUMMED = ("收款", "退款", "净额", "其中滞纳金")


async def export(worker: Worker, what: str, day: date, **more: Any) -> Answer:
    asked = {"from": day, "to": day, "format": "csv"} | more
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    headers = {"Authorization": f"Bearer {worker.token}"}
    return await worker.house.call("GET", f"/v1/staff/exports/{what}?{query}", b"", headers)


async def lines(worker: Worker, what: str, day: date, **more: Any) -> list[dict[str, str]]:
    answer = await export(worker, what, day, **more)
    assert answer.status == 200, answer.body.decode()
    return read(answer.body)


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def sums(found: list[dict[str, str]]) -> dict[tuple[str, ...], int]:
    """In fen, by day, method, unit and column; of what is nothing there is no sum."""
    counted: Counter[tuple[str, ...]] = Counter()
    for line in found:
        where = line["日期"], line["支付方式"], line["执收单位"]
        for column in SUMMED:
            counted[*where, column] += fen_from_yuan(line[column] or "0")
    return {key: fen for key, fen in counted.items() if fen}


async def closed(office, day: date, till) -> None:
    """Run, its differences settled, closed and signed."""
    await office.clerk.run(day, till)
    for each in await office.clerk.differences(day, till):
        if each["case_state"] not in (None, "settled"):
            words = {"reason": "已查明"}
            await office.clerk.ask("POST", f"/cases/{each['id']}/settle", words)
    await office.clerk.ask("POST", f"/days/{day}/{till.plugin}/close")
    signed = await office.reviewer.ask("POST", f"/days/{day}/{till.plugin}/sign")
    assert signed["state"] == "closed"


async def test_the_movements_of_a_closed_day_add_up_to_its_report(house, till, business, office):
    day = await noon(house)
    given_back = await business.paid(20_000)
    await business.paid(15_000)
    await planting.paid_twice(business)
    await business.given_back(given_back, 7_000)
    await next_morning(house)
    await closed(office, day, till)

    movements = await lines(office.auditor, "movements", day)
    report = await lines(office.auditor, "report", day)
    added_up = sums(movements)
    assert added_up == sums(report)
    assert added_up[str(day), till.plugin, UNIT, "收款"] == 20_000 + 15_000 + 2 * 16_000
    assert added_up[str(day), till.plugin, UNIT, "退款"] == 7_000 + 16_000
    assert Counter(line["类型"] for line in movements) == {"收款": 4, "退款": 2}
    order = await house.order(given_back)
    paid, back = [line for line in movements if line["订单号"] == given_back]
    assert (paid["缴款码"], paid["渠道流水号"]) == (order.pay_code, order.transaction)
    assert paid["票据号码"] == order.receipt.number
    assert (back["退款单号"], back["退款"]) == (order.refunds[0].number, "70.00")
    assert back["票据号码"] == order.refunds[0].red_receipt.number
    assert any(line["备注"] == "重复缴款，不入账" for line in movements)


async def test_every_kind_opens_in_a_spreadsheet(house, till, business, office):
    day = await noon(house)
    await business.paid(20_000)
    await planting.paid_twice(business)
    await planting.stranger_on_the_bill(house, till)
    await next_morning(house)
    await office.clerk.run(day, till)
    (stranger,) = [
        each for each in await office.clerk.differences(day, till) if each["kind"] == "M2"
    ]
    await office.clerk.ask("POST", f"/cases/{stranger['id']}/suspend", {"reason": "待查明"})

    rows = {}
    for what in What:
        answer = await export(office.reviewer, what, day, format="xlsx")
        assert answer.status == 200, answer.body.decode()
        assert answer.headers["content-disposition"] == (
            f'attachment; filename="{what}-{day}-{day}.xlsx"'
        )
        book = load_workbook(BytesIO(answer.body), data_only=True)
        assert book.sheetnames == ["封面", TITLES[what]]
        sheet = book[TITLES[what]]
        rows[what] = sheet.max_row - 2
        assert sheet.cell(sheet.max_row, 1).value == "合计"
    assert rows == {
        What.MOVEMENTS: 4,
        What.REPORT: rows[What.REPORT],
        What.DIFFERENCES: rows[What.DIFFERENCES],
        What.CASES: 1,
        What.SUSPENSE: 1,
        What.REFUNDS: 1,
        What.RECEIPTS: 0,
    }
    assert rows[What.REPORT] >= 2
    assert rows[What.DIFFERENCES] >= 1


async def test_a_unit_clerk_gets_the_figures_of_the_unit_alone(house, till, business, office):
    day = await noon(house)
    await business.paid(20_000)
    await next_morning(house)
    await office.clerk.run(day, till)
    own = await hire(house, "unit-zhao", Role.UNIT_CLERK, UNIT)
    other = await hire(house, "unit-qian", Role.UNIT_CLERK, "330199099")

    for what in ("movements", "report"):
        assert {line["执收单位"] for line in await lines(own, what, day)} == {UNIT}
        assert await lines(other, what, day) == []
        assert (await export(other, what, day, unit=UNIT)).status == 404
    assert (await export(own, "suspense", day)).status == 403
    assert (await export(office.operator, "movements", day)).status == 403


async def test_an_export_is_on_the_audit_trail_with_its_days(house, office):
    day = await noon(house)
    await lines(office.auditor, "movements", day)
    trail = house.gateway.edge.trail
    begun = [
        each
        for each in await trail.page(actor="auditor-qi", day=None, before=None, limit=10)
        if each.what == "begun"
    ]
    assert begun[0].fields["action"] == "GET /v1/staff/exports/movements"
    assert begun[0].fields["parameters"] == f"from={day};to={day};format=csv"


@pytest.mark.parametrize(
    "more", [{"to": "2020-01-01"}, {"from": "2020-01-01"}, {"from": "today"}, {"format": "pdf"}]
)
async def test_what_is_no_range_of_days_is_refused(house, office, more):
    answer = await export(office.auditor, "report", await noon(house), **more)
    assert (answer.status, answer.json()["code"]) == (422, "invalid")


async def test_a_payment_after_the_signature_is_marked(house, till, business, office):
    """A platform's word on a closed day comes late: the signed report cannot have it."""
    day = await noon(house)
    await business.paid(20_000)
    order_id, deaf = await planting.paid_unheard(business)
    await next_morning(house)
    await closed(office, day, till)
    await business.mended(deaf)
    await house.pass_time(hours=3)
    movements = {line["订单号"]: line for line in await lines(office.auditor, "movements", day)}
    assert movements[order_id]["备注"] == "结账后入账"
    report = await lines(office.auditor, "report", day)
    del movements[order_id]
    assert sums(list(movements.values())) == sums(report)


async def test_at_a_terminal_a_file_is_whole_or_not_there(terminal, tmp_path):
    house: House = terminal.house
    business = Business(house, WECHAT_PAY)
    day = str(await noon(house))
    await business.paid(20_000)
    file = tmp_path / "收支.csv"
    command = ("export", "movements", "--from", day, "--to", day, "--out", str(file))

    told = json.loads(await terminal.says(*command, "--json"))
    content = file.read_bytes()
    assert told["rows"] == len(read(content)) == 1
    assert told["sha256"] == told["csv_sha256"]
    assert {"column": "收款", "fen": 20_000} in told["totals"]
    assert file.stat().st_mode & 0o777 == 0o600

    code, out, err = await terminal.run(*command)
    assert (code, out) == (1, "")
    assert "is there already; --force writes over it" in err
    assert file.read_bytes() == content
    said = await terminal.says(*command, "--force")
    assert "收支明细" in said
    assert "收款 200.00" in said
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".收支")] == []

    begun = [
        each async for each in house.gateway.edge.chains.chain("audit").links()
        if each.fields["action"] == "export movements"
    ]  # fmt: skip
    assert {each.fields.get("outcome") for each in begun} == {None, "done"}
    tomorrow = date.fromisoformat(day) + timedelta(days=1)
    code, _, err = await terminal.run("export", "report", "--from", str(tomorrow), "--to", day)
    assert (code, err.startswith("invalid: ")) == (1, True)
