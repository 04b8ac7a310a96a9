"""Who a citizen is: said, corrected, shown masked, cleared by an operator."""

import logging
from datetime import date

from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Invalid
from channel_gateway.domain.people import IdNumber, Person, PersonName
from channel_gateway.ports import Accounts
from channel_gateway.service import Call, Route, Who
from channel_gateway.services.citizen.forgetting import Forgetting, running_says
from channel_gateway.services.citizen.messages import (
    ChannelView,
    FaceConsentView,
    Identity,
    IdentityView,
    MeView,
    RealNameView,
    RunningErasureView,
)
from channel_gateway.services.citizen.people import KnownPeople
from channel_gateway.services.citizen.real_name import FaceTerms

log = logging.getLogger(__name__)

_WRONG_NAME = "姓名有误，请按身份证上的姓名填写。"
_WRONG_NUMBER = "身份证号有误，请核对后重新填写。"


class IdentityEndpoints:
    def __init__(
        self, people: KnownPeople, accounts: Accounts, forgetting: Forgetting, terms: FaceTerms
    ) -> None:
        self._people = people
        self._forgetting = forgetting
        self._accounts = accounts
        self._terms = terms

    def rows(self) -> list[Route]:
        return [
            Route("GET", "/me", self.me, "See what we know of you, masked", answer=MeView),
            Route(
                "PUT",
                "/me/identity",
                self.declare,
                "Say who you are, so that your notices can be listed, or correct it",
                body=Identity,
                answer=IdentityView,
                errors=("identity_given",),
            ),
            Route(
                "DELETE",
                "/operator/identities/{reference}",
                self.clear,
                "Clear who a citizen said they are, so that they may say it anew",
                status=204,
                who=Who.OPERATOR,
                errors=("not_found",),
            ),
        ]

    async def me(self, call: Call) -> MeView:
        account = call.session.citizen
        belongs_to = await self._accounts.person(account)
        identity = await self._people.identity(account)
        person = None if identity is None else self._people.read(identity)
        phone = await self._accounts.phone(account)
        joined = await self._accounts.accounts(belongs_to)
        return MeView(
            channel=call.session.channel,
            reference=account,
            name=None if person is None else person.name.masked(),
            id_number=None if person is None else person.id_number.masked(),
            phone=None if phone is None else phone.masked(),
            real_name=RealNameView(
                proven=identity is not None and identity.is_proven,
                since=None if identity is None else identity.proven_at,
                channel=None if identity is None else identity.proven_on,
                consent=FaceConsentView(
                    sentence=self._terms.sentence, policy_version=self._terms.policy_version
                ),
            ),
            channels=[
                ChannelView(channel=each.channel, current=each.citizen == account)
                for each in sorted(joined, key=lambda each: (each.channel, each.citizen))
            ],
            erasure=await self._running_erasure(account),
        )

    async def _running_erasure(self, account: str) -> RunningErasureView | None:
        erasure = await self._forgetting.running(account)
        if erasure is None:
            return None
        matters = await self._forgetting.matters(erasure)
        return RunningErasureView(
            erasure_id=erasure.id,
            asked_at=erasure.asked_at,
            says=running_says(matters),
            open_matters=matters,
        )

    async def declare(self, call: Call) -> IdentityView:
        person = _person(call.body, beijing_day(call.now))
        await self._accounts.person(call.session.citizen)  # a forgotten one begins anew
        await self._people.declare(call.session.citizen, person, call.now)
        return IdentityView(
            name=person.name.masked(),
            id_number=person.id_number.masked(),
            reference=call.session.citizen,
        )

    async def clear(self, call: Call) -> None:
        """A proven account belongs to itself again; what it did as the person stays theirs."""
        reference = call.path["reference"]
        await self._accounts.belong(reference, None)
        await self._people.clear(reference)
        log.info(
            "identity cleared",
            extra={
                "action": "identity_cleared",
                "citizen": reference,
                "request_id": call.request_id,
            },
        )


def _person(said: Identity, today: date) -> Person:
    """Raises `Invalid`, naming the field."""
    try:
        name = PersonName.written(said.name)
    except Invalid as wrong:
        raise Invalid(str(wrong), field="name", zh=_WRONG_NAME) from None
    try:
        number = IdNumber(said.id_number)
    except Invalid as wrong:
        raise Invalid(str(wrong), field="id_number", zh=_WRONG_NUMBER) from None
    if number.born > today:
        unborn = "the identity number's day of birth has not come yet"
        raise Invalid(unborn, field="id_number", zh=_WRONG_NUMBER)
    return Person(name, number)
