"""Who may pass: citizens with a session of ours, operators with their key, staff with a token."""

import hmac
from collections.abc import Mapping
from datetime import datetime

from channel_gateway.domain.errors import Unauthorized
from channel_gateway.ports import Channel, Member, Role
from channel_gateway.service import Session, Table, Who
from channel_gateway.staff.keeping import StaffAccounts
from channel_gateway.staff.refusals import TokenLocked
from channel_gateway.web.metrics import Metrics
from channel_gateway.web.sessions import Sessions

# Whoever holds the key; no account has a name like it.
KEY_HOLDER = Member("key:operator", frozenset({Role.OPERATOR}))


class Gate:
    def __init__(
        self,
        sessions: Sessions,
        operator_key: str,
        table: Table,
        staff: StaffAccounts,
        metrics: Metrics,
    ) -> None:
        self._sessions = sessions
        self._operator_key = operator_key.encode()
        self._table = table
        self._staff = staff
        self._metrics = metrics

    async def admit(
        self, who: Who, headers: Mapping[str, str], now: datetime
    ) -> Session | Member | None:
        """Who calls: a citizen, one of the staff, or None where anyone may.

        Whether a member's roles will do is not looked at here. A route for anyone does not look at
        all: an expired session must not keep anybody from a new one. Raises `Unauthorized`,
        `TokenLocked`.
        """
        if who is Who.ANYONE:
            return None
        if who is Who.CITIZEN:
            return self._citizen(_bearer(headers), now)
        try:
            return await self._member(who, _bearer(headers))
        except (Unauthorized, TokenLocked) as refusal:
            self._metrics.staff_refused(refusal.code)
            raise

    async def _member(self, who: Who, credential: str) -> Member:
        key = self._operator_key
        # Header bytes that are no UTF-8 arrive as surrogates, which can be in no key.
        given = credential.encode(errors="replace")
        holds_key = hmac.compare_digest(key, given) and bool(key)
        if holds_key and who is Who.OPERATOR:
            return KEY_HOLDER
        return await self._staff.member(credential)

    def _citizen(self, token: str, now: datetime) -> Session:
        session = self._sessions.read(token, now)
        channel: Channel | None = self._table.offered(Channel).get(session.channel)
        if channel is None or channel.app != session.app:
            raise Unauthorized("the session is of a channel or app we no longer serve")
        return session


def _bearer(headers: Mapping[str, str]) -> str:
    scheme, _, credential = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not credential:
        raise Unauthorized("send `Authorization: Bearer …`")
    return credential
