"""Reviews for tests of the rules."""

from dataclasses import replace
from datetime import UTC, datetime

from channel_gateway.services.calendar.chinese_workdays import ChineseWorkdays
from channel_gateway.services.review.indicator_set import Scene
from channel_gateway.services.review.rectification import Clocks, complained
from channel_gateway.services.review.review import Review, State

FRIDAY = datetime(2026, 3, 6, 2, tzinfo=UTC)  # 10:00 in Beijing, with no holiday near
CLOCKS = Clocks(ChineseWorkdays(), verify=1, fix=15, call_back=3)


def review(level: int = 1, *, now: datetime = FRIDAY, **more: object) -> Review:
    """A review as it is given, with the rectification it asks for."""
    given = Review(
        id="R1",
        person="person",
        case_key=None,
        visit_key="A1",
        department="hall",
        service="AA-BB-01",
        hall="center",
        scene=Scene.OFFLINE,
        level=level,
        indicators=(),
        set_version="2020-08",
        anonymous=False,
        reviewed_at=now,
        month="2026-03",
    )
    return complained(replace(given, **more), CLOCKS, now)  # type: ignore[arg-type]


def in_state(state: State, level: int = 1, **more: object) -> Review:
    return replace(review(level), state=state, **more)  # type: ignore[arg-type]
