"""`journal verify`: walk the journal and the audit trail, and name what is wrong with them."""

import asyncio
import json
import re
import sys
from contextlib import suppress
from datetime import date
from typing import Any

import click

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.chains.checking import Checked, check_chain
from channel_gateway.chains.stored import NAMES
from channel_gateway.commands import as_json, given_settings, saying_what_is_wrong
from channel_gateway.domain.days import beijing_day
from channel_gateway.ports import ChainBroken, ChainWitness, HeadKeeper, KnownHead
from payment.archive.checking import ArchivedFiles, ArchiveFault
from payment.commands.options import DayText, by_method
from payment.commands.terminal import progress
from payment.journal.parity import Parities, Parity
from payment.proofs import Proof, ProofFault
from payment.reconciliation.days.adjusting import DayNotOver
from payment.reconciliation.days.closed import DayFault
from payment.reconciliation.desk.desk import ReconciliationDesk

_Found = tuple[list[Checked], list[DayFault], list[ArchiveFault], list[ProofFault]]
_HEAD = re.compile(r"(\d{1,12}):([0-9a-f]{64})")


class HeadText(click.ParamType[KnownHead]):
    """A head as a report shows it, `number:hash`."""

    name = "number:hash"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> KnownHead:
        found = _HEAD.fullmatch(str(value))
        if found is None:
            self.fail("a number, a colon and the 64 letters of a hash are wanted", param, ctx)
        return KnownHead(int(found[1]), found[2], "the head given")


@click.group("journal")
def journal_command() -> None:
    """The journal of money, and the audit trail beside it."""


