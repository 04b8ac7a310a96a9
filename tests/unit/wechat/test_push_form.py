"""JSON and XML become the same fields, and XML brings nothing but elements and text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wechat.push_form import entries, read_form, text_of
from channel_gateway.domain.errors import Malformed

BOMB = b"""<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<xml><Event>&b;</Event></xml>"""
FILE = b"""<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Event>&a;</Event></xml>"""


def test_an_element_that_is_repeated_is_a_list_and_a_single_one_is_not() -> None:
    one = read_form(b"<xml><S><List><T>1</T></List></S></xml>")
    two = read_form(b"<xml><S><List><T>1</T></List><List><T>2</T></List></S></xml>")
    three = read_form(b"<xml><A>1</A><A>2</A><A>3</A></xml>")

    assert one == {"S": {"List": {"T": "1"}}}
    assert two == {"S": {"List": [{"T": "1"}, {"T": "2"}]}}
    assert three == {"A": ["1", "2", "3"]}


def test_text_is_read_in_cdata_and_outside() -> None:
    body = "<xml>\n <A><![CDATA[<证>&]]></A>\n <B> 1 &lt; 2 </B><C/></xml>".encode()

    assert read_form(body) == {"A": "<证>&", "B": "1 < 2", "C": ""}


def test_what_is_written_is_utf8_whatever_it_says() -> None:
    for said in ("gb18030", "utf-16", "nonsense"):
        body = f'<?xml version="1.0" encoding="{said}"?><xml><A>证</A></xml>'.encode()
        assert read_form(body) == {"A": "证"}


@pytest.mark.parametrize(
    "body",
    [
        BOMB,
        FILE,
        b"<!DOCTYPE xml><xml><A>1</A></xml>",
        b"<xml><?php echo 1 ?><A>1</A></xml>",
        b"<xml><A>&unknown;</A></xml>",
        b"<xml><A>1</B></xml>",
        b"<xml><A>1</A></xml><xml/>",
        b"<xml>",
        b"<xml>text</xml>",
        b"<" * 60_000,
        b"<a>" * 9 + b"</a>" * 9,
        b"<xml><A>\xff</A></xml>",
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"[" * 60_000,
    ],
)
def test_what_is_no_message_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_form(body)


@given(st.binary(max_size=200), st.sampled_from([b"", b"<", b"<xml>", b"{"]))
def test_nothing_breaks_the_reader(body: bytes, before: bytes) -> None:
    try:
        read_form(before + body)
    except Malformed:
        return


def test_a_list_may_be_one_object_or_several() -> None:
    assert entries({"a": 1}) == ({"a": 1},)
    assert entries([{"a": 1}, {"a": 2}]) == ({"a": 1}, {"a": 2})
    assert entries([]) == ()
    for wrong in ("text", [1], [[]], None):
        with pytest.raises(Malformed):
            entries(wrong)


def test_a_number_may_be_written_as_a_text() -> None:
    fields = {"a": 1, "b": "1", "c": True, "d": None, "e": [], "f": 1.5}

    assert [text_of(fields, name) for name in "abcdefg"] == ["1", "1", "", "", "", "", ""]
