"""A department's answer is believed when it is signed, of now, and to our very question."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from adapters.departments.messages import answer, message, read_answer
from adapters.departments.partner import Partner
from channel_gateway.domain.errors import Forged, Malformed, Refused, Stale, Unavailable
from channel_gateway.standard_webhooks import Secret
from channel_gateway.wire import HttpResponse

NOW = datetime(2026, 3, 10, 1, 30, tzinfo=UTC)
OURS, THEIRS = Secret(b"o" * 32), Secret(b"t" * 32)
PARTNER = Partner("hall", "https://hall.example/in", (OURS,), (THEIRS,))
THEM = replace(PARTNER, ours=(THEIRS,), theirs=(OURS,))


def answered(content=None, *, status=200, id="q1", now=NOW):
    body = orjson.dumps({"taken": True} if content is None else content)
    return answer(THEM, id, HttpResponse(status, body=body), now)


def read(response):
    return read_answer(PARTNER, "q1", response, NOW)


def test_a_message_says_what_and_when_under_three_headers():
    request = message(PARTNER, "q1", "seat.take", {"key": "A1"}, at=NOW, now=NOW)

    assert orjson.loads(request.body) == {
        "type": "seat.take",
        "timestamp": "2026-03-10T01:30:00Z",
        "data": {"key": "A1"},
    }
    assert request.headers["webhook-id"] == "q1"
    assert request.headers["webhook-timestamp"] == "1773106200"
    assert request.headers["content-type"] == "application/json"


def test_during_a_rotation_each_of_our_secrets_signs():
    both = replace(PARTNER, ours=(OURS, Secret(b"n" * 32)))
    request = message(both, "q1", "seat.take", {}, at=NOW, now=NOW)

    assert len(request.headers["webhook-signature"].split(" ")) == 2


def test_a_signed_answer_is_read():
    assert read(answered()) == {"taken": True}


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (answered(status=500), Unavailable),
        (answered(status=429), Unavailable),
        (answered(id="q2"), Unavailable),
        (answered(status=422), Refused),
        (answered(status=302), Refused),
        (answered([1]), Malformed),
        (answered(now=NOW - timedelta(minutes=6)), Stale),
        (HttpResponse(200, body=b'{"taken": true}'), Malformed),
        (replace(answered(), body=b'{"taken": false}'), Forged),
        (answer(PARTNER, "q1", HttpResponse(200, body=b"{}"), NOW), Forged),  # our own secret
    ],
)
def test_what_is_not_the_answer_is_not_believed(response, kind):
    with pytest.raises(kind):
        read(response)
