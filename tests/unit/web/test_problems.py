"""Every error has a status, words and a place in the reference."""

import re
from pathlib import Path

import orjson
import pytest

from channel_gateway.domain.errors import Conflict, Invalid
from channel_gateway.ports import DuplicateKey, LoginCodeUsed
from channel_gateway.web.docs_page import troubles
from channel_gateway.web.problems import known_kinds, problem, status_of
from channel_gateway.web.words import prefers_chinese

REFERENCE = Path(__file__).parents[3] / "docs/reference/errors.md"


@pytest.mark.parametrize("kind", known_kinds().values(), ids=lambda kind: kind.code)
def test_every_kind_has_a_status_and_a_first_sentence(kind):
    assert 400 <= status_of(kind) < 600
    assert kind.__doc__


def test_a_kind_without_a_row_has_the_status_of_the_kind_above():
    class Tardy(Conflict):
        """Too late."""

        code = "conflict"

    assert status_of(Tardy) == 409


def test_the_members_that_say_what_happened_cannot_be_overwritten():
    error = Invalid("wrong", extra={"status": 200, "code": "fine", "limit": 3})
    members = orjson.loads(problem(error, request_id="r1").body)
    assert (members["status"], members["code"], members["limit"]) == (422, "invalid", 3)


def test_how_the_store_calls_its_keys_is_not_told():
    assert b"notice_key" not in problem(DuplicateKey("orders", "notice_key"), request_id="r").body


def test_chinese_comes_to_who_asks_for_it_first():
    assert prefers_chinese({"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert not prefers_chinese({"accept-language": "en,zh;q=0.5"})
    assert orjson.loads(problem(LoginCodeUsed(), request_id="r", zh=True).body)["message"]


def test_chinese_comes_to_who_names_no_language():
    assert prefers_chinese({})
    assert prefers_chinese({"accept-language": " "})
    assert prefers_chinese({"accept-language": "*"})


def test_a_kind_without_a_sentence_has_that_of_the_kind_above_and_who_raises_may_set_a_better():
    class Tardy(Conflict):
        """Too late."""

    assert said(Tardy()) == Conflict.zh
    error = Tardy()
    error.zh = "已过办理时间。"
    assert said(error) == "已过办理时间。"


@pytest.mark.parametrize("kind", known_kinds().values(), ids=lambda kind: kind.code)
def test_every_sentence_for_citizens_is_written_as_chinese_is(kind):
    if kind.zh is not None:
        assert kind.zh.endswith("。")
        assert not re.search(r"[\x20-\x2f\x3a-\x7e]", kind.zh)  # digits are Chinese too


def said(error):
    return orjson.loads(problem(error, request_id="r", zh=True).body)["message"]


def test_the_reference_lists_the_errors_of_the_gateway_as_they_are():
    listed = REFERENCE.read_text("utf-8")
    for one in troubles():
        if known_kinds()[one.code].__module__.startswith("channel_gateway."):
            assert f"| `{one.code}` | {one.status} | {one.words} |" in listed
