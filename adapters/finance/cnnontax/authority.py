"""A finance authority that speaks CNNONTAX: each verb of the port is a message or two.

Which of these are found in public texts and which are inferred: docs/reference/finance-cnnontax.md.
"""

from datetime import datetime

from adapters.finance.cnnontax.envelope import Fields
from adapters.finance.cnnontax.hearing import given_back, taken
from adapters.finance.cnnontax.line import Line
from adapters.finance.cnnontax.notices import VOID, read_notice, write_draft
from adapters.finance.cnnontax.numbers import Numbers
from adapters.finance.cnnontax.payments import read_receipt, write_payment, write_refund
from adapters.finance.cnnontax.settings import Settings
from adapters.finance.words import Words
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import Malformed, NotFound, RefusedForNow, Unavailable
from channel_gateway.domain.notices import (
    Confirmation,
    GivenBack,
    IssuedNotice,
    Notice,
    NoticeDraft,
    Receipt,
)
from channel_gateway.ports import NoticeSettledElsewhere, Tools


class Cnnontax:
    """Implements `FinanceAuthority` and `OwnCodes`."""

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self.codes_begin = settings.region
        self._settings = settings
        self._tools = tools
        self._line = Line(settings.node(), tools, settings.results)
        self._numbers = Numbers(tools, settings.region)
        self._words = Words(tools.name, tools.store, tools.vault)

    async def look_up(self, pay_code: str, check_code: str) -> Notice:
        """8997, answered 5997. That none is found by no voucher is inferred."""
        asked = {"PayCode": pay_code, "CrcCode": check_code}
        message = await self._line.ask("8997", asked, ("5997", "5001"))
        if message.head.number == "5001":
            raise Malformed("a question without its answer")
        if not message.vouchers:
            raise NotFound("finance has no such notice", field="pay_code")
        try:
            notice = read_notice(message.fields(), self._tools.clock.now())
        except (KeyError, ValueError) as error:
            raise Malformed("a notice of finance's cannot be read") from error
        if notice.pay_code != pay_code:
            raise Unavailable("finance's answer is about another notice")
        return notice

    async def issue(self, number: str, draft: NoticeDraft) -> IssuedNotice:
        """8994, answered 5001. The unit gives the 缴款码; of one given before we look up first."""
        given, new = await self._numbers.given(number, draft)
        code = self._numbers.check_code(given)
        if not new:
            try:
                return IssuedNotice(await self.look_up(given.pay_code, code), code)
            except NotFound:
                pass  # it never arrived
        written = write_draft(draft, given.pay_code, code, beijing_day(given.made_at))
        fields = {**written, **self._payee(), "MobilePhone": self._settings.phone}
        await self._line.ask("8994", fields, ("5001",))
        region = {"AdmDivCode": self._settings.region}
        return IssuedNotice(read_notice({**written, **region}, self._tools.clock.now()), code)

    async def void(self, pay_code: str, reason: str) -> None:
        """4601-2, answered 4001; that it is 4601 with PayStats 2 is inferred."""
        fields = {"PayCode": pay_code, "PayStats": VOID, "Memo": reason}
        await self._line.ask("4601", fields, ("4001",))

    async def confirm(self, confirmation: Confirmation) -> datetime:
        """5996 the other way round, answered 8001: inferred. The answer names no moment."""
        modes, node, told = self._settings.pay_modes, self._settings.own_node, confirmation
        try:
            await self._line.ask("5996", write_payment(told, modes, node), ("8001",))
        except NoticeSettledElsewhere:
            await self._claim(told)
            raise
        await self._words.keep(taken(self._words, told, self._tools.clock.now()))
        return told.paid_at

    async def receipt(self, paid: Confirmation) -> Receipt | None:
        """8999 for its number; 8981 has one issued; 8982 brings it. The answers are inferred."""
        which = {"PayCode": paid.pay_code, "Hold1": paid.number}
        try:
            return await self._receipt(paid, which)
        except NotFound:  # finance booked it from the channel, under the channel's number
            await self._claim(paid)
            return await self._receipt(paid, which | {"Hold1": paid.transaction})

    async def report_refund(self, paid: Confirmation, refund: GivenBack) -> Receipt | None:
        """8981 for a red receipt (冲红), repeatable by the refund's number: inferred.

        The public texts know no message of money given back. Without a receipt to reverse there is
        no red one.
        """
        fields = write_refund(paid, refund)
        await self._line.ask("8981", fields, ("5001",))
        red = None
        if refund.receipt is not None:
            red = await self._receipt(paid, {"PayCode": paid.pay_code, "Hold1": refund.number})
            if red is None:
                raise RefusedForNow("the red receipt is being made")
        await self._words.keep(given_back(self._words, paid, refund, red, self._tools.clock.now()))
        return red

    async def _receipt(self, paid: Confirmation, which: Fields) -> Receipt | None:
        message = await self._line.ask("8999", which, ("5999", "5001"))
        if not message.vouchers:
            await self._line.ask("8981", {**which, "BillType": "1"}, ("5001",))
            return None
        number = message.fields()
        asked = {name: number.get(name, "") for name in ("PayCode", "BillCode", "BillNo")}
        message = await self._line.ask("8982", asked, ("5982", "5001"))
        if len(message.vouchers) != 1 or asked["PayCode"] != paid.pay_code:
            raise Malformed("a receipt of another payment")
        return read_receipt(message.vouchers[0])

    async def _claim(self, paid: Confirmation) -> None:
        await self._words.claim(paid.pay_code, paid.transaction, paid.number, paid.amount_fen)

    def _payee(self) -> Fields:
        account = self._settings.account
        return {
            "RecAcctType": account.kind,
            "RecName": account.name,
            **{"RecAcct": account.number, "RecAcctReal": account.number},
            "RecOpBk": account.bank,
            "RecBankNo": account.bank_number,
            "IsInterBank": str(int(account.inter_bank)),
        }
