"""`archive DAY`: a day's orders are put away once all books agree; `restore ORDER`: back again."""

import json
from datetime import date
from typing import Any

import click

from channel_gateway.bootstrap import Gateway
from channel_gateway.commands import as_json, by_token, saying_what_is_wrong
from channel_gateway.domain.money import Fen, yuan_from_fen
from channel_gateway.ports import Role
from channel_gateway.staff.trail import Deed
from payment.archive.archiving import Archiving, Outcome
from payment.archive.resting import Unrest
from payment.archive.restoring import Restoring
from payment.commands.at_the_desk import at_the_desk, offered
from payment.commands.options import DayText
from payment.commands.terminal import progress
from payment.reconciliation.desk.desk import ReconciliationDesk
from payment.reconciliation.desk.may import check_role

_OPERATOR = frozenset({Role.OPERATOR})
_STEPS = 6  # with one day to hold against the books
_STAYS = {
    Unrest.NOT_FINAL: "未办结",
    Unrest.REFUND_OPEN: "退款未完成",
    Unrest.UNDELIVERED: "有待办或失败的通知",
    Unrest.REFUND_CASE_OPEN: "退款申请未办结",
    Unrest.DIFFERENCE_OPEN: "对账差错未处理",
    Unrest.IN_SUSPENSE: "待处理款项未转出",
    Unrest.NOTICE_OPEN: "同一缴款单有未关闭的订单",
    Unrest.DEPARTMENT_UNTOLD: "部门尚未收到通知",
}


@click.command("archive")
@click.argument("day", type=DayText())
@by_token
@as_json
@saying_what_is_wrong
def archive_command(day: date, token: str, *, as_json: bool) -> None:
    """Put a closed day's orders away into a file, once store, journal and finance agree."""

    async def work(gateway: Gateway, desk: ReconciliationDesk) -> None:
        member = await gateway.edge.staff.member(token)
        archiving = offered(gateway, Archiving)
        deed = Deed(member.name, "archive", {"day": day.isoformat()}, member.roles)
        async with gateway.edge.trail.of(deed):
            check_role(member, _OPERATOR)
            with progress(f"archive {day}", _STEPS) as bar:
                outcome = await archiving.put_away(day, member.name, lambda _: bar.update(1))
                bar.update(_STEPS)
        if as_json:
            click.echo(json.dumps(_told(day, outcome), ensure_ascii=False, indent=2))
        else:
            _show(day, outcome)

    at_the_desk(work)


@click.command("restore")
@click.argument("order_id", metavar="ORDER")
@by_token
@as_json
@saying_what_is_wrong
def restore_command(order_id: str, token: str, *, as_json: bool) -> None:
    """Bring an order back from the archive, so that it can be acted on. The file stays."""

    async def work(gateway: Gateway, _: ReconciliationDesk) -> None:
        member = await gateway.edge.staff.member(token)
        deed = Deed(member.name, "restore", {"order_id": order_id}, member.roles)
        async with gateway.edge.trail.of(deed):
            check_role(member, _OPERATOR)
            await offered(gateway, Restoring).bring_back(order_id, member.name)
        click.echo(json.dumps({"order_id": order_id}) if as_json else f"{order_id}：已取回订单库")

    at_the_desk(work)


def _show(day: date, outcome: Outcome) -> None:
    part = outcome.part
    if part is None:
        click.echo(f"{day}：没有可归档的订单")
    else:
        received, returned = (
            yuan_from_fen(Fen(part.received_fen)),
            yuan_from_fen(Fen(part.returned_fen)),
        )
        sums = f"收款 {received} 元，退款 {returned} 元"
        click.echo(f"{day}：已归档 {outcome.gone} 笔订单，{sums}，文件 {part.file}")
        click.echo(f"  SHA-256 {part.digest}")
    if outcome.left:
        click.echo(f"  归档过程中有变动、仍留在库中：{outcome.left} 笔")
    for unrest, count in sorted(outcome.stay.items()):
        click.echo(f"  仍留在库中：{_STAYS[unrest]} {count} 笔")


def _told(day: date, outcome: Outcome) -> dict[str, Any]:
    part = outcome.part
    return {
        "day": day.isoformat(),
        "file": part
        and {
            "name": part.file,
            "sha256": part.digest,
            "size": part.size,
            "orders": part.orders,
            "received_fen": part.received_fen,
            "returned_fen": part.returned_fen,
        },
        "gone": outcome.gone,
        "left": outcome.left,
        "stay": {unrest.value: count for unrest, count in sorted(outcome.stay.items())},
        "in_parity": [[method, each.isoformat()] for method, each in outcome.held],
    }
