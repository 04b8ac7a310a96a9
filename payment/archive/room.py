"""The archive put together: what the commands ask of it, and its word to `journal verify`."""

from datetime import timedelta

from channel_gateway.ports import ChainWitness, DepartmentNews, Tools
from channel_gateway.service import Table
from payment.archive.archiving import Archiving
from payment.archive.checking import ArchivedFiles, ArchiveWitness
from payment.archive.clearing import Clearing
from payment.archive.filing import Filing
from payment.archive.gate import Gate
from payment.archive.part import PART_TRANSITIONS
from payment.archive.part_store import PARTS, PartStore
from payment.archive.places import PLACES
from payment.archive.resting import Resting
from payment.archive.restoring import Restoring
from payment.journal.parity import Parities
from payment.parts import Parts
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.refund_cases.cases import Cases

COLLECTIONS = (PLACES, PARTS)


def add_rows(table: Table, tools: Tools, parts: Parts) -> None:
    journal = tools.chains.chain("journal")
    desk: ReconciliationDesk = table.offered(ReconciliationDesk)[tools.name]
    parities: Parities = table.offered(Parities)[tools.name]
    after = timedelta(days=parts.settings.archive_after_days)
    resting = Resting(
        tools.store,
        parts.orders,
        Cases(tools.store),
        desk.findings,
        desk.cases,
        desk.suspense,
        lambda: table.offered(DepartmentNews).values(),
    )
    files, places = parts.archive.files, parts.archive.places
    filing = Filing(tools.store, files, journal, tools.clock, tools.randomness)
    kept = PartStore(tools.store, journal)
    restoring = Restoring(tools.store, files, places, kept, journal, tools.clock)
    archiving = Archiving(
        tools.store,
        kept,
        filing,
        Clearing(tools.store, files, places, filing, resting),
        resting,
        Gate(desk, parities, journal, after),
        tools.clock,
    )
    table.offer(Archiving, tools.name, archiving)
    table.offer(Restoring, tools.name, restoring)
    table.offer(ArchivedFiles, tools.name, ArchivedFiles(parts.archive, journal))
    table.offer(ChainWitness, f"{tools.name} archive", ArchiveWitness(parts.archive))
    table.states["archive_part"] = PART_TRANSITIONS
