"""`cases`: what a person must look at; `show`, `note`, `take`, `carry` and `settle` one of them."""

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import saying_what_is_wrong
from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Cursor, Role
from channel_gateway.staff.trail import Deed
from payment.commands.at_the_desk import (
    AT_THE_MACHINE,
    as_json,
    at_the_desk,
    by_token,
    say,
    say_json,
)
from payment.commands.report_text import difference_lines
from payment.commands.wide_text import table
from payment.commands.words import CASES, ROLES
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState, ReconciliationCase
from payment.reconciliation.desk.desk import PAGE, ReconciliationDesk
from payment.reconciliation.desk.messages import DifferenceCaseDetail, DifferenceCasesView
from payment.reconciliation.desk.views import case_view, whole_case_view

MOST_LISTED = 1000


@click.group("cases", invoke_without_command=True)
@click.option("--state", type=click.Choice([each.value for each in DifferenceCaseState]))
@click.option("--owner", type=click.Choice([each.value for each in Role]))
@click.option("--overdue", is_flag=True, help="Those whose deadline is over.")
@as_json
@click.pass_context
@saying_what_is_wrong
def cases_command(
    context: click.Context, state: str | None, owner: str | None, *, overdue: bool, as_json: bool
) -> None:
    """What reconciling found and could not put right by itself, by deadline."""
    if context.invoked_subcommand is not None:
        return

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
        found: list[ReconciliationCase] = []
        after: Cursor | None = None
        while len(found) < MOST_LISTED:
            page = await desk.cases.listed(
                AT_THE_MACHINE,
                state=DifferenceCaseState(state) if state else None,
                owner=Role(owner) if owner else None,
                overdue_on=desk.today if overdue else None,
                limit=PAGE,
                after=after,
            )
            found += page
            if len(page) < PAGE:
                break
            after = Cursor(page[-1].due_on.isoformat(), page[-1].id)
        views = DifferenceCasesView(
            cases=[case_view(each, desk.today, await desk.money_of(each)) for each in found],
            next=None,
        )
        if as_json:
            say_json(views)
        else:
            say(_listed(views))

    at_the_desk(work, looking=True)


@cases_command.command("show")
@click.argument("case_id")
@as_json
@saying_what_is_wrong
def show_command(case_id: str, *, as_json: bool) -> None:
    """See a case: what differs, what was done about it, by whom."""

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
        await _shown(desk, await desk.cases.get(case_id), as_json=as_json)

    at_the_desk(work, looking=True)


@cases_command.command("take")
@click.argument("case_id")
@by_token
@as_json
@saying_what_is_wrong
def take_command(case_id: str, token: str, *, as_json: bool) -> None:
    """Take a case: you work on it."""
    _step(case_id, CaseTrigger.TAKE, token, "", as_json=as_json)


@cases_command.command("note")
@click.argument("case_id")
@click.argument("text")
@by_token
@as_json
@saying_what_is_wrong
def note_command(case_id: str, text: str, token: str, *, as_json: bool) -> None:
    """Write a note on a case."""
    _step(case_id, CaseTrigger.NOTE, token, text, as_json=as_json)


@cases_command.command("carry")
@click.argument("case_id")
@click.option("--reason", required=True)
@by_token
@as_json
@saying_what_is_wrong
def carry_command(case_id: str, reason: str, token: str, *, as_json: bool) -> None:
    """Carry a case over (挂账), so that its day can be closed."""
    _step(case_id, CaseTrigger.CARRY, token, reason, as_json=as_json)


@cases_command.command("settle")
@click.argument("case_id")
@click.option("--reason", required=True)
@by_token
@as_json
@saying_what_is_wrong
def settle_command(case_id: str, reason: str, token: str, *, as_json: bool) -> None:
    """Settle a case, with the reason."""
    _step(case_id, CaseTrigger.SETTLE, token, reason, as_json=as_json)


def _step(case_id: str, trigger: CaseTrigger, token: str, text: str, *, as_json: bool) -> None:
    async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
        member = await gateway.edge.staff.member(token)
        deed = Deed(member.name, f"cases {trigger}", {"case_id": case_id}, member.roles)
        async with gateway.edge.trail.of(deed):
            case = await desk.step(case_id, trigger, member, text)
        await _shown(desk, case, as_json=as_json)

    at_the_desk(work)


async def _shown(desk: ReconciliationDesk, case: ReconciliationCase, *, as_json: bool) -> None:
    finding = await desk.findings.get(case.id)
    money = await desk.money_of(case)
    view = whole_case_view(case, finding, desk.today, desk.calendar, money)
    if as_json:
        say_json(view)
    else:
        say(list(_case_lines(view)))


def _listed(views: DifferenceCasesView) -> list[str]:
    header = ("编号", "种类", "金额", "日期", "支付方式", "责任", "期限", "状态")
    rows = [
        (
            each.id,
            f"{each.kind} {each.name}",
            yuan_from_fen(Fen(each.amount_fen)),
            each.about.isoformat(),
            each.method,
            ROLES[each.owner],
            f"{each.due_on}{'（逾期）' if each.overdue else ''}",
            f"{CASES[each.state]}{'（受阻）' if each.stuck else ''}",
        )
        for each in views.cases
    ]
    return [*table(header, rows, right=(2,)), f"共 {len(rows)} 件"]


def _case_lines(view: DifferenceCaseDetail) -> list[str]:
    lines = [f"差错单 {view.id}  {CASES[view.state]}{'  逾期' if view.overdue else ''}"]
    lines += difference_lines(1, view.difference)
    if view.next_step != view.difference.next_step:
        lines.append(f"现下一步：{view.next_step}")
    if view.reason:
        lines.append(f"理由：{view.reason}")
    lines += [
        f"{beijing_text(each.at)}  {each.by}  {each.what}  {each.text}".rstrip()
        for each in view.history
    ]
    lines += [f"附件：{each.name}（{each.size} 字节，{each.by}）" for each in view.attachments]
    return lines
