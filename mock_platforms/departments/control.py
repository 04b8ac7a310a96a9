"""What happens at a department besides the gateway's messages: its seats, secrets, calls, ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.departments.calls import Caller
from mock_platforms.departments.department import Department
from mock_platforms.departments.rotation import Rotation
from mock_platforms.departments.seats import Place
from mock_platforms.departments.signing import LONGEST_ID
from mock_platforms.departments.spoiling import SPOILS
from mock_platforms.stage import Stage

NAME = "departments"
GATEWAY = "http://127.0.0.1:8080"
_MOST_CALLS = 20
_ONE = "/departments/{code}"
_DIRECTION = {
    "of": "events (what the gateway signs) or calls (what the department signs)",
}


def control_rows(
    stage: Stage, departments: Mapping[str, Department], caller: Caller
) -> Sequence[ControlRoute]:
    office = Office(stage, departments, caller)
    return (
        ControlRoute(
            "GET", "/departments", office.describe,
            "Every department's address and the secrets in use now.",
            answers='{code: {"url", "secret_files", "call_secret_files"}}',
        ),
        ControlRoute(
            "GET", f"{_ONE}/events", office.events, "What the department was told, in that order.",
            answers='{"events": [{"id", "type", "timestamp", "data", "came_at", "times", "late"}]}',
        ),
        ControlRoute(
            "GET", f"{_ONE}/appointments", office.appointments,
            "Every appointment, as the highest version of it said.",
            answers='{"appointments": [data]}',
        ),
        ControlRoute(
            "GET", f"{_ONE}/seats", office.seats, "The seats of every slot, and who holds them.",
            answers='{"slots": [{"service", "hall", "slot", "seats", "left", "keys"}]}',
        ),
        ControlRoute(
            "POST", f"{_ONE}/seats", office.give_seats,
            "Give a slot seats; one that has none is closed.",
            fields={
                "service": "its code", "hall": "its code",
                "slot": "2026-03-10T09:30, Beijing time", "seats": "0 or more",
            },
            answers="as GET",
        ),
        ControlRoute(
            "POST", f"{_ONE}/rotation", office.begin_rotation,
            "Make another secret: both are in use until the rotation ends.",
            fields=_DIRECTION, answers="the department's address and secrets",
        ),
        ControlRoute(
            "POST", f"{_ONE}/rotation/end", office.end_rotation,
            "From now on the newer secret alone is in use.",
            fields=_DIRECTION, answers="the department's address and secrets",
        ),
        ControlRoute(
            "POST", f"{_ONE}/calls", office.call, "The department calls the gateway.",
            fields={
                "type": "such as notice.create", "data": "of that type",
                "to?": f"the gateway's public address, {GATEWAY} unless said",
                "id?": "its webhook-id; chance names it unless said",
                "times?": "how often it is sent, one after the other; 1 unless said",
                "spoil?": f"one of {', '.join(SPOILS)}",
            },
            answers='{"answers": [{"id", "status", "answer", "signed", "why"?}]}',
        ),
        ControlRoute(
            "POST", f"{_ONE}/down", office.go_down, "Every connection is cut; nothing is kept."
        ),
        ControlRoute("POST", f"{_ONE}/back", office.come_back, "The department answers again."),
    )  # fmt: skip


class Office:
    def __init__(self, stage: Stage, departments: Mapping[str, Department], caller: Caller) -> None:
        self.stage, self.departments, self.caller = stage, departments, caller

    def describe(self, _: Command) -> dict[str, Any]:
        return {code: self._described(each) for code, each in self.departments.items()}

    def events(self, command: Command) -> dict[str, Any]:
        return {"events": [each.as_json() for each in self._one(command).inbox.events.values()]}

    def appointments(self, command: Command) -> dict[str, Any]:
        kept = self._one(command).inbox.appointments.values()
        return {"appointments": [dict(each) for each in kept]}

    def seats(self, command: Command) -> dict[str, Any]:
        seats = self._one(command).seats
        return {
            "slots": [
                {
                    "service": place.service,
                    "hall": place.hall,
                    "slot": place.slot,
                    "seats": number,
                    "left": seats.free(place),
                    "keys": [key for key, held in seats.held.items() if held == place],
                }
                for place, number in seats.capacity.items()
            ]
        }

    def give_seats(self, command: Command) -> dict[str, Any]:
        place = Place(*(command.text(name) for name in ("service", "hall", "slot")))
        if (number := command.integer("seats")) < 0:
            raise Refused("seats must be 0 or more", field="seats")
        self._one(command).seats.capacity[place] = number
        return self.seats(command)

    def begin_rotation(self, command: Command) -> dict[str, Any]:
        rotation = self._rotation(command)
        if rotation.under_way:
            raise Refused("a rotation is under way", field="of", status=409)
        rotation.begin()
        return self._described(self._one(command))

    def end_rotation(self, command: Command) -> dict[str, Any]:
        rotation = self._rotation(command)
        if not rotation.under_way:
            raise Refused("no rotation is under way", field="of", status=409)
        rotation.end()
        return self._described(self._one(command))

    async def call(self, command: Command) -> dict[str, Any]:
        department, spoil = self._one(command), command.text("spoil", "")
        if spoil and spoil not in SPOILS:
            raise Refused(f"spoil is one of {', '.join(SPOILS)}", field="spoil")
        if not 1 <= (times := command.integer("times", 1)) <= _MOST_CALLS:
            raise Refused(f"from 1 to {_MOST_CALLS}", field="times")
        if len(named := command.text("id", "")) > LONGEST_ID:
            raise Refused(f"{LONGEST_ID} characters at most", field="id")
        call = self.caller.call(
            command.text("to", GATEWAY),
            department,
            command.text("type"),
            command.mapping("data"),
            named,
        )
        return {"answers": [await self.caller.send(department, call, spoil) for _ in range(times)]}

    def go_down(self, command: Command) -> dict[str, Any]:
        self._one(command).down = True
        return {}

    def come_back(self, command: Command) -> dict[str, Any]:
        self._one(command).down = False
        return {}

    def _one(self, command: Command) -> Department:
        code = command.parts["code"]
        if code not in self.departments:
            raise Refused(f"no department is called {code}", field="code", status=404)
        return self.departments[code]

    def _rotation(self, command: Command) -> Rotation:
        department = self._one(command)
        directions = {"events": department.theirs, "calls": department.own}
        if (named := command.text("of")) not in directions:
            raise Refused("of is events or calls", field="of")
        return directions[named]

    def _described(self, department: Department) -> dict[str, Any]:
        return department.describe(self.stage.base_url(NAME))
