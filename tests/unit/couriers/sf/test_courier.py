"""SF as a courier: what is asked in which order, and what is not believed."""

from dataclasses import replace

import pytest

from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.parcels import Stage
from channel_gateway.domain.people import Phone
from channel_gateway.ports import Parcel
from tests.unit.couriers.sf.sf_side import WISH, FakeSf, answer, ordered

WAYBILL = "SF1000000000001"
PARCEL = Parcel(WAYBILL, "D2026-1", Phone("13900001234"))
PICKED_UP = {
    "acceptTime": "2026-01-05 13:29:35",
    "acceptAddress": "杭州市",
    "remark": "顺丰速运 已收取快件",
    "opCode": "50",
}


async def test_an_order_says_who_sends_what_to_whom() -> None:
    sf = FakeSf([ordered()])

    assert await sf.courier().place(WISH) == WAYBILL

    (message,) = sf.messages()
    assert message == {
        "language": "zh-CN",
        "orderId": "D2026-1",
        "expressTypeId": 2,
        "isDocall": 1,
        "payMethod": 1,
        "monthlyCard": "7551234567",
        "cargoDetails": [{"name": "不动产权证书", "count": 1}],
        "contactInfoList": [
            {
                "contactType": 1,
                "contact": "不动产登记中心",
                "tel": "057100000000",
                "country": "CN",
                "province": "浙江省",
                "city": "杭州市",
                "county": "西湖区",
                "address": "示例路1号",
                "postCode": "310000",
            },
            {
                "contactType": 2,
                "contact": "林示例",
                "mobile": "13900001234",
                "country": "CN",
                "province": "浙江省",
                "city": "宁波市",
                "county": "鄞州区",
                "address": "示例路2号",
            },
        ],
    }


async def test_what_the_recipient_pays_goes_on_nobody_s_monthly_card() -> None:

    sf = FakeSf([ordered()])

    await sf.courier().place(replace(WISH, recipient_pays=True))

    (message,) = sf.messages()
    assert message["payMethod"] == 2
    assert "monthlyCard" not in message


async def test_a_number_ordered_before_is_searched_for() -> None:
    sf = FakeSf([answer("8016"), ordered("SF1000000000009")])

    assert await sf.courier().place(WISH) == "SF1000000000009"

    assert sf.services() == ["EXP_RECE_CREATE_ORDER", "EXP_RECE_SEARCH_ORDER_RESP"]
    assert sf.messages()[1]["orderId"] == "D2026-1"


@pytest.mark.parametrize("code", ["8018", "8024", "6150"])
async def test_ordered_before_and_not_found_is_unknown(code: str) -> None:
    sf = FakeSf([answer("8016"), answer(code)])

    with pytest.raises(Unavailable):
        await sf.courier().place(WISH)


async def test_ordered_before_and_cancelled_is_refused() -> None:
    sf = FakeSf([answer("8016"), answer("8037")])

    with pytest.raises(Refused):
        await sf.courier().place(WISH)


async def test_an_order_without_its_waybill_yet_is_unknown() -> None:
    with pytest.raises(Unavailable):
        await FakeSf([ordered("", filterResult=1)]).courier().place(WISH)


@pytest.mark.parametrize("result", [3, "3"])
async def test_an_address_out_of_reach_is_refused(result: object) -> None:
    with pytest.raises(Refused):
        await FakeSf([ordered("", filterResult=result)]).courier().place(WISH)


async def test_an_answer_about_another_order_is_not_believed() -> None:
    with pytest.raises(Unavailable, match="another order"):
        await FakeSf([ordered(number="D2026-2")]).courier().place(WISH)


async def test_the_waybill_is_the_parcel_s_own_and_not_that_of_a_receipt() -> None:
    waybills = [
        {"waybillType": 3, "waybillNo": "SF3"},
        {"waybillType": 2, "waybillNo": "SF2"},
        {"waybillType": 1, "waybillNo": "SF1"},
    ]
    sf = FakeSf([answer(orderId="D2026-1", waybillNoInfoList=waybills)])

    assert await sf.courier().place(WISH) == "SF1"


