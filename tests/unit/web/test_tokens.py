"""A session token is believed only as it was written, by a key we hold, and in its time."""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.domain.errors import Unauthorized
from channel_gateway.service import Session
from channel_gateway.web.tokens import read_token, write_token

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OLD, NEW = b"o" * 32, b"n" * 32
SESSION = Session("s1", "wechat", "wx1", "c" * 32, NOW + timedelta(hours=1), NOW)
TOKEN = write_token(SESSION, "old", OLD)


def test_a_token_gives_back_its_session():
    assert read_token(TOKEN, {"old": OLD}) == SESSION


def test_a_token_of_before_the_moment_of_issue_was_in_it_is_refused():
    signed = TOKEN.rpartition(".")[0].rpartition(".")[0]
    mac = urlsafe_b64encode(hmac.digest(OLD, signed.encode(), "sha256")).rstrip(b"=").decode()
    with pytest.raises(Unauthorized):
        read_token(f"{signed}.{mac}", {"old": OLD})


def test_a_token_of_the_former_key_is_read_after_rotation():
    assert read_token(TOKEN, {"new": NEW, "old": OLD}) == SESSION


def test_a_token_of_a_retired_key_is_refused():
    with pytest.raises(Unauthorized):
        read_token(TOKEN, {"new": NEW})


def test_a_token_moved_to_another_channel_is_refused():
    with pytest.raises(Unauthorized):
        read_token(TOKEN.replace("wechat", "alipay"), {"old": OLD})


@given(position=st.integers(0, len(TOKEN) - 1), character=st.characters(max_codepoint=0x2FF))
def test_no_changed_character_is_believed(position, character):
    changed = TOKEN[:position] + character + TOKEN[position + 1 :]
    if changed == TOKEN:
        return
    with pytest.raises(Unauthorized):
        read_token(changed, {"old": OLD})


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text):
    with pytest.raises(Unauthorized):
        read_token(text, {"old": OLD})


def test_a_part_with_a_full_stop_cannot_be_signed():
    with pytest.raises(ValueError, match="full stop"):
        write_token(Session("s", "we.chat", "a", "c", NOW, NOW), "old", OLD)
