"""`report DAY`: a day's report, in a terminal or for programs."""

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import as_json, saying_what_is_wrong
from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.commands.at_the_desk import at_the_desk
from payment.commands.options import DayText, by_method
from payment.commands.report_text import report_lines, together_lines
from payment.commands.terminal import say, say_json
from payment.reconciliation.cases.how_far import HowFar
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import NoSuchDay
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.messages import DifferenceView, WholeMethodReport, WholeReport
from payment.reconciliation.desk.views import (
    as_signed,
    difference_view,
    method_report,
    together,
)

# A terminal shows no more; `--json` and the pages of the API do.
MOST_SHOWN = 200


@click.command("report")
@click.argument("day", type=DayText())
@by_method
@click.option("--unit", help="Of this 执收单位 alone, without what is of all together.")
@as_json
@saying_what_is_wrong
def report_command(day: date, method: str | None, unit: str | None, *, as_json: bool) -> None:
    """A day's report: sums by unit, item and method; what differs, whose it is, by when.

    Below the payment methods stands what they took together, by unit and item and in all.

    Where a closed day is not what was signed, it is said, and the end is 1.
    """
    units = frozenset({unit}) if unit else None

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> bool:
        methods = desk.chosen(method)
        found = [each for each in await desk.days.of_day(day) if each.method in methods]
        if not found:
            raise NoSuchDay(field="day")
        names = await desk.unit_names(found)
        most = None if as_json else MOST_SHOWN
        told = [await _report(desk, each, units, names, most) for each in found]
        reports = [report for report, _ in told]
        total = together(reports, methods)
        sound = not any(each.unlike_signed for each in reports)
        if as_json:
            say_json(WholeReport(day=day, methods=reports, together=total))
            return sound
        for at, (each, counts) in enumerate(told):
            say(["", ""] if at else [])
            say(list(report_lines(each, each.differences, counts)))
            if len(each.differences) < counts.total():
                click.echo(f"（只列前 {MOST_SHOWN} 笔，其余用 --json 查看）")
            if each.unlisted_fen:
                more = yuan_from_fen(Fen(each.unlisted_fen))
                click.echo(f"渠道与网关合计另有 {more} 元不在所列差异中，不能平账")
            say([f"结账后被改动：{words}" for words in each.unlike_signed])
        if unit and not any(each.rows or each.transit or each.differences for each in reports):
            click.echo(f"执收单位 {unit} 在该日没有任何款项")
        if len(methods) > 1:
            say(["", "", *together_lines(day, total)])
        return sound

    if not at_the_desk(work, looking=True):
        sys.exit(1)


async def _report(
    desk: ReconciliationDesk,
    day: Day,
    units: frozenset[str] | None,
    names: Mapping[str, str],
    most: int | None,
) -> tuple[WholeMethodReport, Counter[HowFar]]:
    """With how many differences have come how far; `most`: a day may have tens of thousands."""
    suspense_fen = await desk.suspense_of(day)
    report = method_report(day, units, suspense_fen=suspense_fen, names=names)
    kept: dict[HowFar, list[DifferenceView]] = {each: [] for each in HowFar}
    counts = Counter[HowFar]()
    async for finding, case in desk.all_differences(day):
        if units is None or finding.unit_code in units:
            view = as_signed(difference_view(finding, case, desk.calendar), case, day)
            counts[view.how_far] += 1
            if most is None or len(kept[view.how_far]) < most:
                kept[view.how_far].append(view)
    faults = await desk.closed.faults_of(day.day, day.method)
    whole = WholeMethodReport(
        **report.model_dump(),
        differences=[view for views in kept.values() for view in views][:most],
        unlisted_fen=day.unlisted_fen if units is None else 0,
        unlike_signed=[each.zh for each in faults],
    )
    return whole, counts
