"""Keys made once, because keys are slow to make."""

import pytest

from mock_platforms.keys import KeyFolder


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))
