"""What every outlet must make of a letter: sent, unknown, refused, and said again."""

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from channel_gateway.domain.errors import (
    Forged,
    Malformed,
    Refused,
    RefusedForNow,
    TooMany,
    Unavailable,
)
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import NoConsent, Outlet, WrongTemplate
from channel_gateway.wire import Headers, HttpResponse
from tests.contracts.outlet.post_office import PostOffice
from tests.contracts.rig import OutletRig, rigs

ALL = rigs(OutletRig, "OUTLETS")
BY_ID = {"ids": lambda rig: rig.outlet}
PROCESSED = ("reply_lost", "server_error_after", "truncated_reply")
NOT_PROCESSED = ("connection_cut", "server_error")
UNBELIEVABLE = (Forged, Malformed, Unavailable)
BY_CONSENT = [rig for rig in ALL if rig.agree]
REPEATABLE = [rig for rig in ALL if rig.repeatable]
HEARING = [rig for rig in ALL if rig.hear]
WITH_TOKENS = [rig for rig in ALL if rig.token_fault[0]]


async def test_a_letter_reaches_the_phone_with_its_values(post_office: PostOffice) -> None:
    await post_office.agree()

    await post_office.send(post_office.letter())

    assert await post_office.phone() == [post_office.rig.values]


def test_an_outlet_says_whose_citizens_it_serves(post_office: PostOffice) -> None:
    outlet: Outlet = post_office.outlet

    assert outlet.channel == post_office.rig.plugin


def test_an_outlet_says_whether_it_asks_for_consents_and_may_repeat(
    post_office: PostOffice,
) -> None:
    outlet, rig = post_office.outlet, post_office.rig

    assert outlet.by_consent == (rig.agree is not None)
    assert outlet.repeatable == rig.repeatable


async def test_letters_arrive_in_the_order_they_are_sent(post_office: PostOffice) -> None:
    await post_office.agree(2)
    first = post_office.letter("L1", subject="delivery:D1")
    second = post_office.letter("L2", subject="delivery:D2")

    await post_office.send(first)
    await post_office.send(second)

    assert await post_office.phone() == [post_office.rig.values] * 2


@pytest.mark.parametrize("rig", BY_CONSENT, **BY_ID)
async def test_without_a_consent_nothing_is_sent_and_it_is_asked_once(
    post_office: PostOffice,
) -> None:
    with pytest.raises(NoConsent):
        await post_office.send(post_office.letter())

    assert await post_office.phone() == []
    assert await post_office.calls() == 1


@pytest.mark.parametrize("rig", BY_CONSENT, **BY_ID)
async def test_one_consent_is_one_letter(post_office: PostOffice) -> None:
    await post_office.agree()
    await post_office.send(post_office.letter("L1"))

    with pytest.raises(NoConsent):
        await post_office.send(post_office.letter("L2"))

    assert len(await post_office.phone()) == 1


async def test_a_value_the_template_does_not_take_is_named_and_spends_no_consent(
    post_office: PostOffice,
) -> None:
    await post_office.agree()

    with pytest.raises(WrongTemplate) as wrong:
        await post_office.send(post_office.letter("L1", post_office.rig.wrong))

    assert wrong.value.field == post_office.rig.wrong_field
    assert await post_office.phone() == []
    await post_office.send(post_office.letter("L2"))
    assert len(await post_office.phone()) == 1


async def test_a_template_nobody_has_taken_up_is_a_wrong_template(post_office: PostOffice) -> None:
    letter = replace(post_office.letter(), template="made-up-by-somebody")

    with pytest.raises(WrongTemplate):
        await post_office.send(letter)


@pytest.mark.parametrize("kind", PROCESSED)
async def test_a_letter_whose_answer_was_lost_is_unknown_not_failed(
    post_office: PostOffice, kind: str
) -> None:
    await post_office.agree()

    async with post_office.broken(kind):
        with pytest.raises(Unavailable):
            await post_office.send(post_office.letter())

    assert await post_office.phone() == [post_office.rig.values]


@pytest.mark.parametrize("rig", REPEATABLE, **BY_ID)
@pytest.mark.parametrize("kind", PROCESSED)
async def test_the_same_letter_said_again_reaches_the_phone_once(
    post_office: PostOffice, kind: str
) -> None:
    await post_office.agree()
    letter = post_office.letter()
    async with post_office.broken(kind):
        with pytest.raises(Unavailable):
            await post_office.send(letter)

    await post_office.send(letter)

    assert await post_office.phone() == [post_office.rig.values]


@pytest.mark.parametrize("kind", NOT_PROCESSED)
async def test_what_never_left_has_not_arrived_and_may_be_sent(
    post_office: PostOffice, kind: str
) -> None:
    await post_office.agree()
    letter = post_office.letter()
    async with post_office.broken(kind):
        with pytest.raises(Unavailable):
            await post_office.send(letter)

    assert await post_office.arrived(letter) is not True
    assert await post_office.phone() == []
    await post_office.send(letter)
    assert await post_office.phone() == [post_office.rig.values]


@pytest.mark.parametrize("rig", HEARING, **BY_ID)
@pytest.mark.parametrize("kind", PROCESSED)
async def test_the_platform_says_later_that_a_lost_letter_arrived(
    post_office: PostOffice, kind: str
) -> None:
    hear = post_office.rig.hear
    assert hear is not None
    await post_office.agree()
    letter = post_office.letter()
    async with post_office.broken(kind):
        with pytest.raises(Unavailable):
            await post_office.send(letter)

    before = await post_office.arrived(letter)
    await hear(post_office.world)

    assert before is not False
    assert await post_office.arrived(letter) is True
    assert await post_office.arrived(letter) is True


