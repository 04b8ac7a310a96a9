"""A receipt from the payment to whoever verifies it: on paper, by its QR code, and in red."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import pypdfium2
import zxingcpp
from pypdf import PdfReader

from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import Role, Statements
from tests.journeys.gateway.citizen import log_in
from tests.journeys.gateway.staff import give_back
from tests.journeys.gateway.test_notices import FINE, decide, noon
from tests.journeys.gateway.test_notices import issue as issued
from tests.journeys.gateway.tills import ALIPAY, WECHAT_PAY
from tests.web.test_docs_in_a_browser import browse

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def receipted(house, till):
    """An overdue fine, paid and receipted; the citizen, and the order as they see it."""
    citizen = await log_in(house, till)
    order = await citizen.order(await issued(house, items=[FINE], due_in_days=-30))
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")
    return citizen, (await citizen.call("GET", f"/orders/{order['order_id']}")).json()


async def paper(citizen, order):
    return await citizen.call("GET", f"/orders/{order['order_id']}/receipt.pdf")


async def verify(house, receipt, **other):
    told = {name: receipt[name] for name in ("code", "number", "check_code")}
    body = urlencode({**told, "amount": "", **other}).encode()
    answer = await house.call("POST", "/v1/receipts/verify", body, FORM)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.body.decode()


def qr_on(pdf):
    page = pypdfium2.PdfDocument(pdf)[0]
    (found,) = zxingcpp.read_barcodes(page.render(scale=2).to_pil())
    return found.text


async def test_a_receipt_is_printed_for_whom_it_is_and_its_qr_code_verifies_it(house, till):
    citizen, order = await receipted(house, till)
    answer = await paper(citizen, order)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    said = "".join("".join(p.extract_text().split()) for p in PdfReader(BytesIO(answer.body)).pages)
    assert "缴款人：林**" in said
    assert "交通违法加处罚款（103050199）" in said
    assert "人民币贰佰伍拾元整" in said
    address = qr_on(answer.body)
    assert address.startswith(house.url)
    page = await house.call("GET", address.removeprefix(house.url))
    assert page.status == 200
    assert "查验结果：有效" in page.body.decode()
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "林" not in urlsplit(address).query


async def test_nobody_else_prints_it_and_before_it_is_there_nobody_does(house, till):
    _, order = await receipted(house, till)
    other = await log_in(house, till)
    assert (await paper(other, order)).status == 404
    unpaid = await other.order(await issued(house))
    answer = await paper(other, unpaid)
    assert (answer.status, answer.json()["code"]) == (409, "receipt_not_ready")


async def test_the_page_opens_empty_and_says_the_same_to_all_that_is_wrong(house):
    empty = await house.call("GET", "/v1/receipts/verify")
    assert empty.status == 200
    assert 'role="alert"' not in empty.body.decode()
    _, order = await receipted(house, WECHAT_PAY)
    receipt = order["receipt"]
    wrong = [{"check_code": "000000"}, {"number": "9999999999"}, {"amount": "1.00"}]
    pages = [await verify(house, receipt, **each) for each in wrong]
    assert all("没有查到该票据" in page for page in pages)
    assert "查验结果：有效" in await verify(house, receipt, amount="250.00")


async def test_a_form_in_another_form_is_refused(house):
    answer = await house.call("POST", "/v1/receipts/verify", b"{}", {"Content-Type": "text/plain"})
    assert answer.status == 415
    answer = await house.call("POST", "/v1/receipts/verify", b"odd=1", FORM)
    assert answer.status == 422


async def test_a_refund_is_a_red_receipt_and_the_page_says_so(house, till):
    citizen, order = await receipted(house, till)
    receipt = order["receipt"]
    await give_back(house, order, 5_000, reason="加处罚款退回")
    await house.pass_time(hours=2)
    assert "查验结果：部分冲红" in await verify(house, receipt)
    await give_back(house, order, 20_000, reason="处罚决定撤销")
    await house.pass_time(hours=2)
    told = (await citizen.call("GET", f"/orders/{order['order_id']}")).json()
    reds = [refund["red_receipt"] for refund in told["refunds"]]
    assert [red["total_fen"] for red in reds] == [-5_000, -20_000]
    assert "查验结果：已冲红" in await verify(house, receipt)
    assert "查验结果：红字票据" in await verify(house, reds[0], amount="-50.00")
    kept = {each["red_receipt"]["receipt_number"] for each in await refunds(house)}
    assert kept == {red["number"] for red in reds}


async def refunds(house):
    return await house.control("GET", "/finance/refunds")


async def test_a_refund_whose_report_was_lost_has_one_red_receipt(house):
    citizen, order = await receipted(house, ALIPAY)
    await house.fault("finance", "reply_lost", "refunds.report", times=2)
    await give_back(house, order, 5_000, reason="加处罚款退回")
    await house.pass_time(hours=2)
    (refund,) = (await citizen.call("GET", f"/orders/{order['order_id']}")).json()["refunds"]
    (kept,) = await refunds(house)
    assert refund["red_receipt"]["number"] == kept["red_receipt"]["receipt_number"]


async def whole(books, day):
    return [line async for lines in books.statement(day) for line in lines]


async def test_finance_s_books_of_a_day_are_ours_when_the_day_is_over(house):
    await noon(house)
    day = beijing_day(house.now())
    _, order = await receipted(house, WECHAT_PAY)
    elsewhere = await issued(house)
    await decide(house, elsewhere, "pay-elsewhere")
    await house.advance(timedelta(days=1))
    books = house.gateway.table.offered(Statements)["finance"]
    lines = {line.number: line for line in await whole(books, day)}
    ours = lines.pop(order["order_id"])
    assert (ours.amount_fen, ours.refund, ours.elsewhere) == (25_000, False, False)
    (counter,) = lines.values()
    assert (counter.pay_code, counter.elsewhere) == (elsewhere["pay_code"], True)
    await house.fault("finance", "statement_left_out", order=order["order_id"])
    assert order["order_id"] not in {line.number for line in await whole(books, day)}


async def test_a_phone_shows_the_page_a_qr_code_leads_to(house, tmp_path):
    citizen, order = await receipted(house, WECHAT_PAY)
    address = qr_on((await paper(citizen, order)).body)
    page = await browse(tmp_path, "--dump-dom", address)
    assert "查验结果：有效" in page.decode()
    shot = tmp_path / "page.png"
    await browse(tmp_path, "--window-size=420,1700", f"--screenshot={shot}", address)
    assert shot.stat().st_size > 20_000  # with its style let in; an empty page is a tenth of it


async def test_a_receipt_that_does_not_come_is_on_the_list_of_whom_it_concerns(house, till):
    citizen = await log_in(house, till)
    order = await citizen.order(await issued(house))
    away = await house.fault("finance", "server_error", "receipts.issue", times=None)
    await citizen.pay(order)
    await house.pass_time(hours=26)
    unit = (await house.order(order["order_id"])).unit_code
    staff = {
        "clerk": ({Role.FINANCE_CLERK}, ()),
        "own": ({Role.UNIT_CLERK}, (unit,)),
        "other": ({Role.UNIT_CLERK}, ("999999",)),
        "reviewer": ({Role.FINANCE_REVIEWER}, ()),
    }
    seen = {name: await missing(house, name, *who) for name, who in staff.items()}
    assert seen == {
        "clerk": [order["order_id"]],
        "own": [order["order_id"]],
        "other": [],
        "reviewer": 403,
    }
    await house.control("DELETE", f"/faults/{away}")
    await house.pass_time(hours=8)
    assert await missing(house, "auditor", {Role.AUDITOR}, ()) == []
    await house.becomes(order["order_id"], "receipted")


async def missing(house, name, roles, units):
    """The orders on the list of somebody new; the status where there is none."""
    keeping = house.gateway.edge.staff
    await keeping.add(name, roles, units, by="cli:test")
    headers = {"Authorization": f"Bearer {(await keeping.new_token(name)).text}"}
    answer = await house.call("GET", "/v1/staff/receipts/missing", fields=headers)
    if answer.status != 200:
        return answer.status
    return [each["order_id"] for each in answer.json()["receipts"]]
