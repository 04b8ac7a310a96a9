"""Callbacks: what the merchant is told, signed anew at each try, and how a fault spoils it."""

from collections.abc import Mapping
from typing import Any

from mock_platforms.deliveries import Notice
from mock_platforms.faults import NOTICE, Fault, FaultKind
from mock_platforms.stage import Stage
from mock_platforms.wire import Outgoing, json_response
from tests.sample_channel.mock_platforms.samplebank.signing import Gate

PAYMENT, REFUND = "payment", "refund"
LADDER_S = (15, 60, 300, 1800, 3600, 21600)
FAULTS = (
    FaultKind("notify_forged", "Signed with a key that is not the platform's.", NOTICE),
    FaultKind("notify_stale", "Rightly signed, but an hour ago.", NOTICE),
)


class Teller:
    def __init__(self, stage: Stage, gate: Gate) -> None:
        self.stage, self.gate = stage, gate

    def tell(self, event: str, asked: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        body = json_response({"event": event, "about": about}).body

        def compose(fault: Fault | None) -> Outgoing:
            nonce, spoiled = self.stage.randomness.text(32), fault.kind if fault else ""
            headers = self.gate.headers(body, nonce, spoiled)
            return Outgoing("POST", asked["notify_url"], headers, body)

        self.stage.deliveries.post(
            Notice(
                platform=self.gate.name,
                kind=event,
                orders={about[name] for name in ("out_trade_no", "out_refund_no") if name in about},
                compose=compose,
                accepted=lambda told: (told.status, told.body) == (200, b'{"code":"OK"}'),
                ladder_s=LADDER_S,
                spoils=[kind.name for kind in FAULTS],
            )
        )
