"""The command line lists what plug-ins bring, also where their settings are not whole yet."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from channel_gateway.__main__ import main

BROUGHT = ("cases", "close", "journal", "reconcile", "refunds", "report")


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """As cloned: the stand-ins have not written where they are."""
    file = tmp_path / "settings.toml"
    text = Path("settings.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("var/stand-ins", str(tmp_path / "nowhere")), encoding="utf-8")
    return {"GATEWAY_SETTINGS": str(file)}


def test_what_plug_ins_bring_is_listed_before_the_stand_ins_have_begun(
    settings: dict[str, str],
) -> None:
    listed = CliRunner().invoke(main, ["--help"], env=settings)

    assert listed.exit_code == 0
    assert [name for name in BROUGHT if f"\n  {name} " not in listed.output] == []


@pytest.mark.parametrize("name", BROUGHT)
def test_each_of_them_explains_itself(settings: dict[str, str], name: str) -> None:
    told = CliRunner().invoke(main, [name, "--help"], env=settings)

    assert told.exit_code == 0
    assert "Usage" in told.output


@pytest.mark.parametrize("text", [None, "[store", '[plugins.payment]\nmodule = "nowhere"\n'])
def test_one_that_cannot_be_found_says_what_is_wrong_with_the_settings(
    tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "settings.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    refused = CliRunner().invoke(main, ["report", "x"], env={"GATEWAY_SETTINGS": str(file)})

    assert refused.exit_code == 2
    assert refused.output.startswith("refused: ")
    assert "No such command" not in refused.output


def test_a_command_that_is_not_there_is_said_to_be_none(settings: dict[str, str]) -> None:
    refused = CliRunner().invoke(main, ["reprot"], env=settings)

    assert refused.exit_code == 2
    assert "No such command 'reprot'" in refused.output


def test_one_that_cannot_work_says_what_is_missing(settings: dict[str, str]) -> None:
    refused = CliRunner().invoke(main, ["report", "2026-01-05"], env=settings)

    assert refused.exit_code == 2
    assert "refused: plugins.wechat.from" in refused.output


def test_a_file_is_not_named_as_what_it_will_not_be(settings: dict[str, str]) -> None:
    words = ["export", "movements", "--from", "2026-01-05", "--to", "2026-01-05", "--out", "x.pdf"]

    refused = CliRunner().invoke(main, words, env=settings)

    assert refused.exit_code == 2
    assert "x.pdf: no such format (.xlsx, .csv); --format says one" in refused.output
