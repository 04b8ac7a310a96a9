"""City messages: one to one citizen, once by its uuid, and whether it arrived."""

import json
from hashlib import sha256
from typing import Any

import pytest

from adapters.alipay.city_messages import QUERY, SEND, CityService
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.outlets import CityOutlet
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.ports import Outlet, WrongTemplate
from tests.unit.alipay.alipay_side import Gateway, refusal, success
from tests.unit.alipay.letters import TO, letter

SERVICE = CityService("city-hall", "990100", 12, "https://hall.example/visits")
LETTER = letter(template="301", values={"service": "换领驾驶证"})


def outlet_over(platform: OpenPlatform, id_mode: IdMode = IdMode.OPEN_ID) -> CityOutlet:
    return CityOutlet(platform, SERVICE, channel="alipay", id_mode=id_mode)


@pytest.fixture
def outlet(platform: OpenPlatform) -> CityOutlet:
    return outlet_over(platform)


def test_it_is_an_outlet_that_needs_no_consent_and_can_repeat(outlet: CityOutlet) -> None:
    taken: Outlet = outlet

    assert (taken.by_consent, taken.repeatable, taken.is_card) == (False, True, False)


async def test_a_letter_is_a_batch_of_one(outlet: CityOutlet, gateway: Gateway) -> None:
    gateway.answers(SEND, success())

    await outlet.send(TO, LETTER)

    content = gateway.content()
    (message,) = content.pop("msg_list")
    assert content == {"batch_size": 1, "encrypt_type": "md5"}
    assert json.loads(message.pop("ext_info")) == {"service": "换领驾驶证"}
    assert message == {
        "uuid": "L1",
        "open_id": TO.reveal(),
        "app_code": "city-hall",
        "city_code": "990100",
        "industry_type": 12,
        "msg_type": 301,
        "target_url": "https://hall.example/visits",
    }


async def test_the_same_letter_has_the_same_uuid_however_long_its_id(
    outlet: CityOutlet, gateway: Gateway
) -> None:
    long = letter(id="L" * 65, template="301", values={})
    for _ in range(2):
        gateway.answers(SEND, success())
        await outlet.send(TO, long)

    uuids = {gateway.content(at)["msg_list"][0]["uuid"] for at in (0, 1)}
    assert uuids == {sha256(b"L" * 65).hexdigest()}


@pytest.mark.parametrize("template", ["", "alipay-booked", "-1", "3.0", "３０１", "9" * 19])
async def test_a_template_is_a_number(outlet: CityOutlet, gateway: Gateway, template: str) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await outlet.send(TO, letter(template=template, values={}))

    assert (wrong.value.field, gateway.sent) == ("template", [])


async def test_a_value_that_says_nothing_is_not_sent(outlet: CityOutlet, gateway: Gateway) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await outlet.send(TO, letter(template="301", values={"service": " "}))

    assert (wrong.value.field, gateway.sent) == ("service", [])


@pytest.mark.parametrize(
    ("id_mode", "name"), [(IdMode.OPEN_ID, "open_id"), (IdMode.USER_ID, "alipay_user_id")]
)
async def test_the_citizen_is_named_as_the_application_knows_them(
    platform: OpenPlatform, gateway: Gateway, id_mode: IdMode, name: str
) -> None:
    outlet = outlet_over(platform, id_mode)
    gateway.answers(SEND, success())
    gateway.answers(QUERY, success(uuid="L1", send_status="SUCCESS"))

    await outlet.send(TO, LETTER)
    await outlet.arrived(TO, LETTER)

    assert gateway.content(0)["msg_list"][0][name] == TO.reveal()
    assert gateway.content(1) == {"uuid": "L1", name: TO.reveal(), "encrypt_type": "md5"}


@pytest.mark.parametrize(
    ("answer", "arrived"),
    [
        (success(uuid="L1", send_status="SUCCESS"), True),
        (success(uuid="L1", send_status="FAIL"), False),
        (success(uuid="L1"), None),
        (refusal("MESSAGE_NOT_EXIST"), None),
    ],
)
async def test_alipay_tells_whether_it_arrived(
    outlet: CityOutlet, gateway: Gateway, answer: Any, arrived: bool | None
) -> None:
    gateway.answers(QUERY, answer)

    assert await outlet.arrived(TO, LETTER) is arrived


@pytest.mark.parametrize(
    "answer",
    [
        success(uuid="L2", send_status="SUCCESS"),
        success(uuid="L1", send_status="SOMEHOW"),
        refusal("isp.unknow-error", "20000"),
    ],
)
async def test_an_answer_that_says_nothing_about_it_is_not_believed(
    outlet: CityOutlet, gateway: Gateway, answer: Any
) -> None:
    gateway.answers(QUERY, answer)

    with pytest.raises(Unavailable):
        await outlet.arrived(TO, LETTER)


async def test_not_being_allowed_to_ask_is_no_word_on_the_message(
    outlet: CityOutlet, gateway: Gateway
) -> None:
    gateway.answers(QUERY, refusal("isv.insufficient-isv-permissions", "40006"))

    with pytest.raises(Refused):
        await outlet.arrived(TO, LETTER)


async def test_a_refusal_is_one(outlet: CityOutlet, gateway: Gateway) -> None:
    gateway.answers(SEND, refusal("INVALID_PARAMETER"))

    with pytest.raises(Refused, match="INVALID_PARAMETER"):
        await outlet.send(TO, LETTER)
