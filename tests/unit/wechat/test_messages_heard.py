"""A push is taken up once, durably, and only then acknowledged; a forged one changes nothing."""

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.wechat.known_pushes import KEPT, KNOWN_PUSHES, KnownPushes
from adapters.wechat.messages_heard import MessagesHeard
from adapters.wechat.push import Mode
from adapters.wechat.sent_messages import SENT_MESSAGES, SentEvent, SentMessages
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import (
    ConsentChange,
    Letter,
    LetterEnds,
    MessageConsents,
    Store,
    StoreUnavailable,
)
from channel_gateway.vault import Vault
from channel_gateway.wire import HttpRequest, HttpResponse
from tests.unit.wechat.push_side import (
    CITIZEN,
    TOKEN,
    asked,
    event,
    popup,
    pushed,
    request,
    written,
)
from tests.unit.wechat.test_push import MODES, TEXT, gate
from tests.unit.wechat_pay.platform_side import NOW

LETTER = Letter("L1", "T-1", {}, Happening.SENT, "delivery:D1", at=NOW, first_tried_at=NOW)
AGREED = popup(("T-1", "accept"))


@dataclass
class Consents:
    """Counts them by hand, once for an id; may be away."""

    heard_of: dict[str, tuple[str, str, str, tuple[ConsentChange, ...], datetime]] = field(
        default_factory=dict
    )
    calls: int = 0
    away: bool = False

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
        self.calls += 1
        if self.away:
            raise StoreUnavailable
        self.heard_of[id] = (channel, app, openid.reveal(), changes, at)


@dataclass
class Sender:
    """Is told of letters that did not arrive; may be away."""

    lost: list[str] = field(default_factory=list)
    away: bool = False

    async def did_not_arrive(self, letter: str, now: datetime) -> None:
        if self.away:
            raise StoreUnavailable
        self.lost.append(letter)


@pytest.fixture
def sender() -> Sender:
    return Sender()


@pytest.fixture
def consents() -> Consents:
    return Consents()


@dataclass
class Ear:
    store: Store
    vault: Vault
    keepers: list[MessageConsents]
    senders: list[LetterEnds]

    async def hear(
        self, call: HttpRequest, *, mode: str = "safe", now: datetime = NOW
    ) -> HttpResponse:
        heard = MessagesHeard(
            gate(mode),
            KnownPushes(self.store, "wx1"),
            self.sent,
            lambda: self.keepers,
            lambda: self.senders,
            channel="wechat",
            app_id="wx1",
            long_term={"T-LONG"},
        )
        return await heard.receive(call, now)

    @property
    def sent(self) -> SentMessages:
        return SentMessages(self.store, self.vault, "wx1")

    async def kinds(self) -> list[str]:
        return sorted(each["kind"] for each in await self.store.find(KNOWN_PUSHES.name))


@pytest.fixture
def ear(store: Store, vault: Vault, consents: Consents, sender: Sender) -> Ear:
    return Ear(store, vault, [consents], [sender])


def acknowledged(answer: HttpResponse) -> bool:
    kind = answer.headers.get("content-type", "")
    return (answer.status, answer.body) == (200, b"success") and kind.startswith("text/plain")


@pytest.mark.parametrize("mode", MODES)
async def test_a_citizens_answer_is_counted_with_whose_and_when(
    ear: Ear, consents: Consents, mode: str
) -> None:
    both = popup(("T-1", "accept"), ("T-LONG", "accept"))

    assert acknowledged(await ear.hear(pushed(both, mode), mode=mode))

    (told,) = consents.heard_of.values()
    assert told == (
        "wechat",
        "wx1",
        CITIZEN,
        (
            ConsentChange("T-1", accepted=True),
            ConsentChange("T-LONG", accepted=True, lasting=True),
        ),
        NOW,
    )


@pytest.mark.parametrize("mode", MODES)
async def test_a_repeat_is_acknowledged_and_not_told_again(
    ear: Ear, consents: Consents, mode: str
) -> None:
    again = NOW + timedelta(seconds=5)

    assert acknowledged(await ear.hear(pushed(AGREED, mode), mode=mode))
    assert acknowledged(await ear.hear(pushed(AGREED, mode), mode=mode))
    assert acknowledged(await ear.hear(pushed(AGREED, mode, at=again), mode=mode, now=again))

    assert consents.calls == 1


