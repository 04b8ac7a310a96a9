"""All couriers behind one address: whose call one is, and in whose words it is answered. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from mock_platforms.couriers.player import Player, numbers_written
from mock_platforms.routes import Route, UnknownPath, WrongMethod, find
from mock_platforms.stand_in import plain_trouble
from mock_platforms.wire import Request, Response


class Company:
    def __init__(self, players: Sequence[Player]) -> None:
        self.players = players
        self.routes = [row for each in players for row in each.routes]

    def describe(self, base_url: str) -> Mapping[str, Any]:
        return {each.name: {"base_url": base_url, **each.describe} for each in self.players}

    def operation(self, route: Route, request: Request) -> str:
        player = self._player(request)
        return player.operation(route, request) if player else route.operation

    def orders(self, request: Request) -> Collection[str]:
        player = self._player(request)
        return player.orders(request) if player else numbers_written(request)

    def trouble(self, status: int, request: Request) -> Response:
        player = self._player(request)
        return player.trouble(status, request) if player else plain_trouble(status, request)

    def _player(self, request: Request) -> Player | None:
        for player in self.players:
            try:
                find(player.routes, request)
            except (UnknownPath, WrongMethod):
                continue
            return player
        return None
