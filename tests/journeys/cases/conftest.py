"""A town with cases and reviews."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.appointments.town import Town, open_town, service_text

OTHER = "CC-DD-02"  # of another department


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    other = service_text("horizon_workdays = 5", code=OTHER).replace(
        'department = "hall"', 'department = "police"'
    )
    more = {name: {"module": f"channel_gateway.services.{name}"} for name in ("case", "review")}
    town = await open_town(tmp_path, service_text("horizon_workdays = 5"), other, more=more)
    yield town
    await town.gateway.store.close()
