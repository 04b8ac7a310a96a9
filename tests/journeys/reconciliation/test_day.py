"""A day at a till, reconciled blind the morning after: what was planted is found, nothing else."""

from tests.journeys.reconciliation.office import next_morning, noon


async def test_a_day_on_which_nothing_went_wrong_balances_by_itself(house, office, business, till):
    day = await noon(house)
    order_id = await business.paid(20_000)
    await business.paid(5_000)
    await business.given_back(order_id, 7_000)
    await next_morning(house)
    view = await office.clerk.run(day, till)
    assert (view["state"], view["kinds"], view["waiting"]) == ("balanced", [], "")
    report = await office.auditor.ask("GET", f"/days/{day}")
    (method,) = [each for each in report["methods"] if each["method"] == till.plugin]
    for side in ("channel", "gateway", "finance"):
        assert (method[side]["gross_fen"], method[side]["refunded_fen"]) == (25_000, 7_000), side
    assert method["bank_fen"] == method["settled_fen"]
    (row,) = method["rows"]
    assert (row["item_code"], row["gross_fen"], row["net_fen"]) == ("103043211", 25_000, 18_000)
    (transit,) = method["transit"]
    assert transit["closing_fen"] == 0
