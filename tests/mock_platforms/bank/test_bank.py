"""The bank serves whom it knows; `openssl` signs the calls and checks the answers."""

import json
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mock_platforms.bank import build
from mock_platforms.bank.credits import credits_of, owed_by
from mock_platforms.bank.routes import APP_ID, SERIAL
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Headers, Request, Response

NOW = datetime(2026, 1, 6, 4, 0, tzinfo=UTC)  # noon in Beijing
TAKINGS = {date(2026, 1, 5): {"1900000001": 7766, "1900000002": -5, "1900000003": 1}}


def payer(_: Stage) -> StandIn:
    return StandIn(
        "payer", routes=(), describe=lambda _: {}, takings=lambda day: TAKINGS.get(day, {})
    )


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    return KeyFolder(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def stage(tmp_path: Path, keys: KeyFolder) -> Stage:
    builds = {"payer": payer, "bank": build}
    return Stage(tmp_path, builds, begin=NOW, wall=lambda: NOW, shared_clock=True, keys=keys)


def call(stage: Stage, body: bytes = b'{"day":"2026-01-05"}', **change: str) -> Request:
    timestamp, nonce = str(int(stage.clock.now().timestamp())), "N" * 32
    text = f"POST\n/v1/credits/list\n{timestamp}\n{nonce}\n".encode() + body + b"\n"
    signing = ["openssl", "dgst", "-sha256", "-sign", stage.keys.path("bank_app.pem")]
    signed = subprocess.run(signing, input=text, capture_output=True, check=True)
    headers = {
        "X-Finance-App": APP_ID,
        "X-Finance-Timestamp": timestamp,
        "X-Finance-Nonce": nonce,
        "X-Finance-Signature": b64encode(signed.stdout).decode(),
    }
    return Request("POST", "/v1/credits/list", Headers({**headers, **change}), body)


async def said(stage: Stage, request: Request) -> tuple[int, Mapping[str, object]]:
    response = await stage.handle("bank", request)
    assert_signed(stage, response)
    return response.status, json.loads(response.body)


def assert_signed(stage: Stage, response: Response) -> None:
    fields = response.headers
    text = f"{fields['X-Finance-Timestamp']}\n{fields['X-Finance-Nonce']}\n".encode()
    folder = stage.state_dir
    (folder / "signature").write_bytes(b64decode(fields["X-Finance-Signature"]))
    key = stage.keys.path("bank_platform_public.pem")
    command = ["openssl", "dgst", "-sha256", "-verify", key, "-signature", folder / "signature"]
    checked = subprocess.run(
        command, input=text + response.body + b"\n", capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert fields["X-Finance-Serial"] == SERIAL


async def test_what_came_in_is_counted_and_added_up(stage: Stage) -> None:
    status, answer = await said(stage, call(stage))
    assert (status, answer["count"], answer["total_fen"]) == (200, 2, 7767)
    assert answer["credits"] == [
        {
            "reference": f"CR20260105{number:06d}",
            "payer": "payer",
            "merchant": merchant,
            "amount_fen": fen,
            "booked_at": "2026-01-06T11:00:00+08:00",
        }
        for number, (merchant, fen) in enumerate((("1900000001", 7766), ("1900000003", 1)), 1)
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"X-Finance-App": "somebody"}, "UNKNOWN_APP"),
        ({"X-Finance-Timestamp": "now"}, "INVALID_REQUEST"),
        ({"X-Finance-Timestamp": "1700000000"}, "STALE_REQUEST"),
        ({"X-Finance-Nonce": "short"}, "INVALID_REQUEST"),
        ({"X-Finance-Nonce": "M" * 32}, "INVALID_SIGNATURE"),
        ({"X-Finance-Signature": "not base64"}, "INVALID_SIGNATURE"),
    ],
)
async def test_a_call_that_is_not_signed_as_it_should_be_is_refused(
    stage: Stage, change: dict[str, str], code: str
) -> None:
    status, answer = await said(stage, call(stage, **change))
    assert status in (400, 401)
    assert answer["code"] == code


async def test_the_body_is_signed_too(stage: Stage) -> None:
    status, answer = await said(stage, replace(call(stage), body=b'{"day":"2026-01-04"}'))
    assert (status, answer["code"]) == (401, "INVALID_SIGNATURE")


@pytest.mark.parametrize("body", [b"{}", b'{"day":"2026-13-01"}', b"[]", b"day"])
async def test_a_day_is_wanted(stage: Stage, body: bytes) -> None:
    status, answer = await said(stage, call(stage, body))
    assert (status, answer["code"]) == (400, "INVALID_REQUEST")


async def test_a_fault_may_be_meant_for_one_merchant(stage: Stage) -> None:
    stage.faults.add("bank", "credit_missing", order="1900000001")
    _, answer = await said(stage, call(stage))
    assert (answer["count"], answer["total_fen"]) == (1, 1)


async def test_a_late_credit_comes_a_day_later(stage: Stage) -> None:
    stage.faults.add("bank", "credit_late", order="1900000001")
    assert (await said(stage, call(stage)))[1]["count"] == 1
    await stage.clock.advance(timedelta(days=1).total_seconds())
    assert (await said(stage, call(stage)))[1]["count"] == 2


def test_what_a_day_owes_is_kept_back_from_the_next_credits() -> None:
    days = [{"payer": {"m": fen, "other": 50}} for fen in (500, -300, 100)]
    assert owed_by(days) == {("payer", "m"): -200, ("payer", "other"): 0}
    (ours, others) = credits_of(
        date(2026, 1, 5), {"payer": {"m": 900, "other": 50}}, owed_by(days), lambda *_: None
    )
    assert (ours.amount_fen, others.amount_fen) == (700, 50)
    booked = credits_of(date(2026, 1, 5), {"payer": {"m": 200}}, owed_by(days), lambda *_: None)
    assert booked == []
