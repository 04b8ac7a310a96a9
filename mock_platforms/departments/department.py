"""One department: its secrets of both directions, what it was told, and its seats."""

from dataclasses import dataclass, field
from typing import Any

from mock_platforms.departments.inbox import Inbox
from mock_platforms.departments.rotation import Rotation
from mock_platforms.departments.seats import Seats
from mock_platforms.keys import KeyFolder


@dataclass
class Department:
    code: str
    theirs: Rotation  # what the gateway signs with: events, questions, its answers
    own: Rotation  # what the department signs with: its answers, its calls
    inbox: Inbox = field(default_factory=Inbox)
    seats: Seats = field(default_factory=Seats)
    down: bool = False

    def describe(self, base_url: str) -> dict[str, Any]:
        """What the gateway's settings need."""
        return {
            "url": f"{base_url}/{self.code}",
            "secret_files": self.theirs.files(),
            "call_secret_files": self.own.files(),
        }


def department(keys: KeyFolder, code: str) -> Department:
    return Department(
        code,
        theirs=Rotation(keys, f"department_{code}"),
        own=Rotation(keys, f"department_{code}_calls"),
    )
