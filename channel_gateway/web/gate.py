"""Who may pass: citizens with a session of ours, operators with their key."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from channel_gateway.domain.errors import Unauthorized
from channel_gateway.ports import Channel
from channel_gateway.service import Session, Table, Who
from channel_gateway.web.sessions import Sessions


class Gate:
    def __init__(self, sessions: Sessions, operator_key: str, table: Table) -> None:
        self._sessions = sessions
        self._operator_key = operator_key.encode()
        self._table = table

    def admit(self, who: Who, headers: Mapping[str, str], now: datetime) -> Session | None:
        """The citizen's session, or None for others who may pass. Raises `Unauthorized`.

        A route for anyone does not look: an expired session must not keep anybody from a new one.
        """
        if who is Who.ANYONE:
            return None
        scheme, _, credential = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not credential:
            raise Unauthorized("send `Authorization: Bearer …`")
        if who is Who.OPERATOR:
            self._check_operator(credential)
            return None
        return self._citizen(credential, now)

    def _check_operator(self, credential: str) -> None:
        key = self._operator_key
        # Header bytes that are no UTF-8 arrive as surrogates, which can be in no key.
        given = credential.encode(errors="replace")
        if not key or not hmac.compare_digest(key, given):
            raise Unauthorized("this is not the operators' key")

    def _citizen(self, token: str, now: datetime) -> Session:
        session = self._sessions.read(token, now)
        channel: Channel | None = self._table.offered(Channel).get(session.channel)
        if channel is None or channel.app != session.app:
            raise Unauthorized("the session is of a channel or app we no longer serve")
        return session
