"""What the catalogue offers other services, by their port: rules and halls, the form's check."""

from collections.abc import Collection

from channel_gateway.domain.booking import Ban, Bookable, Hall, Hours, Rules
from channel_gateway.domain.errors import Invalid, NotFound
from channel_gateway.domain.happenings import Happening
from channel_gateway.domain.notices import FeeItem
from channel_gateway.domain.parcels import Address, Contact
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.ports import (
    Answers,
    ChargingUnit,
    Deliverable,
    MessageTemplate,
    ShownAnswer,
    Terms,
)
from channel_gateway.services.catalogue import booking_rules, service_file
from channel_gateway.services.catalogue.answers import checked, shown
from channel_gateway.services.catalogue.booking_rules import BookingRules, minutes_of
from channel_gateway.services.catalogue.fee_items import charged
from channel_gateway.services.catalogue.form import Kind
from channel_gateway.services.catalogue.service_file import ServiceFile
from channel_gateway.services.catalogue.shelf import Shelf


class NoSuchService(NotFound):
    """There is no service of this code."""

    code = "no_such_service"
    zh = "没有找到这个事项，请返回事项列表重新选择。"


class NoSuchPurpose(Invalid):
    """The service asks for no such consent."""

    code = "no_such_purpose"
    zh = "授权内容已更新，请刷新页面后重新提交。"


class Offered:
    """A `ServiceCatalogue` over the shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._made: dict[str, tuple[ServiceFile, Bookable]] = {}  # as long as the file is the same

    def departments(self) -> frozenset[str]:
        return frozenset(each.department for each in self._shelf.read_last().values())

    async def department(self, service: str) -> str | None:
        found = (await self._shelf.services()).get(service)
        return None if found is None else found.department

    async def name(self, service: str) -> str | None:
        found = (await self._shelf.services()).get(service)
        return None if found is None else found.name

    async def bookable(self, service: str) -> Bookable | None:
        found = (await self._shelf.services()).get(service)
        if found is None or found.appointment is None:
            return None
        file, made = self._made.get(service, (None, None))
        if made is None or file is not found:
            made = bookable(found.code, found.name, found.appointment)
            self._made[service] = found, made
        return made

    async def bookables(self) -> tuple[Bookable, ...]:
        found = [await self.bookable(code) for code in await self._shelf.services()]
        return tuple(each for each in found if each is not None)

    async def charging_unit(self, service: str) -> ChargingUnit | None:
        found = (await self._shelf.services()).get(service)
        if found is None or found.unit_code is None:
            return None
        return ChargingUnit(found.unit_code, found.department_name, found.department)

    async def fee_of(self, service: str, answers: Answers) -> tuple[FeeItem, ...]:
        found = (await self._shelf.services()).get(service)
        if found is None or found.appointment is None or not found.appointment.prepaid:
            return ()
        return charged(found.fees, answers)

    async def check_answers(
        self, service: str, answers: Answers, consents: Collection[str]
    ) -> Answers:
        found = await self._file(service)
        for purpose in consents:
            if purpose not in found.purposes:
                raise NoSuchPurpose(field="consents")
        return checked(found.form, answers, consents)

    async def terms(self, service: str) -> Terms | None:
        found = (await self._shelf.services()).get(service)
        return None if found is None else terms(found)

    async def deliverable(self, service: str) -> Deliverable | None:
        found = (await self._shelf.services()).get(service)
        return None if found is None else deliverable(found)

    async def template(
        self, service: str, happening: Happening, outlet: str
    ) -> MessageTemplate | None:
        found = (await self._shelf.services()).get(service)
        message = found and found.messages.get(happening, {}).get(outlet)
        return MessageTemplate(message.template, message.fields) if message else None

    async def charging(self, unit_code: str, item_codes: Collection[str]) -> str | None:
        found = [
            file.code
            for file in (await self._shelf.services()).values()
            if file.unit_code == unit_code and {*item_codes} <= {fee.code for fee in file.fees}
        ]
        return found[0] if item_codes and len(found) == 1 else None

    async def templates(self, outlets: Collection[str]) -> frozenset[str]:
        return frozenset(
            message.template
            for file in (await self._shelf.services()).values()
            for by_outlet in file.messages.values()
            for outlet, message in by_outlet.items()
            if outlet in outlets
        )

    async def shown(self, service: str, answers: Answers) -> tuple[ShownAnswer, ...]:
        found = (await self._shelf.services()).get(service)
        return tuple(shown(found.form if found else (), answers))

    async def _file(self, service: str) -> ServiceFile:
        """Raises `NoSuchService`."""
        found = (await self._shelf.services()).get(service)
        if found is None:
            raise NoSuchService(field="service")
        return found


def bookable(code: str, name: str, appointment: service_file.Appointment) -> Bookable:
    """A file's appointment in everybody's words. Pure."""
    rules = appointment.rules
    halls = tuple(_hall(hall, rules.released_at) for hall in appointment.halls)
    hold_minutes = appointment.hold_minutes if appointment.prepaid else None
    return Bookable(code, name, halls, _rules(rules), appointment.capacity, hold_minutes)


def deliverable(file: ServiceFile) -> Deliverable | None:
    """A file's delivery in everybody's words. Pure."""
    delivery = file.delivery
    if delivery is None:
        return None
    sender, consents = delivery.sender, delivery.consents
    place = Address(sender.province, sender.city, sender.district, sender.street, sender.postcode)
    return Deliverable(
        service=file.code,
        service_name=file.name,
        department=file.department,
        couriers=delivery.couriers,
        payer=delivery.payer,
        collects=delivery.collects,
        hall=Contact(PersonName(sender.name), Phone(sender.phone), place),
        policy_version=file.policy_version,
        sentences={"address": consents.address, "courier": consents.courier},
    )


def terms(file: ServiceFile) -> Terms:
    """A file's purposes in everybody's words. Pure."""
    return Terms(
        service_name=file.name,
        policy_version=file.policy_version,
        purposes=file.purposes,
        purpose_of={field.name: field.purpose for field in file.form},
        own_id=_first(file, Kind.ID_NUMBER),
        phone=_first(file, Kind.PHONE),
        own_name=_first(file, Kind.PERSON_NAME),
    )


def _first(file: ServiceFile, kind: Kind) -> str | None:
    return next((field.name for field in file.form if field.kind is kind), None)


def _rules(rules: BookingRules) -> Rules:
    same = rules.model_dump(
        exclude={"preset", "released_at", "lead_until", "no_shows", "cancels", "returned"}
    )
    return Rules(
        **same,
        lead_until=None if rules.lead_until is None else minutes_of(rules.lead_until),
        no_shows=_ban(rules.no_shows),
        cancels=_ban(rules.cancels),
        returned=rules.returned,
    )


def _ban(ban: booking_rules.Ban | None) -> Ban | None:
    if ban is None:
        return None
    return Ban(ban.times, ban.within_days, ban.lasts_days or 0, ban.lasts_months or 0)


def _hall(hall: service_file.Hall, released_at: str) -> Hall:
    return Hall(
        code=hall.code,
        name=hall.name,
        address=hall.address,
        hours=tuple(
            Hours(
                minutes_of(each.opens),
                minutes_of(each.closes),
                each.windows or hall.windows,
                frozenset(each.weekdays),
            )
            for each in sorted(hall.all_hours, key=lambda each: each.opens)
        ),
        released_at=minutes_of(hall.released_at or released_at),
    )
