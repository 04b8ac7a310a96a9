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


async def test_a_day_of_planted_faults_is_found_whole_and_healed_where_it_can(
    house, office, business, till
):
    """One fault of each kind on one day; only their kinds are known to who reads the report."""
    day = await noon(house)
    planted = {}
    missing = await business.paid(10_000)  # the first line of the bill
    amount = await business.paid(11_000)  # the second: copied to a stranger, and a fen more
    faults = []
    for kind in ("bill_missing_line", "bill_foreign_line", "bill_wrong_amount"):
        aim = {"order": TRADE_BILL[till.channel]} if till.channel in TRADE_BILL else {}
        at = BILL_MADE[till.channel]
        faults.append(await house.fault(till.stand_in, kind, at, times=None, **aim))
    planted["M3"], planted["M6"] = {missing}, {amount}

    citizen, lost = await business.order(12_000)  # paid, and nobody tells us
    deaf = await business.deaf(lost["order_id"])
    await citizen.pay(lost)
    planted["M1"] = {lost["order_id"]}

    untold = await business.paid(13_000)  # booked, and not on finance's statement
    await house.fault("finance", "statement_left_out", order=untold, times=None)
    planted["M4"] = {untold}

    wrong = await business.paid(14_000)  # on finance's statement with another amount
    await house.fault("finance", "statement_other_amount", order=wrong, times=None)
    planted["M6"] |= {wrong}

    _, elsewhere = await business.order(15_000)  # paid at a counter instead
    pay_code = elsewhere["pay_code"]
    await house.control("POST", f"/finance/notices/{pay_code}/pay-elsewhere")
    planted["M5"] = {pay_code}

    first, second = await twice(business)  # two citizens pay one notice
    planted["M7"] = {second}

    stuck = await business.paid(17_000)  # refunded, and nobody tells us
    deaf += await deaf_refund(house, till, stuck)
    await business.given_back(stuck, 2_000)
    planted["M8"] = {stuck}

    await until_midnight(house)
    late = await paid_over_midnight(house, business)
    planted["M9"] = {late}
    await house.fault("bank", "credit_withheld", times=None, order=merchant(house, till))

    await next_morning(house)
    await business.mended(deaf)
    view = await office.clerk.run(day, till)
    found = await office.clerk.differences(day, till)

    assert view["state"] == "diff_open"
    by_kind = {}
    for each in found:
        name = each["pay_code"] if each["kind"] == "M5" else each["order_id"]
        by_kind.setdefault(each["kind"], set()).add(name)
    stranger = by_kind.pop("M2")
    assert len(stranger) == 1
    assert by_kind.pop("M10") == {""}
    assert by_kind == planted
    assert all(each["cause"] and each["owner"] and each["next_step"] for each in found)

    states = {each["kind"]: each["state"] for each in found}
    healed = {kind for kind, state in states.items() if state == "healed"}
    assert healed == {"M1", "M5", "M7", "M9"}

    await house.quiet()
    again = await office.clerk.run(day, till)
    assert (await house.order(lost["order_id"])).state in ("receipted", "confirmed", "paid")
    assert again["state"] == "diff_open"
    await house.pass_time(hours=2)
    rest = [each for each in await office.clerk.differences(day, till) if each["state"] == "open"]
    assert {each["kind"] for each in rest} <= {"M2", "M3", "M4", "M6", "M8", "M10"}
