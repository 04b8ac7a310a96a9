"""A refused body as it is kept: no person in it, however it was written."""

import json
import re
from hashlib import sha256
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channel_gateway.web.refused.masked_body import MOST_BYTES, masked_body

PHONE, IDENTITY, NAME, STREET = "13800138000", "330102199003072119", "欧阳样张", "文三路90号"
PUSH = {
    "status": "polling",
    "lastResult": {
        "nu": "1136281381675",
        "com": "ems",
        "data": [
            {
                "context": f"【杭州市】快递员：{NAME}，电话：{PHONE}，正在派送",
                "receiverName": NAME,
                "recAddress": STREET,
                "idNumber": IDENTITY,
            }
        ],
    },
}


def as_it_is():
    return json.dumps(PUSH, ensure_ascii=False)


def escaped():
    return json.dumps(PUSH)


def all_escaped():
    return "".join(f"\\u{ord(each):04x}" if each.isalnum() else each for each in as_it_is())


def as_a_form():
    return urlencode({"param": as_it_is(), "sign": "9A0364B9E99BB480DD25E1F0284C8555"})


def as_a_form_of_escapes():
    return urlencode({"param": escaped()})


def every_letter_as_percents():
    return "param=" + "".join(f"%{byte:02X}" for byte in as_it_is().encode())


def twice_a_form():
    return "a=" + quote(quote(as_it_is()))


def within_a_text_of_json():
    return json.dumps({"msg": escaped()})


def as_xml():
    return (
        f"<push><receiverName>{NAME}</receiverName><d recMobile='{PHONE}' idcard='{IDENTITY}'/>"
        f"<address><![CDATA[{STREET}]]></address></push>"
    )


@pytest.mark.parametrize(
    "written",
    [
        as_it_is,
        escaped,
        all_escaped,
        as_a_form,
        as_a_form_of_escapes,
        every_letter_as_percents,
        twice_a_form,
        within_a_text_of_json,
        as_xml,
    ],
)
def test_nobody_is_in_it_however_it_is_written(written):
    kept = masked_body(written().encode())

    assert all(each not in kept for each in (PHONE, IDENTITY, NAME, STREET, "0138", "样张"))


def test_what_an_operator_looks_for_is_still_there():
    kept = masked_body(as_a_form().encode())

    assert kept.startswith(
        'param={"status": "•×7", "lastResult": {"nu": "•×13", "com": "•×3", "data":'
    )


def test_what_was_wrapped_three_times_is_read():
    assert masked_body(b"a=%25257B%252522state%252522%25253A3%25257D") == 'a={"state":3}'


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (
            '{"opCode":"50","acceptTime":"2026-03-10 10:00:00","remark":"派件员王建国"}',
            '{"opCode":"50","acceptTime":"2026-03-10 10:00:00","remark":"•×6"}',
        ),
        ('<r acceptAddress="杭州 文三路90号" op="50"/>', '<r acceptAddress="•×2 •×6" op="50"/>'),
        (r"{\"recName\": \"欧阳 样张\", \"s\": 3}", r"{\"recName\": \"•×2 •×2\", \"s\": 3}"),
        (
            '{"receiver":"林示例","contact":["林示例","Li"]}',
            '{"receiver":"•×3","contact":["•×3","•×2"]}',
        ),
        ('{"姓名":"林示例","phone":13800138000,"state":3}', '{"•×2":"•×3","phone":•×11,"state":3}'),
        ("waybill=SF7444400048449&opCode=8000", "waybill=•×15&opCode=8000"),
        ("id=330106900101001&id=33010619900101001X", "id=•×15&id=•×18"),
        ('{"deep":[[null,true]]}', '{"deep":[[null,true]]}'),
    ],
)
def test_the_shape_stays_and_people_go(written, kept):
    assert masked_body(written.encode()) == kept


CHAT = '我叫欧阳样张，他说"好"，]<b> 样张 in \\ 样张'


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"MsgType": "text", "Content": CHAT, "MsgId": 7}, ensure_ascii=False),
        json.dumps({"MsgType": "text", "Content": CHAT, "MsgId": 7}),
        f"<xml><MsgType>text</MsgType><Content><![CDATA[{CHAT}]]></Content><MsgId>7</MsgId></xml>",
        f"<xml><MsgType>text</MsgType><Content>{escape(CHAT)}</Content><MsgId>7</MsgId></xml>",
        json.dumps({"MsgType": "voice", "Recognition": CHAT, "MsgId": 7}),
    ],
)
def test_what_a_citizen_wrote_to_a_mini_program_goes_whole(written):
    kept = masked_body(written.encode())

    assert "样张" not in kept
    assert "好" not in kept
    assert "MsgType" in kept
    assert "MsgId" in kept
    assert "样张" not in masked_body(written.partition("MsgId")[0][:-12].encode())


@pytest.mark.parametrize(
    "written",
    [
        "138 0013 8000",
        "138-0013-8000",
        "138.0013.8000",
        "138_0013_8000",
        "138/0013/8000",
        "(138)0013 8000",
        "+86 13800138000",
        "8613800138000",
        "１３８００１３８０００",
        "138\u200b0013\u200b8000",
        "138\\u200b00138000",
        "&#49;3800138000",
        "0571-88880000",
    ],
)
def test_a_phone_written_in_parts_is_one_all_the_same(written):
    kept = masked_body(f'{{"t":"{written}"}}'.encode())

    assert not re.search(r"\d{3}", re.sub(r"•×\d+", "", kept))


@pytest.mark.parametrize("coding", ["gbk", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_is_no_text_is_told_by_its_length_and_digest(coding):
    body = as_it_is().encode(coding)

    assert masked_body(body) == (
        f"no UTF-8: {len(body)} bytes, SHA-256 {sha256(body).hexdigest()[:16]}"
    )


def test_letters_of_two_bytes_are_no_text_either_where_all_are_latin():
    assert masked_body(b"n\0=\x001\0").startswith("no UTF-8: 6 bytes, SHA-256 ")


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    st.sampled_from(["", '"a":"', "a=", "<a b='", "&#x"]),
)
def test_no_chinese_and_no_long_number_is_left_of_anything(text, before):
    kept = re.sub(r"•×\d+", "", masked_body((before + text).encode()))

    assert not re.search("[^\x00-\x7f]", kept)
    for number in re.findall(r"\d(?:[^\w\s{}<>=&]{0,4}\d)*", kept):
        assert len(re.findall(r"\d", number)) <= 6 or number.startswith("20")


def test_a_letter_that_the_cut_would_tear_is_left_out():
    for before in range(4):
        assert masked_body(b"{" * before + "字".encode() * 20_000).startswith("{" * before + "•×")


def test_it_is_cut():
    assert len(masked_body("字".encode() * 30_000).encode()) <= MOST_BYTES


@pytest.mark.parametrize(
    "written",
    [
        b"\\" * 60_000,
        b"name" * 15_000,
        b"a." * 30_000,
        b'"name":"' + b"\\n" * 20_000,
        b'"Content"' + b" " * 30_000,
        b"<Content>" * 10_000,
        b"<Content><![CDATA[" * 5_000,
        b'"Content":"' * 10_000,
    ],
)
def test_no_body_takes_long_to_mask(written):
    # Were any pattern's time the square of the length, these would take minutes.
    masked_body(written * 3)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_kept(body):
    masked_body(body).encode()
