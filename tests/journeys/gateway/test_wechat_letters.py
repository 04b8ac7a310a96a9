"""Messages to a phone in WeChat, over sockets: how many, and in which order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Messenger, Telling
from channel_gateway.services.message.message import State
from channel_gateway.services.message.messages import MESSAGES, read
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.citizen import log_in
from tests.journeys.gateway.house import House, open_house
from tests.journeys.gateway.tills import TILLS

WECHAT = next(till for till in TILLS if till.channel == "wechat")
SUBSCRIBE, CITY = "wechat-sent", "city-sent"
SERVICE = """
code = "GA-JZ-05"
name = "机动车驾驶证换证"
summary = "驾驶证到期换证"
department = "vehicle_administration"
department_name = "交警车辆管理所"
regions = ["330100"]
category = "交通"

[delivery]
couriers = ["ems"]
payer = "citizen"

[delivery.sender]
name = "示例市车辆管理所"
phone = "0571-88880000"
province = "浙江省"
city = "示例市"
district = "示例区"
street = "环城北路88号"

[messages.sent.wechat]
template = "wechat-sent"
fields = { thing1 = "service", character_string2 = "waybill" }

[messages.sent.wechat_city]
template = "city-sent"
fields = { first = "service", keynote1 = "waybill" }
"""
NO_NIGHT = {"quiet_from": "08:00", "quiet_until": "08:00"}


@dataclass
class Post:
    """A citizen with a phone, and what the gateway tells of parcels."""

    house: House
    openid: str
    person: str

    async def tell(self, number: int) -> None:
        now = self.house.now()
        telling = Telling(
            id=f"telling-{number}",
            person=self.person,
            happening=Happening.SENT,
            service="GA-JZ-05",
            subject="delivery:D1",
            words={
                "service": "驾驶证换证",
                "waybill": f"SF{number}",
                "courier": "顺丰",
                "at": "今天",
            },
            at=now + timedelta(seconds=number),
        )
        (messenger,) = self.house.gateway.table.offered(Messenger).values()
        await messenger.tell(telling, now)

    async def agree(self, times: int = 1) -> None:
        body: dict[str, Any] = {"openid": self.openid, "template_id": SUBSCRIBE, "times": times}
        await self.house.control("POST", "/wechat/consents", **body)
        await self.house.quiet()

    async def phone(self, *, cards: bool = True) -> list[str]:
        """The waybills the phone showed, in the order they came."""
        told = await self.house.control("GET", f"/wechat/phones/{self.openid}/messages")
        shown = [each["data"] for each in told["messages"] if cards or not each["order_no"]]
        return [each.get("character_string2") or each["keynote1"] for each in shown]

    async def states(self) -> list[State]:
        found = await self.house.gateway.store.find(MESSAGES.name, limit=100)
        return [each.state for each in sorted(map(read, found), key=lambda one: one.at)]

    async def fault(self, kind: str, operation: str, **more: Any) -> None:
        await self.house.fault("wechat", kind, operation, **more)


@asynccontextmanager
async def open_post(folder: Path, keys: KeyFolder) -> AsyncIterator[Post]:
    services = folder / "services"
    services.mkdir()
    (services / "licence.toml").write_text(SERVICE, encoding="utf-8")
    more = {"message": NO_NIGHT}
    async with open_house(folder, keys, services=services, more=more) as house:
        take_up = {"template_id": SUBSCRIBE, "keys": ["thing1", "character_string2"]}
        await house.control("POST", "/wechat/templates", **take_up)
        given = {"biz_template_id": CITY, "keys": ["first", "keynote1"]}
        await house.control("POST", "/wechat/city-templates", **given)
        url = f"{house.url}/callbacks/wechat/messages"
        await house.control("POST", "/wechat/push-address", url=url, form="xml")
        citizen = await log_in(house, WECHAT)
        identities, app = house.gateway.edge.sessions, house.running.platforms["wechat"]["app_id"]
        account = identities.citizen("wechat", app, OpenId(citizen.openid))
        yield Post(house, citizen.openid, await identities.person(account))


@pytest.fixture
async def post(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Post]:
    async with open_post(tmp_path, keys) as post:
        yield post


async def test_an_agreed_message_arrives_once_and_in_order(post: Post) -> None:
    await post.agree(3)
    for number in range(3):
        await post.tell(number)
    await post.house.pass_time(hours=1)

    assert await post.phone(cards=False) == ["SF0", "SF1", "SF2"]
    assert await post.states() == [State.SENT] * 3


async def test_without_a_consent_the_city_service_brings_it(post: Post) -> None:
    await post.agree()
    for number in range(3):
        await post.tell(number)
    await post.house.pass_time(hours=1)

    assert await post.phone() == ["SF0", "SF1", "SF2"]
    cards = await post.house.control("GET", f"/wechat/phones/{post.openid}/cards")
    assert [(card["data"]["keynote1"], card["merged"]) for card in cards["cards"]] == [("SF2", 1)]


async def test_when_answers_and_pushes_are_lost_each_message_still_arrives_once(
    post: Post,
) -> None:
    await post.agree(5)
    await post.fault("reply_lost", "subscribe.send", times=3)
    await post.fault("notify_lost", "push.sent", times=2)
    await post.fault("notify_doubled", "push.sent", times=3)
    await post.fault("push_forged", "push.sent")
    await post.fault("token_killed", "access_token")
    for number in range(5):
        await post.tell(number)
    await post.house.pass_time(hours=3)

    once = await post.phone(cards=False)
    assert len(once) == len(set(once))
    # A card that was laid says the newest, whatever else rings.
    assert list(dict.fromkeys(await post.phone())) == [f"SF{number}" for number in range(5)]
    assert await post.states() == [State.SENT] * 5


async def test_a_subscribe_message_nobody_speaks_of_is_not_sent_a_second_time(
    post: Post,
) -> None:
    await post.agree(3)
    await post.fault("reply_lost", "subscribe.send")
    await post.fault("notify_lost", "push.sent", times=3)
    for number in range(2):
        await post.tell(number)
    await post.house.pass_time(hours=3)

    assert await post.phone(cards=False) == ["SF0", "SF1"]


async def test_a_withdrawal_that_is_pushed_late_takes_only_what_was_given_before_it(
    post: Post,
) -> None:
    await post.fault("notify_delayed", "push.change", parameters={"seconds": 60})
    await post.agree()
    body = {"openid": post.openid, "template_id": SUBSCRIBE}
    await post.house.control("POST", "/wechat/consents/withdraw", **body)
    await post.agree(2)
    await post.house.pass_time(hours=1)
    for number in range(3):
        await post.tell(number)
    await post.house.pass_time(hours=1)

    assert await post.phone() == ["SF0", "SF1", "SF2"]
    assert await post.phone(cards=False) == ["SF0", "SF1"]


async def test_a_message_that_was_taken_and_did_not_arrive_is_brought_by_the_city_service(
    post: Post,
) -> None:
    await post.agree(2)
    await post.fault("message_undelivered", "subscribe.send")
    await post.tell(1)
    await post.tell(2)
    await post.house.pass_time(hours=1)

    assert await post.phone() == ["SF1", "SF2", "SF2"]  # and the card that brought SF1 says SF2
    assert await post.states() == [State.SENT] * 2


async def test_a_message_the_system_lost_is_sent_again(post: Post) -> None:
    await post.agree(2)
    await post.fault("reply_lost", "subscribe.send")
    await post.fault("message_undelivered", "subscribe.send")
    await post.tell(1)
    await post.house.pass_time(hours=1)

    assert await post.phone() == ["SF1"]
    assert await post.states() == [State.SENT]
