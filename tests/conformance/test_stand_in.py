"""The kit against a stand-in department over sockets."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from channel_gateway.conformance.bench import BackEnd, Patience, Place
from channel_gateway.standard_webhooks import Secret
from mock_platforms.control import control
from mock_platforms.departments import build
from mock_platforms.server import RunningStage, start
from mock_platforms.wire import Request
from tests.conformance.asking import ask, failed

PLACE = Place("MZ-HY-15", "hunyin", "2026-03-10T09:30")
QUICK = Patience(cut_after_s=0.02)


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningStage]:
    async with start(tmp_path, builds={"departments": build}) as stage:
        where = {"service": PLACE.service, "hall": PLACE.hall, "slot": PLACE.slot}
        await command(stage, "POST", "seats", **where, seats=3)
        yield stage


async def command(running: RunningStage, method: str, path: str, **fields: Any) -> Any:
    raw = json.dumps(fields).encode() if fields else b""
    request = Request(method, f"/departments/civil_affairs/{path}", body=raw)
    return json.loads((await control(running.stage, request)).body)


def back_end(running: RunningStage) -> BackEnd:
    section = running.stage.describe()["departments"]["departments"]["civil_affairs"]
    theirs, own = (
        [Secret.parse(Path(file).read_text()) for file in section[kind]]
        for kind in ("secret_files", "call_secret_files")
    )
    return BackEnd(section["url"], theirs, own, PLACE)


async def test_a_department_s_stand_in_passes_and_gets_its_seats_back(
    running: RunningStage,
) -> None:
    found, _ = await ask(back_end(running), patience=QUICK)

    assert failed(found) == {}
    assert (await command(running, "GET", "seats"))["slots"][0]["left"] == 3


@pytest.mark.parametrize("of", ["events", "calls"])
async def test_it_passes_while_a_secret_is_changed(running: RunningStage, of: str) -> None:
    await command(running, "POST", "rotation", of=of)
    found, _ = await ask(back_end(running), patience=QUICK)

    assert failed(found) == {}


async def test_what_the_kit_says_of_the_records_is_true_of_the_stand_in_s(
    running: RunningStage,
) -> None:
    _, to_look_at = await ask(back_end(running), patience=QUICK)
    said = "\n".join(to_look_at)
    events = (await command(running, "GET", "events"))["events"]
    kept = {each["id"]: each for each in events}
    appointments = (await command(running, "GET", "appointments"))["appointments"]

    assert len(kept) == len(events)
    sent_twice = re.findall(r"event (\S+), .*: processed once", said)
    assert [kept[each]["times"] for each in sent_twice] == [2, 2, 2]
    [number] = re.findall(r"appointment (\S+): version 2", said)
    [moved] = [each for each in appointments if each["appointment_id"] == number]
    assert (moved["version"], moved["answers"]) == (2, {"kind": "later"})
    [chinese] = re.findall(r"event (\S+): the name is", said)
    assert kept[chinese]["data"]["answers"]["address"] == "示例市𠮷祥路9号"


@pytest.mark.parametrize(
    ("kind", "operation", "fails"),
    [
        ("gone", "appointment.booked", {"good-event"}),
        ("server_error_after", "appointment.booked", {"good-event"}),
        ("reply_forged", "seats.left", {"signed-answers"}),
        ("oversold", None, set()),
    ],
)
async def test_a_stand_in_that_fails_once_is_found_out(
    running: RunningStage, kind: str, operation: str | None, fails: set[str]
) -> None:
    running.stage.faults.add("departments", kind, operation=operation)
    found, _ = await ask(back_end(running), patience=QUICK)

    assert failed(found).keys() == fails


@pytest.mark.parametrize("kind", ["oversold", "key_forgotten"])
async def test_a_stand_in_that_always_miscounts_is_found_out(
    running: RunningStage, kind: str
) -> None:
    running.stage.faults.add("departments", kind, times=None)
    found, _ = await ask(back_end(running), patience=QUICK)

    assert failed(found).keys() & {"last-seat", "same-key"}
