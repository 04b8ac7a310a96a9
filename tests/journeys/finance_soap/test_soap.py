"""A notice is pulled by the public payment platform, paid there, heard of here: over sockets."""

from typing import Any

import pytest

from adapters.finance.soap.authority import NoticePaidShort
from adapters.finance.soap.reactions import PATIENCE
from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.notices import NoticeState
from channel_gateway.ports import NoticePaidAlready
from tests.journeys.finance_soap.conftest import NAME, UNIT, Town
from tests.journeys.gateway.citizen import log_in
from tests.journeys.gateway.house import until
from tests.journeys.gateway.tills import TILLS, Till


async def test_the_platform_pulls_what_a_payer_owes(town: Town) -> None:
    issued = await town.issued()

    (detail,) = await town.pulled()

    assert detail["NOTICENO"] == issued.notice.pay_code
    assert (detail["TOTALMONEY"], detail["PAYER"], detail["ENTERCODE"]) == ("80.00", NAME, UNIT)
    assert [(one["CHITCODE"], one["CHMONEY"]) for one in detail["projects"]] == [
        ("00034002", "80.00")
    ]


async def test_what_is_paid_there_is_paid_here_and_owed_no_more(town: Town) -> None:
    issued = await town.issued()

    payment = await town.pay(issued)

    (heard,) = await town.heard(issued)
    await town.house.quiet()
    assert (heard["transaction"], heard["amount_fen"]) == (payment["trade_no"], 8000)
    assert await town.state(issued) is NoticeState.PAID
    assert (await town.kept(issued))["paid"]["receipt_number"] == payment["receipt_no"]
    assert await town.pulled() == []
    with pytest.raises(NoticePaidAlready):
        await town.authority.void(issued.notice.pay_code, "重复开单")


async def test_a_push_that_comes_twice_is_heard_of_once(town: Town) -> None:
    await town.house.fault("finance_soap", "notify_doubled", "GetPay_Info")
    issued = await town.issued()
    await town.pay(issued)
    await town.house.delivered(issued.notice.pay_code, attempts=2)
    await town.house.quiet()

    assert len(await town.heard(issued)) == 1


async def test_a_push_is_believed_when_the_platform_itself_says_so_and_not_before(
    town: Town,
) -> None:
    await town.house.fault("finance_soap", "search_behind", "GetSearchPay_Info", times=1)
    issued = await town.issued()
    await town.pay(issued)
    await town.house.delivered(issued.notice.pay_code)
    await town.heard(issued, count=0)

    await town.house.pass_time(minutes=1)

    assert len(await town.heard(issued)) == 1


async def test_a_forged_push_changes_nothing(town: Town) -> None:
    issued = await town.issued()
    number = issued.notice.pay_code
    params = {
        "NOTICENO": number,
        "CHANNELNO": number[:9],
        "ORIGINALNOTICENO": number[9:],
        "TRADENO": "FORGED",
        "PAYMONEY": "80.00",
        "PAYDATE": "20260105",
        "PAYTIME": "120000",
    }
    lines = "".join(f'<PARAM NAME="{name}">{value}</PARAM>' for name, value in params.items())
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        '<u:GetPay_Info xmlns:u="http://server.webservice.datanew.com"><in0><![CDATA[<ROOT>'
        f"<REQUEST>{lines}</REQUEST></ROOT>]]></in0></u:GetPay_Info></s:Body></s:Envelope>"
    )
    path = town.url.removeprefix(town.house.url)

    answer = await town.house.call("POST", path, body.encode())
    await town.house.quiet()

    assert answer.status == 200  # kept as a question, and asked
    assert await town.state(issued) is NoticeState.UNPAID
    await town.heard(issued, count=0)

    await town.house.pass_time(minutes=5)
    asked = (await town.house.control("GET", "/requests?platform=finance_soap"))["requests"]
    assert len(asked) == 1 + 1 + PATIENCE  # ours just now, at once, and while it may come late
    kept = await town.kept(issued)
    assert (kept.get("tasks"), kept.get("given_up")) == ([], [])


async def test_a_lost_push_is_found_by_looking_the_notice_up(town: Town) -> None:
    await town.house.fault("finance_soap", "notify_lost", "GetPay_Info", times=None)
    issued = await town.issued()
    await town.pay(issued)

    assert await town.state(issued) is NoticeState.PAID
    assert len(await town.heard(issued)) == 1


async def test_the_platform_being_away_for_a_day_loses_nothing(town: Town) -> None:
    issued = await town.issued()
    await town.house.fault("finance_soap", "connection_cut", "GetSearchPay_Info", times=24)
    await town.pay(issued)
    await town.house.delivered(issued.notice.pay_code)
    with pytest.raises(Unavailable):
        await town.state(issued)

    await town.house.pass_time(days=3)

    assert len(await town.heard(issued)) == 1


async def test_less_than_the_notice_comes_to_is_a_persons_matter(town: Town) -> None:
    issued = await town.issued()

    await town.pay(issued, money="79.99")

    async def given_up() -> list[dict[str, Any]]:
        return list((await town.kept(issued)).get("given_up", []))

    (letter,) = await until("a dead letter", given_up, bool)
    assert "less" in letter["note"]
    assert await town.heard(issued, count=0) == []
    assert await town.pulled() == []
    with pytest.raises(NoticePaidShort) as told:
        await town.state(issued)
    assert "金额不足" in told.value.zh


async def test_a_withdrawn_notice_is_pulled_no_more(town: Town) -> None:
    issued = await town.issued()

    await town.authority.void(issued.notice.pay_code, "重复开单")

    assert await town.pulled() == []
    assert await town.state(issued) is NoticeState.VOIDED


@pytest.mark.parametrize("till", TILLS, ids=lambda till: till.channel)
async def test_a_citizen_is_told_to_pay_such_a_notice_over_there(town: Town, till: Till) -> None:
    issued = await town.issued()
    citizen = await log_in(town.house, till)
    codes = {"pay_code": issued.notice.pay_code, "check_code": issued.check_code}

    answer = await citizen.asks_for({**codes, "total_fen": 8000})

    assert (answer.status, answer.json()["code"]) == (422, "not_collected_here")
    assert "统一公共支付平台" in answer.json()["message"]
