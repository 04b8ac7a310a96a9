"""What WeChat is told of a parcel, and what opens it; field names as its page writes them."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.wechat.app import App
from adapters.wechat.parcel_cards import WechatParcelCards
from adapters.wechat.waybills import ParcelLooks
from channel_gateway.domain.errors import Refused, TooMany, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import ChannelPayment, ParcelCard
from channel_gateway.wire import HttpResponse
from tests.unit.wechat.conftest import Process
from tests.unit.wechat.server_side import FakeWechat, fails, says
from tests.unit.wechat_pay.platform_side import NOW

TRACE = "/cgi-bin/express/delivery/open_msg/trace_waybill"
OPENID = OpenId("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o")
IMAGE = "https://hall.example/licence.png"
PAID = ChannelPayment("wechat", "4200001234202603101234567890", Fen(2200), NOW)
CARD = ParcelCard(
    id="D1",
    courier="ems",
    waybill="1136281381675",
    stage=Stage.PICKED_UP,
    goods="不动产权证书",
    recipient_phone=Phone("13800138000"),
    began_at=NOW - timedelta(hours=1),
    changed_at=NOW,
    payment=PAID,
    page="pages/delivery/index?id=D1",
)


@pytest.fixture
def cards(app: App, process: Process, wechat: FakeWechat) -> WechatParcelCards:
    wechat.answers[TRACE] = says(errcode=0, errmsg="ok", waybill_token="TOKEN-1")
    return WechatParcelCards(app, process(), wechat, ParcelLooks(IMAGE), channel="wechat")


async def test_the_parcel_is_told_of_as_wechat_asks(
    cards: WechatParcelCards, wechat: FakeWechat
) -> None:
    assert await cards.show(OPENID, CARD) == "TOKEN-1"

    assert json.loads(wechat.sent[-1].body) == {
        "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "waybill_id": "1136281381675",
        "trans_id": "4200001234202603101234567890",
        "goods_info": {"detail_list": [{"goods_name": "不动产权证书", "goods_img_url": IMAGE}]},
        "receiver_phone": "13800138000",
        "delivery_id": "EMS",
        "order_detail_path": "pages/delivery/index?id=D1",
    }


async def test_of_a_courier_without_a_name_wechat_tells_by_the_number(
    cards: WechatParcelCards, wechat: FakeWechat
) -> None:
    await cards.show(OPENID, replace(CARD, courier="somebody", page=""))

    told = json.loads(wechat.sent[-1].body)
    assert told.keys().isdisjoint({"delivery_id", "order_detail_path"})


@pytest.mark.parametrize("payment", [None, replace(PAID, channel="alipay")])
async def test_without_a_payment_of_its_own_wechat_is_not_asked(
    cards: WechatParcelCards, wechat: FakeWechat, payment: ChannelPayment | None
) -> None:
    assert await cards.show(OPENID, replace(CARD, payment=payment)) is None
    assert wechat.sent == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (fails(-1), Unavailable),
        (fails(45009), TooMany),
        (fails(48001), Refused),
        (says(errcode=0, errmsg="ok"), Unavailable),
        (says(errcode=0, errmsg="ok", waybill_token=5), Unavailable),
        (HttpResponse(502), Unavailable),
    ],
)
async def test_what_wechat_does_not_give_is_never_made_up(
    cards: WechatParcelCards, wechat: FakeWechat, answer: HttpResponse, error: type[Exception]
) -> None:
    wechat.answers[TRACE] = answer

    with pytest.raises(error):
        await cards.show(OPENID, CARD)
