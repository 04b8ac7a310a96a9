"""No command does for somebody what their roles may not: every one is walked with every role."""

import asyncio
from collections.abc import Iterator

import click
from click.testing import CliRunner

from channel_gateway.ports import Role
from payment.plugin import COMMANDS
from tests.journeys.reconciliation.office import next_morning, noon

CLERK, REVIEWER = Role.FINANCE_CLERK, Role.FINANCE_REVIEWER
WORKERS = frozenset({CLERK, Role.UNIT_CLERK, Role.OPERATOR})
ONE = ("--method", "wechat_pay")
# What is done with a token, its arguments, and who may.
WALKED: dict[tuple[str, ...], tuple[tuple[str, ...], frozenset[Role]]] = {
    ("cases", "take"): (("D0",), WORKERS),
    ("cases", "note"): (("D0", "已致电渠道"), WORKERS),
    ("cases", "carry"): (("D0", "--reason", "等待答复"), frozenset({CLERK})),
    ("cases", "settle"): (("D0", "--reason", "已更正"), frozenset({CLERK})),
    ("close",): (("{day}", *ONE), frozenset({CLERK})),
    ("archive",): (("{day}",), frozenset({Role.OPERATOR})),
    ("restore",): (("G0",), frozenset({Role.OPERATOR})),
}
SIGN = (("close",), ("{day}", *ONE, "--sign"), frozenset({REVIEWER}))
REFUSED = ("wrong_role: ", "not_your_part: ")


def done_with_a_token(
    commands: dict[str, click.Command], path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    for name, command in commands.items():
        if any(param.name == "token" for param in command.params):
            yield (*path, name)
        if isinstance(command, click.Group):
            yield from done_with_a_token(command.commands, (*path, name))


COMMANDS_BY_NAME = {str(each.name): each for each in COMMANDS}


def test_every_command_that_wants_a_token_is_walked():
    assert set(done_with_a_token(COMMANDS_BY_NAME)) == WALKED.keys()


async def test_every_command_is_refused_to_every_role_that_may_not(terminal):
    house, runner = terminal.house, CliRunner()
    day = str(await noon(house))
    await next_morning(house)
    environment = {
        "GATEWAY_SETTINGS": str(terminal.folder / "settings.toml"),
        "GATEWAY_CLOCK__FOLLOW": str(terminal.folder / "clock"),
    }

    def run(words: tuple[str, ...], token: str = "") -> tuple[int, str]:
        command = COMMANDS_BY_NAME[words[0]]
        given = runner.invoke(command, words[1:], env={**environment, "STAFF_TOKEN": token})
        return given.exit_code, given.stderr

    code, said = await asyncio.to_thread(run, ("reconcile", day, "--method", "wechat_pay"))
    assert code == 0, said
    walked = [*((path, *rest) for path, rest in WALKED.items()), SIGN]
    for role in Role:
        units = ["330199011"] if role is Role.UNIT_CLERK else []
        await house.gateway.edge.staff.add(f"one-{role}", [role], units, by="test")
        token = (await house.gateway.edge.staff.new_token(f"one-{role}")).text
        for path, arguments, may in walked:
            words = (*path, *(each.format(day=day) for each in arguments))
            code, said = await asyncio.to_thread(run, words, token)
            refused = code == 1 and said.startswith(REFUSED)
            assert refused is (role not in may), (role, words, said)
