"""The ten calls of the authority, each from the members of a body to an answer."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from mock_platforms.faults import Fault
from mock_platforms.finance import issuing, notices, receipts, statements
from mock_platforms.finance.books import Books
from mock_platforms.finance.fields import Fields
from mock_platforms.finance.issuing import Draft
from mock_platforms.finance.late_fees import beijing_day
from mock_platforms.finance.notices import Item, Notice, State
from mock_platforms.finance.payments import Payment
from mock_platforms.finance.refunds import Refund
from mock_platforms.finance.refusals import Refused

_AHEAD = timedelta(minutes=5)  # how far the clocks of two systems may differ


Strikes = Callable[[str, Collection[str]], Fault | None]


@dataclass(frozen=True)
class Asked:
    books: Books
    fields: Fields
    now: datetime
    says_unpaid: bool = False  # the record is behind: it does not know of a payment yet
    strikes: Strikes = lambda kind, numbers: None  # whether a fault befalls what has these numbers


def look_up(asked: Asked) -> dict[str, Any]:
    notice = asked.books.notice(asked.fields.text("pay_code", 20))
    if notice.check_code != asked.fields.text("check_code", 4):
        raise Refused("NOT_FOUND", "no such notice", field="pay_code")
    return notices.as_json(_as_known(notice, asked), asked.now)


def owed(asked: Asked) -> dict[str, Any]:
    mine = asked.books.owed(asked.fields.text("id_number", 18), asked.fields.text("payer_name"))
    known = (_as_known(notice, asked) for notice in mine)
    unpaid = (notice for notice in known if notice.state is State.UNPAID)
    return {"notices": [notices.as_json(notice, asked.now) for notice in unpaid]}


def _as_known(notice: Notice, asked: Asked) -> Notice:
    behind = asked.says_unpaid and notice.state is State.PAID
    return replace(notice, state=State.UNPAID, paid_by="") if behind else notice


def issue_notice(asked: Asked) -> dict[str, Any]:
    fields = asked.fields
    draft = Draft(
        number=fields.text("number"),
        unit_code=fields.text("unit_code"),
        unit_name=fields.text("unit_name"),
        payer_name=fields.text("payer_name"),
        id_number=fields.text("id_number", 18),
        items=tuple(_item(each) for each in fields.each("items", _ITEM)),
        due_on=fields.day("due_on"),
    )
    notice = asked.books.issue_notice(draft, asked.now)
    return {"notice": notices.as_json(notice, asked.now), "check_code": notice.check_code}


_ITEM = frozenset({"code", "name", "unit", "quantity", "amount_fen"})


def _item(fields: Fields) -> Item:
    return Item(
        code=fields.text("code"),
        name=fields.text("name"),
        amount_fen=fields.count("amount_fen"),
        unit=fields.text("unit", 16),
        quantity=fields.count("quantity"),
    )


def void_notice(asked: Asked) -> dict[str, Any]:
    fields, books = asked.fields, asked.books
    fields.text("reason", 200)
    if fields.has("number"):
        notice = books.issued_as(fields.text("number"))
    else:
        notice = books.notice(fields.text("pay_code", 20))
    return issuing.void_as_json(books.withdraw(notice, asked.now))


def confirm_payment(asked: Asked) -> dict[str, Any]:
    fields = asked.fields
    payment = Payment(
        confirmation_no=fields.text("confirmation_no"),
        pay_code=fields.text("pay_code", 20),
        amount_fen=fields.fen("amount_fen"),
        late_fee_fen=fields.fen("late_fee_fen"),
        paid_at=fields.moment("paid_at"),
        channel=fields.text("channel"),
        channel_transaction_no=fields.text("channel_transaction_no"),
    )
    if payment.paid_at > asked.now + _AHEAD:
        raise Refused("INVALID_REQUEST", "nothing is paid in the future", field="paid_at")
    return asked.books.confirm(payment, asked.now).as_json()


def query_payment(asked: Asked) -> dict[str, Any]:
    if asked.says_unpaid:
        raise Refused("NOT_FOUND", "no such confirmation", field="confirmation_no")
    return asked.books.payment(asked.fields.text("confirmation_no")).as_json()


def issue_receipt(asked: Asked) -> dict[str, Any]:
    return _receipt(asked, asked.books.issue)


def query_receipt(asked: Asked) -> dict[str, Any]:
    return _receipt(asked, asked.books.receipt)


def _receipt(asked: Asked, find: Callable[[str], receipts.Receipt]) -> dict[str, Any]:
    receipt = find(asked.fields.text("confirmation_no"))
    payment = asked.books.payment(receipt.confirmation_no).payment
    return receipts.as_json(receipt, asked.books.notice(payment.pay_code), asked.now)


def report_refund(asked: Asked) -> dict[str, Any]:
    fields = asked.fields
    refund = Refund(
        refund_no=fields.text("refund_no"),
        confirmation_no=fields.text("confirmation_no"),
        amount_fen=fields.fen("amount_fen"),
        reason=fields.text("reason", 200),
    )
    return asked.books.record_refund(refund, asked.now).as_json()


def statement(asked: Asked) -> dict[str, Any]:
    day, today = asked.fields.day("day"), beijing_day(asked.now)
    if asked.strikes("statement_late", [day.isoformat()]):
        raise Refused("DAY_NOT_READY", "the day's books are not ready", field="day")
    told = statements.bent(statements.lines(asked.books, day), asked.strikes, day)
    after = asked.fields.text("after") if asked.fields.has("after") else ""
    return statements.as_json(day, told, today, after)


@dataclass(frozen=True)
class Call:
    path: str
    operation: str
    names: frozenset[str]  # every member its body must have
    answer: Callable[[Asked], dict[str, Any]]
    either: frozenset[str] = frozenset()  # of these exactly one
    free: frozenset[str] = frozenset()  # these, or not

    def read(self, body: Mapping[str, Any]) -> Fields:
        return Fields(body, self.names, self.either, self.free)


def _call(
    path: str,
    answer: Callable[[Asked], dict[str, Any]],
    names: str,
    either: str = "",
    free: str = "",
) -> Call:
    operation = path.removeprefix("/v1/").replace("/", ".").replace("-", "_")
    members = (frozenset(each.split()) for each in (names, either, free))
    required, either_of, optional = members
    return Call(path, operation, required, answer, either_of, optional)


CALLS = (
    _call("/v1/notices/look-up", look_up, "pay_code check_code"),
    _call("/v1/notices/owed", owed, "id_number payer_name"),
    _call(
        "/v1/notices/issue",
        issue_notice,
        "number unit_code unit_name payer_name id_number items due_on",
    ),
    _call("/v1/notices/void", void_notice, "reason", either="number pay_code"),
    _call(
        "/v1/payments/confirm",
        confirm_payment,
        "confirmation_no pay_code amount_fen late_fee_fen paid_at channel channel_transaction_no",
    ),
    _call("/v1/payments/query", query_payment, "confirmation_no"),
    _call("/v1/receipts/issue", issue_receipt, "confirmation_no"),
    _call("/v1/receipts/query", query_receipt, "confirmation_no"),
    _call("/v1/statements", statement, "day", free="after"),
    _call("/v1/refunds/report", report_refund, "refund_no confirmation_no amount_fen reason"),
)
