"""The finance node's messages: each checked, processed, answered in a frame of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from mock_platforms.faults import Fault
from mock_platforms.finance_cnnontax.books import PAID, UNPAID, Books, Notice, Receipt
from mock_platforms.finance_cnnontax.envelopes import (
    BadEnvelope,
    Envelope,
    Values,
    elements,
    fold,
    unfold,
)
from mock_platforms.finance_cnnontax.fields import BEIJING, Refused, check, fen, today, yuan
from mock_platforms.finance_cnnontax.frames import BadFrame, put_together, take_apart
from mock_platforms.routes import Handler
from mock_platforms.stage import Stage
from mock_platforms.wire import Ending, Request, Response

NAME = "finance_cnnontax"
REGION = "320699"  # an invented district
FINANCE_NODE, UNIT_NODE = "F320699", "K3206990002"
DONE, FAILED = "00000", "99999"
PAY_PAGE = "https://pay.finance.example/qr/"


@dataclass(frozen=True)
class Answer:
    number: str
    vouchers: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    number: str
    operation: str
    answered: str  # the message in which a result travels
    process: Callable[[Desk, Values], Answer]


class Desk:
    def __init__(self, stage: Stage, books: Books, token: str) -> None:
        self.stage, self.books, self.token = stage, books, token
        self.on_paid: Callable[[str], None] = lambda _: None  # by the payment's number

    def handler(self, call: Call) -> Handler:
        def handle(request: Request) -> Response:
            try:
                envelope = self._read(call, request)
            except (BadFrame, BadEnvelope) as bad:
                return self._frame("4001", {}, (_result(call.number, FAILED, str(bad)),), str(bad))
            try:
                answer = self._process(call, envelope)
            except Refused as refused:
                said = (_result(call.number, refused.result, refused.words),)
                return self._frame(call.answered, envelope.head, said, refused.result)
            return self._frame(answer.number, envelope.head, answer.vouchers)

        return handle

    def unknown(self, request: Request) -> Response:
        words = "报文编号不支持"
        return self._frame("4001", {}, (_result(request.path[1:], FAILED, words),), words)

    def _read(self, call: Call, request: Request) -> Envelope:
        envelope = unfold(take_apart(request.body, self.token).xml)
        head = envelope.head
        wanted = {"APP": "CNNONTAX", "VER": "1.0", "SRC": UNIT_NODE, "DES": FINANCE_NODE}
        for name, value in {**wanted, "MsgNo": call.number}.items():
            if head[name] != value:
                raise BadEnvelope(name)
        if not 0 < len(head["MsgID"]) <= 20 or not head["WorkDate"].isdigit():
            raise BadEnvelope("MsgID, WorkDate")
        return envelope

    def _process(self, call: Call, envelope: Envelope) -> Answer:
        values = envelope.voucher
        check(call.number, values)
        if values["AdmDivCode"] != REGION:
            raise Refused(FAILED, "行政区划错误")
        orders = _numbers(values)
        if self._strikes("unit_may_not_charge", call, orders):
            raise Refused("18012", "单位无权收取该项目")
        if self._strikes("says_failure", call, orders):
            raise Refused(FAILED, "处理失败")
        return call.process(self, values)

    def _strikes(self, kind: str, call: Call, orders: Collection[str]) -> Fault | None:
        return self.stage.faults.take(NAME, kind, call.operation, orders)

    def _frame(
        self, number: str, asked: Values, vouchers: tuple[str, ...], why: str = ""
    ) -> Response:
        now = self.stage.clock.now()
        head = {
            **{"APP": "CNNONTAX", "VER": "1.0", "SRC": FINANCE_NODE, "DES": UNIT_NODE},
            **{"MsgNo": number, "MsgID": self.stage.randomness.digits(20)},
            **{"MsgRef": asked.get("MsgID", ""), "WorkDate": f"{today(now):%Y%m%d}"},
            "Reserve": "",
        }
        return Response(200, body=put_together(number, fold(head, vouchers), self.token), why=why)

    def known(self, notice: Notice) -> dict[str, str]:
        """As the record has it, which may be behind; once paid, its late fee grows no more."""
        faults, about = self.stage.faults, ("notices.query", [notice.pay_code])
        if notice.state != PAID or faults.take(NAME, "says_unpaid", *about):
            unpaid = notice if notice.state != PAID else replace(notice, state=UNPAID)
            return unpaid.as_known(today(self.stage.clock.now()))
        known = notice.as_known(today(self.books.payments[notice.paid_by].paid_at))
        if fault := faults.take(NAME, "says_other_amount", *about):
            by_fen = fault.parameters["by_fen"]
            known |= {name: yuan(fen(known[name]) + by_fen) for name in ("Amt", "OriAmt")}
        return known

    def orders_named(self, request: Request) -> list[str]:
        try:
            return _numbers(unfold(take_apart(request.body, self.token).xml).voucher)
        except (BadFrame, BadEnvelope):
            return []


def _issue(desk: Desk, values: Values) -> Answer:
    desk.books.take_in(values)
    return _done("5001", "8994", PAY_PAGE + values["PayCode"])


def _query(desk: Desk, values: Values) -> Answer:
    """No voucher where there is no such notice, or its check code is another."""
    notice = desk.books.notices.get(values["PayCode"])
    if notice is None or notice.values.get("CrcCode", "") != values.get("CrcCode", ""):
        return Answer("5997", ())
    return Answer("5997", (elements(desk.known(notice)),))


def _void(desk: Desk, values: Values) -> Answer:
    desk.books.void(values["PayCode"])
    return _done("4001", "4601")


def _confirm(desk: Desk, values: Values) -> Answer:
    known = len(desk.books.payments)
    payment = desk.books.confirm(values, desk.stage.clock.now())
    if len(desk.books.payments) > known:
        desk.on_paid(payment.number)
    return _done("8001", "5996")


def _number(desk: Desk, values: Values) -> Answer:
    pay_code = values["PayCode"]
    receipt = desk.books.receipt_of(pay_code, values["Hold1"], desk.stage.clock.now())
    if receipt is None:
        return Answer("5999", ())
    said = {"PayCode": pay_code, "BillCode": receipt.code, "BillNo": receipt.number}
    return Answer("5999", (elements(said),))


def _ask(desk: Desk, values: Values) -> Answer:
    desk.books.ask_receipt(values, desk.stage.clock.now())
    return _done("5001", "8981")


def _download(desk: Desk, values: Values) -> Answer:
    receipt = desk.books.by_number(values["BillCode"], values["BillNo"])
    return Answer("5982", (_invoice(receipt),))


def _invoice(receipt: Receipt) -> str:
    local = receipt.issued_at.astimezone(BEIJING)
    reversed_id = f"{receipt.number[::-1]}-{receipt.code[::-1]}"
    header = {"EInvoiceTag": f"CZ-EI-{REGION[:2]}", "EInvoiceID": reversed_id, "Version": "1.1.0"}
    main = {
        **{"EInvoiceCode": receipt.code, "EInvoiceNumber": receipt.number},
        **{"RandomNumber": receipt.check, "SupervisorAreaCode": REGION},
        "TotalAmount": yuan(receipt.amount_fen),
        **{"IssueDate": f"{local:%Y%m%d}", "IssueTime": f"{local:%H%M%S}"},
    }
    code, number = receipt.related
    more = {"RelatedInvoiceCode": code, "RelatedInvoiceNumber": number}
    extra = elements({**more, "PayCode": receipt.pay_code})
    return (
        f"<EInvoice><Header>{elements(header)}</Header><EInvoiceData><Main>{elements(main)}"
        f"<MainExt>{extra}</MainExt></Main></EInvoiceData></EInvoice>"
    )


def _done(number: str, asked: str, information: str = "成功") -> Answer:
    return Answer(number, (_result(asked, DONE, information),))


def _result(asked: str, result: str, information: str) -> str:
    return elements({"OriMsgNo": asked, "Result": result, "Information": information})


def _numbers(values: Values) -> list[str]:
    return [values[name] for name in ("PayCode", "TraNoBus", "Hold1") if values.get(name)]


CALLS = (
    Call("8994", "notices.issue", "5001", _issue),
    Call("8997", "notices.query", "5001", _query),
    Call("4601", "notices.void", "4001", _void),
    Call("5996", "payments.confirm", "8001", _confirm),
    Call("8999", "receipts.number", "5001", _number),
    Call("8981", "receipts.issue", "5001", _ask),
    Call("8982", "receipts.download", "5001", _download),
)


def forged(response: Response, _: Request, __: Fault) -> Response:
    """The MAC is another text's."""
    digits = response.body[-64:]
    return replace(response, body=response.body[:-64] + digits[::-1])


def misstated(response: Response, _: Request, __: Fault) -> Response:
    """The length says one more than there is, and the line is closed."""
    said = int(response.body[:8]) + 1
    return replace(response, body=str(said).ljust(8).encode() + response.body[8:])


def silence(_: int, __: Request) -> Response:
    """A node that is in trouble closes the line without a word."""
    return Response(0, ending=Ending.LOST)
