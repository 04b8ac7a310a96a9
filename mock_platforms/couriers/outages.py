"""A courier that is down: every call of its is cut and no push of its arrives, until it is back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.couriers.player import Player
from mock_platforms.stage import Stage

_LONGEST_S = 366 * 86400


class Outages:
    """Down means faults without end on all of its calls and pushes: `GET /faults` lists them."""

    def __init__(self, stage: Stage, players: Sequence[Player]) -> None:
        self._stage = stage
        self._players = {each.name: each for each in players}
        self._faults: dict[str, list[str]] = {}  # by courier

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "POST", "/couriers/{courier}/down", self.go_down,
                "Every call of a courier is cut, none of its pushes arrives; parcels travel on.",
                fields={"seconds?": "on the moved clock; else until it is back"},
                answers='{"faults": [id], "back_at"}',
            ),
            ControlRoute(
                "POST", "/couriers/{courier}/back", self.come_back, "The courier answers again."
            ),
        ]  # fmt: skip

    def go_down(self, command: Command) -> dict[str, Any]:
        player = self._player(command)
        seconds = command.number("seconds") if "seconds" in command.body else None
        if seconds is not None and not 0 < seconds <= _LONGEST_S:
            raise Refused("more than nothing, and no more than a year", field="seconds")
        self._end(player.name)
        kinds = [("connection_cut", call) for call in player.calls]
        kinds += [("notify_lost", notice) for notice in player.notices]
        faults = self._stage.faults
        ids = [faults.add("couriers", kind, operation=at, times=None).id for kind, at in kinds]
        self._faults[player.name] = ids
        if seconds is None:
            return {"faults": ids, "back_at": None}
        back_at = self._stage.clock.now() + timedelta(seconds=seconds)

        def come_back() -> None:
            if self._faults.get(player.name) is ids:
                self._end(player.name)

        self._stage.clock.at(back_at, come_back, f"{player.name} is back")
        return {"faults": ids, "back_at": back_at.isoformat()}

    def come_back(self, command: Command) -> dict[str, Any]:
        self._end(self._player(command).name)
        return {}

    def _end(self, name: str) -> None:
        standing = {row.id for row in self._stage.faults.rows()}
        for fault in self._faults.pop(name, []):
            if fault in standing:  # somebody may have taken it back already
                self._stage.faults.remove(fault)

    def _player(self, command: Command) -> Player:
        name = command.parts["courier"]
        if name not in self._players:
            there = ", ".join(self._players)
            raise Refused(
                f"no courier is played as {name}; {there} are", field="courier", status=404
            )
        return self._players[name]
