"""`reconcile DAY`: run a day, each payment method or one, with a bar on a terminal."""

from datetime import date

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import as_json, saying_what_is_wrong
from channel_gateway.staff.trail import Deed
from channel_gateway.staffing import at_the_machine
from payment.commands.at_the_desk import at_the_desk
from payment.commands.options import DayText, by_method
from payment.commands.terminal import progress, say_json
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.messages import ReconciledDaysView, ReconciledDayView
from payment.reconciliation.desk.views import day_view
from payment.reconciliation.progress import Step
from payment.words import DAYS, STEPS, waiting_words

_EVERY = 20_000  # entries of a step that are worth a word


@click.command("reconcile")
@click.argument("day", type=DayText())
@by_method
@click.option("--again", is_flag=True, help="Fetch the bills anew, although they are here.")
@as_json
@saying_what_is_wrong
def reconcile_command(day: date, method: str | None, *, again: bool, as_json: bool) -> None:
    """Reconcile a Beijing day: channel, gateway, finance, bank. Again changes nothing."""

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
        methods = desk.chosen(method)
        what = {"day": day.isoformat(), "method": ",".join(methods)}
        deed = Deed(at_the_machine(), "reconcile", what)
        async with gateway.edge.trail.of(deed):
            ran = [await _run(desk, day, each, again=again) for each in methods]
        if as_json:
            say_json(ReconciledDaysView(days=ran, next=None))
            return
        for view in ran:
            click.echo(reconciled_line(view))

    at_the_desk(work)


async def _run(
    desk: ReconciliationDesk, day: date, method: str, *, again: bool
) -> ReconciledDayView:
    steps = list(Step)
    with progress(f"{day} {method}", len(steps), showing=_so_far) as bar:

        def said(step: Step, done: int) -> None:
            """The bar never goes back: what was healed has the day matched again."""
            ahead = steps.index(step) - bar.pos
            if ahead > 0 or done % _EVERY == 0:
                bar.update(max(ahead, 0), (step, done))
                bar.render_progress()

        ran = await desk.running.run(day, method, said, again=again)
        bar.update(len(steps))
    return day_view(ran)


def _so_far(told: tuple[Step, int] | None) -> str:
    if told is None:
        return ""
    step, done = told
    return f"{STEPS[step]} {done:,}" if done else STEPS[step]


def reconciled_line(view: ReconciledDayView) -> str:
    """What is still open by kind, for that is why a day is not balanced; the rest as a number."""
    still_open = [f"{each.kind} {each.name} {each.open} 笔" for each in view.kinds if each.open]
    dealt_with = sum(each.count - each.open for each in view.kinds)
    rest = f"{'另有 ' if still_open else ''}{dealt_with} 笔已处理或挂账" if dealt_with else ""
    said = f"{view.day} {view.method}：{DAYS[view.state]}"
    return "，".join(
        part for part in (said, waiting_words(view.waiting), *still_open, rest) if part
    )
