"""Which pushes are WeChat's, in every mode and form, and how a repeat is known."""

from datetime import timedelta

import pytest

from adapters.wechat.push import Mode, PushGate, read_check, read_push
from adapters.wechat.push_events import consents_in, sent_in, unread_in
from adapters.wechat.push_seal import Seal
from adapters.wechat.sent_messages import SentEvent
from channel_gateway.domain.errors import Forged, Malformed, Stale
from channel_gateway.ports import ConsentChange
from channel_gateway.wire import HttpRequest
from tests.unit.wechat.push_side import (
    AES_KEY,
    APP,
    CITIZEN,
    TOKEN,
    asked,
    event,
    popup,
    pushed,
    request,
    sealed,
    written,
)
from tests.unit.wechat.test_push_seal import VECTORS
from tests.unit.wechat_pay.platform_side import NOW

MODES = ("plain", "compatible", "safe")
FORMS = ("json", "xml")
SEALED = MODES[1:]
AGE = timedelta(minutes=5)
TEXT = {
    "ToUserName": "gh_1",
    "FromUserName": CITIZEN,
    "CreateTime": int(NOW.timestamp()),
    "MsgType": "text",
    "Content": "什么时候能办好？",
    "MsgId": "24012345678901234",
}


def gate(mode: str = "safe") -> PushGate:
    return PushGate(TOKEN, Mode(mode), Seal(AES_KEY, APP), AGE)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", MODES)
def test_a_push_says_the_same_in_every_mode_and_form(mode: str, form: str) -> None:
    answers = (("T-1", "accept"), ("T-2", "reject"))

    push = read_push(gate(mode), pushed(popup(*answers, form=form), mode, form), NOW)

    assert (push.citizen.reveal(), push.kind, push.at) == (
        CITIZEN,
        "subscribe_msg_popup_event",
        NOW,
    )
    assert consents_in(push, ()) == (
        ConsentChange("T-1", accepted=True),
        ConsentChange("T-2", accepted=False),
    )
    assert push.id == read_push(gate(), pushed(popup(*answers)), NOW).id


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mode", MODES)
def test_a_single_answer_is_read_as_several_are(mode: str, form: str) -> None:
    push = read_push(gate(mode), pushed(popup(("T-1", "accept"), form=form), mode, form), NOW)

    assert consents_in(push, ()) == (ConsentChange("T-1", accepted=True),)


def test_the_push_that_wechat_published_is_read() -> None:
    vector = VECTORS["push-secure-json"]
    seal = Seal(vector["encoding_aes_key"], vector["appid"])
    query = "&".join(f"{name}={value}" for name, value in vector["query"].items())
    body = written({"ToUserName": vector["to_user"], "Encrypt": vector["encrypt"]}, "json")
    at = NOW.fromtimestamp(int(vector["query"]["timestamp"]), NOW.tzinfo)

    push = read_push(PushGate(vector["token"], Mode.SAFE, seal, AGE), request(body, query), at)

    assert (push.kind, push.fields["debug_str"]) == ("debug_demo", "hello world")


def test_of_a_compatible_push_only_what_is_sealed_counts() -> None:
    encrypted = sealed(written(popup(("T-1", "reject")), "json"))
    lies = {**popup(("T-1", "accept")), "FromUserName": "oSomebodyElse", "Encrypt": encrypted}
    mixed = request(written(lies, "json"), asked(encrypted=encrypted))

    push = read_push(gate("compatible"), mixed, NOW)

    assert push.citizen.reveal() == CITIZEN
    assert consents_in(push, ()) == (ConsentChange("T-1", accepted=False),)


@pytest.mark.parametrize("mode", SEALED)
def test_a_push_in_clear_is_refused_where_sealed_ones_are_agreed(mode: str) -> None:
    for encrypted in ("", sealed(b"{}")):
        clear = request(written(popup(("T-1", "accept")), "json"), asked(encrypted=encrypted))
        with pytest.raises(Forged):
            read_push(gate(mode), clear, NOW)


@pytest.mark.parametrize("mode", SEALED)
def test_the_plain_signature_alone_opens_nothing(mode: str) -> None:
    encrypted = sealed(written(popup(("T-1", "accept")), "json"))
    body = written({"ToUserName": "gh_1", "Encrypt": encrypted}, "json")

    for query in (asked(), asked(encrypted=sealed(b"another")), asked(msg_signature="0" * 40)):
        with pytest.raises(Forged):
            read_push(gate(mode), request(body, query), NOW)


