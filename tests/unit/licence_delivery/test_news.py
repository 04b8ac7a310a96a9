"""What citizens are told of a delivery: in words that the platforms' templates take."""

from dataclasses import replace

import pytest

from adapters.wechat.template_fields import fitted
from channel_gateway.domain.documents import to_document
from channel_gateway.domain.happenings import WORDS, Happening
from channel_gateway.domain.parcels import Stage
from channel_gateway.ports import Telling
from channel_gateway.services.licence_delivery.following import TELL_CITIZEN, followed
from channel_gateway.services.licence_delivery.news import News
from tests.unit.licence_delivery.test_life import NOW, SENT, scan, told


class Played:
    """A messenger who keeps what it is told, and a catalogue that knows nothing."""

    def __init__(self) -> None:
        self.told: list[Telling] = []

    async def tell(self, telling: Telling, now: object) -> None:
        self.told.append(telling)

    async def deliverable(self, service: str) -> None:
        return None


async def words_of(place: str) -> dict[str, str]:
    played = Played()
    news = News(
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        played,  # type: ignore[arg-type]
        departments=lambda: None,
        messenger=lambda: played,
        cases=lambda: None,
        couriers=dict,
    )
    there = replace(scan(Stage.AT_LOCKER, 1), place=place)
    delivery = followed(SENT, told(SENT, there, hour=2), NOW)
    (task,) = [each for each in delivery.tasks if each.kind == TELL_CITIZEN][-1:]
    await news.tell_citizen(to_document(delivery), task, NOW)
    (telling,) = played.told
    return dict(telling.words)


async def test_the_moment_fits_a_template_s_field_of_time() -> None:
    words = await words_of("")

    assert set(WORDS[Happening.AT_LOCKER]) <= set(words)
    assert fitted({"time3": words["at"]}) == {"time3": words["at"]}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("文三路90号丰巢柜，取件码882123，快递员***", "文三路90号丰巢柜"),
        ("文三路菜鸟驿站取件码3-2-1001", "文三路菜鸟驿站"),
        ("文三路站", "文三路站"),
        ("取件码882123", "快递柜或驿站"),
    ],
)
async def test_of_a_locker_its_name_alone_is_told(said: str, told: str) -> None:
    assert (await words_of(said))["place"] == told
