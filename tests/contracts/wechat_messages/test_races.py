"""On every store: an event serves one letter, a signature one body, whoever comes first."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.wechat.known_pushes import KEPT, KNOWN_PUSHES, KnownPushes
from adapters.wechat.sent_messages import SENT_MESSAGES, SentEvent, SentMessages
from channel_gateway.domain.errors import Forged
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import Letter, Store
from channel_gateway.vault import Vault
from tests.unit.wechat_pay.platform_side import NOW, FakeRandomness

CITIZEN = OpenId("oUpF8uMuAJO")
LETTER = Letter("L0", "T-1", {}, Happening.SENT, "delivery:D1", at=NOW, first_tried_at=NOW)


@pytest.fixture
def sent(store: Store) -> SentMessages:
    vault = Vault({"k1": b"k" * 32}, b"i" * 32, FakeRandomness())
    return SentMessages(store, vault, "wx1")


def letters(number: int) -> list[Letter]:
    return [replace(LETTER, id=f"L{each}") for each in range(number)]


async def test_of_many_letters_one_claims_an_event(sent: SentMessages) -> None:
    await sent.ended(CITIZEN, SentEvent("T-1", "100", arrived=True), NOW)

    arrived = await asyncio.gather(*(sent.arrived(CITIZEN, each) for each in letters(12)))

    assert sorted(arrived, key=str) == [None] * 11 + [True]


async def test_as_many_letters_as_events_are_told_each_of_one(sent: SentMessages) -> None:
    for number in range(5):
        event = SentEvent("T-1", str(number), arrived=True)
        await sent.ended(CITIZEN, event, NOW + timedelta(seconds=number))

    arrived = await asyncio.gather(*(sent.arrived(CITIZEN, each) for each in letters(6)))

    assert sorted(arrived, key=str) == [None] + [True] * 5


async def test_answer_and_event_at_once_are_one(sent: SentMessages, store: Store) -> None:
    event = SentEvent("T-1", "100", arrived=True)

    await asyncio.gather(sent.ended(CITIZEN, event, NOW), sent.accepted("100", LETTER, NOW))

    assert len(await store.find(SENT_MESSAGES.name)) == 1
    assert await sent.arrived(CITIZEN, replace(LETTER, id="L2")) is None
    assert await sent.arrived(CITIZEN, LETTER) is True


async def test_of_answer_and_event_at_once_one_at_least_sees_that_it_did_not_arrive(
    sent: SentMessages,
) -> None:
    for number in map(str, range(20)):
        event = SentEvent("T-1", number, arrived=False)

        lost, on_its_way = await asyncio.gather(
            sent.ended(CITIZEN, event, NOW), sent.accepted(number, LETTER, NOW)
        )

        assert lost == LETTER.id or not on_its_way


async def test_of_many_bodies_a_signature_brings_one(store: Store) -> None:
    known = KnownPushes(store, "wx1")

    bound = await asyncio.gather(
        *(known.bind("signature", bytes([each]), NOW) for each in range(12)), return_exceptions=True
    )

    assert sum(each is None for each in bound) == 1
    assert all(each is None or isinstance(each, Forged) for each in bound)


async def test_a_push_taken_up_by_many_is_kept_once(store: Store) -> None:
    known = KnownPushes(store, "wx1")

    await asyncio.gather(*(known.keep("P1", "text", NOW) for _ in range(12)))

    assert await store.count(KNOWN_PUSHES.name, equal={"kind": "text"}, cap=10) == 1


async def test_what_is_old_is_forgotten(sent: SentMessages, store: Store) -> None:
    known = KnownPushes(store, "wx1")
    await known.keep("P1", "text", NOW)
    await known.bind("signature", b"body", NOW)
    await sent.ended(CITIZEN, SentEvent("T-1", "100", arrived=True), NOW)
    await sent.accepted("101", LETTER, NOW)
    late = NOW + KEPT * 10

    await known.forget(late)
    await sent.forget(late)

    assert await store.find(KNOWN_PUSHES.name) == await store.find(SENT_MESSAGES.name) == []
