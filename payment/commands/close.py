"""`close DAY`: a finance clerk asks, a finance reviewer signs; two people, each with a token."""

from datetime import date

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import as_json, by_token, saying_what_is_wrong
from channel_gateway.staff.trail import Deed
from payment.commands.at_the_desk import at_the_desk
from payment.commands.options import DayText, by_method
from payment.commands.terminal import say_json
from payment.commands.words import DAYS
from payment.reconciliation.days.days import NoSuchDay
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.messages import ReconciledDaysView
from payment.reconciliation.desk.views import day_view


@click.command("close")
@click.argument("day", type=DayText())
@by_method
@click.option("--sign", is_flag=True, help="As the reviewer: sign what the clerk asked for.")
@by_token
@as_json
@saying_what_is_wrong
def close_command(day: date, method: str | None, token: str, *, sign: bool, as_json: bool) -> None:
    """Close a day: the clerk asks, the reviewer signs with --sign. Then it never changes."""

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
        member = await gateway.edge.staff.member(token)
        methods = desk.chosen(method)
        known = [each for each in await desk.days.of_day(day) if each.method in methods]
        if not known:
            raise NoSuchDay(field="day")
        # One that is closed is no hindrance to the others; alone it says that it is.
        found = [each for each in known if not each.is_closed] or known
        step = desk.closing.sign if sign else desk.closing.wish
        action = f"close{' --sign' if sign else ''}"
        deed = Deed(member.name, action, {"day": day.isoformat()}, member.roles)
        async with gateway.edge.trail.of(deed):
            changed = [day_view(await step(each, member)) for each in found]
        if as_json:
            say_json(ReconciledDaysView(days=changed, next=None))
            return
        for view in changed:
            said = "已签字结账" if sign else "已提交结账，待复核人签字"
            click.echo(f"{view.day} {view.method}：{said}（{DAYS[view.state]}）")

    at_the_desk(work)
