"""A town with couriers: played by hand, told what they know, and heard without sockets."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.parcels import Scan, Stage
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import (
    Cases,
    ChannelPayment,
    Courier,
    CourierCard,
    CourierOrders,
    CourierPush,
    Departments,
    KnownCase,
    Messenger,
    PaidFees,
    Parcel,
    ParcelCard,
    ParcelCards,
    Parcels,
    StoreUnavailable,
    Telling,
    WaybillWish,
)
from tests.journeys.appointments.town import (
    MONDAY,
    SERVICE,
    Answer,
    Town,
    open_town,
    service_text,
    slot,
)
from tests.journeys.cases.city import moment, progress, told

DELIVERY = """
[delivery]
couriers = ["post", "other"]
payer = "citizen"
collects = true

[delivery.sender]
name = "示例办事大厅"
phone = "0571-88880000"
province = "浙江省"
city = "示例市"
district = "示例区"
street = "人民路1号"
"""
RECIPIENT = {
    "name": "李雷",
    "phone": "13900139000",
    "province": "浙江省",
    "city": "杭州市",
    "district": "西湖区",
    "street": "文三路90号2幢301",
}
TUESDAY = MONDAY + timedelta(days=1)


@dataclass
class PlayedCourier:
    """Answers what it is told to answer, and remembers what it was asked."""

    card: CourierCard = field(default_factory=lambda: CourierCard("示例速递", "95000"))
    pause_s: int = 60
    down: bool = False  # what is told arrives, the answer does not
    away: bool = False  # nothing arrives
    refuses: str = ""
    knows_nothing: bool = False
    fetched: bool = False
    known: dict[str, list[Scan]] = field(default_factory=dict)
    placed: dict[str, str] = field(default_factory=dict)
    wishes: list[WaybillWish] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    questions: list[Parcel] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)

    async def place(self, wish: WaybillWish) -> str:
        if self.away:
            raise Unavailable("away")
        self.wishes.append(wish)
        if self.refuses:
            raise Refused(self.refuses)
        made = self.placed.setdefault(wish.number, f"W{len(self.placed) + 100001}")
        if self.down:
            raise Unavailable("the answer was lost")
        return made

    async def cancel(self, number: str, waybill: str) -> None:
        if self.down or self.away:
            raise Unavailable("down")
        if number not in self.placed:
            raise Refused("no such order")
        if self.fetched:
            raise Refused("fetched")
        self.cancelled.append(number)

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        if self.down or self.away:
            raise Unavailable("down")
        if self.knows_nothing:
            raise Refused("no such waybill")
        self.questions.append(parcel)
        return tuple(self.known.get(parcel.waybill, ()))

    async def follow(self, parcel: Parcel) -> None:
        if self.down:
            raise Unavailable("down")
        self.followed.append(parcel.waybill)


class TrackedOnly:
    """A courier that takes no orders of ours."""

    card = CourierCard("别家速递", "95001")
    pause_s = 60

    def __init__(self) -> None:
        self.known: dict[str, list[Scan]] = {}
        self.questions: list[Parcel] = []

    async def trace(self, parcel: Parcel) -> tuple[Scan, ...]:
        self.questions.append(parcel)
        return tuple(self.known.get(parcel.waybill, ()))

    async def follow(self, parcel: Parcel) -> None: ...


class HastyCases:
    """Cases of which a licence is issued the moment after one was looked at."""

    def __init__(self, cases: Cases, issue: Callable[[], Awaitable[None]]) -> None:
        self._cases = cases
        self._issue: Callable[[], Awaitable[None]] | None = issue

    async def case(self, id: str) -> KnownCase | None:
        found = await self._cases.case(id)
        issue, self._issue = self._issue, None
        if issue is not None:
            await issue()
        return found


class PlayedDepartments:
    def __init__(self) -> None:
        self.events: dict[str, tuple[str, dict[str, Any]]] = {}

    def connected(self, department: str) -> bool:
        return True

    async def tell(
        self, department: str, event_id: str, kind: str, data: dict[str, Any], at: datetime
    ) -> None:
        self.events.setdefault(event_id, (kind, data))

    async def ask(self, department: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        raise Unavailable("nobody asks here")

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.events.values() if kind.startswith("delivery.")]


class PlayedMessenger:
    def __init__(self) -> None:
        self.told: dict[str, Telling] = {}
        self.away = False

    async def tell(self, telling: Telling, now: datetime) -> None:
        if self.away:
            raise StoreUnavailable("away")
        self.told.setdefault(telling.id, telling)

    @property
    def happenings(self) -> list[str]:
        of_deliveries = (
            each for each in self.told.values() if each.subject.startswith("delivery:")
        )
        return [each.happening.value for each in of_deliveries]


class PlayedCards:
    def __init__(self, channel: str = "wechat") -> None:
        self.channel = channel
        self.shown: list[ParcelCard] = []
        self.told: dict[str, ParcelCard] = {}  # by whom: as they see it now
        self.away = False
        self.refuses = False
        self.has_none = False

    async def show(self, to: OpenId, card: ParcelCard) -> str | None:
        if self.away:
            raise Unavailable("away")
        if self.refuses:
            raise Refused("no such thing here")
        self.shown.append(card)
        self.told[to.reveal()] = card
        return None if self.has_none else f"token-of-{card.waybill}"


@dataclass
class PlayedFees:
    payment: ChannelPayment
    payer: str | None = None  # the account; None: whoever is asked about

    async def paid_for(
        self, account: str, *, appointment_id: str | None = None, case_no: str | None = None
    ) -> ChannelPayment | None:
        assert (appointment_id, case_no) != (None, None)
        return self.payment if self.payer in (None, account) else None


@dataclass
class PostTown:
    town: Town
    courier: PlayedCourier
    departments: PlayedDepartments
    messenger: PlayedMessenger
    cards: PlayedCards
    fees: PlayedFees | None = None
    other: TrackedOnly = field(default_factory=TrackedOnly)

    @property
    def now(self) -> datetime:
        return self.town.clock.now()

    async def matter(self, who: str = "one", *, case_no: str = "2026-1") -> str:
        """A case of the citizen's, from an appointment; gives our id of it."""
        visit = await self.town.booked(who, slot(TUESDAY))
        return await progress(self.town, case_no, "accepted", appointment_id=visit)

    async def issue(self, case_no: str = "2026-1") -> None:
        at = moment(self.now)
        await told(self.town, "licence.issued", case_no=case_no, name="不动产权证书", at=at)
        await self.work()

    async def ask_for(self, who: str = "one", *, key: str = "", **body: Any) -> Answer:
        shown = (await self.town.call("GET", f"/services/{SERVICE}")).body
        wish = {
            "service": SERVICE,
            "recipient": RECIPIENT,
            "consents": ["address", "courier"],
            "policy_version": shown["policy_version"],
            **body,
        }
        return await self.town.citizen(who, "POST", "/deliveries", wish, key=key)

    async def begun(self, who: str = "one", **body: Any) -> str:
        answer = await self.ask_for(who, **body)
        assert answer.status == 201, answer
        await self.work()
        return str(answer.body["delivery_id"])

    async def sent(self) -> str:
        """A delivery that has its waybill, the first of the courier's."""
        case = await self.matter()
        await self.issue()
        return await self.begun(case_id=case)

    async def see(self, id: str, who: str = "one") -> Any:
        answer = await self.town.citizen(who, "GET", f"/deliveries/{id}")
        assert answer.status == 200, answer
        return answer.body

    async def do(self, id: str, verb: str, body: Any = None, who: str = "one") -> Answer:
        answer = await self.town.citizen(who, "POST", f"/deliveries/{id}/{verb}", body)
        await self.work()
        return answer

    async def wanting(self) -> list[Any]:
        """What needs a person, as operators are shown it."""
        answer = await self.town.hall("GET", "/deliveries")
        return list(answer.body["deliveries"])

    async def department(self, kind: str, **body: Any) -> Any:
        answer = await told(self.town, kind, **body)
        await self.work()
        return answer

    def scan(self, stage: Stage | None, *, hours: float = 0, code: str = "", **more: str) -> Scan:
        at = self.now + timedelta(hours=hours)
        return Scan(at, code or str(stage), stage, **more)

    async def push(
        self, *scans: Scan, signed: bool = False, waybill: str = "W100001", **more: str
    ) -> bool:
        parcels: Parcels = next(iter(self.town.gateway.table.offered(Parcels).values()))
        push = CourierPush(more.pop("courier", "post"), waybill, scans, signed, **more)
        kept = await parcels.heard(push, self.now)
        await self.work()
        return kept

    async def happens(self, stage: Stage | None, *, waybill: str = "W100001", **more: Any) -> Scan:
        """The courier knows it, and pushes it, signed by nobody."""
        scan = self.scan(stage, **more)
        self.courier.known.setdefault(waybill, []).append(scan)
        await self.push(scan, waybill=waybill)
        await self.passes(minutes=1)
        return scan

    async def work(self) -> None:
        while await self.town.gateway.outbox.work():
            pass

    async def passes(self, **span: float) -> None:
        """Time passes from one thing that falls due to the next."""
        end = self.now + timedelta(**span)
        self.town.tokens.clear()
        await self.work()
        while (due := await self._due()) is not None and due < end:
            self.town.clock.move(seconds=max(0.0, (due - self.now).total_seconds()) + 0.001)
            await self.work()
        if end > self.now:
            self.town.clock.move(seconds=(end - self.now).total_seconds())
        await self.work()

    async def _due(self) -> datetime | None:
        found = await self.town.gateway.store.find("deliveries", order="due", limit=1)
        if not found:
            return None
        return datetime.fromtimestamp(found[0]["due"] / 1000, tz=self.now.tzinfo)


@asynccontextmanager
async def open_post(folder: Path) -> AsyncIterator[PostTown]:
    names = ("case", "licence_delivery")
    more = {name: {"module": f"channel_gateway.services.{name}"} for name in names}
    text = service_text("horizon_workdays = 5") + DELIVERY
    town = await open_town(folder, text, more=more)
    courier = PlayedCourier()
    fees = PlayedFees(ChannelPayment("wechat", "4200001", Fen(8000), town.clock.now()))
    post = PostTown(town, courier, PlayedDepartments(), PlayedMessenger(), PlayedCards(), fees)
    table = town.gateway.table
    table.offer(Courier, "post", courier)
    table.offer(CourierOrders, "post", courier)
    table.offer(Courier, "other", post.other)
    table.offer(Departments, "departments", post.departments)
    table.offer(Messenger, "played", post.messenger)
    table.offer(ParcelCards, "wechat", post.cards)
    table.offer(PaidFees, "played", fees)
    yield post
    await town.gateway.store.close()
