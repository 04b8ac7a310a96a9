"""`refunds`: what goes back, whose turn it is, and by when. Deciding is the API's."""

import asyncio
import json

import click

from channel_gateway.bootstrap import opened
from channel_gateway.commands import as_json, given_settings, saying_what_is_wrong
from payment.commands.at_the_desk import offered
from payment.commands.refund_text import case_lines, list_lines
from payment.commands.terminal import say, say_json
from payment.refund_cases.life import State
from payment.refund_cases.views import Views, item_view
from payment.refund_cases.worklist import Wanted, Worklist

_MOST = 1000


@click.command("refunds")
@click.argument("number", required=False)
@click.option(
    "--state",
    type=click.Choice([each.value for each in State]),
    help="Cases in this state; else open ones.",
)
@click.option("--unit", help="Of this charging unit (执收单位) alone.")
@click.option("--overdue", is_flag=True, help="Only what is past its last working day.")
@click.option("--stuck", is_flag=True, help="Only what does not go on without a person.")
@click.option("--limit", type=click.IntRange(1, _MOST), default=100, show_default=True)
@as_json
@saying_what_is_wrong
def refunds_command(
    number: str | None,
    state: str | None,
    unit: str | None,
    limit: int,
    *,
    overdue: bool,
    stuck: bool,
    as_json: bool,
) -> None:
    """List refunds, the one whose day ends first before all; or show one case with its history.

    NUMBER is a case's, or an order's: then all that goes or went back of it is listed.

    What goes back by itself is listed as 自动. Of one case everything is told: what people wrote,
    and the names of what they handed in. To decide, use the API with the token of a reviewer: two
    people decide, and the audit trail names them.
    """
    wanted = Wanted(state=State(state) if state else None, unit=unit, overdue=overdue, stuck=stuck)

    async def main() -> None:
        async with opened(given_settings(), looking=True) as gateway:
            worklist, now = offered(gateway, Worklist), gateway.edge.clock.now()
            found = await worklist.of_order(number, now) if number else []
            if number is not None and not found:
                case = await worklist.case(number)
                views = offered(gateway, Views)
                view = await views.case(case, await worklist.item_of(case, now))
                say_json(view) if as_json else say(list(case_lines(view)))
                return
            if number is None:
                found = await worklist.of_units((unit,), wanted, now, limit=limit)
            items = [item_view(each) for each in found]
            if as_json:
                told = [each.model_dump(mode="json") for each in items]
                click.echo(json.dumps(told, ensure_ascii=False, indent=2))
            else:
                say(list_lines(items))

    asyncio.run(main())
