"""A registry of citizens on the store in memory, with a platform that is played."""

from collections.abc import AsyncIterator

import pytest

from tests.unit.citizen.registry import Registry, open_registry


@pytest.fixture
async def registry() -> AsyncIterator[Registry]:
    registry = await open_registry()
    yield registry
    await registry.store.close()
