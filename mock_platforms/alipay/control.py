"""What a person or a test does at Alipay: logging in, paying, changing the platform's settings."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from mock_platforms.alipay import keys, oauth, trades
from mock_platforms.alipay.amounts import yuan
from mock_platforms.alipay.books import Books, Change
from mock_platforms.alipay.certificates import serial_number
from mock_platforms.alipay.ciphers import encrypt_content, sign_rsa2
from mock_platforms.alipay.citizens import IdKind
from mock_platforms.alipay.moments import beijing_text
from mock_platforms.alipay.refusals import Refused as PlatformRefused
from mock_platforms.alipay.trades import Status, Trade
from mock_platforms.alipay.who import WHO, app_called, app_of, citizen_of
from mock_platforms.alipay.wire import compact_json
from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.stage import Stage

_PAID, _CANCELLED = "9000", "6001"  # what my.tradePay tells the mini program


def control_rows(
    stage: Stage, books: Books, happened: Callable[[Change], None]
) -> Sequence[ControlRoute]:
    console = Console(stage, books, happened)
    return (
        ControlRoute(
            "POST", "/alipay/auth-codes", console.log_in,
            "A citizen opens the mini program; my.getAuthCode gives a one-time code.",
            fields={**WHO, "scope?": "auth_base or auth_user (default)"},
            answers='{"auth_code", "open_id", "user_id"}',
        ),
        ControlRoute(
            "POST", "/alipay/trades/{trade}/pay", console.pay,
            "The citizen pays a trade, named by trade_no or out_trade_no.",
            fields={
                "at?": "the moment of payment, so that past days have bills",
                "late?": "true lets it through although the trade has just closed",
            },
            answers='{"result_code", "trade"}',
        ),
        ControlRoute(
            "POST", "/alipay/trades/{trade}/cancel", console.walk_away,
            "The citizen leaves the cashier; the trade goes on waiting.",
            answers='{"result_code", "trade"}',
        ),
        ControlRoute(
            "POST", "/alipay/trades/{trade}/refund", console.refund,
            "Somebody refunds in Alipay's web console, past the gateway.",
            fields={"amount_fen": "how much", "out_request_no?": "made up by default"},
            answers="the trade",
        ),
        ControlRoute(
            "GET", "/alipay/trades", console.list_trades, "Every trade, as it is now.",
            answers='[{"trade_no", "out_trade_no", "trade_status", ...}]',
        ),
        ControlRoute(
            "POST", "/alipay/phone-numbers", console.phone_number,
            "What my.getPhoneNumber gives the mini program: signed, and encrypted for the app.",
            fields={"mobile": "eleven digits"},
            answers='{"response"}: a text that holds JSON',
        ),
        ControlRoute(
            "POST", "/alipay/notify-statuses", console.choose_statuses,
            "Choose the trade statuses of which notices are sent.",
            fields={"statuses": 'like {"TRADE_SUCCESS": true, "TRADE_CLOSED": true}'},
            answers='{"statuses"}',
        ),
        ControlRoute(
            "POST", "/alipay/apps/{app_id}/id-kind", console.choose_id_kind,
            "Choose which ids of a person an app sees.",
            fields={"id_kind": "user_id, open_id or both"},
            answers='{"app_id", "id_kind"}',
        ),
        ControlRoute(
            "POST", "/alipay/certificates/renew", console.renew_certificate,
            "Alipay re-issues its certificate: same key, new serial number.",
            answers='{"alipay_cert_sn"}',
        ),
    )  # fmt: skip


class Console:
    def __init__(self, stage: Stage, books: Books, happened: Callable[[Change], None]) -> None:
        self.stage, self.books, self.happened = stage, books, happened

    def log_in(self, command: Command) -> dict[str, str]:
        app, scope = app_of(command, self.books), command.text("scope", "auth_user")
        citizen = citizen_of(command, app, self.books, self._somebody)
        now = self.stage.clock.now()
        return {
            "auth_code": oauth.mint_code(self.books, app, citizen, scope, now),
            "open_id": self.books.people.open_id(citizen, app.app_id),
            "user_id": citizen.user_id,
        }

    def pay(self, command: Command) -> dict[str, Any]:
        trade = self._trade(command)
        paid_at = command.moment("at") or self.stage.clock.now()
        try:
            paid = trades.pay(trade, paid_at, late=command.flag("late"))
        except PlatformRefused as refused:
            raise Refused(refused.sub_code, field="trade", status=409) from refused
        paid = replace(paid, created_at=min(paid.created_at, paid_at))
        self.happened(Change(paid))
        return {"result_code": _PAID, "trade": shown(paid)}

    def walk_away(self, command: Command) -> dict[str, Any]:
        return {"result_code": _CANCELLED, "trade": shown(self._trade(command))}

    def refund(self, command: Command) -> dict[str, Any]:
        now = self.stage.clock.now()
        request_no = command.text("out_request_no", f"console{self.books.numbers.next()}")
        asked = trades.Refund(request_no, command.integer("amount_fen"), "商家后台退款", now)
        try:
            after = trades.refund(self._trade(command), asked)
        except PlatformRefused as refused:
            raise Refused(refused.sub_code, field="amount_fen", status=409) from refused
        self.happened(Change(after, asked))
        return shown(after)

    def list_trades(self, _: Command) -> list[dict[str, Any]]:
        return [shown(trade) for trade in self.books.trades(self.stage.clock.now())]

    def phone_number(self, command: Command) -> dict[str, str]:
        app = self.books.apps[keys.MAIN_APP_ID]
        said = {"code": "10000", "msg": "Success", "mobile": command.text("mobile")}
        cipher = encrypt_content(compact_json(said).encode(), app.aes_key or "")
        # The signed text is the JSON string with its quotes.
        sign = sign_rsa2(compact_json(cipher).encode(), app.alipay_key)
        payload = {
            "response": cipher,
            "sign": sign,
            "sign_type": "RSA2",
            "encrypt_type": "AES",
            "charset": "UTF-8",
        }
        return {"response": compact_json(payload)}

    def choose_statuses(self, command: Command) -> dict[str, list[str]]:
        wanted = command.mapping("statuses")
        unknown = wanted.keys() - set(Status)
        if unknown:
            raise Refused(f"no trade status {sorted(unknown)[0]}", field="statuses")
        told = {Status(name) for name, on in wanted.items() if on}
        self.books.statuses_told = told
        return {"statuses": sorted(told)}

    def choose_id_kind(self, command: Command) -> dict[str, str]:
        app = app_called(command.parts["app_id"], self.books)
        if command.text("id_kind") not in set(IdKind):
            raise Refused("id_kind is user_id, open_id or both", field="id_kind")
        kind = IdKind(command.text("id_kind"))
        self.books.apps[app.app_id] = replace(app, id_kind=kind)
        return {"app_id": app.app_id, "id_kind": kind.value}

    def renew_certificate(self, _: Command) -> dict[str, str]:
        app = self.books.apps[keys.CERT_APP_ID]
        if app.certificates is None:
            raise Refused("the app does not work with certificates")
        now = self.stage.clock.wall()
        fresh = keys.renewed_certificate(self.stage.keys, app.certificates, now)
        mode = replace(app.certificates, alipay_certificate=fresh)
        self.books.apps[app.app_id] = replace(app, certificates=mode)
        self.books.alipay_certificates[mode.alipay_cert_sn] = mode.alipay_chain
        return {"alipay_cert_sn": serial_number(fresh)}

    def _somebody(self) -> str:
        return "2088" + self.stage.randomness.digits(12)

    def _trade(self, command: Command) -> Trade:
        number = command.parts["trade"]
        trade = self.books.by_any_number(number, self.stage.clock.now())
        if trade is None:
            raise Refused(f"no trade {number}", field="trade", status=404)
        return trade


def shown(trade: Trade) -> dict[str, Any]:
    return {
        "trade_no": trade.trade_no,
        "out_trade_no": trade.order.out_trade_no,
        "trade_status": trade.status.value,
        "total_amount": yuan(trade.order.total_fen),
        "refund_fee": yuan(trade.refunded_fen),
        "subject": trade.order.subject,
        "gmt_payment": beijing_text(trade.paid_at) if trade.paid_at else None,
    }
