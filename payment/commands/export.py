"""`export WHAT`: figures of days as a spreadsheet or CSV, written beside and named when whole."""

import asyncio
import json
from datetime import date
from hashlib import file_digest
from pathlib import Path

import click

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.commands import as_json, given_settings, saying_what_is_wrong
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.staff.trail import Deed
from channel_gateway.staffing import at_the_machine
from payment.commands.at_the_desk import offered
from payment.commands.options import DayText
from payment.commands.terminal import progress
from payment.exports.asked import Asked
from payment.exports.exports import Exports
from payment.exports.placing import folder_beside, put_in_place
from payment.exports.table import Column, Form
from payment.exports.what import TITLES, FileFormat, What
from payment.exports.writing import Written


@click.command("export")
@click.argument("what", type=click.Choice([each.value for each in What]))
@click.option("--from", "first", type=DayText(), required=True, help="The first day, Beijing's.")
@click.option("--to", "last", type=DayText(), required=True, help="The last day, included.")
@click.option(
    "--format",
    "form",
    type=click.Choice([each.value for each in FileFormat]),
    help="xlsx, unless --out ends otherwise.",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="WHAT and the days, unless said."
)
@click.option("--unit", "units", multiple=True, help="Of this 执收单位 alone; may be repeated.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@as_json
@saying_what_is_wrong
def export_command(
    what: str,
    first: date,
    last: date,
    form: str | None,
    out: Path | None,
    units: tuple[str, ...],
    *,
    force: bool,
    as_json: bool,
) -> None:
    """Export figures of days, to add up and to file.

    movements: every payment and refund; report: the sums of reconciled days; differences, cases,
    suspense; refunds: cases and automatic ones; receipts: missing ones.
    """
    asked = Asked(What(what), first, last, frozenset(units) or None, at_the_machine())
    wanted = FileFormat(form) if form else _format_of(out)
    path = out or Path(f"{asked.name}.{wanted}")
    if path.exists() and not force:
        raise _there_already(path)

    async def main() -> tuple[Written, str]:
        async with opened(given_settings()) as gateway, gateway.edge.trail.of(_deed(asked, wanted)):
            return await _written(gateway, asked, wanted, path, force=force)

    written, digest = asyncio.run(main())
    if as_json:
        click.echo(json.dumps(_told(asked, path, written, digest), ensure_ascii=False, indent=2))
        return
    click.echo(f"{TITLES[asked.what]} {first} 至 {last}：{written.rows} 行，写入 {path}")
    for column, total in written.sums:
        click.echo(f"  {column.title} {_amount(column, total)}")
    click.echo(f"  SHA-256 {digest}")


async def _written(
    gateway: Gateway, asked: Asked, form: FileFormat, path: Path, *, force: bool
) -> tuple[Written, str]:
    exports = offered(gateway, Exports)
    try:
        with folder_beside(path) as folder, progress(asked.name, len(asked.days)) as bar:
            beside = folder / path.name
            written = await exports.write(asked, beside, form, said=lambda _: bar.update(1))
            digest = await asyncio.to_thread(_digest, beside)
            await asyncio.to_thread(put_in_place, beside, path, over=force)
    except FileExistsError:
        raise _there_already(path) from None
    except OSError as trouble:
        raise click.ClickException(f"{path}: {trouble.strerror or trouble}") from trouble
    return written, digest


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _there_already(path: Path) -> click.ClickException:
    return click.ClickException(f"{path} is there already; --force writes over it")


def _format_of(out: Path | None) -> FileFormat:
    """By its ending, where it has one."""
    if out is None or not out.suffix:
        return FileFormat.XLSX
    try:
        return FileFormat(out.suffix.removeprefix(".").lower())
    except ValueError:
        known = ", ".join(f".{each}" for each in FileFormat)
        raise click.UsageError(f"{out}: no such format ({known}); --format says one") from None


def _deed(asked: Asked, form: FileFormat) -> Deed:
    parameters = {"from": str(asked.first), "to": str(asked.last), "format": form.value}
    if asked.units is not None:
        parameters["unit"] = ",".join(sorted(asked.units))
    return Deed(asked.by, f"export {asked.what}", parameters)


def _told(asked: Asked, path: Path, written: Written, digest: str) -> dict[str, object]:
    return {
        "what": asked.what.value,
        "from": asked.first.isoformat(),
        "to": asked.last.isoformat(),
        "file": str(path),
        "rows": written.rows,
        "sha256": digest,
        "csv_sha256": written.digest,
        "totals": [
            {"column": column.title, "fen" if column.form is Form.YUAN else "count": total}
            for column, total in written.sums
        ],
    }


def _amount(column: Column, total: int) -> str:
    return yuan_from_fen(Fen(total)) if column.form is Form.YUAN else str(total)