async def test_every_keeper_of_consents_is_told(ear: Ear, consents: Consents) -> None:
    another = Consents()
    ear.keepers.append(another)

    await ear.hear(pushed(AGREED))

    assert another.heard_of == consents.heard_of != {}


async def test_without_a_keeper_a_consent_is_acknowledged(ear: Ear) -> None:
    ear.keepers.clear()

    assert acknowledged(await ear.hear(pushed(AGREED)))


async def test_what_could_not_be_kept_is_not_acknowledged_and_is_taken_up_when_repeated(
    ear: Ear, consents: Consents
) -> None:
    consents.away = True
    with pytest.raises(StoreUnavailable):
        await ear.hear(pushed(AGREED))
    consents.away = False

    assert acknowledged(await ear.hear(pushed(AGREED)))
    assert len(consents.heard_of) == 1


async def test_how_a_message_ended_is_kept_once(ear: Ear, store: Store) -> None:
    entry = {"TemplateId": "T-1", "MsgID": "170", "ErrorCode": "0", "ErrorStatus": "success"}
    told = event("subscribe_msg_sent_event", entry)

    assert acknowledged(await ear.hear(pushed(told)))
    assert acknowledged(await ear.hear(pushed(told)))

    assert len(await store.find(SENT_MESSAGES.name)) == 1


def ended(code: str, number: str = "170") -> dict[str, Any]:
    entry = {"TemplateId": "T-1", "MsgID": number, "ErrorCode": code, "ErrorStatus": "?"}
    return event("subscribe_msg_sent_event", entry)


async def test_who_sent_a_letter_is_told_that_it_did_not_arrive(ear: Ear, sender: Sender) -> None:
    await ear.sent.accepted("170", LETTER, NOW)
    await ear.sent.accepted("171", replace(LETTER, id="L2"), NOW)

    assert acknowledged(await ear.hear(pushed(ended("1"))))
    assert acknowledged(await ear.hear(pushed(ended("0", "171"))))
    assert acknowledged(await ear.hear(pushed(ended("1", "172"))))  # whose answer nobody has

    assert sender.lost == ["L1"]


async def test_what_could_not_be_told_of_a_letter_is_not_acknowledged(
    ear: Ear, sender: Sender
) -> None:
    await ear.sent.accepted("170", LETTER, NOW)
    sender.away = True
    with pytest.raises(StoreUnavailable):
        await ear.hear(pushed(ended("1")))
    sender.away = False

    assert acknowledged(await ear.hear(pushed(ended("1"))))
    assert sender.lost == ["L1"]


async def test_an_end_that_its_letter_has_read_already_is_not_told_again(
    ear: Ear, sender: Sender
) -> None:
    """It claimed the event when it was asked, and may be on its way again by now."""
    await ear.hear(pushed(ended("1")))
    assert await ear.sent.arrived(OpenId(CITIZEN), LETTER) is False

    await ear.sent.ended(OpenId(CITIZEN), SentEvent("T-1", "170", arrived=False), NOW)
    await ear.hear(pushed(ended("1"), at=NOW + timedelta(seconds=5)))

    assert sender.lost == []


@pytest.mark.parametrize(
    ("fields", "kind", "action"),
    [
        (TEXT, "text", "push_passed_over"),
        (event("add_express_path"), "add_express_path", "push_passed_over"),
        (event("wxa_nickname_audit"), "wxa_nickname_audit", "push_of_unknown_kind"),
        (event("new_event", form="json") | {"List": ["a", 1]}, "new_event", "push_of_unknown_kind"),
        (event("订阅 13800000000"), "other", "push_of_unknown_kind"),
    ],
)
async def test_what_is_none_of_ours_is_acknowledged_and_counted_by_its_kind(
    ear: Ear,
    consents: Consents,
    caplog: pytest.LogCaptureFixture,
    fields: dict[str, Any],
    kind: str,
    action: str,
) -> None:
    caplog.set_level(logging.INFO)

    assert acknowledged(await ear.hear(pushed(fields)))

    assert await ear.kinds() == [kind]
    assert [(line.action, line.kind) for line in caplog.records] == [(action, kind)]
    assert consents.calls == 0


