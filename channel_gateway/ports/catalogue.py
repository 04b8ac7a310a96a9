"""What services ask of the catalogue, so that none of them knows its files."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from channel_gateway.domain.booking import Bookable
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.notices import FeeItem
from channel_gateway.domain.parcels import Contact, Payer

# What a citizen answered: by field of the form; several for a field with several choices.
Answers = Mapping[str, str | tuple[str, ...]]


class NoSuchHall(NotFound):
    """The service has no hall of this code."""

    code = "no_such_hall"
    zh = "没有找到这个办事大厅，请返回重新选择大厅。"


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as it may be shown again: personal ones masked."""

    field: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ChargingUnit:
    """Who charges for a service (执收单位), and for which department."""

    code: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a citizen is asked to agree to, and what the form's fields are for."""

    service_name: str  # as citizens call it
    policy_version: str
    purposes: Mapping[str, str]  # each with the sentence the citizen is shown
    purpose_of: Mapping[str, str]  # by field of the form
    own_id: str | None  # the form's first field for an identity number
    phone: str | None = None  # and for a phone
    own_name: str | None = None  # and for a name


@dataclass(frozen=True, slots=True)
class Deliverable:
    """How a service's licences travel."""

    service: str
    service_name: str
    department: str
    couriers: tuple[str, ...]  # by code, in the order they are offered
    payer: Payer
    collects: bool  # 双向寄递: materials are fetched too
    hall: Contact  # who sends, and gets what comes back
    policy_version: str
    sentences: Mapping[str, str]  # the consents wanted: `address`, `courier`


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """A platform's template, and which of our words fills which of its fields."""

    template: str
    fields: Mapping[str, str]


class ServiceCatalogue(Protocol):
    """The services as their files have them at this moment."""

    def departments(self) -> frozenset[str]:
        """Every department that the files name, as they were read last."""
        ...

    async def department(self, service: str) -> str | None:
        """Whose service it is, by the department's code; None: there is no such service."""
        ...

    async def name(self, service: str) -> str | None:
        """What citizens call the service; None: there is no such service."""
        ...

    async def bookable(self, service: str) -> Bookable | None:
        """How the service's appointments are given out; None: it gives none."""
        ...

    async def bookables(self) -> tuple[Bookable, ...]:
        """Every service that gives appointments."""
        ...

    async def charging_unit(self, service: str) -> ChargingUnit | None:
        """None: nobody may charge for it, or there is no such service."""
        ...

    async def fee_of(self, service: str, answers: Answers) -> tuple[FeeItem, ...]:
        """What is to be paid beforehand by who gave these answers; nothing for other services."""
        ...

    async def check_answers(
        self, service: str, answers: Answers, consents: Collection[str]
    ) -> Answers:
        """The answers as they are to be kept. Raises `Invalid`, naming the field.

        A consent to what the service does not ask for is refused too.
        """
        ...

    async def terms(self, service: str) -> Terms | None:
        """None: there is no such service."""
        ...

    async def shown(self, service: str, answers: Answers) -> tuple[ShownAnswer, ...]:
        """Answers kept before, as the form has them now; what it no longer asks is masked."""
        ...

    async def deliverable(self, service: str) -> Deliverable | None:
        """How what the service makes is sent; None: it is fetched at the hall."""
        ...

    async def template(
        self, service: str, happening: Happening, outlet: str
    ) -> MessageTemplate | None:
        """By the outlet's name; None: the file has none."""
        ...

    async def charging(self, unit_code: str, item_codes: Collection[str]) -> str | None:
        """The service of this charging unit whose fees have all these items; None: none, or several
        have.
        """
        ...

    async def templates(self, outlets: Collection[str]) -> frozenset[str]:
        """All that the files name for these outlets."""
        ...
