"""A message as it came becomes a request whose body is untouched."""

import pytest

from channel_gateway.domain.errors import Malformed
from channel_gateway.http_text import read_http_text


def test_a_whole_message_is_read_with_its_body_untouched() -> None:
    raw = b'POST /callbacks/x?a=1 HTTP/1.1\r\nHost: h\r\nX-A:  b \r\n\r\n{"a": 1}\r\n\r\n'
    request = read_http_text(raw).request
    assert (request.method, request.url) == ("POST", "/callbacks/x?a=1")
    assert request.headers["x-a"] == "b"
    assert request.body == b'{"a": 1}\r\n\r\n'


def test_headers_alone_before_the_body_will_do() -> None:
    request = read_http_text(b"Wechatpay-Serial: 1\nWechatpay-Nonce: 2\n\n{}").request
    assert (request.method, request.headers["wechatpay-nonce"], request.body) == (
        "POST",
        "2",
        b"{}",
    )


def test_a_bare_form_is_a_body() -> None:
    request = read_http_text(b"charset=utf-8&sign=a%2Bb%3D&total_amount=0.01\n").request
    assert request.body == b"charset=utf-8&sign=a%2Bb%3D&total_amount=0.01"


def test_a_form_that_was_decoded_is_a_body_too() -> None:
    form = 'body=a: b\n\nc&fund_bill_list=[{"amount":"1"}]&sign=a+b=&subject=费 1'.encode()
    assert read_http_text(form + b"\n").request.body == form


def test_a_good_message_has_nothing_odd() -> None:
    message = read_http_text(b"A: 1\nContent-Length: 2\n\n{}")
    assert message.findings() == ()


@pytest.mark.parametrize(("body", "words"), [(b"{", "was cut off"), (b"{}\n", "got longer")])
def test_a_body_of_another_length_than_announced_is_named(body: bytes, words: str) -> None:
    (found,) = read_http_text(b"Content-Length: 2\n\n" + body).findings()
    assert (found.part, found.holds) == ("content-length", False)
    assert words in found.words


def test_a_header_that_came_twice_is_named() -> None:
    (found,) = read_http_text(b"X-A: 1\nB: 2\nx-a: 3\n\n").findings()
    assert (found.part, found.holds) == ("x-a", True)
    assert "came 2 times" in found.words


def test_a_line_that_is_no_header_is_named() -> None:
    with pytest.raises(Malformed, match="header line 2"):
        read_http_text(b"A: b\nnonsense here\n\n{}")
