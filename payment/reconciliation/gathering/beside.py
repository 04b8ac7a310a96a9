"""What looking single orders up adds to a day's books. Pure."""

from dataclasses import dataclass, field
from datetime import date

from payment.reconciliation.entries import Entry
from payment.reconciliation.gathering.sources import Booked


@dataclass
class Beside:
    """Grows look-up by look-up: orders as they are now, by the number the sides are matched by."""

    ours: dict[str, Booked] = field(default_factory=dict)  # stand for the journal's
    # Out of the suspense account, and not in the day's journal: as the account has it now.
    suspense: dict[str, Entry] = field(default_factory=dict)
    ours_near: dict[str, Entry] = field(default_factory=dict)  # of other days
    channel_near: dict[str, Entry] = field(default_factory=dict)  # on bills of other days
    # Of bills farther away than the neighbouring days': which numbers are looked for on each.
    on_bills: dict[date, set[str]] = field(default_factory=dict)
    finance_near: dict[str, Entry] = field(default_factory=dict)  # booked on other days
    settled_by: dict[str, str] = field(default_factory=dict)  # pay code → order
    # Finance's other days as far as they were looked into, by number; each is asked for once.
    statements: dict[date, dict[str, Entry]] = field(default_factory=dict)

    def __len__(self) -> int:
        here = len(self.ours) + len(self.suspense)
        return here + len(self.ours_near) + len(self.finance_near)
