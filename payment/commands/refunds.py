"""`refunds`: what goes back, whose turn it is, and by when. Deciding is the API's."""

import asyncio
import json
from typing import Any

import click

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.commands import given_settings, saying_what_is_wrong
from channel_gateway.domain.errors import NotFound
from channel_gateway.domain.money import Fen, yuan_from_fen
from payment.refund_cases.case import RefundCase
from payment.refund_cases.life import State
from payment.refund_cases.views import item_view
from payment.refund_cases.worklist import Item, Wanted, Worklist

_MOST = 1000


@click.command("refunds")
@click.argument("case_id", required=False)
@click.option(
    "--state", type=click.Choice(list(State)), help="Cases in this state; else open ones."
)
@click.option("--unit", help="Of this charging unit (执收单位) alone.")
@click.option("--overdue", is_flag=True, help="Only what is past its last working day.")
@click.option("--stuck", is_flag=True, help="Only what does not go on without a person.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=100, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="For programs, on stdout.")
@saying_what_is_wrong
def refunds_command(
    case_id: str | None,
    state: str | None,
    unit: str | None,
    limit: int,
    *,
    overdue: bool,
    stuck: bool,
    as_json: bool,
) -> None:
    """List refunds, the one whose day ends first before all; or show one case with its history.

    Overdue ones are marked `!`. What goes back by itself is listed as automatic. To decide, use the
    API with the token of a reviewer: two people decide, and the audit trail names them.
    """
    wanted = Wanted(state=State(state) if state else None, unit=unit, overdue=overdue, stuck=stuck)

    async def main() -> None:
        async with opened(given_settings(), looking=True) as gateway:
            worklist, now = _worklist(gateway), gateway.edge.clock.now()
            if case_id is not None:
                case = await worklist.case(case_id)
                _show(case, await worklist.item_of(case, now), as_json=as_json)
                return
            items = await worklist.of_units((unit,), wanted, now, limit=limit)
            _print(items, as_json=as_json)

    asyncio.run(main())


def _worklist(gateway: Gateway) -> Worklist:
    """Raises `NotFound` where no plug-in takes payments."""
    for worklist in gateway.table.offered(Worklist).values():
        found: Worklist = worklist
        return found
    raise NotFound("no plug-in of the settings takes payments")


def _print(items: list[Item], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([_told(each) for each in items], ensure_ascii=False, indent=2))
        return
    for item in items:
        click.echo(_line(item))
    click.echo(f"{len(items)} refunds", err=True)


def _show(case: RefundCase, item: Item, *, as_json: bool) -> None:
    """What was said is not printed: it may name people."""
    history = [
        {
            "at": each.at.isoformat(),
            "what": each.what,
            "by": each.by,
            "role": each.role,
            "desk": each.desk.value,
        }
        for each in case.events
    ]
    if as_json:
        told = _told(item) | {"history": history}
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    click.echo(_line(item))
    for each in history:
        click.echo(f"  {each['at']}  {each['what']} by {each['by']} ({each['role']})")


def _told(item: Item) -> dict[str, Any]:
    return item_view(item).model_dump(mode="json")


def _line(item: Item) -> str:
    mark = "!" if item.overdue else " "
    view = item_view(item)
    kind = "automatic" if item.automatic else view.case_id
    due = f"by {item.due_on}" if item.due_on else "no clock"
    amount = yuan_from_fen(Fen(view.amount_fen))
    return (
        f"{mark} {kind}  {view.state}  {amount} yuan  order {item.order_id}  unit {item.unit_code}"
        f"  {due}  {view.owner}: {view.next_step}"
    )
