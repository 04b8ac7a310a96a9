"""WeChat's message push over sockets: every mode and form, good, spoiled, lost and repeated."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.domain.errors import Unavailable
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange, Letter, MessageConsents, Outlet
from mock_platforms.keys import KeyFolder
from tests.journeys.gateway.citizen import operate
from tests.journeys.gateway.house import House, open_house, until

MODES, FORMS = ("plain", "compatible", "safe"), ("json", "xml")
SEALED = MODES[1:]
ADDRESS = "/callbacks/wechat/messages"
CITIZEN = "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"


@dataclass
class Heard:
    """Implements `MessageConsents`, by hand."""

    told: dict[str, tuple[ConsentChange, ...]] = field(default_factory=dict)
    calls: int = 0

    async def heard(
        self,
        channel: str,
        app: str,
        openid: OpenId,
        changes: tuple[ConsentChange, ...],
        *,
        id: str,
        at: datetime,
    ) -> None:
        assert (channel, openid.reveal()) == ("wechat", CITIZEN)
        self.calls += 1
        self.told[id] = changes


@dataclass
class Pushed:
    house: House
    consents: Heard

    async def agree(self, template: str = "T-1", *also: str, **more: Any) -> None:
        body = {"openid": CITIZEN, "template_id": template, "also": list(also), **more}
        await self.house.control("POST", "/wechat/consents", **body)

    async def attempts(self, number: int) -> list[dict[str, Any]]:
        """What was tried about the citizen, once it was tried so many times."""
        await self.house.advance(timedelta())
        return await self.house.delivered(CITIZEN, number)

    async def again(self, attempt: dict[str, Any], body: str | None = None) -> tuple[int, bytes]:
        """Post a push once more, as somebody who has seen it."""
        path = attempt["url"].removeprefix(self.house.url)
        sent = attempt["body"] if body is None else body
        answer = await self.house.call("POST", path, sent.encode())
        return answer.status, answer.body


Open = Callable[..., Awaitable[Pushed]]


@pytest.fixture
async def pushed_by(tmp_path: Path, keys: KeyFolder) -> AsyncIterator[Open]:
    async with AsyncExitStack() as stack:

        async def opened(mode: str, form: str = "json", *, console: str | None = None) -> Pushed:
            """A gateway set to a mode, and WeChat's console set to it too, unless it is not."""
            more = {"wechat": {"push_mode": mode, "long_term_templates": ["T-LONG"]}}
            house = await stack.enter_async_context(open_house(tmp_path, keys, more=more))
            consents = Heard()
            house.gateway.table.offer(MessageConsents, "test", consents)
            for template in ("T-1", "T-2", "T-LONG"):
                body = {"template_id": template, "keys": ["thing1"]}
                await house.control("POST", "/wechat/templates", **body)
            address = {"url": house.url + ADDRESS, "mode": console or mode, "form": form}
            await house.control("POST", "/wechat/push-address", **address)
            return Pushed(house, consents)

        yield opened


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", MODES)
async def test_a_citizens_answer_arrives_once_in_every_mode_and_form(
    pushed_by: Open, mode: str, form: str
) -> None:
    pushed = await pushed_by(mode, form)

    await pushed.agree("T-1")
    await pushed.agree("T-2", "T-LONG")
    first, second = await pushed.attempts(2)

    assert {first["outcome"], second["outcome"]} == {"accepted"}
    assert {first["answer"], second["answer"]} == {"success"}
    assert sorted(pushed.consents.told.values(), key=len) == [
        (ConsentChange("T-1", accepted=True),),
        (
            ConsentChange("T-2", accepted=True),
            ConsentChange("T-LONG", accepted=True, lasting=True),
        ),
    ]


