"""What can never work is refused when the settings are read."""

import pytest
from pydantic import ValidationError

from adapters.finance.cnnontax import Settings
from tests.unit.finance.cnnontax.node import SETTINGS

GIVEN = SETTINGS.model_dump() | {"token": "mock-token"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"listening": "127.0.0.1:99999"},
        {"listening": "127.0.0.1"},
        {"address": "10.20.0.5:65536"},
        {"address": ":9595"},
        {"region": "3302x9"},
        {"region": "３３０２９９"},
        {"callers": ["10.20.0.0/33"]},
    ],
)
def test_what_can_never_work_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(GIVEN | wrong)


@pytest.mark.parametrize("listening", ["", "127.0.0.1:0", "0.0.0.0:65535"])
def test_nowhere_any_port_and_the_last_port_are_places(listening: str) -> None:
    assert Settings.model_validate(GIVEN | {"listening": listening}).listening == listening
