"""A town with a courier played by hand."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.journeys.deliveries.post import PostTown, open_post


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[PostTown]:
    async with open_post(tmp_path) as opened:
        yield opened
