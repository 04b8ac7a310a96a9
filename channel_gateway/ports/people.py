"""Who a citizen is beyond one channel, and what plug-ins keep about them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from channel_gateway.domain.days import rfc3339
from channel_gateway.domain.errors import Conflict, Fact, Invalid
from channel_gateway.domain.people import Person


class IdentityNotKnown(Conflict):
    """We do not know who this citizen is: let them give name and identity number first."""

    code = "identity_not_known"
    zh = "请先填写您本人的姓名和身份证号，保存后再继续办理。"
    passing = True


class ConsentMissing(Invalid):
    """This needs a consent of its own, which the citizen has not given."""

    code = "consent_missing"
    facts = (Fact("purpose", "which consent is wanted"),)
    zh = "请先阅读并同意相关授权，或不填写该项内容。"


class ConsentOutdated(Conflict):
    """The consent was given to another version of the sentence: show the present one."""

    code = "consent_outdated"
    zh = "授权内容已更新，请重新阅读后再同意。"


class RealNameNeeded(Conflict):
    """This is for a proven name alone: prove it first."""

    code = "real_name_needed"
    zh = "请先完成实名认证：填写姓名和身份证号并刷脸；也可带身份证到办事大厅办理。"
    passing = True


class People(Protocol):
    """Name and identity number behind a citizen of a session (`Session.citizen`).

    `of` also takes what `Identities.person` gives, which is what services keep.
    """

    async def of(self, citizen: str) -> Person:
        """As given, proven or not. Raises `IdentityNotKnown`."""
        ...

    async def proven(self, citizen: str) -> Person | None:
        """As a platform has proven it by the citizen's face; None: not yet."""
        ...

    async def answered(self, citizen: str, person: Person) -> None:
        """Finance has a notice for this person: from now on the identity stays."""
        ...


@dataclass(frozen=True, slots=True)
class Consent:
    """What a citizen agreed to, in the words they were shown."""

    id: str
    purpose: str
    sentence: str
    policy_version: str
    channel: str
    given_at: datetime
    about: str  # what it was given for: a service's name, in the citizen's words
    withdrawn_at: datetime | None = None

    def told(self) -> dict[str, Any]:
        """All of it, as JSON has it, for the citizen's copy."""
        return {
            "consent_id": self.id,
            "purpose": self.purpose,
            "sentence": self.sentence,
            "policy_version": self.policy_version,
            "channel": self.channel,
            "about": self.about,
            "given_at": rfc3339(self.given_at),
            "withdrawn_at": self.withdrawn_at and rfc3339(self.withdrawn_at),
        }


class PersonalData(Protocol):
    """What one plug-in keeps about people. Every call may be repeated.

    A `person` is what `Identities.person` gives: one for all channels once the name is proven, one
    for each account (`Session.citizen`) before.
    """

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        """What was kept under an account is the proven person's from now on."""
        ...

    async def export(self, person: str) -> dict[str, Any]:
        """All of it in the clear, for the citizen alone: names of ours → JSON values."""
        ...

    async def open_matters(self, person: str) -> list[str]:
        """What must end before the data can go, in the citizen's words: «未完成的预约 A2026…»."""
        ...

    async def erase(self, person: str, now: datetime) -> list[str]:
        """Forget it, or freeze what the law wants kept; returns what is kept and why, in words.

        What was kept until `now` alone: an account that logs in later is a new citizen's. It is
        called for the person and for each account by its own name, and once more a few minutes
        later, when the accounts are forgotten. What is open by then stays, and is asked for again.
        """
        ...

    async def consents(self, person: str) -> list[Consent]: ...

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        """End a consent and drop what rested on it alone; returns what came of it, in words.

        None: no such consent is kept here.
        """
        ...
