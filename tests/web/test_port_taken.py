"""A gateway that cannot listen says so in one line."""

import asyncio
import socket

import pytest
from aiohttp import web

from channel_gateway.settings import WrongSettings
from channel_gateway.web.serving import serve


async def _nobody(_: web.BaseRequest) -> web.Response:
    return web.Response()


async def test_a_port_that_is_taken_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(WrongSettings, match=f"server: 127.0.0.1:{port}: .*in use"):
            await serve(
                web.Server(_nobody),
                host="127.0.0.1",
                port=port,
                stop=asyncio.Event(),
                shutdown_s=1,
            )
