"""The finance authority by signed JSON over HTTP: notices, confirmations, receipts, refunds.

Every call is a POST, so that no code or name stands in a URL. Both sides sign with RSA-SHA256 over
lines closed by a line feed. Shape: docs/reference/finance-json.md.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import BaseModel, ConfigDict

from channel_gateway.domain.days import milliseconds, moment_from_rfc3339, moment_of, rfc3339
from channel_gateway.domain.errors import (
    Forged,
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    Stale,
    Unavailable,
)
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, FeeItem, Notice, NoticeState, Receipt
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.ports import FinanceAuthority, NoticeSettledElsewhere, NoticeVoided, Tools
from channel_gateway.service import Table
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

CLOCK_TOLERANCE = timedelta(minutes=5)
REFUSALS: dict[str, type[GatewayError]] = {
    "NOT_FOUND": NotFound,
    "NOTICE_ALREADY_PAID": NoticeSettledElsewhere,
    "NOTICE_VOIDED": NoticeVoided,
    "SYSTEM_ERROR": Unavailable,
}
Answer = TypeVar("Answer")


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    base_url: str
    app_id: str
    app_key_file: Path
    finance_public_key_file: Path
    finance_serial: str


def build(table: Table, tools: Tools) -> None:
    table.offer(FinanceAuthority, tools.name, JsonFinance(Settings(**tools.section), tools))


class JsonFinance:
    def __init__(self, settings: Settings, tools: Tools) -> None:
        ours = load_pem_private_key(settings.app_key_file.read_bytes(), None)
        theirs = load_pem_public_key(settings.finance_public_key_file.read_bytes())
        if not isinstance(ours, RSAPrivateKey) or not isinstance(theirs, RSAPublicKey):
            raise ValueError("finance: the keys must be RSA keys")  # noqa: TRY004 (a setting)
        self._ours, self._theirs, self._settings, self._tools = ours, theirs, settings, tools

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        body = {"pay_code": pay_code, "check_code": check_code}
        return await self._ask("/v1/notices/look-up", body, _notice)

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        body = {"id_number": id_number.reveal(), "payer_name": name.reveal()}
        return await self._ask("/v1/notices/owed", body, _notices)

    async def confirm(self, confirmation: Confirmation) -> datetime:
        body = {
            "confirmation_no": confirmation.number,
            "pay_code": confirmation.pay_code,
            "amount_fen": confirmation.amount_fen,
            "late_fee_fen": confirmation.late_fee_fen,
            "paid_at": rfc3339(confirmation.paid_at),
            "channel": confirmation.method,
            "channel_transaction_no": confirmation.transaction,
        }
        return await self._ask("/v1/payments/confirm", body, _confirmed_at)

    async def receipt(self, number: str) -> Receipt | None:
        return await self._ask("/v1/receipts/issue", {"confirmation_no": number}, _receipt)

    async def report_refund(
        self, number: str, refund_no: str, amount_fen: Fen, reason: str
    ) -> None:
        body = {
            "refund_no": refund_no,
            "confirmation_no": number,
            "amount_fen": amount_fen,
            "reason": reason,
        }
        await self._ask("/v1/refunds/report", body, lambda answer: None)

    async def _ask(self, path: str, body: dict[str, Any], read: Callable[[Any], Answer]) -> Answer:
        now = self._tools.clock.now()
        nonce = self._tools.randomness.token(32)
        request = signed(self._settings, path, body, key=self._ours, now=now, nonce=nonce)
        response = await self._tools.http.send(request)
        verify(response, self._theirs, self._settings.finance_serial, now)
        answer = orjson.loads(response.body)
        if response.status != 200:
            kind = REFUSALS.get(answer["code"], Refused)
            raise kind(f"finance answered {answer['code']}", field=answer.get("field"))
        try:
            return read(answer)
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed(f"finance's answer to {path} cannot be read") from error


def signed(
    settings: Settings,
    path: str,
    body: dict[str, Any],
    *,
    key: RSAPrivateKey,
    now: datetime,
    nonce: str,
) -> HttpRequest:
    """A request; its signed text is method, path, timestamp, nonce and body, a line each."""
    raw, timestamp = orjson.dumps(body), str(milliseconds(now) // 1000)
    text = f"POST\n{path}\n{timestamp}\n{nonce}\n".encode() + raw + b"\n"
    fields = {
        "Content-Type": "application/json",
        "X-Finance-App": settings.app_id,
        "X-Finance-Timestamp": timestamp,
        "X-Finance-Nonce": nonce,
        "X-Finance-Signature": b64encode(key.sign(text, PKCS1v15(), SHA256())).decode(),
    }
    return HttpRequest("POST", settings.base_url.rstrip("/") + path, Headers(fields), raw)


def verify(response: HttpResponse, key: RSAPublicKey, serial: str, now: datetime) -> None:
    """Check an answer over its raw bytes. Raises `Forged`, `Stale`; an unsigned 5xx is unknown."""
    fields = response.headers
    if response.status >= 500 and "X-Finance-Signature" not in fields:
        raise Unavailable(f"finance answered {response.status}")
    try:
        timestamp, nonce = fields["X-Finance-Timestamp"], fields["X-Finance-Nonce"]
        if fields["X-Finance-Serial"] != serial:
            raise Forged("finance signed with a key we do not hold")
        if abs(now - moment_of(int(timestamp) * 1000)) > CLOCK_TOLERANCE:
            raise Stale("finance's answer is not from now")
        text = f"{timestamp}\n{nonce}\n".encode() + response.body + b"\n"
        key.verify(b64decode(fields["X-Finance-Signature"]), text, PKCS1v15(), SHA256())
    except (KeyError, ValueError, InvalidSignature) as error:
        raise Forged("finance's answer is not signed as it should be") from error


def _notices(answer: Any) -> tuple[Notice, ...]:
    return tuple(_notice(notice) for notice in answer["notices"])


def _notice(answer: Any) -> Notice:
    return Notice(
        region=answer["region"],
        pay_code=answer["pay_code"],
        unit_code=answer["unit_code"],
        unit_name=answer["unit_name"],
        payer_name=PersonName(answer["payer_name"]),
        items=tuple(_item(item) for item in answer["items"]),
        due_on=date.fromisoformat(answer["due_on"]),
        principal_fen=Fen(answer["principal_fen"]),
        late_fee_fen=Fen(answer["late_fee_fen"]),
        valid_until=_moment(answer.get("valid_until")),
        state=NoticeState(answer["state"].lower()),
    )


def _item(item: Any) -> FeeItem:
    late = item.get("late") or {}
    return FeeItem(
        code=item["code"],
        name=item["name"],
        unit=item["unit"],
        quantity=item["quantity"],
        amount_fen=Fen(item["amount_fen"]),
        late_rate_per_10000=late.get("rate_per_10000", 0),
    )


def _confirmed_at(answer: Any) -> datetime:
    return moment_from_rfc3339(answer["confirmed_at"])


def _receipt(answer: Any) -> Receipt | None:
    if answer.get("state") == "PENDING":
        return None
    return Receipt(
        code=answer["receipt_code"],
        number=answer["receipt_number"],
        check_code=answer["check_code"],
        total_fen=Fen(answer["total_fen"]),
        issued_at=moment_from_rfc3339(answer["issued_at"]),
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment_from_rfc3339(text)
