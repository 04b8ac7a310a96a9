"""A caller's connection: a bound on silence, and aiohttp's own refusals in our words."""

import logging
from asyncio import BaseTransport, TimerHandle, get_running_loop
from collections.abc import Callable
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from channel_gateway.domain.errors import GatewayError
from channel_gateway.web.edge import Limits
from channel_gateway.web.problems import problem
from channel_gateway.web.refusals import HeaderTooLarge, Internal, MalformedRequest

SERVER = ("Server", "channel-gateway")  # which versions we run concerns nobody


class _Terse(logging.Filter):
    """aiohttp logs what it cannot parse with a traceback that quotes it: keep the fact alone."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[1] is not None:
            record.kind = type(record.exc_info[1]).__name__
        record.exc_info = record.exc_text = None
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_socket_log = logging.getLogger("channel_gateway.web.socket")
_socket_log.addFilter(_Terse())


def connection_settings(limits: Limits) -> dict[str, Any]:
    """What aiohttp is told about each connection; `Any` because that is how it takes it."""
    return {
        "access_log": None,  # the exchange writes its own line, at a tenth of the cost
        "logger": _socket_log,
        "keepalive_timeout": limits.keepalive_s,
        "max_line_size": limits.header_bytes,
        "max_field_size": limits.header_bytes,
        "max_headers": limits.header_count,
        "lingering_time": 1.0,  # for the rest of a body we refused
        "auto_decompress": False,  # what a platform signed is what travelled
    }


class Connection(web.RequestHandler):
    """What never becomes a request of ours: silence, and what is no HTTP."""

    def __init__(
        self,
        server: web.Server,
        limits: Limits,
        new_request_id: Callable[[], str],
        full: Callable[[], None],
    ) -> None:
        super().__init__(server, loop=get_running_loop(), **connection_settings(limits))
        self._new_request_id = new_request_id
        self._server = server
        self._full = full
        self._most_connections = limits.connections
        self._header_timeout_s = limits.header_timeout_s
        self._silence: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        if len(self._server.connections) > self._most_connections:
            self._full()
            self.force_close()
            return
        # aiohttp itself has no bound for a first request's header.
        self._silence = get_running_loop().call_later(self._header_timeout_s, self._end_silence)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._silence is not None:
            self._silence.cancel()
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Say as a problem what aiohttp would say as plain text, quoting the caller."""
        if request.writer.output_size > 0:
            raise ConnectionError("an answer is under way: it is too late for another")
        error: GatewayError = Internal() if status >= 500 else MalformedRequest()
        if _is_too_large(exc):
            error = HeaderTooLarge()
        request_id = self._new_request_id()
        _socket_log.warning(
            "a request was not read",
            extra={"action": "unread", "code": error.code, "request_id": request_id},
        )
        # Which language was asked for was not read either.
        said = problem(error, request_id=request_id, zh=True)
        headers = [*said.headers.items(), ("X-Request-Id", request_id), SERVER]
        answer = web.Response(status=said.status, headers=headers, body=said.body)
        answer.force_close()
        return answer

    def _end_silence(self) -> None:
        # Its own count of requests; there is no public one by connection.
        if self._request_count == 0 and self.transport is not None:
            self.force_close()


def _is_too_large(exc: BaseException | None) -> bool:
    """aiohttp has no type of its own for too many fields; the whole text is never a caller's."""
    if isinstance(exc, LineTooLong):
        return True
    return type(exc) is BadHttpMessage and exc.message == "Too many headers received"
