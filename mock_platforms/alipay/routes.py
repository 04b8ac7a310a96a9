"""The platform's two addresses, `gateway.do` and the bill download, plugged into the stage."""

from collections.abc import Sequence

from mock_platforms.alipay import (
    bill_methods,
    gateway,
    gateway_messages,
    keys,
    pages,
    replies,
    spoiled_bills,
    telling,
)
from mock_platforms.alipay.books import BillAddress, Books, Change
from mock_platforms.alipay.certify_control import certify_rows
from mock_platforms.alipay.control import control_rows
from mock_platforms.alipay.gateway import Answer
from mock_platforms.alipay.message_control import message_rows
from mock_platforms.alipay.methods import METHODS, PAGES
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.order_centre_control import order_centre_rows
from mock_platforms.alipay.refusals import Refused
from mock_platforms.alipay.trades import Status
from mock_platforms.alipay.wire import Call, read_call
from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Headers, Request, Response

NAME = "alipay"
REFUND = "alipay.trade.refund"
_ORDER_NAMES = (
    *("trade_no", "out_trade_no", "out_request_no", "outer_order_no", "certify_id"),
    *("user_template_id", "out_order_no", "out_biz_no", "bill_type", "bill_date"),
)

FAULTS = (
    FaultKind(
        "seller_balance_short",
        "The merchant's account does not hold the refund; nothing was processed.",
        CALL,
        frozenset({REFUND}),
    ),
    FaultKind(
        "business_system_error",
        "ACQ.SYSTEM_ERROR although it was processed: the caller cannot know.",
        CALL,
        frozenset(name for name in METHODS if name.startswith("alipay.trade.")),
    ),
)
_BAD_GATEWAY = b"<html><head><title>502 Bad Gateway</title></head><body></body></html>"


def build(stage: Stage) -> StandIn:
    apps = keys.make_apps(stage.keys, stage.clock.wall())
    books = Books(token=lambda: stage.randomness.hex(32), apps=apps)
    for app in apps.values():
        if app.certificates:
            certificates = app.certificates
            books.alipay_certificates[certificates.alipay_cert_sn] = certificates.alipay_chain
    desk = Desk(stage, books)
    return StandIn(
        name=NAME,
        routes=(
            Route("POST", "/gateway.do", desk.gateway, "gateway"),
            Route("GET", "/gateway.do", desk.gateway, "gateway"),
            Route("GET", bill_methods.DOWNLOAD_PATH, desk.download, "bill.download"),
        ),
        describe=lambda base_url: keys.describe(stage.keys, base_url, books.apps),
        control=(
            *control_rows(stage, books, desk.happened),
            *certify_rows(stage, books),
            *message_rows(stage, books),
            *order_centre_rows(books),
        ),
        notices=(telling.PAYMENT_NOTICE, telling.REFUND_NOTICE, gateway_messages.MESSAGE),
        faults=(*FAULTS, *replies.FAULTS, *spoiled_bills.FAULTS, *telling.FAULTS),
        reply_faults={**replies.SPOILERS, "business_system_error": desk.system_error},
        trouble=desk.trouble,
        orders=desk.orders,
        operation=operation,
        more_operations=(*METHODS, *PAGES),
        takings=lambda day: bill_methods.takings(books, day),
    )


