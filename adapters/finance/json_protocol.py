"""The finance authority by signed JSON: notices, confirmations, receipts, refunds, statements.

Shape: docs/reference/finance-json.md.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from adapters.finance.json_books import (
    read_confirmed_at,
    read_receipt,
    read_red_receipt,
    read_statement,
    write_confirmation,
    write_refund,
)
from adapters.finance.json_messages import (
    read_issued,
    read_notice,
    read_notices,
    read_void,
    write_draft,
)
from adapters.finance.json_refusals import refusal
from adapters.signed_json import Partner, ask
from channel_gateway.addresses import HttpAddress
from channel_gateway.domain.errors import Malformed, Unavailable
from channel_gateway.domain.notices import (
    Confirmation,
    GivenBack,
    IssuedNotice,
    Notice,
    NoticeDraft,
    Receipt,
)
from channel_gateway.domain.people import IdNumber, PersonName
from channel_gateway.pem_keys import rsa_private_key, rsa_public_key
from channel_gateway.ports import NoticeAuthority, StatementLine, Statements, Tools
from channel_gateway.sections import Section
from channel_gateway.service import Table

Answer = TypeVar("Answer")


class Settings(Section):
    base_url: HttpAddress
    app_id: str
    app_key_file: Path
    finance_public_key_file: Path
    finance_serial: str


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    finance = JsonFinance(settings, tools)
    table.offer(NoticeAuthority, tools.name, finance)
    table.offer(Statements, tools.name, finance)


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
        notice = await self._ask("/v1/notices/look-up", body, read_notice)
        if notice.pay_code != pay_code:
            raise Unavailable("finance's answer is about another notice")
        return notice

    async def owed_by(self, id_number: IdNumber, name: PersonName) -> tuple[Notice, ...]:
        body = {"id_number": id_number.reveal(), "payer_name": name.reveal()}
        return await self._ask("/v1/notices/owed", body, read_notices)

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        issued = await self._ask("/v1/notices/issue", write_draft(number, draft), read_issued)
        said = (issued.notice.unit_code, issued.notice.principal_fen)
        if said != (draft.unit_code, draft.principal_fen):
            raise Unavailable("finance's answer is about another notice")
        return issued

    async def void(self, pay_code: str, reason: str) -> None:
        body = {"pay_code": pay_code, "reason": reason}
        if await self._ask("/v1/notices/void", body, read_void) != pay_code:
            raise Unavailable("finance's answer is about another notice")

    async def confirm(self, confirmation: Confirmation) -> datetime:
        body = write_confirmation(confirmation)
        return await self._ask("/v1/payments/confirm", body, read_confirmed_at)

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        body = {"confirmation_no": paid.number}
        return await self._ask("/v1/receipts/issue", body, read_receipt)

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        return await self._ask("/v1/refunds/report", write_refund(paid, refund), read_red_receipt)

    async def statement(self, day: date) -> AsyncIterator[Sequence[StatementLine]]:
        body = {"day": day.isoformat()}
        while True:
            told = await self._ask("/v1/statements", body, read_statement)
            if told.day != day:
                raise Unavailable("finance's answer is about another day")
            yield told.lines
            if not told.next:
                return
            if not told.lines or told.next != told.lines[-1].number:
                raise Malformed("finance's statement does not go on after its last line")
            body["after"] = told.next

    async def _ask(self, path: str, body: dict[str, Any], read: Callable[[Any], Answer]) -> Answer:
        status, answer = await ask(self._partner, path, body, self._tools)
        try:
            if status == 200:
                return read(answer)
            refused = refusal(status, answer)
        except (KeyError, TypeError, ValueError) as error:
            raise Malformed(f"finance's answer to {path} cannot be read") from error
        raise refused
