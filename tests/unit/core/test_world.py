"""A gateway on trial lives in the time of the stand-ins."""

from datetime import timedelta
from pathlib import Path

import pytest

from channel_gateway.bootstrap import assemble
from channel_gateway.settings import Settings, WrongSettings
from channel_gateway.web.outbound import AiohttpSender
from channel_gateway.world import FollowedClock, WallClock

SOON = timedelta(seconds=5)


def test_a_followed_clock_is_ahead_by_what_its_file_tells(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("0.0\n")
    clock = FollowedClock(file)
    assert abs(clock.now() - WallClock().now()) < SOON
    file.write_text("86400.0\n")
    assert abs(clock.now() - WallClock().now() - timedelta(days=1)) < SOON


@pytest.mark.parametrize("broken", ["", "tomorrow"])
def test_the_last_word_of_stand_ins_that_have_gone_stays(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "clock"
    file.write_text("86400.0\n")
    clock = FollowedClock(file)
    file.write_text(broken)
    assert abs(clock.now() - WallClock().now() - timedelta(days=1)) < SOON
    file.unlink()
    assert abs(clock.now() - WallClock().now() - timedelta(days=1)) < SOON


def test_a_clock_that_is_not_there_to_follow_is_refused(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {"clock": {"follow": str(tmp_path / "clock")}, "store": {"url": "memory:"}}
    )
    with pytest.raises(WrongSettings, match=r"clock\.follow: .*--shared-clock"):
        assemble(settings, AiohttpSender(), looking=True)