@journal_command.command("verify")
@click.option("--chain", "names", multiple=True, type=click.Choice(NAMES), help="Both by default.")
@click.option("--head", "heads", multiple=True, type=HeadText(), help="Of a report, of a chain.")
@as_json
@saying_what_is_wrong
def verify_command(names: tuple[str, ...], heads: tuple[KnownHead, ...], *, as_json: bool) -> None:
    """Find what was changed, taken away, moved or cut off, and name it; then the end is 1.

    With the journal, the closed days are held against their signatures and against its entries, and
    the files of the archive against their digests on it. With both chains, so are suspense and the
    decisions of refunds, against what was written then.
    """
    if heads and len(names) != 1:
        raise click.UsageError("a head is of one chain: say which with --chain")

    async def main() -> _Found:
        async with opened(given_settings(), looking=True) as gateway:
            found = [await _checked(gateway, name, heads) for name in names or NAMES]
            if "journal" not in (names or NAMES):
                return found, [], [], []
            days, files = await _of_closed_days(gateway), await _of_archive(gateway)
            return found, days, files, await _of_documents(gateway) if not names else []

    found, days, files, documents = asyncio.run(main())
    if as_json:
        told = {
            "chains": [_told(each) for each in found],
            "closed_days": [_told_of_day(each) for each in days],
            "archive": [_told_of_file(each) for each in files],
            "documents": [_told_of_document(each) for each in documents],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for each in found:
            _show(each)
        for fault in (*days, *files, *documents):
            click.echo(f"  {fault}")
    if days or files or documents or not all(each.holds for each in found):
        sys.exit(1)


@journal_command.command("parity")
@click.argument("day", type=DayText())
@by_method
@as_json
@saying_what_is_wrong
def parity_command(day: date, method: str | None, *, as_json: bool) -> None:
    """Compare store, journal and finance, order by order; names what differs, then the end is 1."""

    async def main() -> list[Parity]:
        async with opened(given_settings(), looking=True) as gateway:
            if day > beijing_day(gateway.edge.clock.now()):
                raise DayNotOver("this day is to come: it has no orders yet", field="day")
            return [
                parity
                for each in gateway.table.offered(Parities).values()
                for name in each.chosen(method)
                async for parity in each.of_day(name, day)
            ]

    found = asyncio.run(main())
    wrong = [each for each in found if each.wrong]
    if as_json:
        differing = [{"order_id": each.order_id, "wrong": each.wrong} for each in wrong]
        click.echo(json.dumps({"orders": len(found), "differing": differing}, ensure_ascii=False))
    else:
        for each in wrong:
            click.echo(f"{each.order_id}: {'; '.join(each.wrong)}")
        click.echo(f"{len(found)} orders with money on the day, {len(wrong)} of them differ")
    if wrong:
        sys.exit(1)


async def _checked(gateway: Gateway, name: str, given: tuple[KnownHead, ...]) -> Checked:
    heads = [*given, *await gateway.edge.chains.last_known(name)]
    for keeper in gateway.table.offered(HeadKeeper).values():
        heads += await keeper.heads(name)
    edge = gateway.edge
    with progress(name, 0) as bar:

        def moved_on(done: int, of: int) -> None:
            bar.length = max(done, of)
            bar.update(done - bar.pos)

        checked = await check_chain(
            gateway.store,
            edge.chains.chain(name),
            name,
            edge.vault,
            elsewhere=heads,
            witnesses=gateway.table.offered(ChainWitness).values(),
            progress=moved_on,
        )
    if checked.holds:
        await edge.chains.keep(name, checked.last_number, checked.last_hash)
    return checked


async def _of_closed_days(gateway: Gateway) -> list[DayFault]:
    """A chain that cannot be read is named already."""
    faults: list[DayFault] = []
    for desk in gateway.table.offered(ReconciliationDesk).values():
        with suppress(ChainBroken):
            async for fault in desk.closed.faults():
                faults.append(fault)
    return faults


async def _of_archive(gateway: Gateway) -> list[ArchiveFault]:
    """As of the closed days."""
    faults: list[ArchiveFault] = []
    for files in gateway.table.offered(ArchivedFiles).values():
        with suppress(ChainBroken):
            async for fault in files.faults():
                faults.append(fault)
    return faults


async def _of_documents(gateway: Gateway) -> list[ProofFault]:
    """What suspense and refund cases say that is on no chain; a broken chain is named already."""
    faults: list[ProofFault] = []
    for proof in gateway.table.offered(Proof).values():
        with suppress(ChainBroken):
            async for fault in proof.faults():
                faults.append(fault)
    return faults


def _show(checked: Checked) -> None:
    head = f"{checked.last_number}:{checked.last_hash}"
    verdict = "holds" if checked.holds else f"DOES NOT HOLD, {len(checked.faults)} faults"
    click.echo(f"{checked.chain}: {checked.entries} entries, head {head}: {verdict}")
    for fault in checked.faults:
        click.echo(f"  {fault}")
    if checked.unsettled:
        some = ", ".join(map(str, checked.unsettled))
        click.echo(f"  entries {some}: kept by the head, put in their places with the next entry")


def _told(checked: Checked) -> dict[str, Any]:
    return {
        "chain": checked.chain,
        "holds": checked.holds,
        "entries": checked.entries,
        "head": {"number": checked.last_number, "hash": checked.last_hash},
        "unsettled": checked.unsettled,
        "faults": [
            {
                "kind": each.kind,
                "number": each.number,
                "key": each.key,
                "what": each.what,
                "words": str(each),
            }
            for each in checked.faults
        ],
    }


def _told_of_day(fault: DayFault) -> dict[str, str]:
    return {
        "day": fault.day.isoformat(),
        "method": fault.method,
        "kind": fault.kind,
        "field": fault.field,
        "words": str(fault),
    }


def _told_of_document(fault: ProofFault) -> dict[str, str]:
    return {
        "kind": fault.kind,
        "about": fault.about,
        "id": fault.id,
        "what": fault.what,
        "words": str(fault),
    }


def _told_of_file(fault: ArchiveFault) -> dict[str, str]:
    return {"day": fault.day.isoformat(), "file": fault.file, "words": str(fault)}
