"""The finance protocol: an answer rightly signed is still compared with what was asked."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from adapters.finance.json_protocol import JsonFinance, Settings
from channel_gateway.domain.days import milliseconds
from channel_gateway.domain.errors import Malformed, NotFound, Refused, RefusedForNow, Unavailable
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, FeeItem, NoticeDraft
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import NoticeAmountDiffers, NoticePaidAlready, StatementLine, Tools
from channel_gateway.wire import Headers, HttpRequest, HttpResponse
from tests.contracts.notices import given_back
from tests.unit.payment.fakes import CountingNames, MovedClock

ASKED = "33019926300000000001"
NOTICE = {
    "region": "330199",
    "pay_code": ASKED,
    "unit_code": "330199011",
    "unit_name": "示例市公安局交通警察支队",
    "payer_name": "林示例",
    "items": [
        {
            "code": "103050101",
            "name": "交通违法罚款",
            "unit": "次",
            "quantity": 1,
            "amount_fen": 200,
        }
    ],
    "due_on": "2026-12-28",
    "principal_fen": 200,
    "late_fee_fen": 0,
    "valid_until": None,
    "state": "UNPAID",
}

DRAFT = NoticeDraft(
    "330199011",
    "示例市公安局交通警察支队",
    PersonName("林示例"),
    IdNumber("990101199001010019"),
    (FeeItem("103050101", "交通违法罚款", "次", 1, Fen(200)),),
    date(2026, 12, 28),
)


@dataclass
class FakeFinance:
    """An `HttpSender` that is finance: it gives the answer it was told to, rightly signed."""

    key: RSAPrivateKey
    clock: MovedClock
    answer: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    to_another_call: bool = False

    async def send(self, request: HttpRequest, *, timeout_s: float = 10) -> HttpResponse:
        body, timestamp = orjson.dumps(self.answer), str(milliseconds(self.clock.now()) // 1000)
        nonce = "n" * 32 if self.to_another_call else request.headers["X-Finance-Nonce"]
        text = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = self.key.sign(text, PKCS1v15(), SHA256())
        signed = {
            "X-Finance-Serial": "FIN-1",
            "X-Finance-Timestamp": timestamp,
            "X-Finance-Nonce": nonce,
            "X-Finance-Signature": b64encode(signature).decode(),
        }
        return HttpResponse(self.status, Headers(signed), body)


PAID = Confirmation(
    number="G1",
    pay_code=ASKED,
    amount_fen=Fen(200),
    late_fee_fen=Fen(0),
    paid_at=datetime(2026, 1, 5, 4, 0, tzinfo=UTC),
    method="wechat_pay",
    transaction="4200001",
)


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    return generate_private_key(65537, 2048)


@pytest.fixture
def finance(key: RSAPrivateKey) -> FakeFinance:
    return FakeFinance(key, MovedClock())


@pytest.fixture
def protocol(finance: FakeFinance, tmp_path: Path) -> JsonFinance:
    ours, theirs = tmp_path / "ours.pem", tmp_path / "theirs.pem"
    ours.write_bytes(finance.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    theirs.write_bytes(
        finance.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    settings = Settings(
        base_url="https://finance.test",
        app_id="gateway",
        app_key_file=ours,
        finance_public_key_file=theirs,
        finance_serial="FIN-1",
    )
    unused: Any = None
    tools = Tools(
        name="finance",
        section={},
        store=unused,
        http=finance,
        clock=finance.clock,
        randomness=CountingNames(),
        vault=unused,
        identities=unused,
        chains=unused,
        public_url="https://x",
    )
    return JsonFinance(settings, tools)


async def test_the_notice_that_was_asked_for_is_read(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = NOTICE

    assert (await protocol.look_up(ASKED, "1357")).pay_code == ASKED


async def test_an_answer_about_another_notice_is_not_believed(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = NOTICE | {"pay_code": "33019926300000000002"}

    with pytest.raises(Unavailable, match="another notice"):
        await protocol.look_up(ASKED, "1357")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (403, "18012", Refused),
        (422, "AMOUNT_MISMATCH", NoticeAmountDiffers),
        (409, "CONFIRMATION_MISMATCH", Refused),
        (400, "INVALID_REQUEST", Refused),
        (401, "NONCE_REPEATED", RefusedForNow),
        (401, "STALE_REQUEST", RefusedForNow),
        (404, "NOT_FOUND", NotFound),
        (409, "NOTICE_MISMATCH", Refused),
        (409, "VOID_AFTER_PAYMENT", NoticePaidAlready),
    ],
)
async def test_a_refusal_for_good_is_told_from_one_that_passes(
    protocol: JsonFinance, finance: FakeFinance, status: int, code: str, kind: type[Exception]
) -> None:
    finance.status, finance.answer = status, {"code": code, "message": ""}

    with pytest.raises(kind) as refused:
        await protocol.receipt(PAID)

    assert type(refused.value) is kind


@pytest.mark.parametrize(
    ("said", "expected"),
    [({"amount_fen": 21200, "late_fee_fen": 1200}, 21200), ({}, None), ("21200", None)],
)
async def test_of_another_amount_finance_says_which_it_wants(
    protocol: JsonFinance, finance: FakeFinance, said: Any, expected: int | None
) -> None:
    finance.status = 422
    finance.answer = {"code": "AMOUNT_MISMATCH", "message": "", "expected": said}

    with pytest.raises(NoticeAmountDiffers) as refused:
        await protocol.confirm(PAID)

    assert refused.value.expected_fen == expected


@pytest.mark.parametrize("other", [{"unit_code": "330199021"}, {"principal_fen": 300}])
async def test_an_issued_notice_that_was_not_drafted_is_not_believed(
    protocol: JsonFinance, finance: FakeFinance, other: dict[str, Any]
) -> None:
    finance.answer = {"notice": NOTICE | other, "check_code": "1357"}

    with pytest.raises(Unavailable, match="another notice"):
        await protocol.issue("N1", DRAFT)


async def test_the_check_code_of_an_issued_notice_is_not_printed(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = {"notice": NOTICE, "check_code": "1357"}
    issued = await protocol.issue("N1", DRAFT)

    assert issued.check_code == "1357"
    assert "1357" not in repr(issued)


async def test_another_notice_s_withdrawal_is_not_believed(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = {"state": "VOIDED", "pay_code": "33019926300000000002"}

    with pytest.raises(Unavailable, match="another notice"):
        await protocol.void(ASKED, "重复开单")


async def test_a_notice_that_is_not_void_was_not_withdrawn(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = {"state": "UNPAID", "pay_code": ASKED}

    with pytest.raises(Malformed):
        await protocol.void(ASKED, "重复开单")


async def test_an_answer_to_another_call_is_not_believed(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer, finance.to_another_call = {"state": "REPORTED"}, True

    with pytest.raises(Unavailable, match="another call"):
        await protocol.report_refund(PAID, given_back(PAID, "G1R1", 100))


async def whole(protocol: JsonFinance, day: date) -> list[StatementLine]:
    return [line async for lines in protocol.statement(day) for line in lines]


async def test_a_statement_of_another_day_is_not_believed(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = {"day": "2026-01-07", "lines": []}

    assert await whole(protocol, date(2026, 1, 7)) == []
    with pytest.raises(Unavailable, match="another day"):
        await whole(protocol, date(2026, 1, 8))


async def test_a_statement_that_does_not_go_on_after_its_last_line_is_not_asked_for_ever(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer = {"day": "2026-01-07", "lines": [], "next": "order-1"}

    with pytest.raises(Malformed):
        await whole(protocol, date(2026, 1, 7))


async def test_a_day_whose_books_are_open_is_asked_for_again_later(
    protocol: JsonFinance, finance: FakeFinance
) -> None:
    finance.answer, finance.status = {"code": "DAY_NOT_READY", "message": "later"}, 409

    with pytest.raises(RefusedForNow):
        await whole(protocol, date(2026, 1, 7))
