"""Licence deliveries 证照寄送: from the issued licence, or the citizen's papers, to who waits."""

from collections.abc import Iterable, Mapping

from pydantic import Field

from channel_gateway.ports import (
    Cases,
    Courier,
    CourierOrders,
    Departments,
    LicenceWatcher,
    Messenger,
    PaidFees,
    ParcelCards,
    Parcels,
    PersonalData,
    ServiceCatalogue,
    Tools,
    UnknownCodes,
    Visits,
)
from channel_gateway.sections import Section
from channel_gateway.service import Story, Table
from channel_gateway.services.licence_delivery.citizens.cards import Cards
from channel_gateway.services.licence_delivery.citizens.changes import Changes
from channel_gateway.services.licence_delivery.citizens.personal_data import DeliveryData
from channel_gateway.services.licence_delivery.citizens.requests import Requests
from channel_gateway.services.licence_delivery.couriers.carriers import Carriers
from channel_gateway.services.licence_delivery.couriers.hearing import HeardParcels
from channel_gateway.services.licence_delivery.couriers.offered_couriers import OfferedCouriers
from channel_gateway.services.licence_delivery.couriers.others import OtherParcels
from channel_gateway.services.licence_delivery.couriers.reactions import CourierReactions
from channel_gateway.services.licence_delivery.deliveries import DELIVERIES, Deliveries
from channel_gateway.services.licence_delivery.delivery import TRANSITIONS
from channel_gateway.services.licence_delivery.departments.department_calls import DepartmentCalls
from channel_gateway.services.licence_delivery.departments.watching import Packing
from channel_gateway.services.licence_delivery.endpoints import Endpoints
from channel_gateway.services.licence_delivery.news import News
from channel_gateway.services.licence_delivery.operator_endpoints import OperatorEndpoints
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.services.licence_delivery.story import Stories
from channel_gateway.services.licence_delivery.views import Views

COLLECTIONS = (DELIVERIES,)
TAKES_OFFERS = True  # the catalogue; cases, visits, departments, couriers and who tells citizens


class Settings(Section):
    catalogue: str = Field("catalogue", description="the plug-in that knows the services")
    case: str = Field("case", description="the plug-in whose cases licences come from")
    appointment: str = Field("appointment", description="the plug-in whose visits they come from")
    departments: str = Field("departments", description="the plug-in that tells them, if any")
    page: str = Field(
        "pages/delivery/detail?id={id}",
        description="of the mini-program, that shows a delivery; {id} stands for its id",
    )


def build(table: Table, tools: Tools) -> None:
    """Add the rows of deliveries. Raises `ValueError` without a catalogue."""
    settings = Settings.model_validate(tools.section)
    catalogue: ServiceCatalogue = table.need(
        ServiceCatalogue, settings.catalogue, "catalogue: names nobody who knows the services"
    )

    def couriers() -> Mapping[str, Courier]:
        return table.offered(Courier)

    def orders() -> Mapping[str, CourierOrders]:
        return table.offered(CourierOrders)

    def shown_by() -> Mapping[str, ParcelCards]:
        return table.offered(ParcelCards)

    def cases() -> Cases | None:
        return table.offered(Cases).get(settings.case)

    def visits() -> Visits | None:
        return table.offered(Visits).get(settings.appointment)

    def departments() -> Departments | None:
        return table.offered(Departments).get(settings.departments)

    def messenger() -> Messenger | None:
        return next(iter(table.offered(Messenger).values()), None)

    def fees() -> PaidFees | None:
        return next(iter(table.offered(PaidFees).values()), None)

    def counting() -> Iterable[UnknownCodes]:
        return table.offered(UnknownCodes).values()

    sealed = Sealed(tools.vault)
    deliveries = Deliveries(tools.store)
    views = Views(sealed, couriers)
    carriers = Carriers(couriers, orders)
    requests = Requests(
        deliveries,
        catalogue,
        sealed,
        cases=cases,
        visits=visits,
        departments=departments,
        carriers=carriers,
        identities=tools.identities,
        randomness=tools.randomness,
    )
    changes = Changes(deliveries, sealed)
    cards = Cards(
        deliveries, sealed, tools.identities, cards=shown_by, fees=fees, page=settings.page
    )
    table.routes += Endpoints(
        requests, changes, deliveries, tools.identities, sealed, views, cards
    ).rows()
    table.routes += OfferedCouriers(catalogue, couriers).rows()
    table.routes += OperatorEndpoints(deliveries, carriers, views).rows()
    table.department_calls += DepartmentCalls(deliveries, cases, couriers).rows()
    table.reactions += CourierReactions(
        deliveries, sealed, catalogue, couriers=couriers, orders=orders, counting=counting
    ).rows()
    table.reactions += OtherParcels(deliveries).rows()
    table.reactions += News(
        deliveries,
        sealed,
        catalogue,
        departments=departments,
        messenger=messenger,
        cases=cases,
        couriers=couriers,
        page=settings.page,
    ).rows()
    table.reactions += cards.rows()
    table.offer(Parcels, tools.name, HeardParcels(deliveries, sealed, couriers, counting))
    table.offer(LicenceWatcher, tools.name, Packing(deliveries))
    table.offer(PersonalData, tools.name, DeliveryData(deliveries, sealed, views, departments))
    table.stories.append(Story("deliveries", Stories(deliveries, couriers).tell))
    table.states |= {"delivery": TRANSITIONS}
