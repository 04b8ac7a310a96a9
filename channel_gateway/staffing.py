"""`staff add`, `list`, `token`, `disable`: accounts are made at the machine, and nowhere else."""

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import click

from channel_gateway.bootstrap import Gateway, opened
from channel_gateway.commands import as_json, given_settings, saying_what_is_wrong
from channel_gateway.domain.days import rfc3339
from channel_gateway.ports import Role
from channel_gateway.staff.account import StaffAccount
from channel_gateway.staff.trail import Deed

_ROLES = click.Choice([role.value for role in Role])
_TWO_PEOPLE = (
    "remark: who has both finance roles may do either, but never both on one case: "
    "what one person asked for, another approves"
)


@click.group("staff")
def staff_command() -> None:
    """The people who work with the gateway: their accounts, roles and tokens."""


@staff_command.command("add")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=_ROLES,
)
@click.option("--unit", "units", multiple=True, help="Of a unit clerk: 执收单位; may be repeated.")
@as_json
@saying_what_is_wrong
def add_command(
    name: str, roles: tuple[str, ...], units: tuple[str, ...], *, as_json: bool
) -> None:
    """Make an account; it can do nothing before it has a token."""

    async def add(gateway: Gateway) -> None:
        chosen = {Role(role) for role in roles}
        parameters = {"name": name, "roles": ",".join(sorted(chosen)), "units": ",".join(units)}
        async with gateway.edge.trail.of(_deed("staff add", parameters)):
            account = await gateway.edge.staff.add(name, chosen, units, by=at_the_machine())
        _say(_told(account), f"{name} is added: {', '.join(account.roles)}", as_json=as_json)
        if {Role.FINANCE_CLERK, Role.FINANCE_REVIEWER} <= chosen:
            click.echo(_TWO_PEOPLE, err=True)

    _run(add, beginning=True)


@staff_command.command("list")
@as_json
@saying_what_is_wrong
def list_command(*, as_json: bool) -> None:
    """List the accounts, disabled ones too."""

    async def show(gateway: Gateway) -> None:
        accounts = [_told(account) async for account in gateway.edge.staff.all()]
        if as_json:
            click.echo(json.dumps(accounts, ensure_ascii=False, indent=2))
            return
        for each in accounts:
            roles, units = ", ".join(each["roles"]), ", ".join(each["units"])
            since = f"  disabled {each['disabled_at']}" if each["disabled_at"] else ""
            click.echo(f"{each['name']:<32} {roles}{f' of {units}' if units else ''}{since}")

    _run(show, looking=True)


@staff_command.command("token")
@click.argument("name")
@click.option("--beside", is_flag=True, help="Leave the earlier tokens as they are.")
@as_json
@saying_what_is_wrong
def token_command(name: str, *, beside: bool, as_json: bool) -> None:
    """Print a new token, once; earlier ones end at once, everywhere."""

    async def renew(gateway: Gateway) -> None:
        async with gateway.edge.trail.of(_deed("staff token", {"name": name})):
            token = await gateway.edge.staff.new_token(name, beside=beside)
        told = {"name": name, "token": token.text, "expires_at": rfc3339(token.expires_at)}
        _say(told, token.text, as_json=as_json)
        click.echo(f"it ends {told['expires_at']}, and is shown this once", err=True)

    _run(renew)


@staff_command.command("disable")
@click.argument("name")
@as_json
@saying_what_is_wrong
def disable_command(name: str, *, as_json: bool) -> None:
    """Disable an account for good; its tokens end at once, everywhere."""

    async def disable(gateway: Gateway) -> None:
        async with gateway.edge.trail.of(_deed("staff disable", {"name": name})):
            account = await gateway.edge.staff.disable(name, by=at_the_machine())
        _say(_told(account), f"{name} is disabled", as_json=as_json)

    _run(disable)


def at_the_machine() -> str:
    """Who uses the command line, as the audit trail names them."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a container's user may have no name
        return "cli:unnamed"


def _deed(action: str, parameters: Mapping[str, str]) -> Deed:
    return Deed(at_the_machine(), action, parameters)


def _run(
    work: Callable[[Gateway], Awaitable[None]], *, beginning: bool = False, looking: bool = False
) -> None:
    async def main() -> None:
        async with opened(given_settings(), beginning=beginning, looking=looking) as gateway:
            await work(gateway)

    asyncio.run(main())


def _say(told: Mapping[str, Any], words: str, *, as_json: bool) -> None:
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else words)


def _told(account: StaffAccount) -> dict[str, Any]:
    return {
        "name": account.id,
        "roles": list(account.roles),
        "units": list(account.units),
        "created_by": account.created_by,
        "created_at": rfc3339(account.created_at),
        "tokens": [
            {"id": each.id, "expires_at": rfc3339(each.expires_at)} for each in account.tokens
        ],
        "disabled_at": account.disabled_at and rfc3339(account.disabled_at),
    }
