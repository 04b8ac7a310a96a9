"""Samplebank as a channel: who opens the service there, and the phone they share."""

from channel_gateway.domain.people import OpenId, Phone
from channel_gateway.ports import Channel, LoginCodeExpired, LoginCodeInvalid, LoginCodeUsed, Tools
from channel_gateway.service import Table
from tests.sample_channel.adapters.samplebank.line import Errors, Line, Settings, text

__all__ = ["Settings", "build"]

# Change here: the platform's words for a login code it does not take.
LOGIN_ERRORS: Errors = {
    "CODE_INVALID": LoginCodeInvalid,
    "CODE_USED": LoginCodeUsed,
    "CODE_EXPIRED": LoginCodeExpired,
}


def build(table: Table, tools: Tools) -> None:
    line = Line(Settings.model_validate(tools.section), tools)
    table.offer(Channel, tools.name, SamplebankChannel(line, name=tools.name))


class SamplebankChannel:
    """Implements `Channel`."""

    def __init__(self, line: Line, *, name: str) -> None:
        self.name = name
        self.app = line.settings.app_id
        self._line = line

    async def login(self, code: str) -> OpenId:
        return OpenId(text(await self._line.call("/v1/login", LOGIN_ERRORS, code=code), "openid"))

    async def phone(self, payload: str) -> Phone:
        """`payload` is a code too: the number itself never passes through the page."""
        return Phone(text(await self._line.call("/v1/phone", code=payload), "phone"))
