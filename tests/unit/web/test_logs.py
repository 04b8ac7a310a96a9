"""What the log says, what it masks, and that nothing of it is lost."""

import contextvars
import json
import logging
import os
import threading

import pytest

from channel_gateway.domain.errors import Refused
from channel_gateway.logs import REQUEST_ID, JsonLines, Lines
from channel_gateway.masking import mask, mask_fields


@pytest.fixture
def written(tmp_path):
    """A log into a file: a logger, and what it wrote when it is closed."""
    path = tmp_path / "log"
    out = os.open(path, os.O_WRONLY | os.O_CREAT)
    lines = Lines(out)
    logger = logging.Logger("test")  # noqa: LOG001 (of its own, not in the tree of loggers)
    logger.addHandler(JsonLines(lines))

    def read():
        lines.close()
        return [json.loads(line) for line in path.read_text().splitlines()]

    yield logger, lines, read
    lines.close()
    os.close(out)


def test_a_record_is_a_line_with_its_action_and_fields(written):
    logger, _, read = written
    logger.info("callback accepted", extra={"action": "callback_accepted", "order_id": "o7"})
    (line,) = read()
    assert (line["message"], line["action"], line["order_id"], line["level"]) == (
        "callback accepted", "callback_accepted", "o7", "info",
    )  # fmt: skip


def test_a_line_written_during_a_call_bears_its_id(written):
    logger, _, read = written
    during = contextvars.copy_context()
    during.run(REQUEST_ID.set, "r-1")
    during.run(logger.warning, "callback refused")
    logger.warning("nothing to do with it")
    assert [line.get("request_id") for line in read()] == ["r-1", None]


def refused_at(moment, code="forged", action="push_refused", courier="ems"):
    told = {
        "msg": "push refused",
        "levelno": 30,
        "levelname": "WARNING",
        "action": action,
        "code": code,
    }
    return logging.makeLogRecord(told | {"created": moment, "courier": courier})


def test_of_a_flood_of_refusals_a_line_a_second_is_written_and_the_rest_counted(written):
    logger, _, read = written
    for moment in (100.0, 100.2, 100.9, 101.1, 101.2, 109.0, 110.0):
        logger.handle(refused_at(moment))
    assert [line.get("left_out") for line in read()] == [None, 2, 1, None]


def test_a_clock_put_back_leaves_no_refusal_unwritten(written):
    logger, _, read = written
    for moment in (5000.0, 100.0):
        logger.handle(refused_at(moment))
    assert len(read()) == 2


def test_a_flood_of_one_kind_hides_no_other(written):
    logger, _, read = written
    for _ in range(3):
        logger.handle(refused_at(100.0))
        logger.handle(refused_at(100.0, code="malformed"))
        logger.handle(refused_at(100.0, courier="sf"))
        logger.handle(refused_at(100.0, action="card_refused"))
    lines = read()
    assert sum(line["action"] == "push_refused" for line in lines) == 3
    assert sum(line["action"] == "card_refused" for line in lines) == 3


def test_no_line_of_many_threads_is_lost_at_the_end(written):
    _, lines, read = written

    def talk(name):
        for number in range(500):
            lines.line({"who": name, "number": number})

    threads = [threading.Thread(target=talk, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = read()
    for name in "abcd":
        assert [one["number"] for one in said if one["who"] == name] == list(range(500))


def test_a_line_after_the_end_is_written_at_once(written):
    _, lines, read = written
    read()
    lines.line({"late": True})
    assert read()[-1]["late"] is True


def test_an_exception_is_told_by_type_and_place_not_by_its_text(written):
    logger, _, read = written

    def break_down():
        raise RuntimeError("openid o-1234 paid")

    try:
        try:
            break_down()
        except RuntimeError as error:
            raise Refused("finance said no") from error
    except Refused:
        logger.exception("confirm failed")
    (line,) = read()
    told = line["error"]
    assert [one["type"].rpartition(".")[2] for one in told] == ["Refused", "RuntimeError"]
    assert told[0]["text"] == "finance said no"
    assert "break_down" in told[1]["places"][-1]
    assert "o-1234" not in json.dumps(line)


@pytest.mark.parametrize(
    "secret",
    [
        "13800138000",
        "11010519491231002X",
        "2088102122458832",
        "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        "Bearer abcdefgh12345678",
        "k1.h216Adaie9EB7igH.19caea25480.wechat.wx1.91d54cc3f9256173b9d746b8fc7d519c.Xya2Fd6fqpkh",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\n-----END PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_person_or_a_secret_is_masked(secret):
    text = f"the caller wrote «{secret}» there"
    assert secret not in mask(text)
    assert mask(text).startswith("the caller wrote «")


@pytest.mark.parametrize(
    "text",
    [
        "4200001234202603021234567890",
        "ord20260302ABCDEF1234567890abcd",
        "/srv/gateway/channel_gateway/web/exchange.py:88 answer",
        "2026-03-02T01:00:00.000+00:00",
        "a basic check failed at noon",
    ],
)
def test_numbers_of_orders_places_and_moments_stay_readable(text):
    assert mask(text) == text


def test_a_field_is_masked_by_its_name_and_by_its_look_however_deep():
    given = {
        "openid": "x",
        "order_id": "o7",
        "tries": 3,
        "more": {"phone": "1", "n": [13800138000]},
    }
    assert mask_fields(given) == {
        "openid": "***", "order_id": "o7", "tries": 3, "more": {"phone": "***", "n": ["***"]},
    }  # fmt: skip


def test_who_logs_in_to_an_address_is_masked():
    text = "no answer from mongodb://somebody:gehe@im@127.0.0.1:9/gateway, nor http://h/"
    assert mask(text) == "no answer from mongodb://******@127.0.0.1:9/gateway, nor http://h/"


def test_no_text_takes_long_to_mask():
    # Were a pattern's time the square of the length, this would take minutes.
    mask("a." * 100_000)