async def test_a_forged_push_changes_nothing_and_costs_no_write(
    ear: Ear, consents: Consents, store: Store
) -> None:
    forged = request(written(AGREED, "json"), asked(token="another"))

    for mode in MODES:
        answer = await ear.hear(forged, mode=mode)
        assert (answer.status, answer.code) == (403, "forged")
        assert answer.body not in (b"", b"success")

    assert consents.calls == 0
    assert await store.find(KNOWN_PUSHES.name) == []


async def test_a_stale_push_is_refused_as_such(ear: Ear, consents: Consents) -> None:
    answer = await ear.hear(pushed(AGREED), now=NOW + timedelta(minutes=6))

    assert (answer.status, answer.code) == (403, "stale")
    assert consents.calls == 0


async def test_what_wechat_sent_but_nobody_can_read_is_refused_for_somebody_to_look_at(
    ear: Ear, store: Store
) -> None:
    answer = await ear.hear(pushed(popup(("T-1", "perhaps"))))

    assert (answer.status, answer.code) == (400, "malformed")
    assert await store.find(KNOWN_PUSHES.name) == []


async def test_a_word_nobody_knows_is_logged_and_takes_nothing_from_the_others(
    ear: Ear, consents: Consents, caplog: pytest.LogCaptureFixture
) -> None:
    told = popup(("T-1", "accept"), ("T-2", "ban"), ("T-3", "perhaps"))

    assert acknowledged(await ear.hear(pushed(told)))

    ((*_, changes, _),) = consents.heard_of.values()
    assert changes == (ConsentChange("T-1", accepted=True),)
    assert [(line.action, line.consents) for line in caplog.records] == [("consents_unread", 1)]


async def test_a_window_that_showed_nothing_is_acknowledged(ear: Ear, consents: Consents) -> None:
    assert acknowledged(await ear.hear(pushed(popup(("T-1", "ban")))))

    assert consents.calls == 0


async def test_in_plain_mode_a_signature_brings_one_body_only(ear: Ear, consents: Consents) -> None:
    seen = asked()  # by somebody on the way
    first = request(written(AGREED, "json"), seen)
    another = request(written(popup(("T-2", "accept")), "json"), seen)

    assert acknowledged(await ear.hear(first, mode="plain"))
    answer = await ear.hear(another, mode="plain")

    assert (answer.status, answer.code) == (403, "forged")
    assert acknowledged(await ear.hear(first, mode="plain"))
    assert consents.calls == 1


async def test_two_at_once_are_both_acknowledged(ear: Ear, consents: Consents) -> None:
    known = KnownPushes(ear.store, "wx1")
    await known.keep("P1", "text", NOW)

    await known.keep("P1", "text", NOW)

    assert await known.has("P1")


async def test_another_apps_push_of_the_same_number_is_another(ear: Ear) -> None:
    await KnownPushes(ear.store, "wx1").keep("P1", "text", NOW)

    assert not await KnownPushes(ear.store, "wx2").has("P1")


async def test_pushes_are_forgotten_long_after_they_could_be_replayed(ear: Ear) -> None:
    known = KnownPushes(ear.store, "wx1")
    await ear.hear(pushed(AGREED, "plain"), mode="plain")
    assert timedelta(hours=2) < KEPT

    await known.forget(NOW + KEPT)
    assert len(await ear.kinds()) == 2
    await known.forget(NOW + KEPT + timedelta(seconds=1))

    assert await ear.kinds() == []


async def test_nothing_a_citizen_wrote_is_kept_or_logged(
    ear: Ear, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await ear.hear(pushed(TEXT))
    await ear.hear(pushed(TEXT, "plain"), mode="plain")

    kept = repr(await store.find(KNOWN_PUSHES.name))

    for secret in (CITIZEN, "什么时候能办好", TOKEN):
        assert secret not in kept + caplog.text


async def test_the_consoles_check_gets_its_echo_as_plain_text(ear: Ear) -> None:
    answer = await ear.hear(request(b"", asked(echostr="4375120948345356249"), "GET"))

    assert (answer.status, answer.body) == (200, b"4375120948345356249")
    assert answer.headers["content-type"].startswith("text/plain")
    forged = await ear.hear(request(b"", asked(token="x", echostr="1"), "GET"))
    assert (forged.status, forged.code) == (403, "forged")


def test_a_mode_has_the_consoles_word() -> None:
    assert [mode.value for mode in Mode] == list(MODES)
