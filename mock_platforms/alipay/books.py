"""Everything the platform remembers: people, logins, trades, bills, certifications, messages."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from mock_platforms.alipay.app import App
from mock_platforms.alipay.bill_periods import Period
from mock_platforms.alipay.certifications import Certification
from mock_platforms.alipay.citizens import Register
from mock_platforms.alipay.moments import BEIJING
from mock_platforms.alipay.notices import SENT_BY_DEFAULT
from mock_platforms.alipay.order_centre import OrderCentre
from mock_platforms.alipay.phones import Phones
from mock_platforms.alipay.refusals import Refused
from mock_platforms.alipay.trades import Order, Refund, Status, Trade, as_of


@dataclass
class Numbers:
    """Numbers as the platform makes them, counted, so that a run replays."""

    last: int = 0
    traces: int = 0

    def next(self) -> int:
        self.last += 1
        return self.last

    def trade_no(self, now: datetime) -> str:
        return f"{now.astimezone(BEIJING):%Y%m%d}220014{self.next():014d}"

    def trace_id(self, now: datetime) -> str:
        """Thirty hex digits that name a call, for whoever asks the platform about it."""
        self.traces += 1
        return f"0b{int(now.timestamp() * 1000):013d}{self.traces:015x}"

    def notify_id(self, now: datetime) -> str:
        moment = now.astimezone(BEIJING)
        return f"{moment:%Y%m%d}01222{moment:%H%M%S}{self.next():015d}"


@dataclass(frozen=True)
class Login:
    """What a one-time code or a token stands for."""

    app_id: str
    user_id: str
    scope: str
    expires_at: datetime


@dataclass(frozen=True)
class BillAddress:
    """A bill to be fetched soon: the address works for seconds only."""

    bill_type: str
    period: Period
    seller_id: str
    expires_at: datetime


@dataclass
class Books:
    """`token` gives fresh hard-to-guess text; it comes from the stage's seed."""

    token: Callable[[], str]
    apps: dict[str, App]
    people: Register = field(default_factory=Register)
    numbers: Numbers = field(default_factory=Numbers)
    auth_codes: dict[str, Login] = field(default_factory=dict)
    access_tokens: dict[str, Login] = field(default_factory=dict)
    refresh_tokens: dict[str, Login] = field(default_factory=dict)
    bill_addresses: dict[str, BillAddress] = field(default_factory=dict)
    alipay_certificates: dict[str, str] = field(default_factory=dict)  # SN -> PEM
    order_centre: OrderCentre = field(default_factory=OrderCentre)
    certifications: dict[str, Certification] = field(default_factory=dict)  # by certify_id
    outer_order_nos: set[tuple[str, str]] = field(default_factory=set)  # (app_id, number)
    phones: Phones = field(default_factory=Phones)
    application_gateways: dict[str, str] = field(default_factory=dict)  # app_id → address
    statuses_told: set[Status] = field(default_factory=lambda: set(SENT_BY_DEFAULT))
    _trades: dict[str, Trade] = field(default_factory=dict)
    _by_out_trade_no: dict[tuple[str, str], str] = field(default_factory=dict)

    def trade(self, seller_id: str, trade_no: str, out_trade_no: str, now: datetime) -> Trade:
        """The trade as time has left it; `trade_no` wins when both numbers are given."""
        number = trade_no or self._by_out_trade_no.get((seller_id, out_trade_no), "")
        trade = self._trades.get(number)
        if trade is None or self.seller_of(trade) != seller_id:
            raise Refused("ACQ.TRADE_NOT_EXIST")
        return as_of(trade, now)

    def as_written(self, trade_no: str) -> Trade | None:
        """The trade as it was last written down, whatever time has made of it since."""
        return self._trades.get(trade_no)

    def by_any_number(self, number: str, now: datetime) -> Trade | None:
        """For the control plane: the trade of a `trade_no` or an `out_trade_no`."""
        sellers = {app.seller_id for app in self.apps.values()}
        named = (self._by_out_trade_no.get((seller_id, number)) for seller_id in sellers)
        trade = self._trades.get(next(filter(None, named), number))
        return as_of(trade, now) if trade else None

    def find_order(self, order: Order, now: datetime) -> Trade | None:
        seller_id = self.apps[order.app_id].seller_id
        number = self._by_out_trade_no.get((seller_id, order.out_trade_no))
        return as_of(self._trades[number], now) if number else None

    def keep(self, trade: Trade) -> None:
        self._trades[trade.trade_no] = trade
        self._by_out_trade_no[self.seller_of(trade), trade.order.out_trade_no] = trade.trade_no

    def trades(self, now: datetime) -> list[Trade]:
        return [as_of(trade, now) for trade in self._trades.values()]

    def trades_of(self, seller_id: str, now: datetime) -> list[Trade]:
        return [trade for trade in self.trades(now) if self.seller_of(trade) == seller_id]

    def seller_of(self, trade: Trade) -> str:
        return self.apps[trade.order.app_id].seller_id

    def buyer_of(self, trade: Trade) -> dict[str, str]:
        """How this trade's app is told of its buyer: by the kind of id it used itself."""
        citizen = self.people.by_user_id(trade.order.buyer_id)
        if trade.order.buyer_is_open_id:
            open_id = self.people.open_id(citizen, trade.order.app_id)
            return {"buyer_logon_id": citizen.logon_id, "buyer_open_id": open_id}
        return {"buyer_logon_id": citizen.logon_id, "buyer_id": citizen.user_id}


@dataclass(frozen=True)
class Change:
    """A trade after something happened to it, and the refund when that was it."""

    trade: Trade
    refund: Refund | None = None