@pytest.mark.parametrize("waybills", [[None], [7], ["SF1"], [{}], 7])
async def test_waybills_of_no_known_shape_leave_it_unknown(waybills: object) -> None:
    sf = FakeSf([answer(orderId="D2026-1", waybillNoInfoList=waybills)])

    with pytest.raises(Unavailable):
        await sf.courier().place(WISH)


async def test_a_cancelling_names_order_and_waybill() -> None:
    sf = FakeSf([answer(orderId="D2026-1", resStatus=2)])

    await sf.courier().cancel("D2026-1", WAYBILL)

    assert sf.services() == ["EXP_RECE_UPDATE_ORDER"]
    assert sf.messages() == [
        {
            "language": "zh-CN",
            "orderId": "D2026-1",
            "dealType": 2,
            "waybillNoInfoList": [{"waybillType": 1, "waybillNo": WAYBILL}],
        }
    ]


@pytest.mark.parametrize("code", ["8037", "8253"])
async def test_cancelled_before_is_cancelled(code: str) -> None:
    await FakeSf([answer(code)]).courier().cancel("D2026-1", WAYBILL)


async def test_a_waybill_of_another_order_is_not_called_cancelled() -> None:
    with pytest.raises(Refused):
        await FakeSf([answer(orderId="D2026-1", resStatus=1)]).courier().cancel("D2026-1", WAYBILL)


@pytest.mark.parametrize("code", ["8019", "8024"])
async def test_a_cancelling_that_may_have_been_is_unknown(code: str) -> None:
    with pytest.raises(Unavailable):
        await FakeSf([answer(code)]).courier().cancel("D2026-1", WAYBILL)


async def test_a_question_brings_four_digits_of_the_recipient_s_phone_and_no_more() -> None:
    sf = FakeSf([answer(routeResps=[{"mailNo": WAYBILL, "routes": [PICKED_UP]}])])

    (scan,) = await sf.courier().trace(PARCEL)

    assert scan.stage is Stage.PICKED_UP
    assert sf.services() == ["EXP_RECE_SEARCH_ROUTES"]
    assert sf.messages() == [
        {
            "language": "zh-CN",
            "trackingType": "1",
            "trackingNumber": [WAYBILL],
            "methodType": "1",
            "checkPhoneNo": "1234",
        }
    ]


async def test_a_parcel_without_a_phone_is_asked_for_without() -> None:
    sf = FakeSf([answer(routeResps=[])])

    assert await sf.courier().trace(Parcel(WAYBILL)) == ()
    assert "checkPhoneNo" not in sf.messages()[0]


@pytest.mark.parametrize("told", [[], None, [{"mailNo": WAYBILL, "routes": None}]])
async def test_no_routes_are_nothing_known(told: object) -> None:
    assert await FakeSf([answer(routeResps=told)]).courier().trace(PARCEL) == ()


@pytest.mark.parametrize(
    "told",
    [
        [{"mailNo": "SF9", "routes": [PICKED_UP]}],
        [{"routes": []}],
        [[]],
        7,
        [{"mailNo": WAYBILL, "routes": [{}]}],
        [{"mailNo": WAYBILL, "routes": 7}],
        [{"mailNo": WAYBILL, "routes": [PICKED_UP | {"acceptTime": "gestern"}]}],
    ],
)
async def test_routes_that_cannot_be_believed_leave_it_unknown(told: object) -> None:
    with pytest.raises(Unavailable):
        await FakeSf([answer(routeResps=told)]).courier().trace(PARCEL)


async def test_nothing_needs_to_be_asked_to_be_told() -> None:
    sf = FakeSf()

    await sf.courier().follow(PARCEL)

    assert sf.sent == []


async def test_every_call_has_a_number_of_its_own() -> None:
    sf = FakeSf([answer("8016"), ordered()])
    await sf.courier().place(WISH)

    one, other = (form["requestID"] for form in sf.forms())
    assert one != other
    assert len(one) <= 40


def test_citizens_know_it_by_name_and_hotline() -> None:
    card = FakeSf().courier().card

    assert (card.name, card.hotline) == ("顺丰速运", "95338")
