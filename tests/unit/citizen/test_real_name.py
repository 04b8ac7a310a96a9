"""A name is proven by the platform's word alone, once, for the identity it was begun for."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from pydantic import ValidationError

from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import (
    ConsentMissing,
    ConsentOutdated,
    IdentityNotKnown,
    People,
    ProofState,
    WhyFailed,
)
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.proof import MOST_TRIES, TRANSITIONS
from channel_gateway.services.citizen.refusals import (
    IdentityGiven,
    NoRealNames,
    NoSuchProof,
    ProofsSpent,
    RealNameProven,
)
from tests.unit.citizen.registry import Registry, named, open_registry

BEGIN = ("POST", "/me/real-name")


async def person_of(registry: Registry, citizen: str) -> str:
    return await registry.sessions.person(citizen)


def test_every_end_of_a_proof_is_final() -> None:
    for state, row in TRANSITIONS.items():
        assert state == "begun" or set(row.values()) == {state}


async def test_a_face_that_fits_makes_two_accounts_one_person_at_once(registry: Registry) -> None:
    wechat = await registry.log_in("w")
    alipay = await registry.log_in("a", "alipay")
    await registry.prove(wechat)
    assert await person_of(registry, wechat.citizen) != wechat.citizen
    assert await person_of(registry, alipay.citizen) == alipay.citizen
    await registry.prove(alipay)
    assert await person_of(registry, alipay.citizen) == await person_of(registry, wechat.citizen)
    me = await registry.call(alipay, "GET", "/me")
    assert [(each.channel, each.current) for each in me.channels] == [
        ("alipay", True),
        ("wechat", False),
    ]
    assert (me.real_name.proven, me.real_name.channel) == (True, "alipay")


async def test_two_accounts_of_one_channel_may_be_one_persons(registry: Registry) -> None:
    one, other = await registry.log_in("one"), await registry.log_in("other")
    for session in (one, other):
        await registry.prove(session)
    assert await person_of(registry, one.citizen) == await person_of(registry, other.citizen)


async def test_no_face_is_checked_without_a_consent_of_its_own(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    with pytest.raises(ConsentMissing):
        await registry.call(session, *BEGIN, {})
    with pytest.raises(ConsentOutdated):
        await registry.call(session, *BEGIN, {"consent": {"policy_version": "0"}})
    assert registry.platforms["wechat"].begun == []


async def test_a_consent_says_to_which_sentence_it_was_given(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    with pytest.raises(ValidationError):
        await registry.call(session, *BEGIN, {"consent": {}})
    assert registry.platforms["wechat"].begun == []


async def test_a_consent_to_another_sentence_is_a_proof_of_its_own(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    old = await registry.begin(session)
    renewed = await open_registry(registry.store, policy_version="2")
    renewed.clock.move(seconds=60)
    again = await renewed.log_in("w")
    new = await renewed.begin(again, "2")
    assert new.proof_id != old.proof_id
    found = (await renewed.call(again, "GET", "/me/consents")).consents
    assert [each.policy_version for each in found] == ["2", "1"]
    ended = await renewed.ask(again, old.proof_id)
    assert (ended.state, "授权内容已更新" in ended.says) == ("failed", True)


async def test_who_has_not_said_who_they_are_has_nothing_to_prove(registry: Registry) -> None:
    session = await registry.log_in("w")
    with pytest.raises(IdentityNotKnown):
        await registry.begin(session)


async def test_a_channel_that_proves_no_names_says_so(registry: Registry) -> None:
    session = await registry.log_in("b", "samplebank")
    await registry.declare(session)
    with pytest.raises(NoRealNames):
        await registry.begin(session)


async def test_a_wrong_face_fails_and_a_fresh_try_may_succeed(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    registry.shows_face(begun, ProofState.FAILED, WhyFailed.MISMATCH)
    failed = await registry.ask(session, begun.proof_id)
    assert (failed.state, "本人刷脸" in failed.says) == ("failed", True)
    assert await person_of(registry, session.citizen) == session.citizen
    await registry.prove(session)


async def test_a_lost_answer_is_repeated_under_the_same_number(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    platform = registry.platforms["wechat"]
    platform.loses = 2
    for _ in range(2):
        with pytest.raises(Unavailable):
            await registry.begin(session)
    begun = await registry.begin(session)
    assert platform.begun == [begun.proof_id] * 3


async def test_whichever_page_of_a_proof_was_used_counts(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    first = await registry.begin(session)
    second = await registry.begin(session)
    assert first.proof_id == second.proof_id
    registry.shows_face(first)
    assert (await registry.ask(session, second.proof_id)).state == "proven"


async def test_two_taps_at_once_begin_one_proof(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await asyncio.gather(*(registry.begin(session) for _ in range(10)))
    assert len({each.proof_id for each in begun}) == 1
    assert len(await registry.store.find("proofs")) == 1


async def test_so_many_proofs_a_day_and_no_more(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    for _ in range(MOST_TRIES):
        begun = await registry.begin(session)
        registry.shows_face(begun, ProofState.FAILED)
        await registry.ask(session, begun.proof_id)
    with pytest.raises(ProofsSpent) as refused:
        await registry.begin(session)
    registry.clock.move(seconds=refused.value.retry_after_s)
    await registry.begin(await registry.log_in("w"))


async def test_an_identity_corrected_meanwhile_is_not_proven(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    registry.shows_face(begun)
    await registry.declare(session, named("周样张"))
    failed = await registry.ask(session, begun.proof_id)
    assert (failed.state, "已更改" in failed.says) == ("failed", True)
    assert await person_of(registry, session.citizen) == session.citizen


async def test_a_correction_begins_a_proof_of_its_own(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    old = await registry.begin(session)
    await registry.declare(session, named("周样张"))
    new = await registry.begin(session)
    registry.shows_face(old)
    assert new.proof_id != old.proof_id
    assert (await registry.ask(session, new.proof_id)).state == "begun"


async def test_a_proven_identity_is_changed_by_nobody_but_an_operator(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.prove(session)
    await registry.declare(session)  # the same again
    with pytest.raises(IdentityGiven):
        await registry.declare(session, named("周样张"))
    with pytest.raises(RealNameProven):
        await registry.begin(session)
    clearing = ("DELETE", "/operator/identities/{reference}")
    await registry.call(None, *clearing, reference=session.citizen)
    assert await person_of(registry, session.citizen) == session.citizen
    await registry.declare(session, named("周样张"))


async def test_a_mini_program_that_died_loses_nothing(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    await registry.work(seconds=30)
    registry.shows_face(begun)
    await registry.work(minutes=5)
    assert await person_of(registry, session.citizen) != session.citizen


async def test_who_never_comes_is_not_asked_about_for_ever(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    for _ in range(40):
        await registry.work(hours=1)
    (proof,) = await registry.store.find("proofs")
    assert (proof["_id"], proof["state"], proof.get("due")) == (begun.proof_id, "expired", None)


async def test_until_when_a_face_is_shown_is_said_as_citizens_say_it_and_only_before(
    registry: Registry,
) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    assert "请在3月9日（周一）11:00前完成" in begun.says
    registry.clock.move(seconds=3600)
    later = await registry.ask(session, begun.proof_id)
    assert (later.state, "前完成" in later.says, "已过期" in later.says) == ("begun", False, True)


async def test_a_silent_platform_leaves_the_proof_open(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    registry.shows_face(begun)
    registry.platforms["wechat"].down = True
    with pytest.raises(Unavailable):
        await registry.ask(session, begun.proof_id)
    registry.platforms["wechat"].down = False
    assert (await registry.ask(session, begun.proof_id)).state == "proven"


async def test_a_proof_is_its_accounts_alone(registry: Registry) -> None:
    session, stranger = await registry.log_in("w"), await registry.log_in("s")
    await registry.declare(session)
    begun = await registry.begin(session)
    with pytest.raises(NoSuchProof):
        await registry.ask(stranger, begun.proof_id)


async def test_what_lay_under_the_account_is_adopted_until_it_succeeds(registry: Registry) -> None:
    session = await registry.log_in("w")
    registry.keeper.fails_to_adopt = 2
    await registry.prove(session)
    for _ in range(5):
        await registry.work(seconds=60)
    person = await person_of(registry, session.citizen)
    assert (session.citizen, person) in registry.keeper.adopted


async def test_what_lay_under_every_account_is_the_persons_before_the_citizen_hears_of_it(
    registry: Registry,
) -> None:
    alipay, wechat = await registry.log_in("a", "alipay"), await registry.log_in("w")
    registry.keeper.fails_to_adopt = 1
    await registry.prove(alipay)
    assert registry.keeper.adopted == []  # its process died, say
    await registry.prove(wechat)
    person = await person_of(registry, wechat.citizen)
    assert {account for account, _ in registry.keeper.adopted} == {alipay.citizen, wechat.citizen}
    assert {whose for _, whose in registry.keeper.adopted} == {person}


@pytest.mark.parametrize("path", ["/me/consents", "/me/export"])
async def test_a_copy_leaves_out_nothing_that_lies_under_another_account_yet(
    registry: Registry, path: str
) -> None:
    alipay, wechat = await registry.log_in("a", "alipay"), await registry.log_in("w")
    await registry.prove(alipay)
    registry.keeper.fails_to_adopt = 1
    await registry.prove(wechat)
    registry.keeper.adopted.clear()
    await registry.call(alipay, "GET", path)
    assert wechat.citizen in {account for account, _ in registry.keeper.adopted}


async def test_it_is_adopted_again_for_what_was_just_being_written(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.prove(session)
    await registry.work()
    before = len(registry.keeper.adopted)
    await registry.work(minutes=6)
    assert len(registry.keeper.adopted) == before + 1


async def test_a_proof_that_was_taken_in_stands_when_the_platform_has_forgotten_it(
    registry: Registry,
) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    registry.shows_face(begun)
    registry.store.dies_at(1, applied=True)  # right after the identity was written
    with pytest.raises(Unavailable):
        await registry.ask(session, begun.proof_id)
    registry.platforms["wechat"].says.clear()
    assert (await registry.ask(session, begun.proof_id)).state == "proven"


async def test_a_page_that_lives_for_ever_is_not_asked_about_for_ever(registry: Registry) -> None:
    registry.platforms["wechat"].lives = timedelta(days=30)
    session = await registry.log_in("w")
    await registry.declare(session)
    await registry.begin(session)
    for _ in range(60):
        await registry.work(hours=1)
    (proof,) = await registry.store.find("proofs")
    assert (proof["state"], proof.get("given_up")) == ("expired", [])


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("write", range(5))
async def test_a_proof_killed_at_any_write_is_finished_by_asking(
    registry: Registry, write: int, *, applied: bool
) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    registry.shows_face(begun)
    registry.store.dies_at(write, applied=applied)
    try:
        await registry.ask(session, begun.proof_id)
    except Unavailable:
        assert (await registry.ask(session, begun.proof_id)).state == "proven"
    assert await person_of(registry, session.citizen) != session.citizen


@pytest.mark.parametrize("applied", [True, False])
@pytest.mark.parametrize("write", range(5))
async def test_a_proof_killed_at_any_write_is_finished_by_its_tasks(
    registry: Registry, write: int, *, applied: bool
) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    begun = await registry.begin(session)
    registry.shows_face(begun)
    registry.store.dies_at(write, applied=applied)
    with suppress(Unavailable):
        await registry.ask(session, begun.proof_id)
    for _ in range(4):
        await registry.work(minutes=2)
    (proof,) = await registry.store.find("proofs")
    assert proof["state"] == "proven"
    person = await person_of(registry, session.citizen)
    assert (session.citizen, person) in registry.keeper.adopted


async def test_an_account_that_is_cleared_while_it_joins_stays_its_own(registry: Registry) -> None:
    session = await registry.log_in("w")
    await registry.prove(session)
    (people,) = registry.table.offered(People).values()
    known = await people.identity(session.citizen)
    clearing = ("DELETE", "/operator/identities/{reference}")
    await registry.call(None, *clearing, reference=session.citizen)
    await Joining(registry.table, people, registry.sessions).join(known)  # begun just before
    assert await person_of(registry, session.citizen) == session.citizen
