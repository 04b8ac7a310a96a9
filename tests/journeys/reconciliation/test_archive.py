"""Three years later a closed day is put away at a terminal, and everybody still finds it."""

import gzip
import json
from datetime import timedelta

from payment.orders import ORDERS
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation.office import Business, hire, next_morning, noon
from tests.journeys.reconciliation.terminal import Terminal
from channel_gateway.ports import Role


async def test_a_closed_day_is_put_away_and_still_answers(terminal: Terminal) -> None:
    house = terminal.house
    business = Business(house, WECHAT_PAY)
    day = await noon(house)
    order_id = await business.paid(20_000)
    await next_morning(house)
    clerk = await hire(house, "clerk-lin", Role.FINANCE_CLERK)
    reviewer = await hire(house, "reviewer-wu", Role.FINANCE_REVIEWER)
    operator = await hire(house, "operator-he", Role.OPERATOR)

    code, _, err = await terminal.run("archive", str(day), token=operator.token)
    assert (code, "day_too_young" in err) == (1, True)
    await terminal.says("reconcile", str(day))
    await terminal.says("close", str(day), token=clerk.token)
    await terminal.says("close", str(day), "--sign", token=reviewer.token)
    before = await terminal.says("explain", order_id)
    await house.advance(timedelta(days=1101))
    operator = await hire(house, "operator-yi", Role.OPERATOR)
    code, _, err = await terminal.run("archive", str(day), token=clerk.token)
    print(code, err)

    told = json.loads(await terminal.says("archive", str(day), "--json", token=operator.token))
    print(told)
    assert (told["gone"], told["file"]["received_fen"], told["file"]["returned_fen"]) == (
        1,
        20_000,
        0,
    )
    assert await house.gateway.store.get(ORDERS.name, order_id) is None
    content = (terminal.folder / "archive" / told["file"]["name"]).read_bytes()
    _, line, _ = map(json.loads, gzip.decompress(content).splitlines())
    assert line["order"]["_id"] == order_id

    after = await terminal.says("explain", order_id)
    print(before, after)
    assert told["file"]["name"] in after
    assert "holds" in await terminal.says("journal", "verify")
    assert "0 of them differ" in await terminal.says("journal", "parity", str(day))
