"""Subscribed template messages: what is sent, what is not sent, what each refusal means."""

import json
from typing import Any

import pytest

from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.outlets import TemplateOutlet
from adapters.alipay.settings import IdMode
from adapters.alipay.template_messages import SEND, SUBSCRIBED
from channel_gateway.domain.errors import Refused, TooMany, Unavailable
from channel_gateway.ports import NoConsent, Outlet, WrongTemplate
from tests.unit.alipay.alipay_side import Gateway, refusal, success
from tests.unit.alipay.letters import TO, letter


def outlet_over(platform: OpenPlatform, **changes: Any) -> TemplateOutlet:
    usual: dict[str, Any] = {
        "channel": "alipay",
        "id_mode": IdMode.OPEN_ID,
        "landing_page": "pages/index/index",
        "not_subscribed": ("NOT_SUBSCRIBED",),
        "consents_pushed": False,
    }
    return TemplateOutlet(platform, **(usual | changes))


@pytest.fixture
def outlet(platform: OpenPlatform) -> TemplateOutlet:
    return outlet_over(platform)


def relation(template: str, state: str) -> dict[str, str]:
    return {"template_id": template, "subscribe_state": state, "subscribe_type": "onetime"}


def test_it_is_an_outlet_that_spends_consents_and_cannot_repeat(outlet: TemplateOutlet) -> None:
    taken: Outlet = outlet

    assert (taken.by_consent, taken.repeatable) == (True, False)


async def test_the_values_travel_as_a_text_of_json(
    outlet: TemplateOutlet, gateway: Gateway
) -> None:
    gateway.answers(SEND, success())

    await outlet.send(TO, letter())

    content = gateway.content()
    assert gateway.parameters()["method"] == SEND
    assert json.loads(content.pop("data")) == {
        "keyword1": {"value": "换领驾驶证"},
        "keyword2": {"value": "3月9日（周一）09:30"},
    }
    assert content == {
        "to_open_id": TO.reveal(),
        "user_template_id": "alipay-booked",
        "page": "pages/visit/visit?id=A1",
    }


async def test_an_old_application_writes_to_user_ids(
    platform: OpenPlatform, gateway: Gateway
) -> None:
    gateway.answers(SEND, success())

    await outlet_over(platform, id_mode=IdMode.USER_ID).send(TO, letter())

    assert gateway.content()["to_user_id"] == TO.reveal()
    assert "to_open_id" not in gateway.content()


