"""Telling the merchant: which changes leave as notices, how each is signed and spoiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from mock_platforms.alipay.amounts import fen, yuan
from mock_platforms.alipay.app import App
from mock_platforms.alipay.books import Books, Change
from mock_platforms.alipay.ciphers import sign_rsa2
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.notices import (
    LADDER,
    USER_AGENT,
    acknowledged,
    codec_of,
    form_body,
    notice,
    text_to_sign,
)
from mock_platforms.deliveries import Notice
from mock_platforms.faults import NOTICE, Fault, FaultKind
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing

PAYMENT_NOTICE, REFUND_NOTICE = "trade_status_sync", "trade_status_sync.refund"

FAULTS = (
    FaultKind("notify_forged", "The notice is signed with a key that is not the app's.", NOTICE),
    FaultKind(
        "notify_stale",
        "The notice says it was sent long ago; its signature is good.",
        NOTICE,
        parameters={"seconds": 90000.0},
    ),
    FaultKind(
        "notify_wrong_amount",
        "The notice, well signed, names another amount.",
        NOTICE,
        parameters={"more_fen": 1},
    ),
    FaultKind("notify_wrong_app", "The notice, well signed, names another app.", NOTICE),
    FaultKind("notify_wrong_seller", "The notice, well signed, names another payee.", NOTICE),
)


@dataclass(frozen=True)
class Teller:
    stage: Stage
    books: Books

    def tell(self, change: Change) -> None:
        """Post a notice when the merchant gave an address and the status is one it hears of."""
        trade = change.trade
        if not trade.order.notify_url or trade.status not in self.books.statuses_told:
            return
        refund = change.refund
        numbers = {trade.trade_no, trade.order.out_trade_no}
        self.stage.deliveries.post(
            Notice(
                platform="alipay",
                kind=REFUND_NOTICE if refund else PAYMENT_NOTICE,
                orders=numbers | {refund.out_request_no} if refund else numbers,
                compose=self._composer(change),
                accepted=lambda response: acknowledged(response.status, response.body),
                ladder_s=[int(gap.total_seconds()) for gap in LADDER],
                spoils=[kind.name for kind in FAULTS],
            )
        )

    def _composer(self, change: Change) -> Callable[[Fault | None], Outgoing]:
        trade, books = change.trade, self.books
        app = books.apps[trade.order.app_id]
        notify_id = books.numbers.notify_id(self.stage.clock.now())

        def compose(fault: Fault | None) -> Outgoing:
            params = notice(
                trade,
                buyer=books.buyer_of(trade),
                seller_id=app.seller_id,
                notify_id=notify_id,  # the same in every repeat
                now=self.stage.clock.now(),
                refund=change.refund,
            )
            signer = app
            if fault is not None:
                params = self._spoiled(params, fault, app)
                signer = self._another(app) if fault.kind == "notify_forged" else app
            return _outgoing(trade.order.notify_url, params, signer)

        return compose

    def _spoiled(self, params: Mapping[str, str], fault: Fault, app: App) -> dict[str, str]:
        if fault.kind == "notify_stale":
            past = self.stage.clock.now() - timedelta(seconds=fault.parameters["seconds"])
            return {**params, "notify_time": beijing_text(past)}
        if fault.kind == "notify_wrong_amount":
            other = yuan((fen(params["total_amount"]) or 0) + fault.parameters["more_fen"])
            return {**params, "total_amount": other}
        if fault.kind == "notify_wrong_app":
            other = self._another(app).app_id
            return {**params, "app_id": other, "auth_app_id": other}
        if fault.kind == "notify_wrong_seller":
            return {**params, "seller_id": app.seller_id[:-4] + "9999"}
        return dict(params)

    def _another(self, app: App) -> App:
        return next(other for other in self.books.apps.values() if other.app_id != app.app_id)


def _outgoing(url: str, params: Mapping[str, str], signer: App) -> Outgoing:
    body = form_body(params, sign_rsa2(text_to_sign(params), signer.alipay_key))
    content_type = f"application/x-www-form-urlencoded; charset={codec_of(params)}"
    return Outgoing(
        "POST", url, Headers({"Content-Type": content_type, "User-Agent": USER_AGENT}), body
    )