def test_sealed_alone_is_nothing_where_pushes_come_in_clear() -> None:
    with pytest.raises(Malformed):
        read_push(gate("plain"), pushed(popup(("T-1", "accept")), "safe"), NOW)


@pytest.mark.parametrize("mode", MODES)
def test_a_strangers_token_is_refused(mode: str) -> None:
    good = pushed(popup(("T-1", "accept")), mode)
    stranger = PushGate("another", Mode(mode), Seal(AES_KEY, APP), AGE)

    with pytest.raises(Forged):
        read_push(stranger, good, NOW)


def test_another_apps_push_is_refused() -> None:
    encrypted = sealed(written(popup(("T-1", "accept")), "json"), app="wx2")
    body = written({"ToUserName": "gh_1", "Encrypt": encrypted}, "json")

    with pytest.raises(Forged):
        read_push(gate(), request(body, asked(encrypted=encrypted)), NOW)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("late", "good"), [(299, True), (301, False), (-299, True), (-301, False)])
def test_a_push_of_another_time_is_stale(mode: str, late: int, good: bool) -> None:
    sent = pushed(popup(("T-1", "accept")), mode)

    if good:
        read_push(gate(mode), sent, NOW + timedelta(seconds=late))
    else:
        with pytest.raises(Stale):
            read_push(gate(mode), sent, NOW + timedelta(seconds=late))


@pytest.mark.parametrize(
    "spoil",
    [
        ("timestamp=", "timestamp=1"),
        ("timestamp=", "timestamp=x"),
        ("timestamp=", "timestamp=-"),
        ("nonce=", "nonce=1"),
        ("nonce=", "once="),
        ("signature=", "signature=0"),
        ("&nonce=", "&nonce=1&nonce="),
        ("?", "?" + "a&" * 30),
        ("?", "#"),
    ],
)
@pytest.mark.parametrize("mode", MODES)
def test_an_address_that_says_otherwise_is_forged(mode: str, spoil: tuple[str, str]) -> None:
    good = pushed(popup(("T-1", "accept")), mode)

    with pytest.raises(Forged):
        read_push(gate(mode), HttpRequest("POST", good.url.replace(*spoil), body=good.body), NOW)


def test_a_forged_push_is_refused_before_its_body_is_read() -> None:
    with pytest.raises(Forged):
        read_push(gate(), request(b"no body at all", asked(token="another")), NOW)


@pytest.mark.parametrize("missing", ["FromUserName", "MsgType", "CreateTime", "Event"])
def test_a_push_without_what_every_push_has_is_malformed(missing: str) -> None:
    fields = popup(("T-1", "accept"))
    fields[missing] = ""

    if missing == "Event":
        assert read_push(gate(), pushed(fields), NOW).kind == "event"
        return
    with pytest.raises(Malformed):
        read_push(gate(), pushed(fields), NOW)


@pytest.mark.parametrize("moment", ["yesterday", "9" * 30, -(10**15), None, ["1"]])
def test_a_push_from_no_moment_of_our_time_is_malformed(moment: object) -> None:
    with pytest.raises(Malformed):
        read_push(gate(), pushed({**TEXT, "CreateTime": moment}), NOW)


def test_a_repeat_is_known_though_signed_anew() -> None:
    again = NOW + timedelta(seconds=5)
    said = popup(("T-1", "accept"))

    first = read_push(gate(), pushed(said), NOW)
    repeat = read_push(gate(), pushed(said, at=again), again)

    assert first.id == repeat.id


def test_messages_are_told_apart_by_their_number_and_events_by_what_they_say() -> None:
    def id_of(fields: dict[str, object]) -> str:
        return read_push(gate(), pushed(fields), NOW).id

    later = NOW + timedelta(seconds=1)
    different = [
        TEXT,
        {**TEXT, "MsgId": "24012345678901235"},
        {**TEXT, "FromUserName": "oAnother"},
        popup(("T-1", "accept")),
        popup(("T-1", "reject")),
        popup(("T-2", "accept")),
        popup(("T-1", "accept"), ("T-2", "accept")),
        popup(("T-1", "accept"), at=later),
        event("subscribe_msg_change_event", {"TemplateId": "T-1"}),
    ]

    assert len({id_of(fields) for fields in different}) == len(different)
    assert id_of(TEXT) == id_of({**TEXT, "Content": "改了", "CreateTime": 1_700_000_000})
    assert id_of(popup(("T-1", "accept"), ("T-2", "reject"))) == id_of(
        popup(("T-2", "reject"), ("T-1", "accept"))
    )