@pytest.mark.parametrize("mode", MODES)
async def test_what_is_lost_comes_again_and_what_is_doubled_counts_once(
    pushed_by: Open, mode: str
) -> None:
    pushed = await pushed_by(mode)
    await pushed.house.fault("wechat", "notify_lost", "push.popup", times=2)
    await pushed.agree()
    await pushed.house.advance(timedelta(seconds=15))
    lost = await pushed.attempts(3)
    await pushed.house.fault("wechat", "notify_doubled", "push.popup")
    await pushed.agree("T-2")
    await pushed.attempts(5)

    assert [attempt["outcome"] for attempt in lost] == ["lost", "lost", "accepted"]
    assert sorted(pushed.consents.told.values(), key=str) == [
        (ConsentChange("T-1", accepted=True),),
        (ConsentChange("T-2", accepted=True),),
    ]


async def test_what_comes_out_of_order_has_its_own_moment(pushed_by: Open) -> None:
    pushed = await pushed_by("safe")
    await pushed.house.fault("wechat", "notify_reordered", "push.popup")
    await pushed.agree("T-1")
    await pushed.house.advance(timedelta(seconds=2))
    await pushed.house.control(
        "POST", "/wechat/consents/withdraw", openid=CITIZEN, template_id="T-1"
    )
    await pushed.house.advance(timedelta(seconds=60))
    await pushed.attempts(2)

    assert list(pushed.consents.told.values()) == [
        (ConsentChange("T-1", accepted=False, lasting=True),),
        (ConsentChange("T-1", accepted=True),),
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("mode", "spoil"),
    [
        *((mode, "push_forged") for mode in MODES),
        *((mode, "push_stale") for mode in MODES),
        *((mode, "push_wrong_app") for mode in SEALED),
        *((mode, "push_flipped") for mode in SEALED),
    ],
)
async def test_a_spoiled_push_is_refused_and_changes_nothing(
    pushed_by: Open, mode: str, form: str, spoil: str
) -> None:
    pushed = await pushed_by(mode, form)
    await pushed.house.fault("wechat", spoil, "push.popup", times=3)
    await pushed.agree()
    await pushed.house.advance(timedelta(seconds=15))
    tried = await pushed.attempts(3)

    assert [(each["outcome"], each["status"]) for each in tried] == [("refused", 403)] * 3
    assert all(each["answer"] not in ("", "success") for each in tried)
    assert pushed.consents.calls == 0


@pytest.mark.parametrize("mode", MODES)
async def test_a_replay_changes_nothing_and_later_is_refused(pushed_by: Open, mode: str) -> None:
    pushed = await pushed_by(mode)
    await pushed.agree()
    (seen,) = await pushed.attempts(1)

    assert await pushed.again(seen) == (200, b"success")
    await pushed.house.advance(timedelta(minutes=6))
    late, _ = await pushed.again(seen)

    assert late == 403
    assert pushed.consents.calls == 1


@pytest.mark.parametrize("mode", MODES)
async def test_what_was_seen_on_the_way_signs_no_other_words(pushed_by: Open, mode: str) -> None:
    pushed = await pushed_by(mode)
    await pushed.agree()
    (seen,) = await pushed.attempts(1)
    said = json.loads(seen["body"])
    said |= {"MsgType": "event", "Event": "subscribe_msg_popup_event", "FromUserName": CITIZEN}
    said |= {"CreateTime": 1, "List": {"TemplateId": "T-2", "SubscribeStatusString": "accept"}}

    status, _ = await pushed.again(seen, json.dumps(said))

    # In compatible mode the sealed part, which is the old one, is all that is read.
    assert status == (403 if mode == "plain" else 200)
    assert list(pushed.consents.told.values()) == [(ConsentChange("T-1", accepted=True),)]


@pytest.mark.parametrize("mode", SEALED)
async def test_a_push_in_clear_is_refused_where_sealed_ones_are_set(
    pushed_by: Open, mode: str
) -> None:
    pushed = await pushed_by(mode, console="plain")
    await pushed.agree()
    await pushed.house.advance(timedelta(seconds=15))
    tried = await pushed.attempts(3)

    assert {each["status"] for each in tried} == {403}
    assert pushed.consents.calls == 0


async def test_the_console_changes_its_mode_by_way_of_the_compatible_one(pushed_by: Open) -> None:
    for_plain = await pushed_by("plain", console="compatible")
    await for_plain.agree()
    await for_plain.attempts(1)

    assert for_plain.consents.calls == 1


