"""The finance authority by signed JSON: notices, confirmations, receipts, refunds.

Shape: docs/reference/finance-json.md. A 401 is about our clock or key, not about what was asked.
"""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from adapters.signed_json import Partner, ask
from channel_gateway.addresses import HttpAddress
from channel_gateway.domain.days import moment_from_rfc3339, rfc3339
from channel_gateway.domain.errors import (
    GatewayError,
    Malformed,
    NotFound,
    Refused,
    RefusedForNow,
    Unavailable,
)
from channel_gateway.domain.money import Fen
from channel_gateway.domain.notices import Confirmation, FeeItem, Notice, NoticeState, Receipt
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.pem_keys import rsa_private_key, rsa_public_key
from channel_gateway.ports import FinanceAuthority, NoticeSettledElsewhere, NoticeVoided, Tools
from channel_gateway.sections import Section
from channel_gateway.service import Table

REFUSALS: dict[str, type[GatewayError]] = {
    "NOT_FOUND": NotFound,
    "NOTICE_ALREADY_PAID": NoticeSettledElsewhere,
    "NOTICE_VOIDED": NoticeVoided,
}
Answer = TypeVar("Answer")


class Settings(Section):
    base_url: HttpAddress
    app_id: str
    app_key_file: Path
    finance_public_key_file: Path
    finance_serial: str


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    table.offer(FinanceAuthority, tools.name, JsonFinance(settings, tools))


class JsonFinance:
    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._tools = tools
        self._partner = Partner(
            settings.base_url.rstrip("/"),
            settings.app_id,
            rsa_private_key("app_key_file", settings.app_key_file),
            rsa_public_key("finance_public_key_file", settings.finance_public_key_file),
            settings.finance_serial,
        )

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        body = {"pay_code": pay_code, "check_code": check_code}
        notice = await self._ask("/v1/notices/look-up", body, _notice)
        if notice.pay_code != pay_code:
            raise Unavailable("finance's answer is about another notice")
        return notice

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
        status, answer = await ask(self._partner, path, body, self._tools)
        try:
            if status == 200:
                return read(answer)
            kind = REFUSALS.get(answer["code"], RefusedForNow if status == 401 else Refused)
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed(f"finance's answer to {path} cannot be read") from error
        raise kind(f"finance answered {answer['code']}", field=answer.get("field"))


def _notices(answer: Any) -> tuple[Notice, ...]:
    return tuple(_notice(notice) for notice in answer["notices"])


def _notice(answer: Any) -> Notice:
    until = answer.get("valid_until")
    return Notice(
        answer["region"],
        answer["pay_code"],
        answer["unit_code"],
        answer["unit_name"],
        PersonName(answer["payer_name"]),
        tuple(_item(item) for item in answer["items"]),
        due_on=date.fromisoformat(answer["due_on"]),
        principal_fen=Fen(answer["principal_fen"]),
        late_fee_fen=Fen(answer["late_fee_fen"]),
        valid_until=until and moment_from_rfc3339(until),
        state=NoticeState(answer["state"].lower()),
    )


def _item(item: Any) -> FeeItem:
    rate = (item.get("late") or {}).get("rate_per_10000", 0)
    amount = Fen(item["amount_fen"])
    return FeeItem(item["code"], item["name"], item["unit"], item["quantity"], amount, rate)


def _confirmed_at(answer: Any) -> datetime:
    return moment_from_rfc3339(answer["confirmed_at"])


def _receipt(answer: Any) -> Receipt | None:
    if answer.get("state") == "PENDING":
        return None
    code, number, check = (answer[k] for k in ("receipt_code", "receipt_number", "check_code"))
    total, issued_at = Fen(answer["total_fen"]), moment_from_rfc3339(answer["issued_at"])
    return Receipt(code, number, check, total, issued_at)
