"""Logging in and out, and sharing a phone number, on whatever channels plug-ins offer."""

from datetime import datetime

from pydantic import BaseModel, Field

from channel_gateway.domain.errors import Forged, Invalid
from channel_gateway.ports import Channel
from channel_gateway.service import Call, Route, Table, Who
from channel_gateway.web.sessions import Sessions


class LoginRequest(BaseModel):
    channel: str = Field(description="Where the citizen comes from.", examples=["wechat"])
    code: str = Field(
        min_length=1,
        max_length=512,
        description="What `wx.login` or `my.getAuthCode` gave; works once.",
    )


class LoginAnswer(BaseModel):
    token: str = Field(description="Send it as `Authorization: Bearer …`.")
    expires_at: datetime


class PhoneRequest(BaseModel):
    payload: str = Field(
        min_length=1,
        max_length=8192,
        description="What the mini-program got when the citizen agreed to share the number.",
    )


class PhoneAnswer(BaseModel):
    phone: str = Field(description="The number, masked.", examples=["138****0000"])


def build(table: Table, sessions: Sessions) -> None:
    """Add the rows for logging in. Channels may be offered before or after."""
    door = Door(sessions, table)
    table.routes += [
        Route(
            "POST",
            "/sessions",
            door.log_in,
            "Change a channel's login code into a session.",
            body=LoginRequest,
            answer=LoginAnswer,
            status=201,
            who=Who.ANYONE,
            errors=("login_code_invalid", "login_code_used", "login_code_expired", "unavailable"),
        ),
        Route("DELETE", "/sessions/current", door.log_out, "End the session at once.", status=204),
        Route(
            "POST",
            "/me/phone",
            door.share_phone,
            "Keep the phone number the citizen chose to share.",
            body=PhoneRequest,
            answer=PhoneAnswer,
            errors=("refused", "unavailable"),
        ),
    ]


class Door:
    """The handlers of the rows above."""

    def __init__(self, sessions: Sessions, table: Table) -> None:
        self._sessions = sessions
        self._table = table

    async def log_in(self, call: Call) -> LoginAnswer:
        wish: LoginRequest = call.body
        channel = self._channel(wish.channel)
        openid = await channel.login(wish.code)
        token = await self._sessions.issue(channel.name, channel.app, openid)
        return LoginAnswer(token=token, expires_at=self._sessions.read(token, call.now).expires_at)

    async def log_out(self, call: Call) -> None:
        await self._sessions.revoke(call.session)

    async def share_phone(self, call: Call) -> PhoneAnswer:
        channel = self._channel(call.session.channel)
        try:
            phone = await channel.phone(call.body.payload)
        except Forged as error:
            # The payload came through the citizen's hands: it is the input that is wrong.
            raise Invalid("the channel did not make this payload", field="payload") from error
        await self._sessions.keep_phone(call.session.citizen, phone)
        return PhoneAnswer(phone=phone.masked())

    def _channel(self, name: str) -> Channel:
        channel: Channel | None = self._table.offered(Channel).get(name)
        if channel is None:
            raise Invalid("there is no such channel", field="channel")
        return channel
