"""The demo's scene is set only where nothing else is played."""

import socket
from pathlib import Path

import pytest

from channel_gateway.demo.scene import scene
from channel_gateway.settings import WrongSettings


async def test_a_port_that_is_taken_leaves_the_running_demo_alone(tmp_path: Path) -> None:
    kept = tmp_path / "gateway.db"
    kept.write_text("of a demo that runs")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(WrongSettings, match=f"port {port} is taken"):
            async with scene(tmp_path, port):
                pass

    assert kept.exists()
