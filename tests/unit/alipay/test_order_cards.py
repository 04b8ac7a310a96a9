"""Order cards: one to an appointment, each state later than the one before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.alipay.city_messages import CityService
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.order_cards import CREATE, OrderWords, ext_info
from adapters.alipay.order_outlet import ORDER_CARDS, OrderOutlet
from adapters.alipay.settings import IdMode
from channel_gateway.domain.errors import Refused, Unavailable
from channel_gateway.domain.happenings import Happening
from channel_gateway.ports import Letter, Outlet, WrongTemplate
from channel_gateway.store.memory import MemoryStore
from channel_gateway.vault import Vault
from tests.unit.alipay.alipay_side import NOW, Gateway, refusal, success
from tests.unit.alipay.letters import TO, letter

SERVICE = CityService("city-hall", "990100", 12, "https://hall.example/visits")
WORDS = OrderWords("hall", "online", {"booked": "BOOKED", "moved": "CHANGED", "reminder": "SOON"})
VALUES = {"name": "市政务大厅", "start_time": "3月9日（周一）09:30"}


class Digits:
    def token(self, length: int) -> str:
        return "1" * length


@pytest.fixture
async def store() -> MemoryStore:
    store = MemoryStore([ORDER_CARDS])
    await store.open()
    return store


@pytest.fixture
def outlet(platform: OpenPlatform, store: MemoryStore) -> OrderOutlet:
    vault = Vault({"1": bytes(32)}, bytes(32), Digits())
    return OrderOutlet(
        platform, store, vault, SERVICE, WORDS, channel="alipay", id_mode=IdMode.OPEN_ID
    )


def booked(**changes: Any) -> Letter:
    return letter(**({"template": "card", "values": VALUES} | changes))


async def sent(outlet: OrderOutlet, gateway: Gateway, letter: Letter) -> Any:
    gateway.answers(CREATE, success())
    await outlet.send(TO, letter)
    return gateway.content()


def test_it_is_an_outlet_that_needs_no_consent_and_can_repeat(outlet: OrderOutlet) -> None:
    taken: Outlet = outlet

    assert (taken.by_consent, taken.repeatable, taken.is_card) == (False, True, True)


async def test_an_appointment_is_an_order(outlet: OrderOutlet, gateway: Gateway) -> None:
    assert await sent(outlet, gateway, booked()) == {
        "out_order_no": "A1",
        "open_id": TO.reveal(),
        "status": "BOOKED",
        "scene_type": "online",
        "template_id": "card",
        "industry_id": "hall",
        "app_code": "city-hall",
        "city_code": "990100",
        "order_create_time": "2026-03-02 09:30:00",
        "order_update_time": "2026-03-02 09:30:00",
        "target_url": "https://hall.example/visits",
        "ext_info": {"name": "市政务大厅", "start_time": "2026-03-09 09:30:00"},
    }


async def test_the_same_letter_says_the_same_again(outlet: OrderOutlet, gateway: Gateway) -> None:
    first = await sent(outlet, gateway, booked())

    assert await sent(outlet, gateway, booked()) == first


async def test_each_state_is_later_than_the_one_before(
    outlet: OrderOutlet, gateway: Gateway
) -> None:
    """Also those that happened in one second, and one that happened before the first."""
    letters = [
        booked(),
        booked(id="L2", happening=Happening.MOVED),
        booked(id="L3", happening=Happening.REMINDER, at=NOW - timedelta(minutes=1)),
    ]

    contents = [await sent(outlet, gateway, each) for each in letters]

    assert [each["order_update_time"] for each in contents] == [
        "2026-03-02 09:30:00",
        "2026-03-02 09:30:01",
        "2026-03-02 09:30:02",
    ]
    assert {each["order_create_time"] for each in contents} == {"2026-03-02 09:30:00"}
    assert {each["out_order_no"] for each in contents} == {"A1"}


async def test_the_reason_of_a_change_is_told_in_every_later_state(
    outlet: OrderOutlet, gateway: Gateway, store: MemoryStore
) -> None:
    reasoned = booked(id="L2", happening=Happening.MOVED, values={**VALUES, "reason": "停电"})
    await sent(outlet, gateway, booked())
    await sent(outlet, gateway, reasoned)

    later = await sent(outlet, gateway, booked(id="L3", happening=Happening.REMINDER))

    assert later["ext_info"]["reason"] == "停电"
    kept = await store.get(ORDER_CARDS.name, "alipay:A1")
    assert kept is not None
    assert "停电" not in str(kept)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": "order:A1"}, "subject"),
        ({"subject": "appointment:"}, "subject"),
        ({"happening": Happening.PAID}, "status"),
        ({"values": {"weather": "晴"}}, "weather"),
        ({"values": {"name": ""}}, "name"),
        ({"values": {"start_time": "改日"}}, "start_time"),
        ({"values": {"start_time": "2月30日 09:30"}}, "start_time"),
    ],
)
async def test_what_makes_no_card_is_not_sent_and_leaves_no_trace(
    outlet: OrderOutlet, gateway: Gateway, store: MemoryStore, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(WrongTemplate) as wrong:
        await outlet.send(TO, booked(**changes))

    assert (wrong.value.field, gateway.sent) == (field, [])
    assert await store.get(ORDER_CARDS.name, "alipay:A1") is None


@pytest.mark.parametrize(
    "words",
    [
        "3月9日（周一）09:30",
        "3月9日 09:30",
        "2026年3月9日 09:30",
        "2026年3月9日 09:30-10:00",
        "2026-03-09 09:30:00",
    ],
)
def test_a_moment_is_read_as_people_write_it(words: str) -> None:
    assert ext_info({"start_time": words}, NOW) == {"start_time": "2026-03-09 09:30:00"}


@pytest.mark.parametrize(
    ("at", "words", "text"),
    [
        (datetime(2026, 12, 30, tzinfo=UTC), "1月4日 09:30", "2027-01-04 09:30:00"),
        (datetime(2027, 1, 2, tzinfo=UTC), "12月31日 09:30", "2026-12-31 09:30:00"),
    ],
)
def test_a_day_without_a_year_is_the_nearest(at: datetime, words: str, text: str) -> None:
    assert ext_info({"start_time": words}, at)["start_time"] == text


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(refusal("INVALID_PARAMETER"), Refused), (refusal("isp.unknow-error", "20000"), Unavailable)],
)
async def test_a_refusal_is_one_and_what_is_unknown_stays_so(
    outlet: OrderOutlet, gateway: Gateway, answer: Any, kind: type[Exception]
) -> None:
    gateway.answers(CREATE, answer)

    with pytest.raises(kind):
        await outlet.send(TO, booked())


async def test_old_cards_are_forgotten(
    outlet: OrderOutlet, gateway: Gateway, store: MemoryStore
) -> None:
    await sent(outlet, gateway, booked())

    await outlet.forget(NOW + timedelta(days=399))
    assert await store.get(ORDER_CARDS.name, "alipay:A1")

    await outlet.forget(NOW + timedelta(days=401))
    assert await store.get(ORDER_CARDS.name, "alipay:A1") is None


async def test_alipay_cannot_tell_whether_a_card_arrived(outlet: OrderOutlet) -> None:
    assert await outlet.arrived(TO, booked()) is None
