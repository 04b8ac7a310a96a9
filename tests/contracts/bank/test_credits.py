"""The bank has by eleven of the next day what the platforms' bills say, or something is amiss."""

from datetime import timedelta

import pytest

from channel_gateway.domain.errors import GatewayError, Unavailable
from payment.ports import PaymentMethod
from tests.contracts.bank.conftest import Account
from tests.contracts.rigs.alipay import METHOD as ALIPAY
from tests.contracts.rigs.wechat import METHOD as WECHAT


async def test_what_comes_in_is_what_both_bills_say(account: Account) -> None:
    await account.at(1, 14)
    credits = await account.credits()
    assert credits["wechat_pay"].amount_fen == await account.billed(WECHAT) == 7766
    assert credits["alipay_pay"].amount_fen == await account.billed(ALIPAY) == 7718
    assert {credit.day for credit in credits.values()} == {account.day}


async def test_merchants_are_named_as_the_methods_name_them(account: Account) -> None:
    await account.world.control("POST", "/wechat_pay/settings", fee_rate=60)
    await account.at(1, 14)
    wechat_pay = (await account.credits())["wechat_pay"]
    assert wechat_pay.amount_fen == await account.billed(WECHAT) == 7766 - 48 + 1
    assert wechat_pay.merchant == account.world.part(PaymentMethod, "wechat_pay").merchant


async def test_before_eleven_nothing_has_come_in(account: Account) -> None:
    await account.at(1, 10.9)
    assert await account.credits() == {}
    await account.world.advance(timedelta(minutes=10))
    assert len(await account.credits()) == 2


async def test_a_day_without_business_brings_nothing(account: Account) -> None:
    await account.at(3, 12)
    assert await account.bank.credits(account.day + timedelta(days=1)) == ()


async def test_a_platform_may_keep_back_a_part(account: Account) -> None:
    await account.world.fault(
        "bank", "credit_withheld", "credits.list", parameters={"amount_fen": 66}
    )
    await account.at(1, 14)
    amounts = sorted(credit.amount_fen for credit in (await account.credits()).values())
    assert amounts in ([7652, 7766], [7700, 7718])
    again = sorted(credit.amount_fen for credit in (await account.credits()).values())
    assert again == amounts  # what is booked stays


async def test_money_may_never_come(account: Account) -> None:
    await account.world.fault("bank", "credit_missing", "credits.list", times=2)
    await account.at(9, 14)
    assert await account.credits() == {}


async def test_money_may_come_twice(account: Account) -> None:
    day = account.day.isoformat()
    await account.world.fault("bank", "credit_twice", "credits.list", order=day, times=2)
    await account.at(1, 14)
    credits = await account.bank.credits(account.day)
    assert [credit.method for credit in credits].count("wechat_pay") == 2
    assert len({credit.reference for credit in credits}) == 4


async def test_money_may_come_a_day_late(account: Account) -> None:
    await account.world.fault("bank", "credit_late", "credits.list", times=2)
    await account.at(1, 14)
    assert await account.credits() == {}
    await account.at(2, 14)
    assert len(await account.credits()) == 2


@pytest.mark.parametrize("kind", ["reply_forged", "server_error", "too_many_requests"])
async def test_what_the_bank_does_not_say_is_never_believed(account: Account, kind: str) -> None:
    await account.at(1, 14)
    await account.world.fault("bank", kind, "credits.list")
    with pytest.raises(GatewayError):
        await account.credits()
    assert len(await account.credits()) == 2


async def test_a_bank_that_cannot_be_reached_is_unavailable(account: Account) -> None:
    account.world.line.cut = True
    with pytest.raises(Unavailable):
        await account.credits()


async def test_the_bank_tells_of_the_methods_that_the_settings_name(account: Account) -> None:
    await account.at(1, 14)
    assert set(await account.credits()) <= set(account.bank.methods)
    assert set(account.bank.methods) == {"wechat_pay", "alipay_pay"}
