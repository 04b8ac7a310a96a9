"""Which keys are held, how they are learned, and what an unknown one may cause."""

import asyncio
from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Malformed, Refused, Unavailable, UnknownKey
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.connectors.wechat_pay.account import Account
from payment.connectors.wechat_pay.api import Api
from payment.connectors.wechat_pay.messages import Ask
from payment.connectors.wechat_pay.method import WechatPay
from payment.facts import PaymentFact
from tests.unit.wechat_pay.platform_side import (
    NOW,
    TRANSACTION,
    FakeClock,
    FakeRandomness,
    FakeSender,
    Signer,
    callback_body,
    certificate,
    refusal,
)

ASK = Ask("GET", "/v3/anything")
PAID = callback_body("TRANSACTION.SUCCESS", TRANSACTION)


@pytest.fixture
def certified_only(account: Account) -> Account:
    """A merchant without a public key: only certificates are trusted."""
    return replace(account, public_keys={}, certificates=True)


@pytest.fixture
def by_certificate(certified_only: Account, sender: FakeSender, clock: FakeClock) -> Api:
    return api_of(certified_only, sender, clock)


@pytest.fixture
def migrating(account: Account) -> Account:
    """A merchant on the way from certificates to the public key: both are trusted."""
    return replace(account, certificates=True)


def api_of(account: Account, sender: FakeSender, clock: FakeClock) -> Api:
    return Api(account, sender, clock, FakeRandomness())


def method_of(account: Account, api: Api) -> WechatPay:
    return WechatPay(account, api, name="wechat_pay", channel="wechat", notify_url="https://x")


async def test_with_a_public_key_each_request_asks_for_it(
    api: Api, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer({})]

    await api.call(ASK)

    assert sender.sent[0].headers["Wechatpay-Serial"] == public.serial
    assert sender.paths() == ["/v3/anything"]


async def test_without_a_public_key_no_key_is_asked_for(
    by_certificate: Api, sender: FakeSender, certified: Signer
) -> None:
    sender.answers = [certified.answer({"data": [certificate(certified)]}), certified.answer({})]

    await by_certificate.call(ASK)

    assert "Wechatpay-Serial" not in sender.sent[1].headers


async def test_the_first_certificates_vouch_for_their_own_answer(
    by_certificate: Api, sender: FakeSender, certified: Signer
) -> None:
    sender.answers = [certified.answer({"data": [certificate(certified)]})]

    await by_certificate.ready()

    assert set(by_certificate.keys) == {certified.serial}


async def test_certificates_under_a_wrong_signature_are_not_taken(
    by_certificate: Api, sender: FakeSender, certified: Signer, renewed: Signer
) -> None:
    forged = Signer(certified.serial, renewed.key).answer({"data": [certificate(certified)]})
    sender.answers = [forged, forged]

    with pytest.raises(Unavailable):
        await by_certificate.ready()

    assert not by_certificate.keys


async def test_a_certificate_listed_under_anothers_serial_is_refused(
    by_certificate: Api, sender: FakeSender, certified: Signer
) -> None:
    entry = {**certificate(certified), "serial_no": "ABCD"}
    sender.answers = [certified.answer({"data": [entry]})]

    with pytest.raises(Malformed):
        await by_certificate.ready()


@pytest.mark.parametrize("message", [[], {}, {"data": [{}]}, {"data": [None]}])
async def test_what_is_no_list_of_certificates_is_malformed(
    by_certificate: Api, sender: FakeSender, certified: Signer, message: object
) -> None:
    sender.answers = [certified.answer(message)]

    with pytest.raises(Malformed):
        await by_certificate.ready()


async def test_a_refused_download_is_told_as_such(by_certificate: Api, sender: FakeSender) -> None:
    sender.answers = [refusal(401, "SIGN_ERROR")]

    with pytest.raises(Refused, match="SIGN_ERROR"):
        await by_certificate.ready()


async def test_an_expired_certificate_is_not_held(
    by_certificate: Api, sender: FakeSender, certified: Signer, renewed: Signer
) -> None:
    entries = [certificate(certified, until=NOW), certificate(renewed)]
    sender.answers = [renewed.answer({"data": entries})]

    await by_certificate.ready()

    assert set(by_certificate.keys) == {renewed.serial}


async def test_without_any_key_we_are_not_ready(by_certificate: Api, sender: FakeSender) -> None:
    sender.answers = [refusal(404, "RESOURCE_NOT_EXISTS")]

    with pytest.raises(Unavailable, match="no key"):
        await by_certificate.ready()


async def test_a_rotated_certificate_is_learned_when_it_first_signs(
    by_certificate: Api, sender: FakeSender, clock: FakeClock, certified: Signer, renewed: Signer
) -> None:
    both = {"data": [certificate(certified), certificate(renewed)]}
    sender.answers = [certified.answer({"data": [certificate(certified)]})]
    await by_certificate.ready()
    clock.advance(minutes=2)
    at = clock.now()
    sender.answers = [renewed.answer({}, at=at), certified.answer(both, at=at)]

    answer = await by_certificate.call(ASK)

    assert answer.status == 200
    assert set(by_certificate.keys) == {certified.serial, renewed.serial}