@pytest.mark.parametrize(("word", "accepted"), [("acceptWithAudio", True), ("reject", False)])
def test_of_a_long_term_template_an_answer_lasts(word: str, accepted: bool) -> None:
    push = read_push(gate(), pushed(popup(("T-1", word), ("T-2", word))), NOW)

    assert consents_in(push, {"T-1"}) == (
        ConsentChange("T-1", accepted=accepted, lasting=True),
        ConsentChange("T-2", accepted=accepted, lasting=False),
    )


def test_what_is_decided_in_the_settings_lasts() -> None:
    entry = {"TemplateId": "T-1", "SubscribeStatusString": "reject"}
    push = read_push(gate(), pushed(event("subscribe_msg_change_event", entry)), NOW)

    assert consents_in(push, ()) == (ConsentChange("T-1", accepted=False, lasting=True),)


def test_an_event_that_is_listed_under_anothers_name_is_read() -> None:
    """As in a sample of WeChat's own (a change under `SubscribeMsgPopupEvent`)."""
    entry = {"TemplateId": "T-1", "SubscribeStatusString": "reject"}
    told = event("subscribe_msg_change_event", entry, form="xml")
    told["SubscribeMsgPopupEvent"] = told.pop("SubscribeMsgChangeEvent")

    push = read_push(gate(), pushed(told, form="xml"), NOW)

    assert consents_in(push, ()) == (ConsentChange("T-1", accepted=False, lasting=True),)


def test_what_can_be_read_counts_whatever_stands_beside_it() -> None:
    words = ("accept", "ban", "filter", "perhaps")
    told = popup(*((f"T-{word}", word) for word in words))
    push = read_push(gate(), pushed(told), NOW)

    assert consents_in(push, {"T-ban"}) == (ConsentChange("T-accept", accepted=True),)
    assert unread_in(push) == 1


def test_a_window_that_showed_nothing_decides_nothing() -> None:
    push = read_push(gate(), pushed(popup(("T-1", "ban"), ("T-2", "filter"))), NOW)

    assert consents_in(push, ()) == ()
    assert unread_in(push) == 0


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [{"TemplateId": "T-1"}],
        [{"SubscribeStatusString": "accept"}],
        [{"TemplateId": "T-1", "SubscribeStatusString": "perhaps"}],
    ],
)
def test_a_consent_that_cannot_be_read_is_none(entries: list[dict[str, str]]) -> None:
    push = read_push(gate(), pushed(event("subscribe_msg_popup_event", *entries)), NOW)

    with pytest.raises(Malformed):
        consents_in(push, ())


@pytest.mark.parametrize("form", FORMS)
def test_how_messages_ended_is_read(form: str) -> None:
    good = {"TemplateId": "T-1", "MsgID": "170", "ErrorCode": "0", "ErrorStatus": "success"}
    bad = {"TemplateId": "T-2", "MsgID": "171", "ErrorCode": "1", "ErrorStatus": "system failed"}
    told = event("subscribe_msg_sent_event", good, bad, form=form)

    push = read_push(gate(), pushed(told, form=form), NOW)

    assert sent_in(push) == (
        SentEvent("T-1", "170", arrived=True),
        SentEvent("T-2", "171", arrived=False),
    )


def test_an_end_of_no_message_is_malformed() -> None:
    told = event("subscribe_msg_sent_event", {"TemplateId": "T-1", "ErrorCode": "0"})

    with pytest.raises(Malformed):
        sent_in(read_push(gate(), pushed(told), NOW))


def test_the_consoles_check_is_answered_with_its_echo() -> None:
    vector = VECTORS["push-url-verify"]
    at = NOW.fromtimestamp(int(vector["timestamp"]), NOW.tzinfo)
    names = ("signature", "timestamp", "nonce", "echostr")
    query = "&".join(f"{name}={vector[name]}" for name in names)
    check = request(b"", query, "GET")
    own = PushGate(vector["token"], Mode.SAFE, None, AGE)

    assert read_check(own, check, at) == "4375120948345356249"
    with pytest.raises(Stale):
        read_check(own, check, at + timedelta(hours=1))
    with pytest.raises(Forged):
        read_check(own, request(b"", query.replace("nonce=", "nonce=1"), "GET"), at)
    with pytest.raises(Malformed):
        read_check(own, request(b"", query.partition("&echostr")[0], "GET"), at)
