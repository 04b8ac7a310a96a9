"""The reference page of the contract says what openssl, the gateway and the stand-in do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from channel_gateway.standard_webhooks import Secret, sign
from mock_platforms.departments.shapes import EVENTS, QUESTIONS
from mock_platforms.departments.signing import signature

PAGE = (Path(__file__).parents[3] / "docs/reference/departments.md").read_text(encoding="utf-8")
GOLDEN = "wXKnyvNp6pccW2Yj0c4DjVTKxktn2mrfMvCqpZQ9DLc="
ID, TIMESTAMP = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1773106200
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = (
    '{"type":"appointment.cancelled","timestamp":"2026-03-10T01:30:00Z",'
    '"data":{"appointment_id":"A1","note":"市民取消"}}'
).encode()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_openssl_prints_what_the_page_says_it_prints() -> None:
    [command] = blocks("sh")
    run = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True)
    said, headers = blocks("text")

    assert run.stdout == GOLDEN
    assert said.strip() == GOLDEN
    assert f"webhook-signature: v1,{GOLDEN}\n" in headers


def test_the_gateway_and_the_stand_in_sign_as_openssl_does() -> None:
    assert sign(ID, TIMESTAMP, BODY, [Secret.parse(SECRET)]) == f"v1,{GOLDEN}"
    assert signature(SECRET, ID, str(TIMESTAMP), BODY) == f"v1,{GOLDEN}"


def test_the_page_names_every_type_the_stand_in_knows_and_no_other() -> None:
    sent = PAGE.partition("## From the gateway")[2].partition("## From the department")[0]

    assert re.findall(r"^\| `(\w+\.\w+)` \|", sent, re.MULTILINE) == [*EVENTS, *QUESTIONS]


def test_the_page_names_every_member_the_stand_in_needs() -> None:
    needed = {name for members in (EVENTS | QUESTIONS).values() for name in members}

    assert {name for name in needed if f"`{name}`" not in PAGE} == set()
