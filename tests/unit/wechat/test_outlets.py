"""Subscribe messages and the city service's cards: what is asked, and what each answer means."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from adapters.wechat.app import App
from adapters.wechat.city_message import order_no
from adapters.wechat.outlets import CityOutlet, SubscribeOutlet
from adapters.wechat.sent_messages import KEPT, SENT_MESSAGES, SentEvent, SentMessages
from adapters.wechat.subscribe import subscribe_message
from channel_gateway.domain.errors import (
    GatewayError,
    NotReached,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import (
    Letter,
    NoConsent,
    NotArrived,
    Outlet,
    Store,
    StoreUnavailable,
    WrongTemplate,
)
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.unit.wechat.conftest import Process
from tests.unit.wechat.server_side import FakeWechat, fails, says
from tests.unit.wechat_pay.platform_side import NOW, FakeClock

MESSAGE = "/cgi-bin/message/subscribe/send"
CARD = "/cityservice/sendmsgdata"
CITIZEN = OpenId("oUpF8uMuAJO")
PAID = Letter(
    "L1",
    "TEMPLATE",
    {"thing1": "驾驶证工本费", "amount2": "10.00元"},
    Happening.PAID,
    "payment:P1",
    at=NOW,
    first_tried_at=NOW,
    page="pages/fee",
)


@pytest.fixture
def sent(store: Store, vault: Vault) -> SentMessages:
    return SentMessages(store, vault, "wx1")


@pytest.fixture
def outlet(
    app: App, process: Process, sent: SentMessages, wechat: FakeWechat, clock: FakeClock
) -> SubscribeOutlet:
    return SubscribeOutlet(
        app,
        process(),
        sent,
        wechat,
        clock,
        channel="wechat",
        consents_pushed=True,
        landing_page="pages/home",
    )


@pytest.fixture
def city(app: App, process: Process, wechat: FakeWechat) -> CityOutlet:
    styles = {"STYLED": {"deal_msg_style_id": "STYLE-1"}}
    return CityOutlet(app, process(), styles, wechat, channel="wechat")


def test_a_subscribe_message_spends_a_consent_and_is_not_said_again(
    outlet: SubscribeOutlet,
) -> None:
    port: Outlet = outlet

    assert (port.channel, port.by_consent, port.repeatable) == ("wechat", True, False)


def test_a_card_asks_for_no_consent_and_may_be_said_again(city: CityOutlet) -> None:
    port: Outlet = city

    assert (port.channel, port.by_consent, port.repeatable) == ("wechat", False, True)
    assert port.is_card


async def test_a_message_carries_its_values_by_the_templates_words(
    outlet: SubscribeOutlet, wechat: FakeWechat
) -> None:
    await outlet.send(CITIZEN, PAID)

    assert json.loads(wechat.sent[-1].body) == {
        "touser": "oUpF8uMuAJO",
        "template_id": "TEMPLATE",
        "page": "pages/fee",
        "miniprogram_state": "formal",
        "lang": "zh_CN",
        "data": {"thing1": {"value": "驾驶证工本费"}, "amount2": {"value": "10.00元"}},
    }


async def test_a_message_without_a_page_opens_the_landing_page(
    outlet: SubscribeOutlet, wechat: FakeWechat
) -> None:
    await outlet.send(CITIZEN, replace(PAID, page=""))

    assert json.loads(wechat.sent[-1].body)["page"] == "pages/home"


def test_a_message_may_open_no_page() -> None:
    assert "page" not in subscribe_message(CITIZEN, replace(PAID, page=""))


async def test_a_value_that_breaks_its_rule_is_never_sent(
    outlet: SubscribeOutlet, wechat: FakeWechat
) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await outlet.send(CITIZEN, replace(PAID, values={"thing1": "x", "time2": "下午三点"}))

    assert wrong.value.field == "data.time2"
    assert wechat.sent == []


@pytest.mark.parametrize(
    ("answer", "error", "field"),
    [
        (fails(43101, "user refuse to accept the msg"), NoConsent, None),
        (
            fails(47003, "argument invalid! data.thing3.value is empty"),
            WrongTemplate,
            "data.thing3",
        ),
        (fails(40037, "invalid template_id"), WrongTemplate, "template_id"),
        (fails(41030, "invalid page"), WrongTemplate, "page"),
        (fails(43107, "require subscribe"), Refused, None),
        (fails(43108, "Cannot make concurrent calls to the same OpenID"), TooMany, None),
        (fails(45168, "hit illegal words"), Refused, None),
        (fails(40003, "invalid openid"), Refused, None),
        (fails(40013, "invalid appid"), Refused, None),
        (fails(48001, "api unauthorized"), Refused, None),
        (fails(45009, "reach max api daily quota limit"), TooMany, None),
        (fails(-1, "system error"), Unavailable, None),
        (HttpResponse(502), Unavailable, None),
        (says(), Unavailable, None),
    ],
)
async def test_each_answer_has_its_own_meaning_and_is_asked_for_once(
    outlet: SubscribeOutlet,
    wechat: FakeWechat,
    answer: HttpResponse,
    error: type[GatewayError],
    field: str | None,
) -> None:
    wechat.answers[MESSAGE] = answer

    with pytest.raises(error) as raised:
        await outlet.send(CITIZEN, PAID)

    assert (type(raised.value), raised.value.field) == (error, field)
    assert wechat.paths().count(MESSAGE) == 1


async def test_a_token_refused_twice_is_no_message_sent(
    outlet: SubscribeOutlet, wechat: FakeWechat
) -> None:
    wechat.answers[MESSAGE] = fails(40001, "invalid credential")

    with pytest.raises(RefusedForNow):
        await outlet.send(CITIZEN, PAID)

    assert wechat.paths().count(MESSAGE) == 2


async def test_an_event_of_a_lost_answer_says_that_it_arrived(
    outlet: SubscribeOutlet, sent: SentMessages
) -> None:
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)

    assert await outlet.arrived(CITIZEN, PAID) is True


async def test_a_failure_of_the_system_says_that_it_did_not(
    outlet: SubscribeOutlet, sent: SentMessages
) -> None:
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=False), NOW)

    assert await outlet.arrived(CITIZEN, PAID) is False


async def test_without_an_event_nothing_is_known(outlet: SubscribeOutlet) -> None:
    assert await outlet.arrived(CITIZEN, PAID) is None


@pytest.mark.parametrize(
    ("citizen", "template", "late"),
    [
        (OpenId("oAnother"), "TEMPLATE", timedelta()),
        (CITIZEN, "ANOTHER", timedelta()),
        (CITIZEN, "TEMPLATE", timedelta(seconds=-1)),
    ],
)
async def test_another_citizens_template_or_moment_says_nothing(
    outlet: SubscribeOutlet,
    sent: SentMessages,
    citizen: OpenId,
    template: str,
    late: timedelta,
) -> None:
    await sent.ended(citizen, SentEvent(template, "100", arrived=True), NOW + late)

    assert await outlet.arrived(CITIZEN, PAID) is None


async def test_an_event_of_the_second_in_which_it_was_tried_counts(
    outlet: SubscribeOutlet, sent: SentMessages
) -> None:
    letter = replace(PAID, first_tried_at=NOW + timedelta(milliseconds=900))
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)

    assert await outlet.arrived(CITIZEN, letter) is True


async def test_one_event_serves_one_letter(outlet: SubscribeOutlet, sent: SentMessages) -> None:
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)
    another = replace(PAID, id="L2")

    assert await outlet.arrived(CITIZEN, PAID) is True
    assert await outlet.arrived(CITIZEN, another) is None
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "101", arrived=False), NOW)
    assert await outlet.arrived(CITIZEN, another) is False
    assert await outlet.arrived(CITIZEN, PAID) is True


@pytest.mark.parametrize("event_first", [True, False])
async def test_the_event_of_an_answered_letter_serves_no_other(
    outlet: SubscribeOutlet, sent: SentMessages, wechat: FakeWechat, event_first: bool
) -> None:
    event = SentEvent("TEMPLATE", "100", arrived=True)
    wechat.answers[MESSAGE] = says(errcode=0, errmsg="ok", msgid=100)
    if event_first:
        await sent.ended(CITIZEN, event, NOW)
    await outlet.send(CITIZEN, PAID)
    if not event_first:
        await sent.ended(CITIZEN, event, NOW)

    assert await outlet.arrived(CITIZEN, replace(PAID, id="L2")) is None


async def test_while_two_letters_are_in_doubt_an_event_is_neither_s(
    outlet: SubscribeOutlet, sent: SentMessages, wechat: FakeWechat
) -> None:
    another = replace(PAID, id="L2")
    wechat.answers[MESSAGE] = HttpResponse(502)
    for letter in (PAID, another):
        with pytest.raises(Unavailable):
            await outlet.send(CITIZEN, letter)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=False), NOW)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "101", arrived=True), NOW)

    assert [await outlet.arrived(CITIZEN, each) for each in (PAID, another)] == [None, None]


async def test_a_letter_whose_answer_came_leaves_the_event_to_the_one_in_doubt(
    outlet: SubscribeOutlet, sent: SentMessages, wechat: FakeWechat
) -> None:
    wechat.answers[MESSAGE] = HttpResponse(502)
    with pytest.raises(Unavailable):
        await outlet.send(CITIZEN, PAID)
    wechat.answers[MESSAGE] = says(errcode=0, errmsg="ok", msgid=101)
    await outlet.send(CITIZEN, replace(PAID, id="L2"))
    wechat.answers[MESSAGE] = fails(43101, "user refuse to accept the msg")
    with pytest.raises(NoConsent):
        await outlet.send(CITIZEN, replace(PAID, id="L3"))
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)

    assert await outlet.arrived(CITIZEN, PAID) is True
    assert await outlet.arrived(CITIZEN, PAID) is True


async def test_the_event_of_an_earlier_try_says_nothing_of_the_next(
    outlet: SubscribeOutlet, sent: SentMessages, wechat: FakeWechat, clock: FakeClock
) -> None:
    wechat.answers[MESSAGE] = HttpResponse(502)
    with pytest.raises(Unavailable):
        await outlet.send(CITIZEN, PAID)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=False), clock.now())
    assert await outlet.arrived(CITIZEN, PAID) is False

    clock.advance(seconds=0.1)
    with pytest.raises(Unavailable):
        await outlet.send(CITIZEN, PAID)
    assert await outlet.arrived(CITIZEN, PAID) is None
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "101", arrived=True), clock.now())
    assert await outlet.arrived(CITIZEN, PAID) is True


async def test_what_cannot_be_written_down_is_not_sent(
    app: App, process: Process, vault: Vault, wechat: FakeWechat, clock: FakeClock
) -> None:
    sent = SentMessages(await broken(after=0), vault, "wx1")
    outlet = SubscribeOutlet(
        app, process(), sent, wechat, clock, channel="wechat", consents_pushed=True
    )

    with pytest.raises(RefusedForNow):
        await outlet.send(CITIZEN, PAID)

    assert wechat.paths().count(MESSAGE) == 0


async def test_an_event_that_comes_twice_is_kept_once(
    sent: SentMessages, store: Store, outlet: SubscribeOutlet
) -> None:
    event = SentEvent("TEMPLATE", "100", arrived=True)
    await sent.ended(CITIZEN, event, NOW)
    await outlet.arrived(CITIZEN, PAID)
    await sent.ended(CITIZEN, event, NOW + timedelta(minutes=1))

    assert await outlet.arrived(CITIZEN, replace(PAID, id="L2")) is None
    assert len(await store.find(SENT_MESSAGES.name)) == 1


async def test_what_was_said_first_of_an_end_stays(
    sent: SentMessages, outlet: SubscribeOutlet
) -> None:
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=False), NOW)

    assert await outlet.arrived(CITIZEN, PAID) is True


class NoLine:
    """An `HttpSender` that reaches nobody."""

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        raise NotReached("no line")


async def test_a_letter_that_never_left_is_in_nobody_s_way(
    app: App, process: Process, sent: SentMessages, outlet: SubscribeOutlet, clock: FakeClock
) -> None:
    cut_off = SubscribeOutlet(
        app, process(), sent, NoLine(), clock, channel="wechat", consents_pushed=True
    )
    with pytest.raises(NotReached):
        await cut_off.send(CITIZEN, PAID)
    another = replace(PAID, id="L2")
    await sent.begun(CITIZEN, another, NOW)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)

    assert await outlet.arrived(CITIZEN, another) is True


async def test_another_apps_message_of_the_same_number_is_another(
    store: Store, vault: Vault, sent: SentMessages
) -> None:
    another = SentMessages(store, vault, "wx2")
    await another.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=False), NOW)

    assert await sent.accepted("100", PAID, NOW)


async def test_who_claimed_an_end_is_not_told_of_it_again(
    sent: SentMessages, outlet: SubscribeOutlet
) -> None:
    event = SentEvent("TEMPLATE", "100", arrived=False)
    await sent.begun(CITIZEN, PAID, NOW)
    await sent.ended(CITIZEN, event, NOW)

    assert await outlet.arrived(CITIZEN, PAID) is False
    assert await sent.ended(CITIZEN, event, NOW) is None


async def test_a_letter_whose_end_is_known_leaves_the_next_event_to_others(
    sent: SentMessages, outlet: SubscribeOutlet
) -> None:
    later = NOW + timedelta(minutes=1)
    another = replace(PAID, id="L2", at=later, first_tried_at=later)
    await sent.begun(CITIZEN, PAID, NOW)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)
    assert await outlet.arrived(CITIZEN, PAID) is True

    await sent.begun(CITIZEN, another, later)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "101", arrived=True), later)

    assert await outlet.arrived(CITIZEN, another) is True


async def test_how_messages_ended_is_forgotten_after_days(
    sent: SentMessages, store: Store, outlet: SubscribeOutlet
) -> None:
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)
    await sent.accepted("200", PAID, NOW)

    await sent.forget(NOW + KEPT)
    assert len(await store.find(SENT_MESSAGES.name)) == 2
    await sent.forget(NOW + KEPT + timedelta(seconds=1))

    assert await store.find(SENT_MESSAGES.name) == []


async def test_what_is_kept_names_neither_citizen_nor_values(
    sent: SentMessages, store: Store, outlet: SubscribeOutlet, wechat: FakeWechat
) -> None:
    wechat.answers[MESSAGE] = says(errcode=0, errmsg="ok", msgid=100)
    await outlet.send(CITIZEN, PAID)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=True), NOW)

    kept = repr(await store.find(SENT_MESSAGES.name))

    assert CITIZEN.reveal() not in kept
    assert "驾驶证工本费" not in kept


class Broken(MemoryStore):
    """A store that stops answering for one collection, after so many documents."""

    left = 0

    async def insert(self, collection: str, document: dict[str, object]) -> dict[str, object]:
        if collection == SENT_MESSAGES.name:
            self.left -= 1
            if self.left < 0:
                raise StoreUnavailable
        return await super().insert(collection, document)


async def broken(*, after: int) -> Broken:
    store = Broken([SENT_MESSAGES])
    await store.open()
    store.left = after
    return store


async def test_a_message_that_was_sent_is_sent_though_its_number_cannot_be_kept(
    app: App, process: Process, vault: Vault, wechat: FakeWechat, clock: FakeClock
) -> None:
    sent = SentMessages(await broken(after=1), vault, "wx1")
    outlet = SubscribeOutlet(
        app, process(), sent, wechat, clock, channel="wechat", consents_pushed=True
    )
    wechat.answers[MESSAGE] = says(errcode=0, errmsg="ok", msgid=100)

    await outlet.send(CITIZEN, PAID)

    assert wechat.paths().count(MESSAGE) == 1


async def test_a_message_whose_end_was_quicker_than_its_answer_did_not_arrive(
    outlet: SubscribeOutlet, sent: SentMessages, wechat: FakeWechat
) -> None:
    wechat.answers[MESSAGE] = says(errcode=0, errmsg="ok", msgid=100)
    await sent.ended(CITIZEN, SentEvent("TEMPLATE", "100", arrived=False), NOW)

    with pytest.raises(NotArrived):
        await outlet.send(CITIZEN, PAID)


async def test_a_card_is_one_for_each_matter(city: CityOutlet, wechat: FakeWechat) -> None:
    await city.send(CITIZEN, PAID)

    split = urlsplit(wechat.sent[-1].url)
    assert (split.path, dict(parse_qsl(split.query))) == (CARD, {"access_token": "token-1"})
    # By `printf payment:P1 | sha256sum`, its first 32 characters.
    assert json.loads(wechat.sent[-1].body) == {
        "openid": "oUpF8uMuAJO",
        "biz_template_id": "TEMPLATE",
        "order_no": "2a66ae5cfb102fda9bb07da78ee43961",
        "data": {"thing1": {"value": "驾驶证工本费"}, "amount2": {"value": "10.00元"}},
    }


async def test_a_card_brings_the_styles_of_its_template(
    city: CityOutlet, wechat: FakeWechat
) -> None:
    await city.send(CITIZEN, replace(PAID, template="STYLED"))

    assert json.loads(wechat.sent[-1].body)["deal_msg_style_id"] == "STYLE-1"


def test_an_order_number_says_nothing_of_its_matter() -> None:
    assert "P1" not in order_no("payment:P1").upper()
    assert order_no("payment:P1") != order_no("payment:P2")
    assert order_no("payment:P1").isalnum()


@pytest.mark.parametrize(
    ("answer", "error", "field"),
    [
        (fails(40037, "invalid template_id"), WrongTemplate, "template_id"),
        (fails(47003, "argument invalid! data.keynote1.value"), WrongTemplate, "data.keynote1"),
        (fails(47001, "data format error"), WrongTemplate, None),
        (fails(48001, "api unauthorized"), Refused, None),
        (fails(45009), TooMany, None),
        (fails(-1), Unavailable, None),
        (says(), Unavailable, None),
    ],
)
async def test_each_answer_of_a_card_has_its_own_meaning(
    city: CityOutlet,
    wechat: FakeWechat,
    answer: HttpResponse,
    error: type[GatewayError],
    field: str | None,
) -> None:
    wechat.answers[CARD] = answer

    with pytest.raises(error) as raised:
        await city.send(CITIZEN, PAID)

    assert (type(raised.value), raised.value.field) == (error, field)


async def test_a_card_with_an_empty_value_is_never_sent(
    city: CityOutlet, wechat: FakeWechat
) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await city.send(CITIZEN, replace(PAID, values={"first": " "}))

    assert wrong.value.field == "data.first"
    assert wechat.sent == []
