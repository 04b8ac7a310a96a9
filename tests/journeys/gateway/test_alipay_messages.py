"""What Alipay tells the application gateway: heard once, whatever happens to it on the way."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.alipay.pushes import MESSAGES
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange, MessageConsents
from tests.journeys.gateway.house import House, until

MESSAGE = "application_gateway"
OPEN_ID = "074a1CcTG1LelxKe4xQC0zgNdId0nxi95b5lsNpazWYoCo5"


@dataclass
class Consents:
    """A `MessageConsents` that counts as its port asks: once for an id."""

    accepted: dict[str, bool] = field(default_factory=dict)
    times: int = 0

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
        self.times += 1
        self.accepted[id] = changes[0].accepted


@pytest.fixture
async def consents(house: House) -> Consents:
    """Offered late, as a plug-in that is built after the channel does."""
    consents = Consents()
    house.gateway.table.offer(MessageConsents, "counted", consents)
    url = f"{house.url}/callbacks/alipay/messages"
    await house.control("POST", "/alipay/application-gateway", url=url)
    fields = {"keyword1": "办理事项"}
    await house.control("POST", "/alipay/message-templates", template_id="T-1", fields=fields)
    return consents


async def decide(house: House, *, declined: bool = False) -> None:
    """The citizen answers Alipay's window."""
    asked = {"template_id": "T-1", "open_id": OPEN_ID, "declined": declined}
    await house.control("POST", "/alipay/subscriptions", **asked)


async def attempts(house: House) -> list[dict[str, Any]]:
    told = await house.control("GET", "/deliveries?platform=alipay")
    return [each for each in told["deliveries"] if each["kind"] == MESSAGE]


async def test_a_decision_is_heard_and_answered_at_once(house: House, consents: Consents) -> None:
    await decide(house)
    await decide(house, declined=True)
    await house.quiet()

    assert list(consents.accepted.values()) == [True, False]
    assert [each["answer"] for each in await attempts(house)] == ["success"] * 2


@pytest.mark.parametrize("kind", ["notify_doubled", "notify_lost", "notify_forged", "notify_stale"])
async def test_a_decision_is_counted_once_whatever_happens_to_it(
    house: House, consents: Consents, kind: str
) -> None:
    await house.fault("alipay", kind, MESSAGE)

    await decide(house)
    await house.pass_time(minutes=10)

    assert list(consents.accepted.values()) == [True]
    assert len(await attempts(house)) == 2
    assert (await attempts(house))[-1]["outcome"] == "accepted"


async def test_decisions_that_change_places_are_both_heard(
    house: House, consents: Consents
) -> None:
    await house.fault("alipay", "notify_reordered", MESSAGE)

    await decide(house)
    await decide(house, declined=True)
    await house.pass_time(minutes=2)

    assert list(consents.accepted.values()) == [False, True]


async def test_a_message_of_another_application_is_refused_until_it_is_ours(
    house: House, consents: Consents
) -> None:
    await house.fault("alipay", "notify_wrong_app", MESSAGE)

    await decide(house)
    await house.pass_time(minutes=10)

    told = [(each["status"], each["answer"]) for each in await attempts(house)]
    assert told == [(400, "fail"), (200, "success")]


async def test_a_message_that_stays_away_for_a_day_is_still_heard(
    house: House, consents: Consents
) -> None:
    await house.fault("alipay", "notify_lost", MESSAGE, times=7)

    await decide(house)
    await house.pass_time(hours=25)

    assert consents.times == 1
    assert len(await attempts(house)) == 8


async def test_what_we_make_nothing_of_is_acknowledged_and_remembered(
    house: House, consents: Consents
) -> None:
    for name in ("alipay.open.auth.userauth.cancelled", "alipay.never.seen.before"):
        await house.control("POST", "/alipay/gateway-messages", msg_method=name)
    await house.quiet()

    assert {each["answer"] for each in await attempts(house)} == {"success"}
    kept = await house.gateway.store.find(MESSAGES.name)
    assert sorted(each["method"] for each in kept) == [
        "alipay.never.seen.before",
        "alipay.open.auth.userauth.cancelled",
    ]
    assert consents.times == 0


async def test_a_message_is_forgotten_when_no_repeat_of_it_is_believed(
    house: House, consents: Consents
) -> None:
    await decide(house)
    await house.quiet()
    assert len(await house.gateway.store.find(MESSAGES.name)) == 1

    await house.advance(timedelta(hours=28))

    await until(
        "the message to be forgotten",
        lambda: house.gateway.store.find(MESSAGES.name),
        lambda found: not found,
    )
