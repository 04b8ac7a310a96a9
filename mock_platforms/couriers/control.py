"""What happens to parcels, on demand: one scan, a whole script, a late correction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.couriers.parcels import SCRIPTS, Parcel, Parcels, Step
from mock_platforms.stage import Stage

_ONE = "/couriers/parcels/{waybill}"
_LONGEST_PAUSE_S = 90 * 86400


@dataclass(frozen=True, slots=True)
class Depot:
    stage: Stage
    parcels: Parcels

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "GET", "/couriers/parcels", self.list, "Every parcel, as it truly is.",
                answers='{"parcels": [{"courier", "waybill", "number", "scans"}]}',
            ),
            ControlRoute(
                "POST", "/couriers/parcels", self.add,
                "A parcel is handed over at a counter, with a waybill that no call made.",
                fields={
                    "courier": "any name: also one that is played by nobody",
                    "waybill?": "else one is made up",
                    "phone?": "the recipient's: some couriers show nothing without it",
                },
                answers="the parcel",
            ),
            ControlRoute(
                "GET", _ONE, self.tell, "One parcel, as it truly is.", answers="the parcel",
            ),
            ControlRoute(
                "POST", f"{_ONE}/scan", self.scan, "One thing happens to the parcel.",
                fields={"step": " ".join(Step), "at?": "when; else now", "place?": "where"},
                answers="the parcel",
            ),
            ControlRoute(
                "POST", f"{_ONE}/play", self.play,
                "All of a script happens, as the clock passes its moments.",
                fields={"script": " ".join(SCRIPTS), "pause_s?": "between two steps; else hours"},
                answers="the parcel",
            ),
            ControlRoute(
                "POST", f"{_ONE}/correct", self.correct,
                "The courier moves a scan to an earlier moment, and tells it again.",
                fields={"step": "whose newest scan", "earlier_s": "seconds"},
                answers="the parcel",
            ),
        ]  # fmt: skip

    def list(self, command: Command) -> dict[str, Any]:
        return {"parcels": [parcel_json(each) for each in self.parcels.all()]}

    def tell(self, command: Command) -> dict[str, Any]:
        return parcel_json(self._parcel(command))

    def add(self, command: Command) -> dict[str, Any]:
        courier = command.text("courier")
        waybill = command.text("waybill", "X" + self.stage.randomness.digits(12))
        if self.parcels.find(waybill):
            raise Refused("there is a parcel of this waybill", field="waybill")
        phone = command.optional_text("phone")
        parcel = Parcel(
            courier,
            waybill,
            recipient={} if phone is None else {"phone": phone},
            ordered_at=self.stage.clock.now(),
        )
        return parcel_json(self.parcels.add(parcel))

    def scan(self, command: Command) -> dict[str, Any]:
        parcel, step = self._parcel(command), _step(command)
        at = command.moment("at") or self.stage.clock.now()
        self.parcels.scan(parcel, step, at, place=command.text("place", ""))
        return parcel_json(parcel)

    def play(self, command: Command) -> dict[str, Any]:
        parcel, script = self._parcel(command), SCRIPTS.get(command.text("script"))
        if script is None:
            raise Refused(f"script is one of {', '.join(SCRIPTS)}", field="script")
        pause_s = command.number("pause_s") if "pause_s" in command.body else None
        if pause_s is not None and not 0 <= pause_s <= _LONGEST_PAUSE_S:
            raise Refused("no pause is longer than 90 days", field="pause_s")
        due = self.stage.clock.now()
        for after_s, step in script:
            due += timedelta(seconds=after_s if pause_s is None else pause_s)

            def happen(step: Step = step, at: datetime = due) -> None:
                if parcel.cancelled_at is None:
                    self.parcels.scan(parcel, step, at)

            self.stage.clock.at(due, happen, f"{parcel.waybill} {step}")
        return parcel_json(parcel)

    def correct(self, command: Command) -> dict[str, Any]:
        parcel, step = self._parcel(command), _step(command)
        found = [scan for scan in parcel.scans if scan.step is step]
        if not found:
            raise Refused("nothing of that kind happened to it", field="step")
        self.parcels.correct(parcel, found[-1], earlier_s=command.number("earlier_s"))
        return parcel_json(parcel)

    def _parcel(self, command: Command) -> Parcel:
        parcel = self.parcels.find(command.parts["waybill"])
        if parcel is None:
            raise Refused("no parcel has this waybill", field="waybill", status=404)
        return parcel


def _step(command: Command) -> Step:
    try:
        return Step(command.text("step"))
    except ValueError as error:
        raise Refused(f"step is one of {', '.join(Step)}", field="step") from error


def parcel_json(parcel: Parcel) -> dict[str, Any]:
    return {
        "courier": parcel.courier,
        "waybill": parcel.waybill,
        "number": parcel.number,
        "cancelled": parcel.cancelled_at is not None,
        "scans": [
            {"at": scan.at.isoformat(), "step": scan.step, "place": scan.place}
            for scan in sorted(parcel.scans, key=lambda scan: scan.at)
        ],
    }
