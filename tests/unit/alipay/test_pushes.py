"""The application gateway's callback: acted upon once, durable, only then acknowledged."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.pushes import MESSAGES, Pushes
from adapters.alipay.settings import IdMode
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ConsentChange, MessageConsents, StoreUnavailable
from channel_gateway.store.memory import MemoryStore
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.unit.alipay.alipay_side import NOW
from tests.unit.alipay.push_side import (
    APP_ID,
    MESSAGE,
    OPEN_ID,
    SUBSCRIPTION,
    pushed,
    subscription,
)

KEY = f"alipay:{MESSAGE['notify_id']}"


@dataclass
class Consents:
    """A `MessageConsents` that keeps what it heard, and can be told to fail."""

    failing: bool = False
    got: list[tuple[str, str, OpenId, tuple[ConsentChange, ...], str, datetime]] = field(
        default_factory=list
    )

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
        if self.failing:
            raise StoreUnavailable
        self.got.append((channel, app, openid, changes, id, at))


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore([MESSAGES])
    await store.open()
    return store


@pytest.fixture
def consents() -> Consents:
    return Consents()


@pytest.fixture
def offered(consents: Consents) -> list[MessageConsents]:
    return [consents]


@pytest.fixture
def pushes(platform: OpenPlatform, store: MemoryStore, offered: list[MessageConsents]) -> Pushes:
    return Pushes(
        platform,
        store,
        channel="alipay",
        id_mode=IdMode.OPEN_ID,
        subscription_messages=(SUBSCRIPTION,),
        consents=lambda: offered,
    )


async def post(pushes: Pushes, body: bytes, now: datetime = NOW) -> HttpResponse:
    return await pushes.receive(HttpRequest("POST", "/callbacks/alipay/messages", body=body), now)


async def test_success_is_said_in_exactly_seven_bytes(
    pushes: Pushes, alipay_key: RSAPrivateKey
) -> None:
    answer = await post(pushes, pushed(alipay_key))

    assert (answer.status, answer.body, answer.code) == (200, b"success", "")
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_a_message_we_make_nothing_of_is_kept_and_acknowledged(
    pushes: Pushes, alipay_key: RSAPrivateKey, store: MemoryStore, consents: Consents
) -> None:
    await post(pushes, pushed(alipay_key))

    kept = await store.get(MESSAGES.name, KEY)
    assert kept is not None
    assert kept["method"] == MESSAGE["msg_method"]
    assert consents.got == []


@pytest.mark.parametrize(
    ("state", "change"),
    [
        ("1", ConsentChange("alipay-booked", accepted=True)),
        ("0", ConsentChange("alipay-booked", accepted=False)),
    ],
)
async def test_a_decision_about_messages_is_passed_on(
    pushes: Pushes, alipay_key: RSAPrivateKey, consents: Consents, state: str, change: ConsentChange
) -> None:
    answer = await post(pushes, pushed(alipay_key, subscription(state=state)))

    assert answer.body == b"success"
    expected = ("alipay", APP_ID, OpenId(OPEN_ID), (change,), MESSAGE["notify_id"], NOW)
    assert consents.got == [expected]


async def test_a_lasting_subscription_is_told_as_lasting(
    pushes: Pushes, alipay_key: RSAPrivateKey, consents: Consents
) -> None:
    said = subscription()
    said["biz_content"] = said["biz_content"].replace("onetime", "longterm")

    await post(pushes, pushed(alipay_key, said))

    assert consents.got[0][3][0].lasting


async def test_whoever_counts_consents_may_be_built_later(
    pushes: Pushes, alipay_key: RSAPrivateKey, offered: list[MessageConsents]
) -> None:
    late = Consents()
    offered.append(late)

    await post(pushes, pushed(alipay_key, subscription()))

    assert len(late.got) == 1


async def test_a_repeat_gets_the_same_answer_and_changes_nothing(
    pushes: Pushes, alipay_key: RSAPrivateKey, consents: Consents
) -> None:
    body = pushed(alipay_key, subscription())
    hours = (0, 0, 1, 24, 25)

    answers = [await post(pushes, body, NOW + timedelta(hours=each)) for each in hours]

    assert {answer.body for answer in answers} == {b"success"}
    assert len(consents.got) == 1


async def test_nothing_is_acknowledged_before_consents_are_counted(
    pushes: Pushes, alipay_key: RSAPrivateKey, store: MemoryStore, consents: Consents
) -> None:
    consents.failing = True
    body = pushed(alipay_key, subscription())

    refused = await post(pushes, body)

    assert (refused.status, refused.body, refused.code) == (503, b"fail", "store_unavailable")
    assert await store.get(MESSAGES.name, KEY) is None
    consents.failing = False
    assert (await post(pushes, body)).body == b"success"
    assert len(consents.got) == 1


async def test_nothing_is_acknowledged_before_it_is_durable(
    pushes: Pushes, alipay_key: RSAPrivateKey, store: MemoryStore
) -> None:
    await store.close()

    refused = await post(pushes, pushed(alipay_key))

    assert (refused.status, refused.body) == (503, b"fail")


async def test_a_forged_message_is_refused_and_leaves_no_trace(
    pushes: Pushes, app_key: RSAPrivateKey, store: MemoryStore, consents: Consents
) -> None:
    refused = await post(pushes, pushed(app_key, subscription()))

    assert (refused.status, refused.body, refused.code) == (400, b"fail", "forged")
    assert consents.got == []
    assert await store.get(MESSAGES.name, KEY) is None


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{",
        json.dumps({"open_id": OPEN_ID}),
        json.dumps({"open_id": OPEN_ID, "subscribe_relations": []}),
        json.dumps({"open_id": OPEN_ID, "subscribe_relations": ["alipay-booked"]}),
        subscription()["biz_content"].replace("open_id", "user_id"),
        subscription()["biz_content"].replace("onetime", "sometimes"),
        subscription(state="2")["biz_content"],
        subscription(template="")["biz_content"],
    ],
)
async def test_a_decision_we_cannot_read_is_asked_for_again(
    pushes: Pushes, alipay_key: RSAPrivateKey, consents: Consents, content: str
) -> None:
    refused = await post(pushes, pushed(alipay_key, {**subscription(), "biz_content": content}))

    assert (refused.status, refused.body, refused.code) == (400, b"fail", "malformed")
    assert consents.got == []


@pytest.mark.parametrize(("word", "strange"), [("onetime", "sometimes"), ('"1"', '"2"')])
async def test_a_word_alipay_did_not_use_before_takes_nothing_from_the_others(
    pushes: Pushes, alipay_key: RSAPrivateKey, consents: Consents, word: str, strange: str
) -> None:
    good = json.loads(subscription()["biz_content"])
    bad = json.loads(subscription("another")["biz_content"].replace(word, strange))
    good["subscribe_relations"] += bad["subscribe_relations"]

    answer = await post(
        pushes, pushed(alipay_key, {**subscription(), "biz_content": json.dumps(good)})
    )

    assert answer.body == b"success"
    assert [got[3] for got in consents.got] == [(ConsentChange("alipay-booked", accepted=True),)]


async def test_a_message_is_forgotten_when_its_repeats_are_refused(
    pushes: Pushes, alipay_key: RSAPrivateKey, store: MemoryStore
) -> None:
    await post(pushes, pushed(alipay_key))

    await pushes.forget(NOW + timedelta(hours=25))
    assert await store.get(MESSAGES.name, KEY)

    await pushes.forget(NOW + timedelta(hours=26, seconds=1))
    assert await store.get(MESSAGES.name, KEY) is None