async def test_while_certificates_overlap_either_may_sign_a_callback(
    certified_only: Account,
    sender: FakeSender,
    clock: FakeClock,
    certified: Signer,
    renewed: Signer,
) -> None:
    api = api_of(certified_only, sender, clock)
    entries = [certificate(certified), certificate(renewed)]
    sender.answers = [renewed.answer({"data": entries})]
    method = method_of(certified_only, api)

    facts = [await method.read_callback(s.callback(PAID), NOW) for s in (certified, renewed)]

    assert facts[0] == facts[1]
    assert isinstance(facts[0], PaymentFact)
    assert len(sender.sent) == 1


async def test_during_a_migration_both_modes_are_believed(
    migrating: Account, sender: FakeSender, clock: FakeClock, public: Signer, certified: Signer
) -> None:
    api = api_of(migrating, sender, clock)
    # The key was made, but not enabled: the answer is signed by certificate all the same.
    sender.answers = [
        certified.answer({"data": [certificate(certified)]}),
        public.answer({}),
        certified.answer({}),
    ]

    assert (await api.call(ASK)).status == 200
    assert (await api.call(ASK)).status == 200
    assert set(api.keys) == {public.serial, certified.serial}


async def test_a_merchant_without_certificates_keeps_its_public_key(
    migrating: Account, sender: FakeSender, clock: FakeClock, public: Signer
) -> None:
    api = api_of(migrating, sender, clock)
    sender.answers = [refusal(404, "RESOURCE_NOT_EXISTS"), public.answer({})]

    assert (await api.call(ASK)).status == 200


async def test_unknown_serials_cause_one_refresh_a_minute(
    certified_only: Account,
    sender: FakeSender,
    clock: FakeClock,
    certified: Signer,
    renewed: Signer,
) -> None:
    method = method_of(certified_only, api_of(certified_only, sender, clock))
    sender.then = lambda _: certified.answer({"data": [certificate(certified)]}, at=clock.now())

    async def attack(count: int) -> None:
        at = clock.now()
        requests = [renewed.callback(PAID, at=at) for _ in range(count)]
        outcomes = await asyncio.gather(
            *(method.read_callback(request, at) for request in requests), return_exceptions=True
        )
        assert {type(outcome) for outcome in outcomes} == {UnknownKey}

    await attack(20)
    await attack(20)
    clock.advance(seconds=60)
    await attack(20)

    assert sender.paths() == ["/v3/certificates", "/v3/certificates"]


async def test_with_a_public_key_only_unknown_serials_ask_for_nothing(
    method: WechatPay, sender: FakeSender, certified: Signer
) -> None:
    with pytest.raises(UnknownKey):
        await method.read_callback(certified.callback(PAID), NOW)

    assert not sender.sent


async def test_keys_stay_when_they_cannot_be_fetched_again(
    by_certificate: Api, sender: FakeSender, clock: FakeClock, certified: Signer
) -> None:
    sender.answers = [certified.answer({"data": [certificate(certified)]})]
    await by_certificate.ready()
    clock.advance(hours=11)
    sender.answers = [Unavailable(), certified.answer({}, at=clock.now())]

    assert (await by_certificate.call(ASK)).status == 200


async def test_a_withdrawn_certificate_is_dropped_within_twelve_hours(
    by_certificate: Api, sender: FakeSender, clock: FakeClock, certified: Signer, renewed: Signer
) -> None:
    entries = [certificate(certified), certificate(renewed)]
    sender.answers = [certified.answer({"data": entries})]
    await by_certificate.ready()
    clock.advance(hours=11)
    at = clock.now()
    sender.answers = [
        renewed.answer({"data": [certificate(renewed)]}, at=at),
        renewed.answer({}, at=at),
    ]

    await by_certificate.call(ASK)

    assert set(by_certificate.keys) == {renewed.serial}


async def test_an_answer_with_a_wrong_signature_is_discarded_and_the_call_repeated(
    api: Api, sender: FakeSender, public: Signer
) -> None:
    probe = replace(public.answer({"n": 1}), body=b'{"n":2}')
    sender.answers = [probe, public.answer({"n": 1})]

    answer = await api.call(ASK)

    assert answer.body == b'{"n":1}'
    assert len({request.headers["Authorization"] for request in sender.sent}) == 2


@pytest.mark.parametrize("spoilt", ["unsigned", "altered", "stale"])
async def test_two_wrong_answers_leave_the_outcome_unknown(
    api: Api, sender: FakeSender, clock: FakeClock, public: Signer, spoilt: str
) -> None:
    good = public.answer({})
    wrong: dict[str, HttpResponse] = {
        "unsigned": HttpResponse(200, body=good.body),
        "altered": replace(good, body=b"[]"),
        "stale": public.answer({}, at=NOW.replace(year=2025)),
    }
    sender.answers = [wrong[spoilt], wrong[spoilt]]

    with pytest.raises(Unavailable, match="signature"):
        await api.call(ASK)


async def test_requests_say_what_the_platform_demands(
    api: Api, sender: FakeSender, public: Signer
) -> None:
    sender.answers = [public.answer({})]

    await api.call(Ask("POST", "/v3/anything", b"{}"))

    sent: HttpRequest = sender.sent[0]
    assert sent.headers["Accept"] == "application/json"
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["User-Agent"]
