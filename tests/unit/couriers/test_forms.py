"""A form of a courier, read before anybody has vouched for it."""

from time import process_time
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


def test_a_long_forged_form_takes_no_time_from_citizens():
    forged = b"dataDigest=AAAA&msgBody=" + b"%7B" * 40_000
    begun = process_time()

    for _ in range(20):
        read_form(forged)

    assert (process_time() - begun) / 20 < 0.005  # seconds; one escape after another takes ten
