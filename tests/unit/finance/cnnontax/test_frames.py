"""Frames: what the vectors say, whatever pieces a stream comes in, and nothing that was altered."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.finance.cnnontax.frames import HEADER, LENGTH, LONGEST, Frame, opened, sealed, whole
from channel_gateway.domain.errors import Forged, GatewayError, Malformed

VECTORS = json.loads(Path("tests/vectors/finance_cnnontax.json").read_text(encoding="utf-8"))
TOKEN = b"mock-token"
FRAME = Frame("5996", '<?xml version="1.0" encoding="GBK"?><CFX>缴款</CFX>'.encode("gbk"))

xml = st.binary(max_size=300)


@pytest.mark.parametrize("vector", VECTORS["frames"], ids=lambda vector: vector["number"])
def test_a_frame_is_what_the_vectors_say(vector: dict[str, Any]) -> None:
    text, token = vector["xml"].encode("gbk"), vector["token"].encode("gbk")
    length = f"{vector['length']:<8}".encode()
    raw = length + b"CNNONTAX1.0" + vector["number"].encode() + text + vector["mac"].encode()

    assert sealed(Frame(vector["number"], text), token) == raw
    for sent in (raw, raw[:-64] + raw[-64:].upper()):  # both cases of hex are seen
        assert opened(sent, token) == Frame(vector["number"], text)


@given(xml, st.data())
def test_a_frame_is_whole_only_when_all_of_it_has_come(content: bytes, data: st.DataObject) -> None:
    raw = sealed(Frame("8997", content), TOKEN)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))

    come = b""
    for begin, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        come += raw[begin:end]
        length = whole(come)
        assert length == (None if len(come) < LENGTH else len(raw))

    assert opened(come, TOKEN) == Frame("8997", content)


@given(xml, st.data())
def test_a_flipped_bit_is_never_believed(content: bytes, data: st.DataObject) -> None:
    raw = bytearray(sealed(Frame("8997", content), TOKEN))
    at = data.draw(st.integers(0, len(raw) - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    raw[at] ^= bit

    try:
        frame = opened(bytes(raw), TOKEN)
    except (Forged, Malformed):
        return
    # The header's number is outside the MAC, and so is the case of its hex.
    assert frame.xml == content
    assert HEADER - 4 <= at < HEADER or at >= len(raw) - 64


@given(st.binary(max_size=200))
def test_what_is_no_frame_is_refused_and_breaks_nothing(raw: bytes) -> None:
    with pytest.raises(GatewayError):
        opened(raw, TOKEN)


@pytest.mark.parametrize(
    "start",
    [
        *(
            b"0       ",
            b"86      ",
            b"-147    ",
            b"+147    ",
            b" 147    ",
            b"00000147",
            b"1 47    ",
        ),
        *(b"147\t    ", b"        ", b"99999999", f"{LONGEST + 1:<8}".encode(), b"\xff" * 8),
        "１４７".encode()[:8],
    ],
)
def test_an_impossible_length_ends_the_reading(start: bytes) -> None:
    with pytest.raises(Malformed):
        whole(start)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda raw: raw[:-1],
        lambda raw: raw + b"0",
        lambda raw: raw.replace(b"CNNONTAX", b"CNNONTAY"),
        lambda raw: raw.replace(b"1.0", b"1.1", 1),
        lambda raw: raw[: HEADER - 4] + b"59 6" + raw[HEADER:],
        lambda raw: raw[:-64] + b"g" * 64,
    ],
)
def test_a_frame_that_is_not_as_it_must_be_is_malformed(wrong: Any) -> None:
    with pytest.raises(Malformed):
        opened(wrong(sealed(FRAME, TOKEN)), TOKEN)


def test_another_token_opens_nothing() -> None:
    with pytest.raises(Forged):
        opened(sealed(FRAME, TOKEN), b"another")
