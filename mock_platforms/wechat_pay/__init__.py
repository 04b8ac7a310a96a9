"""WeChat Pay, APIv3: orders, refunds, notifications, certificates, bills, and the self-test."""

from __future__ import annotations

from dataclasses import replace

from mock_platforms.faults import Fault
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn, orders_named
from mock_platforms.wechat_pay import identity, notices, signatures
from mock_platforms.wechat_pay.books import Books
from mock_platforms.wechat_pay.certificates import Certificates
from mock_platforms.wechat_pay.citizen import Citizen
from mock_platforms.wechat_pay.downloads import Downloads
from mock_platforms.wechat_pay.errors import trouble
from mock_platforms.wechat_pay.faults import KINDS
from mock_platforms.wechat_pay.fund_flow import takings
from mock_platforms.wechat_pay.gate import Gate
from mock_platforms.wechat_pay.notices import Notices
from mock_platforms.wechat_pay.payments import Payments
from mock_platforms.wechat_pay.refunds import Refunds
from mock_platforms.wechat_pay.security_echo import SecurityEcho
from mock_platforms.wechat_pay.staff import Staff
from mock_platforms.wire import Request, Response


def build(stage: Stage) -> StandIn:
    who = identity.merchant(stage.keys)
    keys = identity.PlatformKeys(stage.keys, stage.randomness)
    gate = Gate(stage, who, keys)
    books = Books()
    tell = Notices(stage, gate)
    payments = Payments(stage, gate, books, tell)
    refunds = Refunds(stage, gate, books, tell)
    certificates, downloads = Certificates(stage, gate), Downloads(stage, gate, books)
    players = (certificates, payments, refunds, downloads, SecurityEcho(stage, gate, tell))

    def wrong_signature(response: Response, _: Request, __: Fault) -> Response:
        other = signatures.sign(notices.strangers_key(stage.keys), b"another answer")
        return _signature(response, other)

    def unknown_serial(response: Response, _: Request, __: Fault) -> Response:
        serial = stage.randomness.hex(40).upper()
        return replace(response, headers=response.headers.but(Wechatpay_Serial=serial))

    return StandIn(
        name="wechat_pay",
        routes=[row for player in players for row in player.routes()],
        describe=lambda base_url: {
            "base_url": base_url,
            **identity.describe(stage.keys, who, keys),
        },
        control=[
            *Citizen(stage, payments, refunds).rows(),
            *Staff(stage, gate, books, tell).rows(),
        ],
        notices=[notices.PAYMENT, notices.REFUND, notices.ECHO],
        faults=KINDS,
        reply_faults={
            "reply_wrong_signature": wrong_signature,
            "reply_probe": _probe,
            "reply_unknown_serial": unknown_serial,
            "clock_skew": gate.skewed,
        },
        orders=lambda request: books.numbers_of(orders_named(request)),
        trouble=lambda status, _: trouble(status),
        takings=lambda day: takings(books, day),
    )


def _signature(response: Response, signature: str) -> Response:
    return replace(response, headers=response.headers.but(Wechatpay_Signature=signature))


def _probe(response: Response, _: Request, __: Fault) -> Response:
    return _signature(response, signatures.probe(response.headers.get("Wechatpay-Signature", "")))