class Desk:
    """Where calls come in: the books, opened for one call after the other."""

    def __init__(self, stage: Stage, books: Books) -> None:
        self.stage = stage
        self.books = books
        self.teller = telling.Teller(stage, books)

    def gateway(self, request: Request) -> Response:
        call = call_of(request)
        if self._strikes("seller_balance_short", call.method, self.orders(request)):
            return self._refuse(call, Refused("ACQ.SELLER_BALANCE_NOT_ENOUGH"))
        for kind, sub_code in (("bill_missing", "NO_BILL_DATA"), ("bill_late", "BILL_NOT_EXIST")):
            if self._strikes(kind, call.method, self.orders(request)):
                return self._refuse(call, Refused(sub_code))
        play = pages.show if call.method in PAGES else gateway.answer
        answer = play(
            call,
            self.books,
            now=self.stage.clock.now(),
            callers_now=self.stage.signing_now(),
            root_url=self._root_url(request),
        )
        for change in answer.changes:
            self.happened(change)
        return self._page(answer)

    def _root_url(self, request: Request) -> str:
        """The address by which this client knows us: a proxy may stand between."""
        host = request.headers.get("Host")
        return f"http://{host}" if host else self.stage.base_url(NAME)

    def happened(self, change: Change) -> None:
        """Write a change down, tell the merchant of it, and wait for what time will do."""
        self.books.keep(change.trade)
        self.teller.tell(change)
        if change.trade.status is Status.WAIT_BUYER_PAY:
            self.stage.clock.at(
                change.trade.expires_at,
                lambda: self._expire(change.trade.trade_no),
                f"alipay trade {change.trade.trade_no} closes",
            )

    def _expire(self, trade_no: str) -> None:
        before = self.books.as_written(trade_no)
        after = self.books.by_any_number(trade_no, self.stage.clock.now())
        if after is not None and after != before:
            self.happened(Change(after))

    def download(self, request: Request) -> Response:
        """The bill behind an address that lives for seconds."""
        address = self.books.bill_addresses.get(request.query.get("token", ""))
        now = self.stage.clock.now()
        if (
            address is None
            or address.expires_at <= now
            or self._befalls("bill_address_expired", address)
        ):
            gone = f"the address is unknown or expired at {beijing_text(now)}"
            return Response(403, body="文件下载链接已失效".encode(), why=gone)
        body = bill_methods.bill_zip(address, *self._bill(address))
        if self._befalls("bill_truncated", address):
            body = body[: len(body) // 2]
        return Response(200, Headers({"Content-Type": "application/octet-stream"}), body)

    def _bill(self, address: BillAddress) -> tuple[str, str]:
        """The two CSVs, detail and summary, as they are wished to be."""
        moves = bill_methods.moves_in(self.books, address)
        detail, summary = bill_methods.bill_texts(moves, address)
        for kind, spoil in spoiled_bills.MOVES.items():
            if fault := self._befalls(kind, address):
                moves = spoiled_bills.spoiled(spoil, moves, address.period)
                right, right_summary = detail, summary
                detail, summary = bill_methods.bill_texts(moves, address)
                if not fault.parameters["sums_follow"]:
                    detail = spoiled_bills.with_end_of(detail, right)
                    summary = right_summary
        for kind, change in spoiled_bills.TEXTS.items():
            detail = change(detail) if self._befalls(kind, address) else detail
        return detail, summary

    def _befalls(self, kind: str, address: BillAddress) -> Fault | None:
        """Bills can be meant by their kind, or by their day."""
        names = {address.bill_type, address.period.first.isoformat()}
        return self.stage.faults.take(NAME, kind, "bill.download", names)

    def orders(self, request: Request) -> list[str]:
        """The order numbers in a call's biz_content, when it can be read."""
        call = call_of(request)
        try:
            content = gateway.content_of(call, gateway.check_app(call, self.books))
        except Refused:
            return []
        return [str(content[name]) for name in _ORDER_NAMES if name in content]

    def trouble(self, status: int, request: Request) -> Response:
        """The platform's own words for being busy; a 502 or 503 is its front's HTML page."""
        if status in {502, 503, 504}:
            return Response(status, Headers({"Content-Type": "text/html"}), _BAD_GATEWAY)
        if request.path == bill_methods.DOWNLOAD_PATH:  # no gateway stands before the files
            return Response(status)
        sub_code = "isv.app-call-limited" if status == 429 else "isp.unknow-error"
        return self._refuse(call_of(request), Refused(sub_code))

    def system_error(self, _: Response, request: Request, __: object) -> Response:
        return self._refuse(call_of(request), Refused("ACQ.SYSTEM_ERROR"))

    def _refuse(self, call: Call, refused: Refused) -> Response:
        if call.method in PAGES:
            return self._page(pages.refuse(refused))
        app = self.books.apps.get(call.get("app_id"))
        return self._page(gateway.say(call, app, refused.node(), refused=refused.sub_code))

    def _page(self, answer: Answer) -> Response:
        return page(answer, self.books.numbers.trace_id(self.stage.clock.now()))

    def _strikes(self, kind: str, operation: str, orders: Sequence[str] = ()) -> bool:
        return self.stage.faults.take(NAME, kind, operation, orders) is not None


def call_of(request: Request) -> Call:
    query = request.target.partition("?")[2]
    return read_call(query.encode("latin-1", "replace"), request.body)


def page(answer: Answer, trace_id: str) -> Response:
    """Every answer is HTTP 200 and says that it is HTML, in the caller's charset."""
    content_type = f"text/html;charset={answer.charset}"
    headers = Headers({"Content-Type": content_type, "trace_id": trace_id})
    if answer.location:
        return Response(302, headers.but(Location=answer.location))
    body = answer.text.encode(answer.codec, "replace")
    return Response(200, headers, body, why=answer.refused)


def operation(route: Route, request: Request) -> str:
    """The platform's method, when it is one that is played."""
    method = call_of(request).method if route.operation == "gateway" else ""
    return method if method in METHODS or method in PAGES else route.operation
