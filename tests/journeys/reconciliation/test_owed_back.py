"""Money that is to go back and does not stands on every day's report until it is back."""

from datetime import timedelta

import pytest

from channel_gateway.ports import Role
from tests.journeys.gateway.staff import hire
from tests.journeys.gateway.tills import WECHAT_PAY
from tests.journeys.reconciliation import planting
from tests.journeys.reconciliation.office import next_morning, noon
from tests.journeys.reconciliation.test_suspense import method_of


async def report_of(house, office, day, till):
    await next_morning(house)
    await office.clerk.run(day, till)
    return await method_of(office, day, till)


async def paid_late(business):
    """Paid after it was closed; returns the order."""
    citizen, order = await business.order(16_000)
    await citizen.close(order)
    await business.house.becomes(order["order_id"], "closed")
    await citizen.pay_late(order)
    await business.house.pass_time(minutes=5)
    return str(order["order_id"])


@pytest.fixture
def till():
    return WECHAT_PAY


@pytest.mark.parametrize("stray", [planting.paid_twice, paid_late])
@pytest.mark.parametrize("fault", ["merchant_balance_short", "refund_abnormal", "refund_closed"])
async def test_a_stuck_refund_of_stray_money_is_on_each_days_report_until_it_is_done(
    house, office, business, till, stray, fault
):
    first = await noon(house)
    stuck = await house.fault("wechat_pay", fault, "refunds.create", times=None)
    order_id = await stray(business)
    seen = [await report_of(house, office, first, till)]
    second = first + timedelta(days=1)
    seen.append(await report_of(house, office, second, till))
    for method in seen:
        [owed] = method["owed_back"]
        assert (owed["order_id"], owed["amount_fen"], owed["stuck"]) == (order_id, 16_000, True)
        assert method["owed_back_fen"] == 16_000
        assert owed["next_step"]
        assert owed["reason"]
        assert [each["closing_fen"] for each in method["transit"]] == [16_000]
    assert seen[0]["owed_back"][0]["since"] == seen[1]["owed_back"][0]["since"]

    third = second + timedelta(days=1)
    await house.control("DELETE", f"/faults/{stuck}")
    [refund] = (await house.order(order_id)).refunds
    await arrives(house, order_id, refund, fault)
    assert (await report_of(house, office, third, till))["owed_back"] == []
    assert await office.clerk.differences(third, till) == []
    again = await report_of(house, office, second, till)
    assert [each["order_id"] for each in again["owed_back"]] == [order_id]


async def arrives(house, order_id, refund, fault):
    """Somebody puts right what held it up."""
    clerks = [await hire(house, name, Role.FINANCE_CLERK) for name in ("li", "sun", "qian")]
    path = f"/orders/{order_id}/refunds/{refund.number}"
    if fault == "refund_closed":
        assert (await clerks[0].call("POST", f"{path}/resend")).status == 202
    elif fault == "refund_abnormal":
        handed = await clerks[0].call("POST", f"{path}/by-transfer")
        path = f"/orders/{order_id}/refunds/{handed.json()['refund']['refund_no']}"
        said = {"reference": "TR2026100001"}
        assert (await clerks[1].call("POST", f"{path}/transferred", said)).status == 200
        assert (await clerks[2].call("POST", f"{path}/confirm-transfer", said)).status == 200
    await house.pass_time(hours=8)
    assert (await house.order(order_id)).state == "returned"
