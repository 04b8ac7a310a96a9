"""What finance pushes: taken when it is kept, refused in its words, and else not answered."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.finance.cnnontax.envelope import Fields, Head, read, written
from adapters.finance.cnnontax.frames import Frame, opened, sealed
from adapters.finance.cnnontax.listening import Counter
from adapters.finance.words import Said, Words
from channel_gateway.domain.days import moment_from_beijing_text
from channel_gateway.domain.errors import Forged, GatewayError, Malformed, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.ports import PaidNotice
from tests.unit.finance.cnnontax.node import (
    FINANCE,
    OWN,
    REGION,
    SETTINGS,
    TOKEN,
    FakeHearer,
    FakeNode,
    tools_beside,
)

PUSHED = {
    "AdmDivCode": REGION,
    "PayCode": "32068222300000000008",
    **{"CfmDate": "20260105", "CfmTime": "132935", "Amt": "80.0"},
    **{"BankOutlet": "示例银行", "PayMode": "11", "TraNoBus": "ICBC1"},
}
TOLD = PaidNotice(
    "32068222300000000008",
    Fen(8000),
    moment_from_beijing_text("2026-01-05 13:29:35"),
    "ICBC1",
    authority="rugao",
)


@dataclass
class Window:
    """The counter on a socket, and whoever hears behind it."""

    port: int
    hearers: list[FakeHearer]
    words: Words
    codes: list[str] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    async def put(self, *pieces: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
        return answer


@pytest.fixture
async def window() -> AsyncIterator[Window]:
    hearers = [FakeHearer()]
    tools = await tools_beside(FakeNode())
    counter = Counter(SETTINGS.node(), tools, lambda: hearers)
    made = Window(0, hearers, Words(tools.name, tools.store, tools.vault))

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            made.codes.append(await counter.answer(reader, writer))
        except (GatewayError, EOFError) as trouble:
            made.troubles.append(trouble)
        finally:
            writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def frame(fields: Fields | None = None, *, number: str = "5996", target: str = OWN) -> bytes:
    head = Head(FINANCE, target, number, "M1", "M1", "20260105")
    return sealed(Frame(number, written(head, PUSHED if fields is None else fields)), TOKEN)


def said(answer: bytes) -> tuple[str, Fields]:
    """What an answer says, once it has been verified."""
    message = read(opened(answer, TOKEN).xml)
    assert (message.head.source, message.head.target) == (OWN, FINANCE)
    assert message.head.answers == "M1"
    return message.head.number, message.fields()


def frame_of(body: bytes, *, count: int = 1) -> bytes:
    """Rightly sealed, whatever its voucher is."""
    head = "<APP>CNNONTAX</APP><VER>1.0</VER><Reserve/><WorkDate>20260105</WorkDate>"
    head += f"<SRC>{FINANCE}</SRC><DES>{OWN}</DES><MsgNo>5996</MsgNo>"
    head += "<MsgID>M1</MsgID><MsgRef>M1</MsgRef>"
    voucher = f"<VoucherBody><Voucher>{b64encode(body).decode()}</Voucher></VoucherBody>"
    inner = f"<MSG><MOF><VoucherCount>{count}</VoucherCount>{voucher}</MOF></MSG>"
    return sealed(Frame("5996", f"<CFX><HEAD>{head}</HEAD>{inner}</CFX>".encode("gbk")), TOKEN)


def voucher(*fields: tuple[str, str]) -> bytes:
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in fields)
    return f"<Voucher>{inner}</Voucher>".encode("gbk")


async def test_a_payment_is_kept_and_then_acknowledged(window: Window) -> None:
    number, fields = said(await window.put(frame()))

    assert (number, fields["OriMsgNo"], fields["Result"]) == ("8001", "5996", "00000")
    assert window.hearers[0].told == [TOLD]
    assert window.codes == [""]
    (word,) = await window.words.about(TOLD.pay_code)
    assert (word.last.message, word.last.said, word.last.amount_fen) == ("5996", Said.PAID, 8000)
    assert (word.transaction, word.number, word.at) == ("ICBC1", "", TOLD.paid_at)


async def test_a_payment_in_pieces_is_the_same(window: Window) -> None:
    raw = frame()

    said(await window.put(raw[:3], raw[3:20], raw[20:-1], raw[-1:]))

    assert window.hearers[0].told == [TOLD]


async def test_what_cannot_be_kept_is_not_acknowledged(window: Window) -> None:
    window.hearers[0].down = True

    _, fields = said(await window.put(frame()))

    assert fields["Result"] == "99999"
    assert isinstance(window.troubles[0], Unavailable)
    assert await window.words.about(TOLD.pay_code) == []


async def test_without_anybody_to_hear_nothing_is_acknowledged(window: Window) -> None:
    window.hearers.clear()

    _, fields = said(await window.put(frame()))

    assert fields["Result"] == "99999"


@pytest.mark.parametrize(
    ("raw", "trouble"),
    [
        (frame()[:-64] + b"0" * 64, Forged),
        (frame().replace(b"CNNONTAX", b"CNNONTAY"), Malformed),
        (b"GET / HTTP/1.1\r\n\r\n", Malformed),
        (sealed(Frame("5996", b"<no xml"), TOKEN), Malformed),
        (sealed(Frame("5996", b"<!DOCTYPE a><CFX/>"), TOKEN), Malformed),
        (sealed(Frame("5996", "<CFX>玛</CFX>".encode()), TOKEN), Malformed),
    ],
)
async def test_what_is_not_finances_is_not_answered(
    window: Window, raw: bytes, trouble: type[Exception]
) -> None:
    assert await window.put(raw) == b""

    assert [type(each) for each in window.troubles] == [trouble]
    assert window.hearers[0].told == []


@pytest.mark.parametrize(
    "raw",
    [
        frame(number="8994"),
        frame(target="K3206820009"),
        frame(PUSHED | {"AdmDivCode": "330199"}),
        frame(PUSHED | {"PayCode": ""}),
        frame(PUSHED | {"TraNoBus": ""}),
        frame(PUSHED | {"TraNoBus": "1" * 65}),
        frame(PUSHED | {"TraNoBus": "ICBC\n1"}),
        frame(PUSHED | {"PayCode": "33019922300000000008"}),
        frame(PUSHED | {"PayCode": "320682223000000000|8"}),
        frame(PUSHED | {"Amt": "8e1"}),
        frame(PUSHED | {"Amt": "0.00"}),
        frame(PUSHED | {"Amt": "-80.00"}),
        frame(PUSHED | {"CfmDate": "20991231"}),
        frame(PUSHED | {"CfmDate": "19000101"}),
        frame(PUSHED | {"CfmTime": "1329"}),
        frame({"PayCode": "32068222300000000008"}),
        frame_of(voucher(*PUSHED.items(), ("Amt", "1.00"))),
        frame_of(voucher(*PUSHED.items()), count=2),
        frame_of(voucher(*PUSHED.items()).replace(b"ICBC1", b"ICBC1\x81<")),
        frame_of("<!DOCTYPE a><Voucher/>".encode("utf-16-le")),
    ],
)
async def test_what_is_finances_but_makes_no_sense_is_refused_in_its_words(
    window: Window, raw: bytes
) -> None:
    _, fields = said(await window.put(raw))

    assert fields["Result"] == "99999"
    assert window.codes == ["malformed"]
    assert window.hearers[0].told == []


async def test_a_rightly_written_voucher_is_taken(window: Window) -> None:
    _, fields = said(await window.put(frame_of(voucher(*PUSHED.items()))))

    assert (fields["Result"], window.hearers[0].told) == ("00000", [TOLD])


async def test_what_is_told_otherwise_than_before_is_refused_and_kept_as_finances_word(
    window: Window,
) -> None:
    await window.put(frame())
    window.hearers[0].otherwise = True

    _, fields = said(await window.put(frame(PUSHED | {"Amt": "1.00"})))

    assert (fields["Result"], window.codes[-1]) == ("99999", "told_otherwise")
    (word,) = await window.words.about(TOLD.pay_code)
    assert [each.amount_fen for each in word.said] == [8000, 100]