@pytest.mark.parametrize("mode", MODES)
async def test_the_console_finds_our_address_in_order(pushed_by: Open, mode: str) -> None:
    pushed = await pushed_by(mode)

    url = pushed.house.url + ADDRESS
    checked = await pushed.house.control("POST", "/wechat/check-push-url", url=url)

    assert checked["echoed"] is True


async def test_what_a_citizen_writes_is_acknowledged_and_answered_by_nobody(
    pushed_by: Open,
) -> None:
    pushed = await pushed_by("safe")
    message = {"FromUserName": CITIZEN, "MsgType": "text", "Content": "你好", "MsgId": 7}
    await pushed.house.control("POST", "/wechat/push", message=message)
    (tried,) = await pushed.attempts(1)

    assert (tried["outcome"], tried["answer"]) == ("accepted", "success")


@pytest.mark.parametrize(("fault", "arrived"), [(None, True), ("message_undelivered", False)])
@pytest.mark.parametrize("form", FORMS)
async def test_the_platform_says_how_a_message_whose_answer_was_lost_ended(
    pushed_by: Open, form: str, fault: str | None, arrived: bool
) -> None:
    pushed = await pushed_by("safe", form)
    outlet: Outlet = pushed.house.gateway.table.offered(Outlet)["wechat"]
    await pushed.agree()
    await pushed.attempts(1)
    await pushed.house.fault("wechat", "reply_lost", "subscribe.send")
    if fault:
        await pushed.house.fault("wechat", fault, "subscribe.send")
    now = pushed.house.now()
    values = {"thing1": "驾驶证换证"}
    letter = Letter("L1", "T-1", values, Happening.SENT, "delivery:D1", at=now, first_tried_at=now)
    citizen = OpenId(CITIZEN)
    with pytest.raises(Unavailable):
        await outlet.send(citizen, letter)
    await pushed.attempts(2)

    assert await outlet.arrived(citizen, letter) is arrived
    told = await pushed.house.control("GET", f"/wechat/phones/{CITIZEN}/messages")
    assert len(told["messages"]) == int(arrived)


async def test_many_pushes_at_once_are_each_heard_once(pushed_by: Open) -> None:
    pushed = await pushed_by("safe")
    await pushed.agree()
    (seen,) = await pushed.attempts(1)

    answers = await asyncio.gather(*(pushed.again(seen) for _ in range(20)))

    assert set(answers) == {(200, b"success")}
    assert list(pushed.consents.told.values()) == [(ConsentChange("T-1", accepted=True),)]


async def test_forged_and_stale_pushes_are_counted_as_refused(pushed_by: Open) -> None:
    pushed = await pushed_by("safe")
    await pushed.house.fault("wechat", "push_forged", "push.popup", times=3)
    await pushed.agree()
    await pushed.house.advance(timedelta(seconds=15))
    await pushed.attempts(3)

    async def counted() -> str:
        headers = {"Authorization": f"Bearer {pushed.house.operator_key}"}
        return (await pushed.house.call("GET", "/metrics", fields=headers)).body.decode()

    line = 'gateway_callbacks_total{name="wechat_messages",outcome="refused"} 3.0'
    await until("three refusals", counted, lambda text: line in text)


@pytest.mark.parametrize("form", FORMS)
async def test_what_was_refused_is_kept_for_an_operator_without_the_citizen(
    pushed_by: Open, form: str
) -> None:
    pushed = await pushed_by("safe", form, console="plain")
    await pushed.agree()
    await pushed.attempts(1)

    async def kept() -> list[dict[str, Any]]:
        path = "/refused-callbacks?callback=wechat_messages"
        return (await operate(pushed.house, "GET", path)).json()["callbacks"]

    (seen,) = await until("a refused push", kept, lambda found: len(found) == 1)
    assert (seen["code"], seen["status"]) == ("forged", 403)
    assert "SubscribeStatusString" in seen["body"]
    assert CITIZEN not in seen["body"]
