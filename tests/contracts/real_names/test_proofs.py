"""What every proof of a name must be: true, for one person and citizen, and safe to ask again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channel_gateway.domain.errors import Forged, Malformed, Refused, TooMany, Unavailable
from channel_gateway.domain.people import OpenId, Person, PersonName
from channel_gateway.ports import ProofBegun, ProofResult, ProofState, RealNames, WhyFailed
from channel_gateway.wire import Headers, HttpResponse
from tests.contracts.real_names.booth import ANOTHER, NUMBER, PERSON, Booth
from tests.contracts.rig import RealNamesRig, rigs

BREAKS = ("connection_cut", "reply_lost", "server_error", "server_error_after", "truncated_reply")
NO_ANSWERS = [b"", b"<html>moved</html>", b"null", b"[]", b"{}", b'{"errcode":0}', b"\xff"]
UNBELIEVABLE = (Forged, Malformed, Unavailable)
PROVEN, PENDING = ProofResult(ProofState.PROVEN), ProofResult(ProofState.PENDING)
EXPIRED = ProofResult(ProofState.FAILED, WhyFailed.EXPIRED)
GRACE = timedelta(minutes=10)
RIGS = rigs(RealNamesRig, "REAL_NAMES")
SIGNED = [rig for rig in RIGS if rig.answers_signed]  # the others' results rest on TLS alone
WITH_TOKENS = [rig for rig in RIGS if rig.token_fault[0]]

signed_ones = pytest.mark.parametrize("rig", SIGNED, ids=lambda rig: rig.plugin)


def test_it_says_the_channels_name(booth: Booth) -> None:
    port: RealNames = booth.real_names

    assert port.name == booth.rig.plugin


async def test_a_proof_gives_the_page_what_it_needs(booth: Booth) -> None:
    proof = await booth.begin()

    assert proof.page.keys() == booth.rig.page
    assert all(proof.page.values())
    assert proof.expires_at is not None
    assert abs(proof.expires_at - (booth.world.now() + booth.rig.life)) < timedelta(minutes=1)


async def test_neither_page_nor_reference_shows_who_it_is(booth: Booth) -> None:
    proof = await booth.begin()

    shown = f"{proof.reference} {proof.page}"
    for private in (PERSON.name.reveal(), PERSON.id_number.reveal(), booth.citizen.reveal()):
        assert private not in shown


async def test_nothing_is_proven_before_the_face_is_shown(booth: Booth) -> None:
    proof = await booth.begin()

    assert await booth.result(proof) == PENDING


async def test_a_face_that_fits_proves_the_name(booth: Booth) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)

    assert await booth.result(proof) == PROVEN


async def test_asking_again_changes_nothing(booth: Booth) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)

    assert [await booth.result(proof) for _ in range(3)] == [PROVEN] * 3


async def test_another_face_proves_nothing_and_a_fresh_proof_heals_it(booth: Booth) -> None:
    proof = await booth.begin()
    await booth.rig.show_another_face(booth.world, proof)

    assert await booth.result(proof) == booth.rig.another_face
    assert booth.rig.another_face.state is ProofState.FAILED
    await assert_a_fresh_proof_works(booth)


async def test_who_walks_away_proves_nothing_and_a_fresh_proof_heals_it(booth: Booth) -> None:
    proof = await booth.begin()
    await booth.rig.walk_away(booth.world, proof)

    assert await booth.result(proof) == booth.rig.walked_away
    await assert_a_fresh_proof_works(booth)


async def test_a_proof_that_nobody_finishes_ends_by_itself(booth: Booth) -> None:
    proof = await booth.begin()
    await booth.world.advance(booth.rig.life - timedelta(minutes=1))
    late = await booth.result(proof)
    await booth.world.advance(GRACE + timedelta(minutes=2))

    assert late == PENDING
    assert await booth.result(proof) == EXPIRED
    await assert_a_fresh_proof_works(booth)


async def test_a_proof_given_in_time_is_found_after_its_end(booth: Booth) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)
    await booth.world.advance(booth.rig.life + GRACE + timedelta(minutes=1))

    assert await booth.result(proof) == PROVEN


@pytest.mark.parametrize(
    "change",
    [
        {"person": ANOTHER},
        {"person": Person(ANOTHER.name, PERSON.id_number)},
        {"person": Person(PERSON.name, ANOTHER.id_number)},
        {"openid": OpenId("oAnotherCitizenOfTheChannel")},
        {"number": "PROOF0002"},
    ],
    ids=["person", "name", "id_number", "openid", "number"],
)
async def test_nobody_is_proven_by_somebody_elses_face(
    booth: Booth, change: dict[str, Any]
) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)

    with pytest.raises(Refused) as refusal:
        await booth.result(proof, **change)

    assert not refusal.value.passing


async def test_a_result_is_of_its_own_proof(booth: Booth) -> None:
    other = OpenId(await booth.rig.somebody(booth.world))
    mine = await booth.begin()
    theirs = await booth.begin("PROOF0002", ANOTHER, other)
    await booth.show_face(theirs)

    assert await booth.result(mine) == PENDING
    assert await booth.result(theirs, number="PROOF0002", person=ANOTHER, openid=other) == PROVEN
    with pytest.raises(Refused):
        await booth.result(theirs)


@pytest.mark.parametrize("reference", ["", "made-up", "a.b", "a.b.c", ".1.", "a.9999999999.b"])
async def test_a_reference_of_nobodys_is_refused(booth: Booth, reference: str) -> None:
    with pytest.raises(Refused):
        await booth.result(ProofBegun(reference, {}, None))


async def test_the_same_begun_again_is_as_good(booth: Booth) -> None:
    first, second = await booth.begin(), await booth.begin()
    await booth.show_face(second)

    assert await booth.result(second) == PROVEN
    assert await booth.result(first) in (PENDING, PROVEN)


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_beginning_that_broke_is_unknown_and_is_repeated(booth: Booth, kind: str) -> None:
    async with booth.broken(kind, booth.rig.begin_call):
        with pytest.raises(Unavailable):
            await booth.begin()

    await assert_a_fresh_proof_works(booth)


@pytest.mark.parametrize("kind", BREAKS)
async def test_a_result_that_broke_is_unknown_and_is_asked_again(booth: Booth, kind: str) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)

    async with booth.broken(kind, booth.rig.result_call):
        with pytest.raises(Unavailable):
            await booth.result(proof)

    assert await booth.result(proof) == PROVEN


async def test_a_platform_that_is_asked_too_often_is_asked_later(booth: Booth) -> None:
    proof = await booth.begin()

    async with booth.broken("too_many_requests", booth.rig.begin_call):
        with pytest.raises((TooMany, Unavailable)):
            await booth.begin()
    async with booth.broken("too_many_requests", booth.rig.result_call):
        with pytest.raises((TooMany, Unavailable)):
            await booth.result(proof)


async def test_without_a_line_nothing_is_known(booth: Booth) -> None:
    proof = await booth.begin()
    booth.world.line.cut = True

    with pytest.raises(Unavailable):
        await booth.begin()
    with pytest.raises(Unavailable):
        await booth.result(proof)


@pytest.mark.parametrize("page", NO_ANSWERS)
async def test_what_is_no_answer_proves_nothing(booth: Booth, page: bytes) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)
    booth.world.line.spoil = lambda told: replace(told, body=page)

    with pytest.raises(UNBELIEVABLE):
        await booth.result(proof)
    with pytest.raises(UNBELIEVABLE):
        await booth.begin()


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_proxys_error_page_proves_nothing(booth: Booth, status: int) -> None:
    proof = await booth.begin()
    booth.world.line.spoil = lambda _: HttpResponse(status, Headers(), b"<html>sorry</html>")

    with pytest.raises(Unavailable):
        await booth.result(proof)


@signed_ones
async def test_nobody_turns_a_failure_into_a_proof_on_the_way(booth: Booth) -> None:
    proof = await booth.begin()
    booth.world.line.spoil = lambda told: replace(
        told, body=told.body.replace(b'"passed":"F"', b'"passed":"T"')
    )

    with pytest.raises((Forged, Unavailable)):
        await booth.result(proof)


@signed_ones
@pytest.mark.parametrize("kind", ["reply_forged", "reply_unsigned"])
async def test_an_answer_nobody_signed_proves_nothing(booth: Booth, kind: str) -> None:
    proof = await booth.begin()
    await booth.show_face(proof)

    async with booth.broken(kind, booth.rig.result_call):
        with pytest.raises((Forged, Unavailable)):
            await booth.result(proof)
    async with booth.broken(kind, booth.rig.begin_call):
        with pytest.raises((Forged, Unavailable)):
            await booth.begin()

    assert await booth.result(proof) == PROVEN


@pytest.mark.parametrize("rig", WITH_TOKENS, ids=lambda rig: rig.plugin)
async def test_a_killed_token_is_replaced_unseen(booth: Booth) -> None:
    kind, operation = booth.rig.token_fault
    await booth.world.fault(booth.rig.platform, kind, operation)
    proof = await booth.begin()
    await booth.show_face(proof)
    await booth.world.fault(booth.rig.platform, kind, operation)

    assert await booth.result(proof) == PROVEN


async def test_a_person_the_platform_does_not_take_is_refused(booth: Booth) -> None:
    nameless = Person(PersonName(""), PERSON.id_number)

    with pytest.raises(Refused) as refusal:
        await booth.begin(person=nameless)

    assert PERSON.id_number.reveal() not in str(refusal.value)


async def test_a_number_as_long_as_it_may_be_is_taken(booth: Booth) -> None:
    number = NUMBER.ljust(32, "9")
    proof = await booth.begin(number)
    await booth.show_face(proof)

    assert await booth.result(proof, number=number) == PROVEN


async def assert_a_fresh_proof_works(booth: Booth) -> None:
    fresh = await booth.begin()
    await booth.show_face(fresh)

    assert await booth.result(fresh) == PROVEN
