"""What this plug-in itself keeps about a person: who they are, and their proofs by face."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import rfc3339
from channel_gateway.ports import Accounts, Consent
from channel_gateway.services.citizen.people import KnownPeople
from channel_gateway.services.citizen.proof import WITHDRAWN, Proof, State, Trigger, ended
from channel_gateway.services.citizen.proofs import Proofs

_KEPT = (
    "各项授权的记录（如有；不含姓名和证件号）：依照个人信息保护法和网络数据安全管理条例留存三年，"
    "以证明当时经您同意"
)
_CLEARED = (
    "曾实名认证、后由办事大厅清除的身份（如有）：以该身份办理的预约、缴费等仍归该实名本人，"
    "由本人再次实名认证后可申请删除"
)


class KeptPeople:
    """A `PersonalData`. Under an account lies nothing that a person could adopt."""

    def __init__(self, people: KnownPeople, proofs: Proofs, accounts: Accounts) -> None:
        self._people = people
        self._proofs = proofs
        self._accounts = accounts

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        return

    async def export(self, person: str) -> dict[str, Any]:
        told = []
        for account in await self._accounts.accounts(person):
            identity = await self._people.identity(account.citizen)
            phone = await self._accounts.phone(account.citizen)
            known = None if identity is None else self._people.read(identity)
            since = None if identity is None else identity.proven_at
            told.append(
                {
                    "channel": account.channel,
                    "app": account.app,
                    "openid": (await self._accounts.openid(account.citizen)).reveal(),
                    "phone": phone and phone.reveal(),
                    "name": known and known.name.reveal(),
                    "id_number": known and known.id_number.reveal(),
                    "declared_at": identity and rfc3339(identity.declared_at),
                    "proven_at": since and rfc3339(since),
                    "proven_on": identity and identity.proven_on,
                    "proofs": [_proof(each) for each in await self._of(account.citizen)],
                }
            )
        return {"accounts": told}

    async def open_matters(self, person: str) -> list[str]:
        return []

    async def erase(self, person: str, now: datetime) -> list[str]:
        """Running proofs end; that a face was checked with consent stays on record.

        Also of an account that is forgotten, by its own name: a call was just writing.
        """
        accounts = [each.citizen for each in await self._accounts.accounts(person)]
        for account in dict.fromkeys((person, *accounts)):
            for proof in await self._of(account):
                if proof.begun_at <= now:
                    await self._proofs.change(proof.id, lambda known: _forgotten(known, now))
            identity = await self._people.identity(account)
            if identity is not None and identity.declared_at <= now:
                await self._people.forget(account)
        return [_KEPT, _CLEARED]

    async def consents(self, person: str) -> list[Consent]:
        return [
            proof.consent
            for account in await self._accounts.accounts(person)
            for proof in await self._of(account.citizen)
        ]

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        """A running proof ends; what a platform has proven stays true."""
        for account in await self._accounts.accounts(person):
            for proof in await self._of(account.citizen):
                if proof.consent.id == consent_id:
                    ended = await self._proofs.change(
                        proof.id, lambda known: _withdrawn(known, now)
                    )
                    return _what_came_of_it(ended)
        return None

    async def _of(self, account: str) -> list[Proof]:
        return await self._proofs.of_account(account)


def _withdrawn(proof: Proof, now: datetime) -> Proof:
    if proof.consent.withdrawn_at is None:
        proof = replace(proof, consent=replace(proof.consent, withdrawn_at=now))
    return ended(proof, Trigger.FAIL, now, WITHDRAWN)


def _what_came_of_it(proof: Proof) -> str:
    if proof.state is State.PROVEN:
        return "刷脸授权已撤回。撤回前已通过的实名认证不受影响。"
    if proof.reason == WITHDRAWN:
        return "刷脸授权已撤回，正在进行的实名认证已停止。需要时可重新同意并开始。"
    return "刷脸授权已撤回。"


def _forgotten(proof: Proof, now: datetime) -> Proof:
    """Under a name no account has; the day's tries stay counted."""
    over = ended(proof, Trigger.FAIL, now, WITHDRAWN)
    return replace(over, account=f"erased|{proof.account}", stamp="", forgotten_at=now)


def _proof(proof: Proof) -> dict[str, Any]:
    return {
        "proof_id": proof.id,
        "state": proof.state.value,
        "begun_at": rfc3339(proof.begun_at),
        "ended_at": proof.ended_at and rfc3339(proof.ended_at),
        "consent": proof.consent.told(),
    }
