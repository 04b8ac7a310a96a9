"""A citizen proves their name by their face, through the platform they came by."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import GatewayError, Refused
from channel_gateway.ports import (
    Accounts,
    Consent,
    ConsentOutdated,
    IdentityNotKnown,
    ProofResult,
    ProofState,
    Randomness,
    RealNames,
)
from channel_gateway.service import Session, Table
from channel_gateway.services.citizen.erasures import Erasures
from channel_gateway.services.citizen.identity import Identity
from channel_gateway.services.citizen.joining import Joining
from channel_gateway.services.citizen.people import KnownPeople
from channel_gateway.services.citizen.proof import (
    CHANGED,
    FORGOTTEN,
    OUTDATED,
    REFUSED,
    Proof,
    State,
    Trigger,
    begun,
    ended,
    page_given,
    together,
)
from channel_gateway.services.citizen.proofs import Proofs
from channel_gateway.services.citizen.refusals import (
    BeingForgotten,
    NoRealNames,
    NoSuchProof,
    RealNameProven,
)

log = logging.getLogger(__name__)

_PURPOSE = "face_check"
_ABOUT = "实名认证"
_TOKEN = 15  # 24 characters together, which is all that WeChat has room for
_PAUSE = timedelta(seconds=2)  # between two questions to the platform about one proof


@dataclass(frozen=True, slots=True)
class FaceTerms:
    """What a citizen agrees to before a face is checked."""

    sentence: str
    policy_version: str


class RealName:
    def __init__(
        self,
        table: Table,
        people: KnownPeople,
        proofs: Proofs,
        erasures: Erasures,
        joining: Joining,
        *,
        accounts: Accounts,
        randomness: Randomness,
        terms: FaceTerms,
    ) -> None:
        self._table = table
        self._people = people
        self._proofs = proofs
        self._erasures = erasures
        self._joining = joining
        self._accounts = accounts
        self._randomness = randomness
        self.terms = terms

    async def begin(
        self, session: Session, agreed_to: str, now: datetime
    ) -> tuple[Proof, dict[str, str]]:
        """Begin a proof, or go on with the one that runs; and the page that asks for the face.

        `agreed_to`: the version of the sentence the citizen saw.

        Raises `ConsentOutdated`, `NoRealNames`, `BeingForgotten`, `IdentityNotKnown`,
        `RealNameProven`, `ProofsSpent`, `Refused`, `TooMany`, `Unavailable`: after that, asking
        again goes on.
        """
        if agreed_to != self.terms.policy_version:
            raise ConsentOutdated(field="consent.policy_version")
        names = self._names(session.channel)
        person = await self._accounts.person(session.citizen)
        if await self._erasures.running((session.citizen, person)) is not None:
            raise BeingForgotten
        identity = await self._people.identity(session.citizen)
        if identity is None:
            raise IdentityNotKnown(zh="请先填写姓名和身份证号，再进行实名认证。")
        if identity.is_proven:
            raise RealNameProven
        proof = await self._running(session, identity, now)
        openid = await self._accounts.openid(session.citizen)
        try:
            given = await names.begin(proof.id, self._people.read(identity), openid)
        except Refused as refusal:
            if not refusal.passing:
                await self._end(proof, Trigger.FAIL, now, REFUSED)
            raise
        proof = await self._proofs.change(
            proof.id, lambda known: page_given(known, given.reference, given.expires_at, now)
        )
        return proof, given.page

    async def ask(self, session: Session, proof_id: str, now: datetime) -> Proof:
        """How it went, as the platform says now. Raises `NoSuchProof`, `Unavailable`."""
        proof = await self._proofs.get(proof_id)
        if proof.account != session.citizen:
            raise NoSuchProof(field="proof_id")
        if proof.asked_at is not None and now - proof.asked_at < _PAUSE:
            return proof
        proof = await self._proofs.change(proof_id, lambda known: replace(known, asked_at=now))
        return await self.look(proof, now)

    async def look(self, proof: Proof, now: datetime) -> Proof:
        """Ask the platform, and take in what it says. Asking again changes nothing.

        What is proven is written into the identity first: that swap decides, and refuses an
        identity that was corrected while the proof ran.
        """
        if proof.state is not State.BEGUN:
            return proof
        identity = await self._people.identity(proof.account)
        if identity is None or identity.stamp != proof.stamp:
            return await self._end(proof, Trigger.FAIL, now, CHANGED)
        result = await self._result(proof, identity)
        if result.state is ProofState.FAILED:
            return await self._end(proof, Trigger.FAIL, now, str(result.reason))
        if result.state is ProofState.PENDING:
            return proof
        if not identity.is_proven and await self._is_forgotten(identity):
            return await self._end(proof, Trigger.FAIL, now, FORGOTTEN)
        known = await self._people.prove(
            proof.account, stamp=proof.stamp, proof=proof.id, channel=proof.channel, now=now
        )
        if known is None:
            return await self._end(proof, Trigger.FAIL, now, CHANGED)
        if await self._joining.join(known):
            await self._gather(known.id_index, now)
        return await self._end(proof, Trigger.PROVE, now)

    async def expire(self, proof: Proof, now: datetime) -> Proof:
        return await self._end(proof, Trigger.EXPIRE, now)

    async def _running(self, session: Session, identity: Identity, now: datetime) -> Proof:
        """The account's proof of this identity, a new one where none runs. Raises `ProofsSpent`.

        One that was begun with a consent to another sentence ends: it says nothing of this one.
        """
        account = session.citizen
        found = await self._proofs.open_one(account)
        if found is not None and found.stamp != identity.stamp:
            await self._end(found, Trigger.FAIL, now, CHANGED)
        elif found is not None and found.consent.policy_version != self.terms.policy_version:
            await self._end(found, Trigger.FAIL, now, OUTDATED)
        elif found is not None and found.given_up_at <= now:
            await self._end(found, Trigger.EXPIRE, now)
        elif found is not None:
            return found
        id = f"P{beijing_day(now):%Y%m%d}{self._randomness.token(_TOKEN)}"
        consent = Consent(
            id=f"C{id}",
            purpose=_PURPOSE,
            sentence=self.terms.sentence,
            policy_version=self.terms.policy_version,
            channel=session.channel,
            given_at=now,
            about=_ABOUT,
        )

        def draft(try_key: str) -> Proof:
            return begun(
                Proof(
                    id=id,
                    account=account,
                    channel=session.channel,
                    stamp=identity.stamp,
                    consent=consent,
                    begun_at=now,
                    open_key=account,
                    try_key=try_key,
                )
            )

        return await self._proofs.add(draft, account, now)

    async def _is_forgotten(self, identity: Identity) -> bool:
        """Whether an erasure runs of the account or of the person: nothing may join it now."""
        return await self._erasures.running((identity.id, identity.id_index)) is not None

    async def _gather(self, person: str, now: datetime) -> None:
        """At once, so that limits count over all channels by the time the citizen hears of it."""
        try:
            await self._joining.gather(person, now)
        except GatewayError as trouble:
            fields = {"action": "adopted_later", "code": trouble.code}
            log.warning("what lay under an account follows by its task", extra=fields)

    async def _result(self, proof: Proof, identity: Identity) -> ProofResult:
        if identity.proof == proof.id:  # taken in before; writing down the rest of it was lost
            return ProofResult(ProofState.PROVEN)
        names = self._names(proof.channel)
        person = self._people.read(identity)
        openid = await self._accounts.openid(proof.account)
        return together(
            [
                await names.result(proof.id, reference, person, openid)
                for reference in proof.references
            ]
        )

    async def _end(self, proof: Proof, trigger: Trigger, now: datetime, reason: str = "") -> Proof:
        return await self._proofs.change(proof.id, lambda known: ended(known, trigger, now, reason))

    def _names(self, channel: str) -> RealNames:
        names: RealNames | None = self._table.offered(RealNames).get(channel)
        if names is None:
            raise NoRealNames
        return names
