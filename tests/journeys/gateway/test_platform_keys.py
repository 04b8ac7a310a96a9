"""Keys change while the gateway runs: whoever of them signs, true callbacks are taken."""

import pytest

from tests.journeys.gateway.books import balanced
from tests.journeys.gateway.citizen import issue, log_in
from tests.journeys.gateway.house import House
from tests.journeys.gateway.tills import (
    ALIPAY,
    WECHAT_PAY,
    Sent,
    alipay_letter,
    alipay_params,
    post,
    sent,
)

CERTIFICATES = "certificates.list"


async def paid(citizen, house):
    """One more order that WeChat Pay or Alipay told of: the first attempt about it."""
    order = await citizen.order(await issue(house))
    await citizen.pay(order)
    return (await house.delivered(order["order_id"]))[0]


async def deaf_to_answers(house, till):
    """Nothing is learnt by asking about payments: what is known came by callbacks."""
    await house.fault(till.stand_in, "server_error", till.operations["ask"], times=None)
    return await log_in(house, till)


async def fetches(house):
    told = await house.control("GET", "/requests?platform=wechat_pay")
    return sum(each["operation"] == CERTIFICATES for each in told["requests"])


async def test_callbacks_are_taken_from_certificate_and_public_key_alike(house: House):
    citizen = await deaf_to_answers(house, WECHAT_PAY)
    settings = await house.control("GET", "/wechat_pay/settings")
    signers = {}
    for ratio in (0, 1):
        await house.control("POST", "/wechat_pay/settings", notify_pubkey_ratio=ratio)
        told = await paid(citizen, house)
        assert told["outcome"] == "accepted"
        signers[ratio] = told["headers"]["Wechatpay-Serial"]
    assert signers == {0: settings["serials"][0], 1: settings["public_key_id"]}
    await house.pass_time(seconds=30)
    await balanced(house)


async def test_a_new_certificate_is_learnt_from_the_first_callback_it_signs(house: House):
    citizen = await deaf_to_answers(house, WECHAT_PAY)
    await paid(citizen, house)
    order = await citizen.order(await issue(house))
    await house.pass_time(minutes=2)  # the certificates were fetched longer than a minute ago
    await house.control("POST", "/wechat_pay/certificates/rotate")
    settings = await house.control("POST", "/wechat_pay/certificates/retire")
    await citizen.pay(order)
    told = (await house.delivered(order["order_id"]))[0]
    assert told["headers"]["Wechatpay-Serial"] == settings["serials"][-1]
    assert told["outcome"] == "accepted"


async def test_while_two_certificates_sign_no_callback_is_lost(house: House):
    citizen = await deaf_to_answers(house, WECHAT_PAY)
    await paid(citizen, house)
    await house.pass_time(minutes=2)
    await house.control("POST", "/wechat_pay/certificates/rotate")
    told = [await paid(citizen, house) for _ in range(8)]
    assert len({each["headers"]["Wechatpay-Serial"] for each in told}) == 2
    assert {each["outcome"] for each in told} == {"accepted"}


async def test_callbacks_under_invented_serials_make_nobody_fetch_certificates_again(house: House):
    citizen = await deaf_to_answers(house, WECHAT_PAY)
    letter = sent(await paid(citizen, house))
    before = await fetches(house)
    for number in range(50):
        invented = {**letter.headers, "Wechatpay-Serial": f"{number:040X}"}
        assert WECHAT_PAY.refused(await post(house, WECHAT_PAY, Sent(invented, letter.body)))
    assert await fetches(house) - before <= 1


async def test_a_merchant_without_certificates_takes_what_the_public_key_signs(house: House):
    await house.control("POST", "/wechat_pay/settings", certificates=False)
    citizen = await deaf_to_answers(house, WECHAT_PAY)
    assert (await paid(citizen, house))["outcome"] == "accepted"


@pytest.mark.parametrize("charset", ["GBK", "gb18030"])
async def test_an_alipay_callback_in_a_chinese_charset_is_taken(house: House, keys, charset):
    citizen = await deaf_to_answers(house, ALIPAY)
    await house.fault("alipay", "notify_lost", ALIPAY.payment_callback)
    told = await paid(citizen, house)
    params = alipay_params(sent(told)) | {"charset": charset}
    assert not params["subject"].isascii()
    letter = alipay_letter(params, keys)
    letter.body.decode("ascii")  # all Chinese travels percent-encoded
    assert ALIPAY.took(await post(house, ALIPAY, letter))
    await house.becomes(params["out_trade_no"], "paid", "confirmed", "receipted")


async def test_an_alipay_callback_signed_with_a_reissued_certificates_key_is_taken(house: House):
    citizen = await deaf_to_answers(house, ALIPAY)
    await house.control("POST", "/alipay/certificates/renew")
    assert (await paid(citizen, house))["outcome"] == "accepted"
