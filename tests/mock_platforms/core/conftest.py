"""A small platform of three calls and one callback, played on the real core."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mock_platforms.commands import Command, ControlRoute
from mock_platforms.deliveries import Notice
from mock_platforms.faults import NOTICE, Fault, FaultKind
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Headers, Outgoing, Request, Response, json_response


@dataclass
class Merchant:
    """The other end of the callbacks: remembers them, and answers as it is told."""

    status: int = 200
    got: list[Outgoing] = field(default_factory=list)

    async def send(self, outgoing: Outgoing) -> Response:
        self.got.append(outgoing)
        return Response(self.status)


def post_office(stage: Stage) -> StandIn:
    """A platform that counts letters and tells of each one that arrives."""
    letters: list[str] = []

    def write(request: Request) -> Response:
        letters.append(request.parts["letter"])
        return json_response({"letters": len(letters)})

    def tell(command: Command) -> dict[str, str]:
        def compose(fault: Fault | None) -> Outgoing:
            return Outgoing(
                "POST",
                command.text("url", "http://merchant/letters"),
                Headers({"Nonce": stage.randomness.text(8)}),
                b"forged" if fault else command.parts["letter"].encode(),
            )

        notice = Notice(
            platform="post",
            kind="notify.letter",
            orders={command.parts["letter"]},
            compose=compose,
            accepted=lambda response: response.status == 200,
            ladder_s=(15, 15, 30),
            spoils=("notify_forged",),
        )
        return {"notice": stage.deliveries.post(notice)}

    return StandIn(
        name="post",
        routes=[
            Route("POST", "/letters/{letter}", write, "letters.write"),
            Route(
                "GET", "/echo", lambda request: Response(200, body=request.target.encode()), "echo"
            ),
        ],
        describe=lambda base_url: {"base_url": base_url},
        control=[ControlRoute("POST", "/post/{letter}/tell", tell, "Tell.", {"url?": "where to"})],
        notices=["notify.letter"],
        faults=[FaultKind("notify_forged", "Somebody else wrote it.", NOTICE)],
        orders=lambda request: set(request.parts.values()),
    )


@pytest.fixture
def merchant() -> Merchant:
    return Merchant()


@pytest.fixture
def stage(tmp_path: Path, merchant: Merchant) -> Stage:
    return Stage(tmp_path, {"post": post_office}, send=merchant.send)


@pytest.fixture
def write(stage: Stage) -> Callable[[str], Awaitable[Response]]:
    async def call(letter: str) -> Response:
        return await stage.handle("post", Request("POST", f"/letters/{letter}"))

    return call
