"""Three years later a closed day is put away at a terminal, and whoever asks still finds it."""

import gzip
import json
from datetime import timedelta
from urllib.parse import urlencode

from channel_gateway.ports import Role
from payment.orders import ORDERS
from tests.journeys.gateway.citizen import Citizen, issue, log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation.office import hire, next_morning, noon
from tests.journeys.reconciliation.terminal import Terminal

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_a_closed_day_is_put_away_and_still_answers(terminal: Terminal) -> None:
    house = terminal.house
    day = await noon(house)
    citizen = await log_in(house, WECHAT_PAY)
    order_id = await paid(house, citizen)
    await next_morning(house)
    clerk = await hire(house, "clerk-lin", Role.FINANCE_CLERK)
    reviewer = await hire(house, "reviewer-wu", Role.FINANCE_REVIEWER)
    operator = await hire(house, "operator-he", Role.OPERATOR)

    archive = ("archive", str(day))
    code, _, err = await terminal.run(*archive, token=operator.token)
    assert (code, "day_too_young" in err) == (1, True)
    await terminal.says("reconcile", str(day))
    await terminal.says("close", str(day), token=clerk.token)
    await terminal.says("close", str(day), "--sign", token=reviewer.token)
    told_before = money_in(await terminal.says("explain", order_id))

    await house.advance(timedelta(days=1101))
    clerk = await hire(house, "clerk-sun", Role.FINANCE_CLERK)
    operator = await hire(house, "operator-yi", Role.OPERATOR)
    code, _, err = await terminal.run(*archive, token=clerk.token)
    assert (code, "wrong_role" in err) == (1, True)
    told = json.loads(await terminal.says(*archive, "--json", token=operator.token))
    assert (told["gone"], told["left"], told["stay"]) == (1, 0, {})
    assert ["wechat_pay", str(day)] in told["in_parity"]
    assert "没有可归档的订单" in await terminal.says(*archive, token=operator.token)

    assert await house.gateway.store.get(ORDERS.name, order_id) is None
    file = terminal.folder / "archive" / told["file"]["name"]
    _, line, end = map(json.loads, gzip.decompress(file.read_bytes()).splitlines())
    assert (line["order"]["_id"], end["received_fen"]) == (order_id, 20_000)

    story = await terminal.says("explain", order_id)
    assert money_in(story) == told_before != []
    assert file.name in story
    await answers_still(house, citizen, order_id)

    assert "holds" in await terminal.says("journal", "verify")
    assert "0 of them differ" in await terminal.says("journal", "parity", str(day))
    assert "已取回订单库" in await terminal.says("restore", order_id, token=operator.token)
    assert await house.gateway.store.get(ORDERS.name, order_id) is not None
    file.write_bytes(file.read_bytes()[:-1])
    code, out, _ = await terminal.run("journal", "verify", "--json")
    [fault] = json.loads(out)["archive"]
    assert (code, fault["file"]) == (1, file.name)


def money_in(story: str) -> list[str]:
    """What traces do not tell, which are forgotten by then."""
    whats = ("元已", "  订单：", "资金流水 ", "电子票据 ")
    return [line for line in story.splitlines() if any(what in line for what in whats)]


async def paid(house: House, citizen: Citizen) -> str:
    order = await citizen.order(await issue(house))
    await citizen.pay(order)
    await house.pass_time(minutes=2)
    await house.becomes(order["order_id"], "receipted")
    return str(order["order_id"])


async def answers_still(house: House, citizen: Citizen, order_id: str) -> None:
    """The citizen's page of it, their list, the receipt on paper, and who verifies that."""
    given = await house.control("POST", "/wechat/login-codes", openid=citizen.openid)
    asked = json.dumps({"channel": "wechat", "code": given["code"]}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": "log-in-years-later"}
    session = await house.call("POST", "/v1/sessions", asked, headers)
    citizen = Citizen(house, WECHAT_PAY, citizen.openid, session.json()["token"])
    shown = (await citizen.call("GET", f"/orders/{order_id}")).json()
    listed = (await citizen.call("GET", "/orders")).json()["orders"]
    assert (shown["state"], [each["order_id"] for each in listed]) == ("receipted", [order_id])
    sheet = await citizen.call("GET", f"/orders/{order_id}/receipt.pdf")
    assert sheet.body.startswith(b"%PDF")
    receipt = shown["receipt"]
    claim = {name: receipt[name] for name in ("code", "number", "check_code")}
    page = await house.call("POST", "/v1/receipts/verify", urlencode(claim).encode(), FORM)
    assert receipt["number"] in page.body.decode()
    assert "200.00" in page.body.decode()
    wish = {"ground": "overpaid", "words": "多缴", "amount_fen": 100}
    refused = await citizen.call("POST", f"/orders/{order_id}/refund-applications", wish)
    assert (refused.status, refused.json()["code"]) == (409, "order_archived")