@pytest.mark.parametrize("rig", HEARING, **BY_ID)
async def test_what_was_said_of_one_letter_is_not_believed_of_another(
    post_office: PostOffice,
) -> None:
    hear = post_office.rig.hear
    assert hear is not None
    await post_office.agree(2)
    lost, cut = post_office.letter("L1"), post_office.letter("L2")
    async with post_office.broken("reply_lost"):
        with pytest.raises(Unavailable):
            await post_office.send(lost)
    async with post_office.broken("connection_cut"):
        with pytest.raises(Unavailable):
            await post_office.send(cut)
    await hear(post_office.world)

    assert await post_office.arrived(lost) is not False  # a platform may not say of which
    assert await post_office.arrived(cut) is not True


@pytest.mark.parametrize("rig", HEARING, **BY_ID)
async def test_a_letter_that_was_answered_lends_its_event_to_nobody(
    post_office: PostOffice,
) -> None:
    hear = post_office.rig.hear
    assert hear is not None
    await post_office.agree(2)
    cut = post_office.letter("L1")
    async with post_office.broken("connection_cut"):
        with pytest.raises(Unavailable):
            await post_office.send(cut)
    await post_office.send(post_office.letter("L2"))
    await hear(post_office.world)

    assert await post_office.arrived(cut) is not True


@pytest.mark.parametrize("rig", HEARING, **BY_ID)
async def test_an_event_from_before_a_letter_is_not_its_own(post_office: PostOffice) -> None:
    hear = post_office.rig.hear
    assert hear is not None
    await post_office.agree(2)
    async with post_office.broken("reply_lost"):
        with pytest.raises(Unavailable):
            await post_office.send(post_office.letter("L1"))
    await hear(post_office.world)
    await post_office.world.advance(timedelta(minutes=1))

    assert await post_office.arrived(post_office.letter("L2")) is not True


@pytest.mark.parametrize("rig", WITH_TOKENS, **BY_ID)
async def test_a_killed_token_is_replaced_and_the_letter_arrives_once(
    post_office: PostOffice,
) -> None:
    await post_office.agree(2)
    await post_office.send(post_office.letter("L1", subject="delivery:D1"))
    kind, operation = post_office.rig.token_fault
    await post_office.world.fault(post_office.rig.platform, kind, operation)

    await post_office.send(post_office.letter("L2", subject="delivery:D2"))

    assert await post_office.phone() == [post_office.rig.values] * 2


async def test_a_platform_that_is_asked_too_often_is_asked_later(post_office: PostOffice) -> None:
    await post_office.agree()

    async with post_office.broken("too_many_requests"):
        with pytest.raises((TooMany, Unavailable)):
            await post_office.send(post_office.letter())

    assert await post_office.phone() == []


async def test_without_a_line_nothing_is_known(post_office: PostOffice) -> None:
    await post_office.agree(2)
    await post_office.send(post_office.letter("L1"))
    post_office.world.line.cut = True

    with pytest.raises(Unavailable):
        await post_office.send(post_office.letter("L2"))


@pytest.mark.parametrize("rig", WITH_TOKENS, **BY_ID)
async def test_a_letter_there_was_no_token_for_was_not_sent_and_may_be_later(
    post_office: PostOffice,
) -> None:
    await post_office.agree()
    world, platform, call = post_office.world, post_office.rig.platform, post_office.rig.token_call
    fault = await world.fault(platform, "reply_lost", call, times=None)

    with pytest.raises(RefusedForNow):
        await post_office.send(post_office.letter())

    await world.control("DELETE", f"/faults/{fault}")
    await post_office.send(post_office.letter())
    assert await post_office.phone() == [post_office.rig.values]


@pytest.mark.parametrize("page", [b"", b"<html>moved</html>", b"null", b"[]", b"{}", b"\xff"])
async def test_what_is_no_answer_does_not_say_that_it_was_sent(
    post_office: PostOffice, page: bytes
) -> None:
    await post_office.agree(2)
    await post_office.send(post_office.letter("L1"))
    post_office.world.line.spoil = lambda response: replace(response, body=page)

    with pytest.raises(UNBELIEVABLE):
        await post_office.send(post_office.letter("L2"))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_proxys_error_page_does_not_say_that_it_was_sent(
    post_office: PostOffice, status: int
) -> None:
    await post_office.agree(2)
    await post_office.send(post_office.letter("L1"))
    post_office.world.line.spoil = lambda response: HttpResponse(
        status, Headers(), b"<html></html>"
    )

    with pytest.raises(Unavailable):
        await post_office.send(post_office.letter("L2"))


async def test_a_citizen_the_platform_does_not_know_is_refused_for_good(
    post_office: PostOffice,
) -> None:
    with pytest.raises((Refused, WrongTemplate)):
        await post_office.outlet.send(OpenId("nobody-at-all"), post_office.letter())


async def test_no_refusal_and_no_log_names_the_citizen_or_repeats_a_value(
    post_office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wrong = post_office.letter("L1", post_office.rig.wrong)
    letters = [wrong, replace(post_office.letter("L2"), template="made-up")]
    told = ""
    for letter in letters:
        with pytest.raises((Refused, WrongTemplate)) as refusal:
            await post_office.send(letter)
        told += repr(refusal.value)

    spoken = [text for text in post_office.rig.wrong.values() if text]
    for secret in (post_office.citizen.reveal(), *spoken):
        assert secret not in told + caplog.text
