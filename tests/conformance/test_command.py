"""`channel_gateway conformance department`, as a department's developer runs it."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from subprocess import PIPE

import pytest
from click.testing import CliRunner

from channel_gateway.conformance.command import conformance_command
from tests.architecture.tree import ROOT
from tests.conformance.back_end import OWN, THEIRS, BackEnd, listening

SLOT = "MZ-HY-15/hunyin/2026-03-10T09:30"


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    theirs, own = tmp_path / "gateway.txt", tmp_path / "department.txt"
    theirs.write_text(THEIRS + "\n")
    own.write_text(OWN)
    return str(theirs), str(own)


async def run(*words: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "channel_gateway", "conformance", "department", *words]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE, stderr=PIPE)
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert err == b"", err
    return process.returncode or 0, out.decode()


def refused(*words: str) -> str:
    result = CliRunner().invoke(conformance_command, ["department", *words])
    assert result.exit_code == 2, result.output
    return result.output


@pytest.mark.processes
async def test_a_right_back_end_ends_with_0_and_a_line_for_each_check(
    files: tuple[str, str],
) -> None:
    async with listening(BackEnd()) as url:
        code, out = await run(
            url, "--secret-file", files[0], "--answer-secret-file", files[1], "--seats", SLOT
        )

    assert code == 0
    assert out.count("ok     ") == 33
    assert out.endswith("33 of 33 hold\n")
    assert THEIRS not in out
    assert OWN not in out


@pytest.mark.processes
async def test_a_flaw_ends_with_1_and_says_what_is_wrong_and_why(files: tuple[str, str]) -> None:
    async with listening(BackEnd("no repeats")) as url:
        code, out = await run(url, "--secret-file", files[0])

    assert code == 1
    assert "FAILED  repeated: the same id again is answered 2xx\n" in out
    assert "the second time, appointment.booked was answered 409 instead of 2xx\n" in out
    assert "usually: a repeat is refused" in out


@pytest.mark.processes
async def test_the_appointments_are_of_the_slot_one_says(files: tuple[str, str]) -> None:
    back_end = BackEnd()
    async with listening(back_end) as url:
        await run(url, "--secret-file", files[0], "--about", "GA-1/west/2026-04-01T14:00")

    assert back_end.places == {("GA-1", "west", "2026-04-01T14:00", "2026-04-01T14:00:00+08:00")}


@pytest.mark.processes
async def test_a_program_reads_json(files: tuple[str, str]) -> None:
    async with listening(BackEnd("ascii")) as url:
        code, out = await run(url, "--secret-file", files[0], "--json")

    said = json.loads(out)
    wrong = [each for each in said["checks"] if each["result"] != "holds"]
    assert (code, said["passed"], said["url"]) == (1, False, url)
    assert [each["name"] for each in wrong] == ["other-scripts"]
    assert wrong[0].keys() == {"name", "says", "result", "why", "usually"}
    assert len(said["checks"]) == 18


def test_what_cannot_be_asked_is_said_before_anything_is_sent(
    files: tuple[str, str], tmp_path: Path
) -> None:
    url, good = "http://127.0.0.1:1/department", ("--secret-file", files[0])
    (not_one := tmp_path / "not_one.txt").write_text("a secret that nobody should read")

    assert "Missing option" in refused(url)
    assert "an address is wanted" in refused("department", *good)
    assert "No such file" in refused(url, "--secret-file", str(tmp_path / "none.txt"))
    assert "--answer-secret-file" in refused(url, *good, "--seats", SLOT)
    both = (*good, "--answer-secret-file", files[1])
    assert "such as" in refused(url, *both, "--seats", "MZ-HY-15/hunyin")
    assert "such as" in refused(url, *both, "--seats", "MZ-HY-15/hunyin/tomorrow")
    assert "such as" in refused(url, *good, "--about", "MZ-HY-15//2026-03-10T09:30")
    said = refused(url, "--secret-file", str(not_one))
    assert "is wanted" in said
    assert "nobody should read" not in said
