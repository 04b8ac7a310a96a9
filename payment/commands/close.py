"""`close DAY`: a finance clerk asks, a finance reviewer signs; two people, each with a token."""

import sys
from datetime import date

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import as_json, by_token, saying_what_is_wrong
from channel_gateway.domain.errors import Conflict
from channel_gateway.staff.trail import Deed
from payment.commands.at_the_desk import at_the_desk
from payment.commands.options import DayText, by_method
from payment.commands.report_text import open_line
from payment.commands.terminal import say_json
from payment.reconciliation.days.closing import DayNotBalanced
from payment.reconciliation.days.day import Day
from payment.reconciliation.days.days import NoSuchDay
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.messages import ReconciledDaysView, ReconciledDayView
from payment.reconciliation.desk.views import day_view, difference_view
from payment.reconciliation.kinds import may_heal_until
from payment.words import DAYS

MOST_TOLD = 20  # of a method's differences that hold its closing up


@click.command("close")
@click.argument("day", type=DayText())
@by_method
@click.option("--sign", is_flag=True, help="As the reviewer: sign what the clerk asked for.")
@by_token
@as_json
@saying_what_is_wrong
def close_command(day: date, method: str | None, token: str, *, sign: bool, as_json: bool) -> None:
    """Close a day: the clerk asks, the reviewer signs with --sign. Then it never changes.

    Each payment method for itself: one that cannot be closed is named, then the end is 1.
    """

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> bool:
        member = await gateway.edge.staff.member(token)
        methods = desk.chosen(method)
        known = [each for each in await desk.days.of_day(day) if each.method in methods]
        if not known:
            raise NoSuchDay(field="day")
        # One that is closed is no hindrance to the others; alone it says that it is.
        found = [each for each in known if not each.is_closed] or known
        step = desk.closing.sign if sign else desk.closing.wish
        action = f"close{' --sign' if sign else ''}"
        changed: list[ReconciledDayView] = []
        for each in found:
            what = {"day": day.isoformat(), "method": each.method}
            try:
                async with gateway.edge.trail.of(Deed(member.name, action, what, member.roles)):
                    changed.append(day_view(await step(each, member)))
            except Conflict as trouble:
                click.echo(f"{trouble.code}: {day} {each.method}: {trouble}", err=True)
                if isinstance(trouble, DayNotBalanced):
                    await _say_what_is_open(desk, each)
        if as_json:
            say_json(ReconciledDaysView(days=changed, next=None))
        else:
            said = "已签字结账" if sign else "已提交结账，待复核人签字"
            for view in changed:
                click.echo(f"{view.day} {view.method}：{said}（{DAYS[view.state]}）")
        return len(changed) == len(found)

    if not at_the_desk(work):
        sys.exit(1)


async def _say_what_is_open(desk: ReconciliationDesk, day: Day) -> None:
    told = 0
    async for finding, case in desk.open_differences(day):
        if told == MOST_TOLD:
            click.echo(f"  …其余见 report {day.day} --method {day.method}", err=True)
            return
        until = may_heal_until(finding.kind, finding.about, desk.calendar)
        view = difference_view(finding, case, desk.calendar)
        click.echo(f"  {open_line(view, until)}", err=True)
        told += 1
