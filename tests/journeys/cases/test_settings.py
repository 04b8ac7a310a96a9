"""What cases and reviews need of others is said in one line, and their order does not matter."""

import pytest

from channel_gateway.bootstrap import assemble
from channel_gateway.settings import Settings, WrongSettings
from channel_gateway.web.outbound import AiohttpSender


def assembled(folder, *services):
    settings = Settings.model_validate(
        {
            "secrets": {"folder": folder, "create": True},
            "plugins": {name: {"module": f"channel_gateway.services.{name}"} for name in services},
        }
    )
    return assemble(settings, AiohttpSender(), looking=True)


@pytest.mark.parametrize(
    ("services", "said"),
    [
        (["case", "calendar"], "plugins.case: catalogue: names nobody who knows the services"),
        (["review", "calendar"], "plugins.review: catalogue: names nobody who knows the services"),
        (["review", "catalogue"], "plugins.review: calendar: names nobody who knows the working"),
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path, services, said):
    with pytest.raises(WrongSettings, match=said) as wrong:
        assembled(tmp_path, *services)
    assert len(wrong.value.lines) == 1


@pytest.mark.parametrize(
    "services",
    [
        ["review", "case", "appointment", "calendar", "catalogue"],
        ["catalogue", "calendar", "case"],
        ["catalogue", "calendar", "review"],
    ],
)
def test_they_are_built_in_any_order_and_without_one_another(tmp_path, services):
    assert assembled(tmp_path, *services).table.routes
