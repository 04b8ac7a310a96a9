"""Who may call, and how both sides prove who they are."""

from __future__ import annotations

import subprocess
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature

from mock_platforms.stage import Stage
from mock_platforms.wire import Response
from tests.mock_platforms.finance.gateway import Gateway

PATH, BODY = "/v1/payments/query", b'{"confirmation_no":"nobody"}'


def openssl_says(response: Response, public_key_file: str, folder: Path) -> str:
    said = response.headers
    (folder / "sign").write_bytes(b64decode(said["X-Finance-Signature"]))
    text = f"{said['X-Finance-Timestamp']}\n{said['X-Finance-Nonce']}\n".encode()
    command = ["openssl", "dgst", "-sha256", "-verify", public_key_file]
    verified = subprocess.run(
        [*command, "-signature", str(folder / "sign")],
        input=text + response.body + b"\n",
        capture_output=True,
        check=False,
    )
    return verified.stdout.decode().strip()


async def test_an_answer_is_verified_by_openssl(gateway: Gateway, tmp_path: Path) -> None:
    response = await gateway.send(PATH, BODY)
    key = gateway.section["finance_public_key_file"]
    assert openssl_says(response, key, tmp_path) == "Verified OK"
    assert response.headers["X-Finance-Serial"] == gateway.section["finance_serial"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"X_Finance_App": "somebody"}, "UNKNOWN_APP"),
        ({"X_Finance_Timestamp": "soon"}, "INVALID_REQUEST"),
        ({"X_Finance_Timestamp": "1767757000"}, "STALE_REQUEST"),
        ({"X_Finance_Nonce": "short"}, "INVALID_REQUEST"),
        ({"X_Finance_Nonce": "another-nonce-000000"}, "INVALID_SIGNATURE"),
        ({"X_Finance_Signature": ""}, "INVALID_SIGNATURE"),
        ({"X_Finance_Signature": "not base64"}, "INVALID_SIGNATURE"),
    ],
)
async def test_a_doubtful_call_is_refused_with_a_signed_answer(
    gateway: Gateway, headers: dict[str, str], code: str
) -> None:
    status, refused = gateway.read(await gateway.send(PATH, BODY, **headers))
    assert (status, refused["code"]) == (400 if code == "INVALID_REQUEST" else 401, code)


async def test_a_call_is_good_once(gateway: Gateway, stage: Stage) -> None:
    await gateway.send(PATH, BODY)
    replayed = await stage.handle("finance", stage.requests[-1].request)
    assert gateway.read(replayed)[1]["code"] == "NONCE_REPEATED"


async def test_a_forged_answer_does_not_verify(gateway: Gateway, stage: Stage) -> None:
    stage.faults.add("finance", "reply_forged")
    status = {"pay_code": "33019926300000000002", "check_code": "2714"}
    with pytest.raises(InvalidSignature):
        await gateway.call("/v1/notices/look-up", status)


async def test_being_down_is_signed_too(gateway: Gateway, stage: Stage) -> None:
    stage.faults.add("finance", "server_error", parameters={"status": 503})
    assert gateway.read(await gateway.send(PATH, BODY))[1]["code"] == "SYSTEM_BUSY"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"[]", None),
        (b"{", None),
        (b"{}", "confirmation_no"),
        (b'{"confirmation_no":1}', "confirmation_no"),
        (b'{"confirmation_no":""}', "confirmation_no"),
        (b'{"confirmation_no":"a","more":1}', "more"),
    ],
)
async def test_a_body_is_read_strictly(gateway: Gateway, body: bytes, field: str | None) -> None:
    status, refused = gateway.read(await gateway.send(PATH, body))
    assert (status, refused["code"], refused.get("field")) == (400, "INVALID_REQUEST", field)
