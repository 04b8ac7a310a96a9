"""A form of a courier, read before anybody has vouched for it."""

import sys
from urllib.parse import quote_from_bytes, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.couriers.forms import MOST_FIELDS, read_form
from channel_gateway.domain.errors import Malformed


@given(st.binary(), st.sampled_from([quote_from_bytes, quote_plus]))
def test_whatever_bytes_are_escaped_come_back(content, written):
    assert read_form(f"a={written(content)}&b=".encode()) == {b"a": content, b"b": b""}


def test_a_backslash_that_nobody_escaped_is_itself():
    assert read_form(b"a=\\x41%41\\n") == {b"a": b"\\x41A\\n"}


@pytest.mark.parametrize(
    "body",
    [b"a=%", b"a=%zz", b"a=1&a=2", b"&".join(b"a%d=1" % n for n in range(MOST_FIELDS + 1))],
)
def test_what_is_no_form_of_one_meaning_is_refused(body):
    with pytest.raises(Malformed):
        read_form(body)


def test_a_long_forged_form_takes_no_more_steps_than_a_short_one():
    forged = b"dataDigest=AAAA&msgBody="

    assert steps_of_reading(forged + b"%7B" * 40_000) == steps_of_reading(forged + b"%7B")


def steps_of_reading(body: bytes) -> int:
    """Calls of Python's, and of C from Python: what is done for each escape would show in them."""
    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        read_form(body)
    finally:
        sys.setprofile(None)
    return steps
