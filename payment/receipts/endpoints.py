"""The rows of receipts: one's own on paper, anybody's verified, those that are missing."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from channel_gateway.domain.errors import Conflict, TooMany
from channel_gateway.ports import Role
from channel_gateway.service import Call, Route, Session, Who
from payment.order import Order
from payment.payers import Payers
from payment.receipts.chasing import Chasing, Missing
from payment.receipts.copies import VERIFY_PATH, copies, verifying_address
from payment.receipts.messages import Claim, MissingReceipt, MissingReceipts, PdfFile
from payment.receipts.page import Pages, VerificationPage
from payment.receipts.pdf import receipt_pdf
from payment.receipts.verifying import (
    AmountWanted,
    Claimed,
    NoSuchReceipt,
    ReceiptsGuessed,
    Verifying,
)

LOOKERS = frozenset({Role.FINANCE_CLERK, Role.UNIT_CLERK, Role.AUDITOR, Role.OPERATOR})
_BUSY = "正在查验，请稍候再试。"


class ReceiptNotReady(Conflict):
    """Finance has not issued the receipt yet: look again in a while."""

    code = "receipt_not_ready"
    zh = "电子票据还在开具，请稍后再看。"
    passing = True


class ReceiptEndpoints:
    def __init__(
        self,
        own_order: Callable[[Session, str], Awaitable[Order]],
        payers: Payers,
        verifying: Verifying,
        chasing: Chasing,
        *,
        public_url: str,
        font: Path,
    ) -> None:
        """`own_order` finds a citizen's order, and nobody else's."""
        self._own_order = own_order
        self._payers = payers
        self._verifying = verifying
        self._chasing = chasing
        self._public_url = public_url
        self._font = font
        self._press = asyncio.Lock()
        self._pages = Pages()

    def rows(self) -> list[Route]:
        return [
            Route(
                "GET",
                "/orders/{order_id}/receipt.pdf",
                self.pdf,
                "The e-receipt (财政电子票据) of an order, as a PDF to print",
                answer=PdfFile,
                errors=("receipt_not_ready",),
            ),
            Route(
                "GET",
                VERIFY_PATH,
                self.open,
                "The page where anybody verifies a receipt (查验); its QR code leads here",
                answer=VerificationPage,
                who=Who.ANYONE,
                query=("code", "number", "check_code"),
            ),
            Route(
                "POST",
                VERIFY_PATH,
                self.verify,
                "Verify a receipt by code, number and check code, as the page's form does",
                body=Claim,
                form=True,
                answer=VerificationPage,
                who=Who.ANYONE,
            ),
            Route(
                "GET",
                "/staff/receipts/missing",
                self.missing,
                "Payments that finance has booked, and whose receipt does not come",
                answer=MissingReceipts,
                who=Who.STAFF,
                roles=LOOKERS,
            ),
        ]

    async def pdf(self, call: Call) -> PdfFile:
        order = await self._own_order(call.session, call.path["order_id"])
        found = copies(order, self._payers.of(order))
        if not found:
            raise ReceiptNotReady
        whole = found[0]
        address = verifying_address(self._public_url, whole.receipt)
        async with self._press:  # the printing library keeps its fonts for all threads together
            made = await asyncio.to_thread(receipt_pdf, whole, address=address, font=self._font)
        return PdfFile(content=made)

    async def open(self, call: Call) -> VerificationPage:
        """Empty, or with what a QR code brings, verified at once."""
        claimed = Claimed(**call.query)
        return await self._verified(claimed, call) if call.query else self._pages.page(claimed)

    async def verify(self, call: Call) -> VerificationPage:
        body: Claim = call.body
        told = {name: words.strip() for name, words in body.model_dump().items()}
        return await self._verified(Claimed(**told), call)

    async def missing(self, call: Call) -> MissingReceipts:
        found = await self._chasing.missing(call.staff)
        return MissingReceipts(receipts=[_missing(each) for each in found])

    async def _verified(self, claimed: Claimed, call: Call) -> VerificationPage:
        try:
            copy = await self._verifying.verify(claimed, call.address, call.now)
        except (NoSuchReceipt, ReceiptsGuessed, AmountWanted) as no:
            return self._pages.page(claimed, trouble=no.zh or "")
        except TooMany:
            return self._pages.page(claimed, trouble=_BUSY)
        return self._pages.page(Claimed(), copy=copy)


def _missing(missing: Missing) -> MissingReceipt:
    order = missing.order
    return MissingReceipt(
        order_id=order.id,
        pay_code=order.pay_code,
        unit_code=order.unit_code,
        unit_name=order.unit_name,
        amount_fen=order.amount_fen,
        paid_at=order.paid_at,
        confirmed_at=order.confirmed_at,
        given_up=missing.given_up,
        last_word=missing.last_word,
    )
