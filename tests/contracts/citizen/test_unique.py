"""What may exist once of a citizen does, on every store, however many ask at once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channel_gateway.domain.errors import Unauthorized
from channel_gateway.domain.people import IdNumber, OpenId, Person, PersonName
from channel_gateway.ports import Account, Consent, Store
from channel_gateway.services.citizen.identity import MOST_IDENTITIES
from channel_gateway.services.citizen.people import KnownPeople
from channel_gateway.services.citizen.proof import MOST_TRIES, Proof, Trigger, begun, ended
from channel_gateway.services.citizen.proofs import Proofs
from channel_gateway.services.citizen.refusals import ProofsSpent
from channel_gateway.vault import Vault
from channel_gateway.web.identities import Identities
from channel_gateway.world import SystemRandomness

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
CONSENT = Consent("C1", "face_check", "同意", "1", "wechat", NOW, "real_name")
ID_NUMBER = IdNumber("990101199001010019")
MANY = 12


def vault() -> Vault:
    return Vault({"1": b"k" * 32}, b"i" * 32, SystemRandomness())


async def begin(store: Store, account: str, now: datetime = NOW) -> Proof:
    id = SystemRandomness().token(15)

    def draft(try_key: str) -> Proof:
        proof = Proof(id, account, "wechat", "stamp", CONSENT, now)
        return begun(replace(proof, open_key=account, try_key=try_key))

    return await Proofs(store).add(draft, account, now)


async def test_one_proof_of_an_account_runs_at_a_time(store: Store) -> None:
    proofs = await asyncio.gather(*(begin(store, "a") for _ in range(MANY)))
    assert len({each.id for each in proofs}) == 1
    assert (await begin(store, "b")).id != proofs[0].id


async def test_a_days_tries_are_counted_by_the_store(store: Store) -> None:
    for _ in range(MOST_TRIES):
        proof = await begin(store, "a")
        await Proofs(store).change(proof.id, lambda known: ended(known, Trigger.FAIL, NOW))
    told = await asyncio.gather(*(begin(store, "a") for _ in range(3)), return_exceptions=True)
    assert all(isinstance(each, ProofsSpent) for each in told)
    await begin(store, "a", NOW + timedelta(days=1))


async def test_corrections_at_once_are_bounded(store: Store) -> None:
    people = KnownPeople(store, vault())
    told = await asyncio.gather(
        *(people.declare("a", Person(PersonName(f"林{n}"), ID_NUMBER), NOW) for n in range(MANY)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Person) for each in told) == MOST_IDENTITIES


async def test_a_correction_and_a_proof_at_once_never_prove_the_other_name(store: Store) -> None:
    people = KnownPeople(store, vault())
    for number in range(MANY):
        account = f"account-{number}"
        shown = Person(PersonName("林示例"), ID_NUMBER)
        await people.declare(account, shown, NOW)
        stamp = people.stamp(shown)
        racing = [
            people.prove(account, stamp=stamp, proof="P1", channel="wechat", now=NOW),
            people.declare(account, Person(PersonName("周样张"), ID_NUMBER), NOW),
        ]
        first = number % 2  # whoever is asked first mostly wins
        await asyncio.gather(racing[first], racing[1 - first], return_exceptions=True)
        proven = await people.proven(account)
        assert proven in (None, shown)


async def test_accounts_are_found_by_person_until_they_are_forgotten(store: Store) -> None:
    identities = Identities(store, vault())
    wechat = await identities.remember("wechat", "wx1", OpenId("w"), NOW)
    alipay = await identities.remember("alipay", "2021", OpenId("a"), NOW)
    assert [each.citizen for each in await identities.accounts(wechat)] == [wechat]
    for account in (wechat, alipay):
        for _ in range(2):
            await identities.belong(account, "person")
    assert {each.channel for each in await identities.accounts("person")} == {"wechat", "alipay"}
    assert await identities.accounts(wechat) == []  # it is the person's now
    await identities.belong(wechat, None)
    assert await identities.person(wechat) == wechat
    for _ in range(2):
        await identities.forget(alipay)
    assert await identities.accounts("person") == []
    with pytest.raises(Unauthorized):  # until a new login
        await identities.person(alipay)
    later = NOW + timedelta(minutes=1)
    await identities.remember("alipay", "2021", OpenId("a"), later)
    assert await identities.account(alipay) == Account(alipay, "alipay", "2021", alipay, later)


@pytest.mark.parametrize("stranger", ["nobody", ""])
async def test_what_nobody_knows_belongs_to_nobody(store: Store, stranger: str) -> None:
    identities = Identities(store, vault())
    await identities.belong(stranger, "person")
    with pytest.raises(Unauthorized):
        await identities.person(stranger)
    assert await identities.account(stranger) is None
    assert await identities.accounts(stranger) == []
