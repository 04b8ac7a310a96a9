"""What the platform tells departments of its own accord: paid, given back; until they take it.

Inferred: the form (`sealing`), what is inside (the order as `getorder` tells it, and the refund),
and the ladder, which is WeChat Pay's. Public: `notify_history` with its first and last attempts,
and the errcodes a department answers with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from mock_platforms.deliveries import Attempt, Notice
from mock_platforms.faults import Fault
from mock_platforms.stage import Stage
from mock_platforms.wechat.nontax.answers import order_json, refund_json, seconds
from mock_platforms.wechat.nontax.books import Books, Order, Refund
from mock_platforms.wechat.nontax.faults import KINDS, PAYMENT, REFUND
from mock_platforms.wechat.nontax.sealing import STRANGER, Keys, errcode_of, sealed_call
from mock_platforms.wire import Outgoing, Response

MINUTE, HOUR = 60, 3600
LADDER_S: tuple[int, ...] = (
    *(15, 15, 30, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE),
    *(30 * MINUTE,) * 3,
    HOUR,
    *(3 * HOUR,) * 3,
    *(6 * HOUR,) * 2,
)
STALE_S = 600
SPOILS = tuple(kind.name for kind in KINDS if "notice" in kind.where)

Plain = dict[str, Any]
# Rightly signed, but not what the order says.
UNTRUE: Mapping[str, Callable[[Plain], Plain]] = {
    "nontax_wrong_amount": lambda plain: plain | {"fee": plain["fee"] + 1},
    "nontax_wrong_app": lambda plain: plain | {"appid": "wx" + "f" * 16},
    "nontax_wrong_bank": lambda plain: plain | {"bank_id": "999"},
}


@dataclass
class Addresses:
    """Where a department is called; empty: it is not."""

    notify_url: str = ""
    queryfee_url: str = ""


@dataclass(frozen=True)
class Notices:
    stage: Stage
    keys: Keys
    books: Books
    addresses: Addresses = field(default_factory=Addresses)

    def paid(self, order: Order) -> None:
        self._post(PAYMENT, order_json(self.books, order), order.numbers)

    def refunded(self, order: Order, refund: Refund) -> None:
        told = {**order_json(self.books, order), "refund": refund_json(refund)}
        numbers = {refund.refund_order_id, refund.refund_out_id} - {""}
        self._post(REFUND, told, order.numbers | numbers)

    def compose(self, url: str, plain: Mapping[str, Any], spoil: str = "") -> Outgoing:
        """Sign and seal a call now; `spoil` is one of SPOILS, or nothing."""
        keys = self.keys
        if spoil == "nontax_forged":
            keys = replace(keys, token=STRANGER)
        if spoil == "nontax_sealed_for_another":
            keys = replace(keys, app_id="wx" + "0" * 16)
        chance = self.stage.randomness
        now = int(self.stage.signing_now().timestamp())
        return sealed_call(
            keys,
            url,
            UNTRUE.get(spoil, dict)(dict(plain)),
            timestamp=now - (STALE_S if spoil == "nontax_stale" else 0),
            nonce=chance.text(16),
            chance=chance.text(16),
        )

    def history(self, order: Order) -> Sequence[Mapping[str, Any]]:
        """Return what was told of an order and what came back: the first and the last time."""
        told = [
            attempt
            for attempt in self.stage.deliveries.attempts()
            if attempt.kind in (PAYMENT, REFUND) and order.order_id in attempt.orders
        ]
        if not told:
            return []
        ends = told if len(told) == 1 else [told[0], told[-1]]
        detail = [_detail(attempt, order) for attempt in ends]
        who = {"appid": self.keys.app_id, "name": "示例市委办局", "notify_cnt": len(told)}
        return [{**who, "notify_detail": detail}]

    def _post(self, kind: str, plain: Mapping[str, Any], numbers: set[str]) -> None:
        url = self.addresses.notify_url
        if not url:
            return

        def compose(fault: Fault | None) -> Outgoing:
            return self.compose(url, plain, fault.kind if fault else "")

        self.stage.deliveries.post(
            Notice("wechat", kind, numbers, compose, accepted, LADDER_S, SPOILS)
        )


def accepted(response: Response) -> bool:
    return response.status == 200 and errcode_of(response.body.decode(errors="replace")) == 0


def _detail(attempt: Attempt, order: Order) -> Mapping[str, Any]:
    url, _, query = attempt.url.partition("?")
    errcode = errcode_of(attempt.answer)
    return {
        "notify_time": seconds(attempt.at),
        "ret": 0 if attempt.outcome == "accepted" else 1,
        "ret_errmsg": "" if attempt.outcome == "accepted" else attempt.outcome,
        "cost_time": 0,  # nobody measures it here
        "wxnontaxstr": dict(parse_qsl(query)).get("wxnontaxstr", ""),
        "status": int(order.status),
        "url": url,
        "errcode": errcode if errcode is not None else 299,
        "errmsg": "",
        "third_resp": attempt.answer,
        "third_resp_data": "",
    }
