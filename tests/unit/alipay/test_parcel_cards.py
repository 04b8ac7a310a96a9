"""What Alipay's order centre is told of a parcel; field names as its pages write them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.open_platform.refusals import AlipayRefused
from adapters.alipay.order_centre import EXPRESS, STATUSES, SYNC, ParcelTemplate
from adapters.alipay.parcel_cards import AlipayParcelCards
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import TooMany, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import ChannelPayment, ParcelCard
from tests.unit.alipay.alipay_side import NOW, FixedClock, Gateway, refusal, success

OPENID = OpenId("074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5")
URL = "alipays://platformapi/startapp?appId=20000754"
PAID = ChannelPayment("alipay", "2026030222001400000000000001", Fen(2205), NOW)
CARD = ParcelCard(
    id="D1",
    courier="ems",
    waybill="1136281381675",
    stage=Stage.IN_TRANSIT,
    goods="不动产权证书",
    recipient_phone=Phone("13800138000"),
    began_at=NOW - timedelta(hours=1),
    changed_at=NOW,
    page="pages/delivery/index?id=D1",
)


@pytest.fixture
def cards(platform: OpenPlatform, clock: FixedClock) -> AlipayParcelCards:
    return in_mode(IdMode.OPEN_ID, platform, clock)


def in_mode(id_mode: IdMode, platform: OpenPlatform, clock: FixedClock) -> AlipayParcelCards:
    template = ParcelTemplate("PARCEL_DELIVERY")
    return AlipayParcelCards(platform, clock, template, channel="alipay", id_mode=id_mode)


def says_no(sub_code: str, sentence: str) -> dict[str, Any]:
    return {**refusal(sub_code), "sub_msg": sentence}


async def test_a_parcel_without_payment_is_a_service(
    cards: AlipayParcelCards, gateway: Gateway, platform: OpenPlatform
) -> None:
    gateway.answers(SYNC, success(order_id="1"))
    gateway.answers(EXPRESS, success(card_url=URL))

    assert await cards.show(OPENID, CARD) == URL

    assert gateway.content(0) == {
        "out_biz_no": "D1",
        "buyer_open_id": OPENID.reveal(),
        "order_type": "SERVICE_ORDER",
        "order_create_time": "2026-03-02 08:30:00",
        "order_modified_time": "2026-03-02 09:30:00",
        "item_order_list": [{"item_name": "不动产权证书", "quantity": 1}],
        "logistics_info_list": [
            {"tracking_no": "1136281381675", "logistics_code": "EMS", "phone_no": "8000"}
        ],
        "ext_info": [
            {"ext_key": "tiny_app_id", "ext_value": platform.account.app_id},
            {"ext_key": "merchant_biz_type", "ext_value": "PARCEL_DELIVERY"},
            {"ext_key": "merchant_order_status", "ext_value": "traveling"},
            {"ext_key": "merchant_order_link_page", "ext_value": "pages/delivery/index?id=D1"},
        ],
    }
    assert gateway.content(1) == {
        "waybill_no": "1136281381675",
        "logistics_code": "EMS",
        "check_phone_no": "8000",
        "open_id": OPENID.reveal(),
        "expire_time": "2026-04-01 09:30:00",
    }


async def test_a_parcel_paid_through_alipay_names_the_trade_in_yuan(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    gateway.answers(SYNC, success())
    gateway.answers(EXPRESS, success())

    assert await cards.show(OPENID, replace(CARD, payment=PAID)) is None  # it gave no address

    content = gateway.content(0)
    paid = {
        "order_type": "TRADE_ORDER",
        "trade_no": "2026030222001400000000000001",
        "amount": "22.05",
        "pay_amount": "22.05",
        "order_pay_time": "2026-03-02 09:30:00",
    }
    assert content.items() >= paid.items()


async def test_a_payment_on_another_channel_is_not_named(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    gateway.answers(SYNC, success())
    gateway.answers(EXPRESS, success())

    await cards.show(OPENID, replace(CARD, payment=replace(PAID, channel="wechat")))

    assert gateway.content(0)["order_type"] == "SERVICE_ORDER"
    assert "trade_no" not in gateway.content(0)


async def test_an_application_with_user_ids_names_people_so(
    platform: OpenPlatform, clock: FixedClock, gateway: Gateway
) -> None:
    gateway.answers(SYNC, success())
    gateway.answers(EXPRESS, success())

    await in_mode(IdMode.USER_ID, platform, clock).show(OpenId("2088000000000001"), CARD)

    assert gateway.content(0)["buyer_id"] == "2088000000000001"
    assert gateway.content(1)["user_id"] == "2088000000000001"


async def test_the_first_word_is_later_than_the_beginning(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    gateway.answers(SYNC, success())
    gateway.answers(EXPRESS, success())

    await cards.show(OPENID, replace(CARD, began_at=NOW))

    content = gateway.content(0)
    assert content["order_modified_time"] > content["order_create_time"]


def test_every_stage_has_a_state() -> None:
    assert STATUSES.keys() == set(Stage)


@pytest.mark.parametrize(
    ("sub_code", "sentence"),
    [
        ("ORDER_ERROR_STATUS", "订单状态错误"),
        ("INVALID_PARAMETER", "订单状态乱序"),
        ("INVALID_PARAMETER", "幂等失败"),
    ],
)
async def test_what_the_centre_knows_already_is_done(
    cards: AlipayParcelCards, gateway: Gateway, sub_code: str, sentence: str
) -> None:
    gateway.answers(SYNC, says_no(sub_code, sentence))
    gateway.answers(EXPRESS, success(card_url=URL))

    assert await cards.show(OPENID, CARD) == URL


async def test_two_words_within_a_second_go_one_after_the_other(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    gateway.answers(SYNC, says_no("INVALID_PARAMETER", "订单修改时间必须晚于上次修改时间"))

    with pytest.raises(TooMany) as refused:
        await cards.show(OPENID, CARD)

    assert refused.value.retry_after_s >= 1


async def test_any_other_refusal_is_one_and_does_not_show_its_sentence(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    gateway.answers(SYNC, says_no("INVALID_PARAMETER", "买家信息不能为空 13800138000"))

    with pytest.raises(AlipayRefused) as refused:
        await cards.show(OPENID, CARD)

    assert "买家" not in f"{refused.value} {refused.value!r}"


async def test_a_card_that_is_refused_for_now_is_to_be_asked_for_again(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    gateway.answers(SYNC, success(order_id="1"))
    gateway.answers(EXPRESS, refusal("isv.invalid-signature"))

    with pytest.raises(AlipayRefused) as refused:
        await cards.show(OPENID, CARD)

    assert refused.value.passing


async def test_of_a_courier_without_a_name_alipay_is_told_nothing(
    cards: AlipayParcelCards, gateway: Gateway
) -> None:
    assert await cards.show(OPENID, replace(CARD, courier="somebody")) is None
    assert gateway.sent == []


async def test_an_order_is_shown_though_alipay_has_no_card_of_the_parcel(
    cards: AlipayParcelCards, gateway: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.answers(SYNC, success())
    gateway.answers(EXPRESS, says_no("WAYBILL_NOT_EXIST", "买家张三"))

    assert await cards.show(OPENID, CARD) is None

    (line,) = (vars(record) for record in caplog.records)
    assert (line["action"], line["card"], line["channel"]) == ("card_refused", "D1", "alipay")
    assert line["why"].endswith("WAYBILL_NOT_EXIST")


@pytest.mark.parametrize("at", [SYNC, EXPRESS])
async def test_what_alipay_does_not_know_is_unknown(
    cards: AlipayParcelCards, gateway: Gateway, at: str
) -> None:
    if at == EXPRESS:
        gateway.answers(SYNC, success())
    gateway.answers(at, refusal("isp.unknow-error", "20000"))

    with pytest.raises(Unavailable):
        await cards.show(OPENID, CARD)
