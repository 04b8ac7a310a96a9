"""The staff's accounts and the chains at the command line, as an operator uses it."""

import asyncio
import json
import os
import sqlite3
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from channel_gateway.demo.scene import demo_settings
from mock_platforms.server import start

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def run(tmp_path):
    """A terminal with settings of its own, and stand-ins beside."""
    (tmp_path / "stand-ins").mkdir()

    async def run(*words):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "channel_gateway", *words),
            cwd=ROOT,
            stdout=PIPE,
            stderr=PIPE,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_")},
                "GATEWAY_SETTINGS": str(tmp_path / "settings.toml"),
                "GATEWAY_STORE__URL": f"sqlite:{tmp_path / 'gateway.db'}",
            },
        )
        out, err = await asyncio.wait_for(process.communicate(), 60)
        return process.returncode, out.decode(), err.decode()

    async with start(tmp_path / "stand-ins"):
        demo_settings(tmp_path, 0)
        yield run


async def test_an_account_lives_at_the_command_line_and_all_of_it_is_on_the_trail(run, tmp_path):
    code, out, err = await run(
        "staff", "add", "zhang", "--role", "finance_clerk", "--role", "finance_reviewer", "--json"
    )
    assert (code, json.loads(out)["roles"]) == (0, ["finance_clerk", "finance_reviewer"])
    assert "never both on one case" in err
    code, out, _ = await run("staff", "token", "zhang", "--json")
    secret = json.loads(out)["token"].rpartition(".")[2]
    assert (code, len(secret)) == (0, 32)
    code, out, _ = await run("staff", "list")
    assert out.startswith("zhang ")
    assert secret not in out
    assert (await run("staff", "disable", "zhang"))[0] == 0
    assert (await run("staff", "token", "zhang"))[0] == 1
    assert secret.encode() not in (tmp_path / "gateway.db").read_bytes()
    db = sqlite3.connect(tmp_path / "gateway.db")
    kept = [json.loads(body) for (body,) in db.execute("select body from audit_links order by id")]
    db.close()
    assert [(each["what"], each["fields"]["action"]) for each in kept] == [
        (what, f"staff {action}")
        for action in ("add", "token", "disable", "token")
        for what in ("begun", "ended")
    ]
    assert kept[-1]["fields"]["outcome"] == "staff_disabled"
    assert {each["group"][:4] for each in kept} == {"cli:"}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("x", "--role", "auditor"), "2 to 32"),
        (("wang", "--role", "unit_clerk"), "a unit clerk has units"),
        (("wang", "--role", "auditor", "--role", "operator"), "no other role"),
        (("wang", "--role", "finance_clerk", "--unit", "330100"), "nobody else has"),
        (("wang13800138000", "--role", "auditor"), "no number of six digits"),
    ],
)
async def test_an_account_that_breaks_a_rule_is_not_made(run, words, why):
    code, _, err = await run("staff", "add", *words)
    assert (code, why in err.replace("\n", " ")) == (1, True)


async def test_verifying_names_what_was_done_to_the_file(run, tmp_path):
    await run("staff", "add", "zhang", "--role", "auditor")
    code, out, _ = await run("journal", "verify", "--json")
    assert (code, [each["holds"] for each in json.loads(out)]) == (0, [True, True])
    head = json.loads(out)[1]["head"]
    given = f"{head['number']}:{head['hash']}"
    assert (await run("journal", "verify", "--chain", "audit", "--head", given))[0] == 0
    db = sqlite3.connect(tmp_path / "gateway.db")
    with db:
        db.execute(
            "update audit_links set body = replace(body, 'name=zhang', 'name=wang1')"
            " where id = '000000000001'"
        )
    db.close()
    code, out, _ = await run("journal", "verify")
    assert code == 1
    assert "entry 1 (begun " in out
    assert "changed: its content is not what was written" in out
