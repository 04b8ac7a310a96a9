"""`cases`: what a person must look at; `show`, `note`, `take`, `carry` and `settle` one of them."""

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import as_json, by_token, saying_what_is_wrong
from channel_gateway.domain.days import beijing_text
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Cursor, Role
from channel_gateway.staff.trail import Deed
from payment.commands.at_the_desk import AT_THE_MACHINE, at_the_desk
from payment.commands.report_text import difference_lines
from payment.commands.terminal import say, say_json
from payment.commands.wide_text import table
from payment.reconciliation.cases.case import CaseTrigger, DifferenceCaseState, ReconciliationCase
from payment.reconciliation.desk.desk import PAGE, ReconciliationDesk
from payment.reconciliation.desk.messages import DifferenceCaseDetail, DifferenceCasesView
from payment.reconciliation.desk.views import case_view, whole_case_view
from payment.words import CASES, ROLES

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


def _step_command(trigger: CaseTrigger, summary: str, *words: click.Parameter) -> click.Command:
    """A step of one case, by whoever has the token; `words` are what is written with it."""

    @click.command(trigger.value, help=summary, params=[click.Argument(["case_id"]), *words])
    @by_token
    @as_json
    @saying_what_is_wrong
    def command(case_id: str, token: str, text: str = "", *, as_json: bool) -> None:
        async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
            member = await gateway.edge.staff.member(token)
            deed = Deed(member.name, f"cases {trigger}", {"case_id": case_id}, member.roles)
            async with gateway.edge.trail.of(deed):
                case = await desk.step(case_id, trigger, member, text)
            await _shown(desk, case, as_json=as_json)

        at_the_desk(work)

    return command


_TEXT = click.Argument(["text"])
_REASON = click.Option(["--reason", "text"], required=True)

for _command in (
    _step_command(CaseTrigger.TAKE, "Take a case: you work on it."),
    _step_command(CaseTrigger.NOTE, "Write a note on a case.", _TEXT),
    _step_command(
        CaseTrigger.CARRY, "Carry a case over (挂账), so that its day can be closed.", _REASON
    ),
    _step_command(CaseTrigger.SETTLE, "Settle a case, with the reason.", _REASON),
):
    cases_command.add_command(_command)


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
