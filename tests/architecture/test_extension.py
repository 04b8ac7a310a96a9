"""What it costs to add a channel or a finance protocol: counted on what the scaffold writes."""

import contextlib
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner, Result

from channel_gateway.scaffold.channel import channel_files, settings_tables
from channel_gateway.scaffold.command import scaffold_command
from tests.architecture.tree import PACKAGES, ROOT, lines_of

CHANNEL_LINES = 600
PROTOCOL_LINES = 120
MESSAGES_LINES = 80
FINANCE_LINES = 800  # of a protocol with a wire of its own; lines that are not empty
FINANCE_STAND_IN_LINES = 950
FOLDERS = ("cnnontax", "soap")
COURIER_LINES = 600  # of its folder, and of its stand-in's; lines that are not empty
COURIERS = ("ems", "ems_2019", "kuaidi100", "sf")
SAMPLE = "tests.sample_channel"
NAME = "westriver_peoplebank"  # as long as a name may be
SUITES = ("tests/contracts/channel", "tests/contracts/payment_method")


def test_a_channel_with_its_payment_stand_in_and_vectors_is_at_most_600_lines() -> None:
    said = [line for text in channel_files(NAME).values() for line in text.splitlines()]

    assert sum(bool(line.strip()) for line in said) <= CHANNEL_LINES


def test_a_finance_protocol_is_at_most_120_lines_and_its_messages_80() -> None:
    assert lines_of(ROOT / "adapters/finance/json_protocol.py") <= PROTOCOL_LINES
    assert lines_of(ROOT / "adapters/finance/json_messages.py") <= MESSAGES_LINES


@pytest.mark.parametrize("protocol", FOLDERS)
def test_a_finance_protocol_with_a_wire_of_its_own_is_a_folder(protocol: str) -> None:
    folder = ROOT / "adapters/finance" / protocol
    stand_in = ROOT / "mock_platforms" / f"finance_{protocol}"

    assert sum(lines_of(file) for file in folder.glob("*.py")) <= FINANCE_LINES
    assert lines_of(folder / "authority.py") <= PROTOCOL_LINES
    assert sum(lines_of(file) for file in stand_in.glob("*.py")) <= FINANCE_STAND_IN_LINES


def test_every_finance_protocol_that_is_a_folder_is_counted() -> None:
    folders = (ROOT / "adapters" / "finance").iterdir()

    assert sorted(each.name for each in folders if (each / "__init__.py").is_file()) == [*FOLDERS]


@pytest.mark.parametrize("courier", COURIERS)
@pytest.mark.parametrize("side", ["adapters", "mock_platforms"])
def test_a_courier_is_a_folder_of_at_most_600_lines_on_each_side(courier: str, side: str) -> None:
    folder = ROOT / side / "couriers" / courier

    assert sum(lines_of(file) for file in folder.glob("*.py")) <= COURIER_LINES


@pytest.mark.parametrize("courier", COURIERS)
def test_what_offers_a_courier_is_at_most_120_lines(courier: str) -> None:
    folder = ROOT / "adapters" / "couriers" / courier

    assert lines_of(folder / "__init__.py") + lines_of(folder / "courier.py") <= PROTOCOL_LINES


def test_every_courier_is_counted() -> None:
    folders = (ROOT / "adapters" / "couriers").iterdir()

    assert sorted(each.name for each in folders if (each / "__init__.py").is_file()) == [*COURIERS]


def test_the_sample_channel_is_what_the_scaffold_writes() -> None:
    written = channel_files("samplebank", under=SAMPLE)
    kept = [path for path in _files(ROOT / "tests/sample_channel") if path.suffix == ".py"]

    for path, text in written.items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, path
    assert {f"tests/sample_channel/{path}" for path in kept} <= {str(path) for path in written}


@pytest.mark.processes
def test_a_new_channel_edits_nothing_and_passes_its_contracts_at_once(tmp_path: Path) -> None:
    _copy_of_the_project(tmp_path)
    before = _digests(tmp_path)

    printed = _run(tmp_path, "channel_gateway", "scaffold", "channel", NAME)

    after = _digests(tmp_path)
    new = after.keys() - before.keys()
    assert {path: after[path] for path in before} == before
    assert new == set(channel_files(NAME))
    assert settings_tables(NAME) in printed
    code = [str(path) for path in new if path.suffix == ".py"]
    _run(tmp_path, "ruff", "check", *code)
    _run(tmp_path, "ruff", "format", "--check", *code)
    _run(tmp_path, "pytest", "-q", "-p", "no:cacheprovider", *SUITES, "-k", NAME)


@pytest.mark.parametrize(
    "name",
    [
        *("", "Bank", "9bank", "my-bank", "bank.pay", "../bank", "b", "a" * 21),
        *("class", "match", "json", "secrets", "payment", "finance", "mock_platforms"),
    ],
)
def test_what_is_no_name_of_its_own_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    result = _scaffold(tmp_path, name)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1
    assert _files(tmp_path) == []


@pytest.mark.parametrize("under", ["../elsewhere", "/elsewhere", "my-city", "a..b", "my.class"])
def test_code_is_put_into_packages_alone(tmp_path: Path, under: str) -> None:
    result = _scaffold(tmp_path, NAME, under)

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert _files(tmp_path) == []


@pytest.mark.parametrize(
    "there",
    [f"adapters/{NAME}/any.py", f"mock_platforms/{NAME}.py", f"tests/vectors/{NAME}.json"],
)
def test_a_name_that_is_taken_is_refused_and_nothing_written(tmp_path: Path, there: str) -> None:
    (place := tmp_path / there).parent.mkdir(parents=True)
    place.write_text("something of somebody's")

    result = _scaffold(tmp_path, NAME)

    assert result.exit_code == 1
    assert "exists already" in result.output
    assert _files(tmp_path) == [PurePosixPath(there)]


@pytest.mark.parametrize("name", ["wechat", "wechat_pay", "city"])
def test_a_name_of_a_plug_in_there_is_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    cloned = (ROOT / "settings.toml").read_text(encoding="utf-8")
    (tmp_path / "settings.toml").write_text(f'{cloned}\n[plugins.city_pay]\nmodule = "x"\n')

    result = _scaffold(tmp_path, name, under="mine")

    assert result.exit_code == 1
    assert "is in settings.toml already" in result.output
    assert result.output.count("\n") == 1
    assert _files(tmp_path) == [PurePosixPath("settings.toml")]


def _run(folder: Path, module: str, *words: str) -> str:
    """Run a module as a command in a folder; what it prints."""
    command = [sys.executable, "-m", module, *words]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def _scaffold(root: Path, name: str, under: str = "") -> Result:
    with contextlib.chdir(root):
        return CliRunner().invoke(scaffold_command, ["channel", f"--under={under}", "--", name])


def _copy_of_the_project(into: Path) -> None:
    ignore = shutil.ignore_patterns("__pycache__")
    for name in (*PACKAGES, "tests/contracts", "tests/vectors", "tests/sample_channel"):
        shutil.copytree(ROOT / name, into / name, ignore=ignore)
    for name in ("pyproject.toml", "settings.toml"):
        shutil.copy(ROOT / name, into / name)


def _files(root: Path) -> list[PurePosixPath]:
    return [
        PurePosixPath(path.relative_to(root))
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def _digests(root: Path) -> dict[PurePosixPath, str]:
    return {path: hashlib.sha256((root / path).read_bytes()).hexdigest() for path in _files(root)}
