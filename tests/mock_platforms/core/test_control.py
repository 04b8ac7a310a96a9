"""The control plane: strict JSON in, and errors that name the field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock_platforms.control import all_rows, control
from mock_platforms.reference import page
from mock_platforms.stage import Stage
from mock_platforms.wire import Request


async def command(
    stage: Stage, method: str, path: str, body: object = None
) -> tuple[int, dict[str, Any]]:
    given = b"" if body is None else json.dumps(body).encode()
    answer = await control(stage, Request(method, path, body=given))
    value: dict[str, Any] = json.loads(answer.body)
    return answer.status, value


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/clock/advance", {}, "seconds"),
        ("/clock/advance", {"seconds": "10"}, "seconds"),
        ("/clock/advance", {"seconds": -1}, "seconds"),
        ("/clock/advance", {"seconds": 1e300}, "seconds"),
        ("/clock/advance", {"seconds": 1, "minutes": 2}, "minutes"),
        ("/faults", {"platform": "post"}, "kind"),
        ("/faults", {"platform": "post", "kind": "reply_lost", "times": "all"}, "times"),
        ("/reset", {"seed": 1.5}, "seed"),
        ("/reset", [], ""),
    ],
)
async def test_a_wrong_field_is_named(stage: Stage, path: str, body: object, field: str) -> None:
    status, answer = await command(stage, "POST", path, body)
    assert (status, answer["field"]) == (400, field)


async def test_an_unknown_command_is_not_found(stage: Stage) -> None:
    assert (await command(stage, "POST", "/dance"))[0] == 404
    assert (await command(stage, "PUT", "/clock"))[0] == 405


async def test_the_clock_tells_what_is_still_to_happen(stage: Stage) -> None:
    stage.clock.after(50, lambda: None, "the kettle boils")
    _, before = await command(stage, "GET", "/clock")
    _, after = await command(stage, "POST", "/clock/advance", {"seconds": 50})
    assert [timer["name"] for timer in before["pending"]] == ["the kettle boils"]
    assert (after["pending"], after["offset_s"]) == ([], 50)


async def test_a_fault_is_listed_until_it_is_taken_back(stage: Stage) -> None:
    status, row = await command(
        stage, "POST", "/faults", {"platform": "post", "kind": "reply_lost", "times": None}
    )
    _, listed = await command(stage, "GET", "/faults")
    assert (status, listed["faults"]) == (201, [row])
    assert {kind["kind"] for kind in listed["kinds"]} >= {"reply_lost", "notify_forged"}
    await command(stage, "DELETE", f"/faults/{row['id']}")
    assert (await command(stage, "GET", "/faults"))[1]["faults"] == []
    assert (await command(stage, "DELETE", f"/faults/{row['id']}"))[0] == 404


async def test_every_call_is_remembered_with_its_refusal(stage: Stage) -> None:
    await stage.handle("post", Request("GET", "/parcels"))
    _, answer = await command(stage, "GET", "/requests?platform=post")
    (seen,) = answer["requests"]
    assert (seen["target"], seen["status"]) == ("/parcels", 501)
    assert "/parcels" in seen["why"]


async def test_the_root_lists_every_command(stage: Stage) -> None:
    _, answer = await command(stage, "GET", "/")
    assert len(answer["commands"]) == len(all_rows(stage))


def test_the_reference_page_names_every_command_and_fault(stage: Stage) -> None:
    text = page(all_rows(stage), stage.faults.kinds())
    for row in all_rows(stage):
        assert f"`{row.method} {row.path}`" in text
    for kind in stage.faults.kinds()["post"]:
        assert f"`{kind.name}`" in text
