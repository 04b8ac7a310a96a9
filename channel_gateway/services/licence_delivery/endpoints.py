"""A citizen's endpoints of deliveries, as rows."""

from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.parcels import Address, Contact
from channel_gateway.domain.people import PersonName, Phone
from channel_gateway.paging import read_cursor, write_cursor
from channel_gateway.ports import Accounts, Cursor
from channel_gateway.service import Call, Route, Session
from channel_gateway.services.licence_delivery.citizens.cards import Cards
from channel_gateway.services.licence_delivery.citizens.changes import Changes
from channel_gateway.services.licence_delivery.citizens.requests import Requests, Wanted
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import Delivery
from channel_gateway.services.licence_delivery.messages import (
    AddressRequest,
    Confirmation,
    DeliveriesView,
    DeliveryDetail,
    DeliveryRequest,
    ParcelCardView,
    Recipient,
)
from channel_gateway.services.licence_delivery.refusals import NoParcelCard, NoSuchDelivery
from channel_gateway.services.licence_delivery.sealed import Sealed
from channel_gateway.services.licence_delivery.views import Views

PAGE = 20
_ONE = "/deliveries/{delivery_id}"


class Endpoints:
    def __init__(
        self,
        requests: Requests,
        changes: Changes,
        deliveries: Deliveries,
        accounts: Accounts,
        sealed: Sealed,
        views: Views,
        cards: Cards,
    ) -> None:
        self._requests = requests
        self._changes = changes
        self._deliveries = deliveries
        self._accounts = accounts
        self._sealed = sealed
        self._views = views
        self._cards = cards

    def rows(self) -> list[Route]:
        return [
            Route(
                "POST",
                "/deliveries",
                self.begin,
                "Have a licence sent to you, or materials fetched; the same key gets the same one",
                body=DeliveryRequest,
                answer=DeliveryDetail,
                status=201,
                idempotent=True,
                keeps_key=True,
                errors=(
                    "nothing_to_deliver",
                    "no_such_courier",
                    "no_such_matter",
                    "consent_missing",
                    "consent_outdated",
                    "delivered_already",
                ),
            ),
            Route(
                "GET",
                "/deliveries",
                self.list,
                "List your deliveries (我的寄送), the newest first",
                answer=DeliveriesView,
                query=("after",),
            ),
            Route(
                "GET",
                _ONE,
                self.get,
                "Where is it, how do we know, and since when",
                answer=DeliveryDetail,
                errors=("no_such_delivery",),
            ),
            Route(
                "POST",
                f"{_ONE}/address",
                self.address,
                "Change where it goes, before a courier knows it",
                body=AddressRequest,
                answer=DeliveryDetail,
                errors=("no_such_delivery", "address_fixed"),
            ),
            Route(
                "POST",
                f"{_ONE}/cancel",
                self.cancel,
                "Cancel it, before it is fetched; again changes nothing",
                answer=DeliveryDetail,
                errors=("no_such_delivery", "fetched_already", "cancelled_at_the_hall"),
            ),
            Route(
                "POST",
                f"{_ONE}/confirm",
                self.confirm,
                "Say whether what is signed for is in your hands",
                body=Confirmation,
                answer=DeliveryDetail,
                errors=("no_such_delivery", "nothing_to_confirm"),
            ),
            Route(
                "GET",
                f"{_ONE}/card",
                self.card,
                "What the mini-program opens the platform's own parcel page with",
                answer=ParcelCardView,
                errors=("no_such_delivery", "no_parcel_card"),
            ),
        ]

    async def begin(self, call: Call) -> DeliveryDetail:
        body: DeliveryRequest = call.body
        wanted = Wanted(
            key=call.idempotency_key or "",
            digest=call.digest,
            service=body.service,
            direction=body.direction,
            case_id=body.case_id,
            appointment_id=body.appointment_id,
            courier=body.courier,
            recipient=contact_of(body.recipient),
            consents=tuple(body.consents),
            policy_version=body.policy_version,
        )
        return self._views.detail(await self._requests.begin(call.session, wanted, call.now))

    async def list(self, call: Call) -> DeliveriesView:
        after = read_cursor(call.query["after"]) if "after" in call.query else None
        found = [
            each
            for key in await self._keys(call.session)
            for each in await self._deliveries.of_person(key, limit=PAGE, after=after)
        ]
        page = sorted(found, key=lambda each: (each.created_at, each.id), reverse=True)[:PAGE]
        return DeliveriesView(
            deliveries=[self._views.line(each) for each in page],
            next=_next(page[-1]) if len(page) == PAGE else None,
        )

    async def get(self, call: Call) -> DeliveryDetail:
        return self._views.detail(await self._own(call))

    async def address(self, call: Call) -> DeliveryDetail:
        body: AddressRequest = call.body
        delivery = await self._own(call)
        contact = contact_of(body.recipient)
        return self._views.detail(await self._changes.address(delivery, contact, call.now))

    async def cancel(self, call: Call) -> DeliveryDetail:
        return self._views.detail(await self._changes.cancel(await self._own(call), call.now))

    async def confirm(self, call: Call) -> DeliveryDetail:
        body: Confirmation = call.body
        delivery = await self._own(call)
        return self._views.detail(await self._changes.confirm(delivery, body.received, call.now))

    async def card(self, call: Call) -> ParcelCardView:
        delivery = await self._own(call)
        account = await self._accounts.account(call.session.citizen)
        token = None if account is None else await self._cards.of(delivery, account, call.now)
        if token is None:
            raise NoParcelCard
        return ParcelCardView(channel=token.channel, token=self._sealed.open_token(token.sealed))

    async def _own(self, call: Call) -> Delivery:
        """Raises `NoSuchDelivery` also for somebody else's."""
        delivery = await self._deliveries.get(call.path["delivery_id"])
        if delivery.person not in await self._keys(call.session):
            raise NoSuchDelivery(field="delivery_id")
        return delivery

    async def _keys(self, session: Session) -> tuple[str, ...]:
        """The account too: for a while after a proof it may still be under that."""
        person = await self._accounts.person(session.citizen)
        return tuple(dict.fromkeys((person, session.citizen)))


def contact_of(recipient: Recipient) -> Contact:
    """Pure."""
    address = Address(
        recipient.province,
        recipient.city,
        recipient.district,
        recipient.street,
        recipient.postcode,
    )
    return Contact(PersonName(recipient.name), Phone(recipient.phone), address)


def _next(last: Delivery) -> str:
    return write_cursor(Cursor(milliseconds(last.created_at), last.id))