async def test_a_letter_without_a_page_opens_the_landing_page(
    outlet: TemplateOutlet, gateway: Gateway
) -> None:
    gateway.answers(SEND, success())

    await outlet.send(TO, letter(page=""))

    assert gateway.content()["page"] == "pages/index/index"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"template": ""}, "template"),
        ({"template": "t" * 65}, "template"),
        ({"page": "p" * 129}, "page"),
        ({"values": {}}, "values"),
        ({"values": {"keyword2": "a"}}, "values"),
        ({"values": {"keyword1": "a", "keyword3": "b"}}, "values"),
        ({"values": {"thing1": "a"}}, "thing1"),
        ({"values": {"keyword0": "a"}}, "keyword0"),
        ({"values": {"keyword1": " "}}, "keyword1"),
        ({"values": {"keyword1": "a", "keyword2": "b" * 51}}, "keyword2"),
        ({"values": {f"keyword{n}": "a" * 50 for n in range(1, 40)}}, "values"),
    ],
)
async def test_what_alipay_would_not_take_is_not_sent(
    outlet: TemplateOutlet, gateway: Gateway, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await outlet.send(TO, letter(**changes))

    assert wrong.value.field == field
    assert gateway.sent == []


async def test_with_no_page_at_all_nothing_is_sent(
    platform: OpenPlatform, gateway: Gateway
) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await outlet_over(platform, landing_page="").send(TO, letter(page=""))

    assert (wrong.value.field, gateway.sent) == ("page", [])


async def test_a_value_of_fifty_letters_is_sent(outlet: TemplateOutlet, gateway: Gateway) -> None:
    gateway.answers(SEND, success())

    await outlet.send(TO, letter(values={"keyword1": "办" * 50}))

    assert len(gateway.sent) == 1


@pytest.mark.parametrize(
    ("sub_code", "field"),
    [
        ("FORM_ID_OVER_TIME", "template"),
        ("FORM_ID_NOT_MATCH_APPID", "template"),
        ("TRADE_NO_NOT_MATCH_USERID", "template"),
        ("USER_TEMPLATE_ILLEGAL", "template"),
        ("USER_TEMPLATE_LACK_KEYWORD", "values"),
        ("USER_KEYWORD_LENGTH_ERROR", "values"),
    ],
)
async def test_a_template_that_does_not_fit_is_named(
    outlet: TemplateOutlet, gateway: Gateway, sub_code: str, field: str
) -> None:
    gateway.answers(SEND, refusal(sub_code))

    with pytest.raises(WrongTemplate) as wrong:
        await outlet.send(TO, letter())

    assert wrong.value.field == field
    assert sub_code in str(wrong.value)


async def test_the_word_that_is_known_for_it_means_no_consent(
    outlet: TemplateOutlet, gateway: Gateway
) -> None:
    gateway.answers(SEND, refusal("ACQ.NOT_SUBSCRIBED"))

    with pytest.raises(NoConsent):
        await outlet.send(TO, letter())

    assert len(gateway.sent) == 1


async def test_of_an_unknown_refusal_the_subscription_is_asked(
    outlet: TemplateOutlet, gateway: Gateway
) -> None:
    gateway.answers(SEND, refusal("NEVER_SEEN_BEFORE"))
    gateway.answers(SUBSCRIBED, success(subscribe_relations=[relation("alipay-booked", "0")]))

    with pytest.raises(NoConsent):
        await outlet.send(TO, letter())

    assert gateway.content() == {"open_id": TO.reveal(), "template_id_list": ["alipay-booked"]}


@pytest.mark.parametrize(
    "answer",
    [
        success(subscribe_relations=[relation("alipay-booked", "1")]),
        success(subscribe_relations=[relation("another", "0")]),
        success(subscribe_relations=[]),
        success(subscribe_relations="none"),
        success(),
        refusal("INVALID_PARAMETER"),
        refusal("isp.unknow-error", "20000"),
    ],
)
async def test_an_unknown_refusal_stands_where_the_subscription_says_nothing_else(
    outlet: TemplateOutlet, gateway: Gateway, answer: Any
) -> None:
    gateway.answers(SEND, refusal("NEVER_SEEN_BEFORE"))
    gateway.answers(SUBSCRIBED, answer)

    with pytest.raises(Refused) as refused:
        await outlet.send(TO, letter())

    assert not isinstance(refused.value, NoConsent)
    assert "NEVER_SEEN_BEFORE" in str(refused.value)


async def test_what_the_gateway_itself_refuses_asks_for_no_subscription(
    outlet: TemplateOutlet, gateway: Gateway
) -> None:
    gateway.answers(SEND, refusal("isv.insufficient-isv-permissions", "40006"))

    with pytest.raises(Refused):
        await outlet.send(TO, letter())

    assert len(gateway.sent) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refusal("isp.unknow-error", "20000"), Unavailable),
        (refusal("isv.app-call-limited", "40005"), TooMany),
    ],
)
async def test_what_is_unknown_stays_unknown(
    outlet: TemplateOutlet, gateway: Gateway, answer: Any, kind: type[Exception]
) -> None:
    gateway.answers(SEND, answer)

    with pytest.raises(kind):
        await outlet.send(TO, letter())


async def test_alipay_cannot_tell_whether_a_message_arrived(
    outlet: TemplateOutlet, gateway: Gateway
) -> None:
    assert await outlet.arrived(TO, letter()) is None
    assert gateway.sent == []
