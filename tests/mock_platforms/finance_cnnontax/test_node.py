"""The node is strict: length, MAC, head, fields; and it is read without a line of the adapter."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mock_platforms.finance_cnnontax import build
from mock_platforms.finance_cnnontax.frames import length, put_together, take_apart
from mock_platforms.keys import KeyFolder
from mock_platforms.stage import Stage
from mock_platforms.wire import Request

VECTORS = json.loads(Path("tests/vectors/finance_cnnontax.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 1, 7, 4, 0, tzinfo=UTC)
D = '<?xml version="1.0" encoding="GBK"?>'
NOTICE = {
    "AdmDivCode": "320699",
    "PayCode": "32069926300000000009",
    "BillDate": "20260107",
    **{"ChgAgenCode": "0104901", "ChgAgenName": "示例市不动产登记中心", "PayerName": "林示例"},
    **{"Amt": "80.00", "OriAmt": "80.00", "DelayAmt": "0.00", "PayStats": "0"},
    **{"RecAcctType": "1", "RecName": "汇缴专户", "RecAcct": "1", "RecAcctReal": "1"},
    **{"RecOpBk": "示例银行", "RecBankNo": "1", "IsInterBank": "0"},
    "PayInfo": "103043211|不动产登记费|80.0|次|1|不限制|0.0-0.0#",
    **{"CrcCode": "1357", "MobilePhone": "051300000000", "Hold1": "Y"},
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    builds = {"finance_cnnontax": build}
    return Stage(tmp_path, builds, keys=KeyFolder(tmp_path / "keys"), wall=lambda: NOW)


def token(stage: Stage) -> str:
    return stage.keys.secret("finance_cnnontax_token", 32)


def message(number: str, values: dict[str, str], **head: str) -> str:
    about = {
        **{"APP": "CNNONTAX", "VER": "1.0", "SRC": "K3206990002", "DES": "F320699"},
        **{"MsgNo": number, "MsgID": "1", "MsgRef": "1", "WorkDate": "20260107", "Reserve": ""},
    } | head
    inner = f"{D}<Voucher>{tags(values)}</Voucher>".encode("gbk")
    return (
        f"{D}<CFX><HEAD>{tags(about)}</HEAD><MSG><MOF><VoucherCount>1</VoucherCount>"
        f"<VoucherBody><Voucher>{base64.b64encode(inner).decode()}</Voucher></VoucherBody>"
        "</MOF></MSG></CFX>"
    )


def tags(values: dict[str, str]) -> str:
    return "".join(f"<{name}>{value}</{name}>" for name, value in values.items())


def frame(number: str, xml: bytes, secret: str) -> bytes:
    """By hand, as the published layout has it."""
    mac = hashlib.sha256(secret.encode() + xml).hexdigest()
    rest = b"CNNONTAX1.0" + number.encode() + xml + mac.encode()
    return f"{len(rest) + 8:<8}".encode() + rest


async def ask(stage: Stage, raw: bytes) -> tuple[str, str]:
    """The message and the voucher that come back."""
    request = Request("TCP", f"/{raw[19:23].decode('ascii', 'replace')}", body=raw)
    answer = (await stage.handle("finance_cnnontax", request)).body
    assert length(answer[:8]) == len(answer)
    text = take_apart(answer, token(stage)).xml.decode("gbk")
    inner = text.partition("<VoucherBody><Voucher>")[2].partition("</Voucher>")[0]
    return answer[19:23].decode(), base64.b64decode(inner).decode("gbk")


async def say(stage: Stage, number: str, values: dict[str, str], **head: str) -> tuple[str, str]:
    return await ask(
        stage, frame(number, message(number, values, **head).encode("gbk"), token(stage))
    )


@pytest.mark.parametrize("vector", VECTORS["frames"], ids=lambda vector: vector["number"])
def test_a_frame_is_what_the_vectors_say(vector: dict[str, Any]) -> None:
    xml = vector["xml"].encode("gbk")

    raw = put_together(vector["number"], xml, vector["token"])

    assert length(raw[:8]) == len(raw) == vector["length"]
    assert raw[-64:].decode().lower() == vector["mac"]
    assert take_apart(raw, vector["token"]).xml == xml


@pytest.mark.parametrize("start", [b"147", b"0147    ", b"        ", b"-1      ", b"5       "])
def test_a_stream_that_begins_with_no_length_is_cut(start: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever it says)
        length(start)


async def test_a_notice_is_taken_in_once_under_its_code(stage: Stage) -> None:
    for _ in range(2):
        number, said = await say(stage, "8994", NOTICE)
        assert number == "5001"
        assert "<OriMsgNo>8994</OriMsgNo><Result>00000</Result>" in said

    _, other = await say(stage, "8994", NOTICE | {"PayerName": "别人"})
    assert "<Result>99999</Result>" in other


async def test_a_notice_is_found_by_both_its_codes_alone(stage: Stage) -> None:
    await say(stage, "8994", NOTICE)
    asked = {name: NOTICE[name] for name in ("AdmDivCode", "PayCode")}

    number, found = await say(stage, "8997", asked | {"CrcCode": "1357"})
    assert (number, "<PayerName>林示例</PayerName>" in found) == ("5997", True)
    for wrong in (asked | {"CrcCode": "1358"}, asked):
        assert await say(stage, "8997", wrong) == ("5997", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AdmDivCode", "32069"),
        ("PayCode", "3206992630000000000X"),
        ("BillDate", "2026-01-07"),
        ("BillDate", "20261307"),
        ("ChgAgenCode", "1" * 31),
        ("PayerName", ""),
        ("Amt", "80.001"),
        ("Amt", "81.00"),
        ("PayStats", "1"),
        ("CrcCode", "13579"),
        ("MobilePhone", ""),
        ("PayInfo", "x" * 501),
        ("Invented", "1"),
        ("AdmDivCode", "320682"),
    ],
)
async def test_a_field_that_is_wrong_or_too_long_is_refused(
    stage: Stage, name: str, value: str
) -> None:
    _, said = await say(stage, "8994", NOTICE | {name: value})

    assert "<Result>99999</Result>" in said
    assert stage.requests[-1].response.why


@pytest.mark.parametrize(
    "head",
    [
        *({"APP": "OTHER"}, {"VER": "2.0"}, {"SRC": "K1"}, {"DES": "F1"}, {"MsgNo": "8997"}),
        *({"MsgID": ""}, {"WorkDate": "today"}),
    ],
)
async def test_a_head_that_is_not_right_is_refused(stage: Stage, head: dict[str, str]) -> None:
    number, said = await say(stage, "8994", NOTICE, **head)

    assert (number, "<Result>99999</Result>" in said) == ("4001", True)


async def test_another_mac_another_encoding_and_another_message_are_refused(stage: Stage) -> None:
    xml, secret = message("8994", NOTICE, Reserve="林"), token(stage)
    wrong = (
        frame("8994", xml.encode("gbk"), "another token"),
        frame("8994", xml.encode(), secret),
        frame("8994", xml.replace("林", "&unheard;").encode("gbk") + b"<", secret),
        frame("1234", xml.encode("gbk"), secret),
    )

    for raw in wrong:
        number, said = await ask(stage, raw)
        assert (number, "<Result>99999</Result>" in said) == ("4001", True)


PAID = {
    **{"AdmDivCode": "320699", "PayCode": NOTICE["PayCode"], "Amt": "80.00", "PayMode": "51"},
    **{"CfmDate": "20260107", "CfmTime": "115900", "TraNoBus": "4200001", "Hold1": "G1"},
    "Operator": "K3206990002",
}
ASKED = {"AdmDivCode": "320699", "PayCode": NOTICE["PayCode"], "CrcCode": "1357"}


@pytest.mark.parametrize(
    ("fault", "parameters", "said"),
    [
        (None, {}, ("<PayStats>1<", "<Amt>80.00<")),
        ("says_unpaid", {}, ("<PayStats>0<", "<Amt>80.00<")),
        ("says_other_amount", {"by_fen": -1}, ("<PayStats>1<", "<Amt>79.99<", "<OriAmt>79.99<")),
    ],
)
async def test_what_was_paid_may_be_forgotten_or_have_another_amount(
    stage: Stage, fault: str | None, parameters: dict[str, int], said: tuple[str, ...]
) -> None:
    await say(stage, "8994", NOTICE)
    if fault:
        stage.faults.add("finance_cnnontax", fault, parameters=parameters)
    assert "<PayStats>0<" in (await say(stage, "8997", ASKED))[1]  # nothing is paid yet
    await say(stage, "5996", PAID)

    _, answer = await say(stage, "8997", ASKED)

    assert all(each in answer for each in said)
