"""Ours: the day of a folder reconciled by a whole gateway, in a process of its own.

`python -m tests.benchmarks.day_reconciled FOLDER LINES` ends with 1, and says so, unless what it
finds is what was planted: kind by kind, number by number, and nothing else. Steps go to stderr.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from channel_gateway.bootstrap import assemble
from channel_gateway.ports import Store
from channel_gateway.settings import Settings
from channel_gateway.wire import HttpRequest, HttpResponse
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.progress import Step
from tests.benchmarks.day_books import DAY, EVERY, order_id, plant_of, refund_no
from tests.benchmarks.day_stored import METHOD

NOW = datetime(2026, 1, 6, 3, tzinfo=UTC)  # eleven in Beijing, on the day after
STORE = "gateway.db"


class Stopped:
    """A clock that stands still: the same day can be reconciled for ever."""

    def now(self) -> datetime:
        return NOW


class Nowhere:
    """No way out: everything is in the folder."""

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        raise AssertionError("nothing goes out")

    async def download(
        self, request: HttpRequest, into: Path, *, at_most_bytes: int, timeout_s: float = 300
    ) -> HttpResponse:
        raise AssertionError("nothing goes out")


def settings(folder: Path) -> Settings:
    return Settings.model_validate(
        {
            "store": {"url": f"sqlite:{folder / STORE}", "timeout_s": 60},
            "secrets": {"folder": folder / "secrets"},
            "plugins": {
                "given": {"module": "tests.benchmarks.day_given", "folder": folder},
                "citizen": {"module": "channel_gateway.services.citizen"},
                "calendar": {"module": "channel_gateway.services.calendar"},
                "payment": {
                    "module": "payment",
                    "finance": "finance",
                    "bills_folder": folder / "bills",
                },
            },
        }
    )


def expected(orders: int) -> Iterator[tuple[str, str]]:
    """What of the planted must be found. Our journal knows no fees, and what is nobody's is looked
    at with the first payment method, which is another.
    """
    for number in range(EVERY // 2, orders, EVERY):
        plant = plant_of(number)
        nobodys = plant.kind == "M5" and plant.gateway is None
        if not plant.fee and not nobodys:
            kind = "M11" if plant.kind == "repeated" else plant.kind
            yield kind, refund_no(number) if plant.refund else order_id(number)


class Reads:
    """How often a store is asked for a page or a document."""

    def __init__(self, store: Store) -> None:
        self.count = 0
        for name in ("find", "get", "get_by"):
            setattr(store, name, self._counted(getattr(store, name)))

    def _counted(self, ask: Any) -> Any:
        def counted(*asked: Any, **more: Any) -> Any:
            self.count += 1
            return ask(*asked, **more)

        return counted


async def reconcile(folder: Path) -> tuple[set[tuple[str, str]], int]:
    """What was found, as kind and number; and how many reads of the store that took."""
    gateway = assemble(settings(folder), Nowhere(), clock=Stopped())
    await gateway.store.open()
    reads, started, last = Reads(gateway.store), time.perf_counter(), [""]

    def said(step: Step, done: int) -> None:
        if step != last[0]:
            print(f"{time.perf_counter() - started:8.1f} s  {step}", file=sys.stderr)
            last[0] = step

    (desk,) = gateway.table.offered(ReconciliationDesk).values()
    day = await desk.running.run(date.fromisoformat(DAY), METHOD, said)
    count = reads.count
    found = {
        (each.kind.value, each.refund_no or each.order_id)
        async for each in desk.findings.of_page(day.id)
    }
    await gateway.store.close()
    assert not day.waiting, day.waiting
    assert not day.unlisted_fen, day.unlisted_fen
    return found, count


def main(folder: Path, orders: int) -> None:
    found, reads = asyncio.run(reconcile(folder))
    planted = set(expected(orders))
    if mistakes := sorted(found ^ planted):
        sys.exit(f"{len(mistakes)} mistakes, the first: {mistakes[0]}")
    print(json.dumps({"differences": len(planted), "reads": reads}, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
