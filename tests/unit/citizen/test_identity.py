"""Who a citizen says they are: corrected a few times, then fixed, until an operator clears it."""

import asyncio
import logging

import pytest

from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.domain.people import Person
from channel_gateway.ports import IdentityNotKnown, People
from channel_gateway.services.citizen.identity import MOST_IDENTITIES
from channel_gateway.services.citizen.people import KnownPeople
from channel_gateway.services.citizen.refusals import IdentityGiven
from tests.unit.citizen.registry import LIN, Registry, named


@pytest.fixture
def people(registry: Registry) -> KnownPeople:
    (known,) = registry.table.offered(People).values()
    return known  # type: ignore[no-any-return]


async def test_a_mistyped_identity_is_corrected_so_many_times_and_no_more(
    registry: Registry, people: KnownPeople
) -> None:
    now = registry.clock.now()
    for number in range(MOST_IDENTITIES):
        for _ in range(2):  # the same again is no correction
            await people.declare("c", named(f"林{number}"), now)
    last = await people.of("c")
    with pytest.raises(IdentityGiven) as refused:
        await people.declare("c", LIN, now)
    assert refused.value.extra == {"reference": "c"}
    assert await people.of("c") == last


async def test_corrections_at_once_are_no_more_than_one_after_the_other(
    registry: Registry, people: KnownPeople
) -> None:
    now = registry.clock.now()
    told = await asyncio.gather(
        *(people.declare("c", named(f"林{number}"), now) for number in range(40)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Person) for each in told) == MOST_IDENTITIES


async def test_an_identity_finance_has_answered_for_stays_until_an_operator_clears_it(
    registry: Registry, people: KnownPeople, caplog: pytest.LogCaptureFixture
) -> None:
    session = await registry.log_in("somebody")
    await registry.declare(session)
    await people.answered(session.citizen, LIN)
    with pytest.raises(IdentityGiven):
        await registry.declare(session, named("周样张"))
    clearing = ("DELETE", "/operator/identities/{reference}")
    with caplog.at_level(logging.INFO):
        await registry.call(None, *clearing, reference=session.citizen)
    (line,) = [each for each in caplog.records if each.message == "identity cleared"]
    assert (line.__dict__["citizen"], line.__dict__["request_id"]) == (session.citizen, "r-1")
    assert "林" not in str(line.__dict__)
    await registry.declare(session, named("周样张"))
    await registry.call(None, *clearing, reference=session.citizen)
    with pytest.raises(NotFound):
        await registry.call(None, *clearing, reference=session.citizen)


async def test_an_answer_for_an_identity_that_was_corrected_meanwhile_binds_nobody(
    registry: Registry, people: KnownPeople
) -> None:
    now = registry.clock.now()
    await people.declare("c", LIN, now)
    await people.answered("c", named("林示倒"))
    await people.declare("c", named("周样张"), now)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", "<script>"),
        ("name", "123"),
        ("id_number", "990101199002300018"),  # of 30 February
        ("id_number", "990101202603100016"),  # of tomorrow
    ],
)
async def test_who_nobody_can_be_is_refused_before_a_platform_is_asked(
    registry: Registry, field: str, wrong: str
) -> None:
    session = await registry.log_in("somebody")
    told = {"name": LIN.name.reveal(), "id_number": LIN.id_number.reveal(), field: wrong}
    with pytest.raises(Invalid) as refused:
        await registry.call(session, "PUT", "/me/identity", told)
    assert refused.value.field == field
    assert wrong not in str(refused.value)
    assert await registry.store.find("people") == []


async def test_an_identity_is_sealed(registry: Registry, people: KnownPeople) -> None:
    await people.declare("citizen-1", LIN, registry.clock.now())
    stored = await registry.store.get("people", "citizen-1")
    assert LIN.id_number.reveal() not in str(stored)
    assert LIN.name.reveal() not in str(stored)


async def test_what_we_know_is_shown_masked(registry: Registry) -> None:
    session = await registry.log_in("somebody")
    await registry.declare(session)
    me = await registry.call(session, "GET", "/me")
    assert (me.name, me.id_number, me.phone) == ("林**", "990101********0019", "138****8000")
    assert not me.real_name.proven
    assert [(each.channel, each.current) for each in me.channels] == [("wechat", True)]


async def test_a_person_is_known_by_the_key_that_services_keep(
    registry: Registry, people: KnownPeople
) -> None:
    session = await registry.log_in("w")
    await registry.declare(session)
    person = (await people.identity(session.citizen)).id_index  # type: ignore[union-attr]
    with pytest.raises(IdentityNotKnown):  # whoever writes a number down is not yet that person
        await people.of(person)
    await registry.prove(session)
    assert await registry.sessions.person(session.citizen) == person
    assert await people.of(person) == await people.of(session.citizen) == LIN
