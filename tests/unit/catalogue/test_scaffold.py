"""A scaffolded service file is right at once, short, and never written over another."""

import contextlib
from pathlib import Path

import pytest
from click.testing import CliRunner

from channel_gateway.scaffold.command import scaffold_command
from channel_gateway.services.catalogue.reading import read_service

LINES = 60


def scaffold(folder: Path, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(scaffold_command, ["service", *words, "--folder", str(folder)])
    return result.exit_code, result.output


def test_a_scaffolded_file_is_right_at_once(tmp_path: Path) -> None:
    code, said = scaffold(tmp_path / "mine", "dog_licence", "--code", "GA-QZ-21")

    text = (tmp_path / "mine" / "dog_licence.toml").read_bytes()
    assert (code, read_service("dog_licence.toml", text).code) == (0, "GA-QZ-21")
    assert text.count(b"\n") <= LINES
    assert f'folder = "{tmp_path / "mine"}"' in said


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    scaffold(tmp_path, "dog_licence")
    (tmp_path / "dog_licence.toml").write_text("mine")

    code, said = scaffold(tmp_path, "dog_licence")

    assert (code, (tmp_path / "dog_licence.toml").read_text()) == (1, "mine")
    assert "exists already" in said


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    code, said = scaffold(tmp_path / "file", "dog_licence")

    assert (code, said.count("\n")) == (1, 1)
    assert str(tmp_path / "file") in said


def test_the_folder_may_be_this_one_or_bear_a_modules_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "services.py").touch()
    with contextlib.chdir(tmp_path):
        assert [scaffold(Path(folder), "dog")[0] for folder in (".", "services")] == [0, 0]


@pytest.mark.parametrize("words", [["Dog"], ["../dog"], ["dog", "--code", "dog-1"]])
def test_what_is_no_name_or_code_is_refused_in_one_line(tmp_path: Path, words: list[str]) -> None:
    code, said = scaffold(tmp_path, *words)

    assert (code, said.count("\n")) == (1, 1)
