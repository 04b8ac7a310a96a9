"""The staff's accounts and the chains at the command line."""

import json
import sqlite3

import pytest
from click.testing import CliRunner

from channel_gateway.staffing import staff_command
from payment.commands.journal import journal_command


@pytest.fixture
def run(tmp_path):
    """A terminal with settings of its own."""
    settings = tmp_path / "settings.toml"
    settings.write_text(
        f'[store]\nurl = "sqlite:{tmp_path / "gateway.db"}"\n'
        f'[secrets]\nfolder = "{tmp_path / "secrets"}"\n'
    )

    def run(command, *words):
        done = CliRunner().invoke(command, words, env={"GATEWAY_SETTINGS": str(settings)})
        return done.exit_code, done.stdout, done.stderr

    return run


@pytest.fixture
def staff(run):
    return lambda *words: run(staff_command, *words)


def bodies(folder):
    db = sqlite3.connect(folder / "gateway.db")
    kept = [json.loads(body) for (body,) in db.execute("select body from audit_links order by id")]
    db.close()
    return kept


def test_an_account_lives_at_the_command_line_and_all_of_it_is_on_the_trail(staff, tmp_path):
    code, out, _ = staff("add", "zhang", "--role", "finance_clerk", "--json")
    assert (code, json.loads(out)["roles"]) == (0, ["finance_clerk"])
    code, out, _ = staff("token", "zhang", "--json")
    secret = json.loads(out)["token"].rpartition(".")[2]
    assert (code, len(secret)) == (0, 32)
    assert staff("disable", "zhang")[0] == 0
    assert staff("token", "zhang")[0] == 1
    kept = bodies(tmp_path)
    assert [(each["what"], each["fields"]["action"]) for each in kept] == [
        (what, f"staff {action}")
        for action in ("add", "token", "disable", "token")
        for what in ("begun", "ended")
    ]
    assert kept[-1]["fields"]["outcome"] == "staff_disabled"
    assert {each["group"][:4] for each in kept} == {"cli:"}


def test_a_token_is_shown_once_and_kept_nowhere(staff, tmp_path):
    staff("add", "zhang", "--role", "auditor")
    secret = staff("token", "zhang")[1].strip().rpartition(".")[2]
    listed = staff("list", "--json")[1]
    assert (json.loads(listed)[0]["name"], secret in listed) == ("zhang", False)
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.is_file()]
    assert not any(secret.encode() in content for content in files)


def test_who_has_both_finance_roles_is_told_what_that_does_not_mean(staff):
    both = ("--role", "finance_clerk", "--role", "finance_reviewer")
    code, _, err = staff("add", "zhang", *both)
    assert (code, "never both on one case" in err) == (0, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("x", "--role", "auditor"), "2 to 32"),
        (("wang", "--role", "unit_clerk"), "a unit clerk has units"),
        (("wang", "--role", "auditor", "--role", "operator"), "no other role"),
        (("wang", "--role", "finance_clerk", "--unit", "330100"), "nobody else has"),
        (("wang13800138000", "--role", "auditor"), "no number of six digits"),
        (("citizen", "--role", "finance_clerk"), "not of the staff"),
        (("gateway", "--role", "finance_clerk"), "not of the staff"),
        (("machine", "--role", "auditor"), "not of the staff"),
        (("system", "--role", "auditor"), "not of the staff"),
    ],
)
def test_an_account_that_breaks_a_rule_is_not_made(staff, words, why):
    code, _, err = staff("add", *words)
    assert (code, why in err.replace("\n", " ")) == (1, True)


def test_a_name_is_never_given_twice(staff):
    staff("add", "zhang", "--role", "auditor")
    staff("disable", "zhang")
    code, _, err = staff("add", "zhang", "--role", "auditor")
    assert (code, err.partition(":")[0]) == (1, "staff_name_taken")


def test_verifying_names_what_was_done_to_the_file(run, staff, tmp_path):
    staff("add", "zhang", "--role", "auditor")
    code, out, _ = run(journal_command, "verify", "--json")
    assert (code, [each["holds"] for each in json.loads(out)["chains"]]) == (0, [True, True])
    head = json.loads(out)["chains"][1]["head"]
    given = f"{head['number']}:{head['hash']}"
    assert run(journal_command, "verify", "--chain", "audit", "--head", given)[0] == 0
    db = sqlite3.connect(tmp_path / "gateway.db")
    with db:
        db.execute("update audit_links set body = replace(body, 'name=zhang', 'name=wang1')")
    db.close()
    code, out, _ = run(journal_command, "verify")
    assert code == 1
    assert "entry 1 (begun " in out
    assert "changed: its content is not what was written" in out


def test_a_head_is_of_one_chain_and_written_as_reports_show_it(run, staff):
    staff("add", "zhang", "--role", "auditor")
    assert run(journal_command, "verify", "--head", f"1:{'0' * 64}")[0] == 2
    assert run(journal_command, "verify", "--chain", "audit", "--head", "1")[0] == 2
    code, out, _ = run(journal_command, "verify", "--chain", "audit", "--head", f"1:{'0' * 64}")
    assert (code, "kept by the head given" in out) == (1, True)


def altered(folder, *statements):
    db = sqlite3.connect(folder / "gateway.db")
    with db:
        for sql in statements:
            db.execute(sql)
    db.close()


def test_a_trail_that_was_erased_beside_accounts_does_not_hold(run, staff, tmp_path):
    staff("add", "zhang", "--role", "auditor")
    altered(tmp_path, "delete from audit_links", "delete from chain_heads")
    code, out, _ = run(journal_command, "verify", "--chain", "audit")
    assert (code, "every entry erased" in out, "the account zhang" in out) == (1, True, True)


def test_what_verifying_saw_is_missed_when_it_is_erased_with_the_accounts(run, staff, tmp_path):
    staff("add", "zhang", "--role", "auditor")
    assert run(journal_command, "verify")[0] == 0
    altered(tmp_path, "delete from audit_links", "delete from chain_heads", "delete from staff")
    code, out, _ = run(journal_command, "verify", "--chain", "audit")
    assert (code, "entries 1 to 2 are missing at the end" in out) == (1, True)
