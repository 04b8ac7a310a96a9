"""What WeChat Pay's own staff can switch: control rows for keys and callbacks on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.faults import Fault
from mock_platforms.stage import Stage
from mock_platforms.wechat_pay.books import Books, Order, TradeState
from mock_platforms.wechat_pay.gate import Gate
from mock_platforms.wechat_pay.notices import SPOILS, Notices


@dataclass(frozen=True, slots=True)
class Staff:
    """WeChat Pay's own switches: keys, certificates, and callbacks on demand."""

    stage: Stage
    gate: Gate
    books: Books
    notices: Notices

    def rows(self) -> list[ControlRoute]:
        return [
            ControlRoute(
                "GET",
                "/wechat_pay/settings",
                self.settings,
                "Tell which keys sign what, and the fee.",
            ),
            ControlRoute(
                "POST",
                "/wechat_pay/settings",
                self.change,
                "Change which keys sign what, or the fee.",
                {
                    "certificates?": "false plays a merchant that has only the public key",
                    "public_key_enabled?": "false plays a key that was made and not put to use: "
                    "certificates sign, whatever the call asks for",
                    "notify_pubkey_ratio?": "share of notifications the public key signs, 0 to 1",
                    "fee_rate?": "WeChat's fee in the bills, in ten-thousandths; 0 unless said",
                },
            ),
            ControlRoute(
                "POST",
                "/wechat_pay/certificates/rotate",
                self.rotate,
                "List a second certificate; from now on either may sign.",
            ),
            ControlRoute(
                "POST",
                "/wechat_pay/certificates/retire",
                self.retire,
                "Drop all certificates but the newest.",
            ),
            ControlRoute(
                "POST",
                "/wechat_pay/send-notify",
                self.send_notify,
                "Send one good and one bad payment notification, and tell what came back.",
                {
                    "url": "where to",
                    "out_trade_no?": "of which order",
                    "total_fen?": "how much; 100 unless said",
                    "bad?": f"how the bad one is bad: one of {', '.join(SPOILS)}",
                },
                '{"good": {"status", "answer"}, "bad": {"status", "answer"}}',
            ),
        ]

    def settings(self, _: Command | None = None) -> dict[str, Any]:
        keys = self.gate.keys
        return {
            "certificates": keys.has_certificates,
            "public_key_enabled": keys.public_key_enabled,
            "notify_pubkey_ratio": keys.notify_pubkey_ratio,
            "fee_rate": self.books.fee_rate,
            "serials": [signer.serial for signer in keys.certificates],
            "public_key_id": keys.public.serial,
        }

    def change(self, command: Command) -> dict[str, Any]:
        keys = self.gate.keys
        certificates, public_key = (
            command.flag(name) if name in command.body else now
            for name, now in (
                ("certificates", keys.has_certificates),
                ("public_key_enabled", keys.public_key_enabled),
            )
        )
        if not certificates and not public_key:
            raise Refused("something must sign", field="certificates")
        keys.has_certificates, keys.public_key_enabled = certificates, public_key
        if "notify_pubkey_ratio" in command.body:
            ratio = command.number("notify_pubkey_ratio")
            if not 0 <= ratio <= 1:
                raise Refused("must be from 0 to 1", field="notify_pubkey_ratio")
            keys.notify_pubkey_ratio = ratio
        if "fee_rate" in command.body:
            if not 0 <= command.integer("fee_rate") <= 10000:
                raise Refused("must be from 0 to 10000", field="fee_rate")
            self.books.fee_rate = command.integer("fee_rate")
        return self.settings()

    def rotate(self, _: Command) -> dict[str, Any]:
        self.gate.keys.rotate()
        return self.settings()

    def retire(self, _: Command) -> dict[str, Any]:
        self.gate.keys.retire()
        return self.settings()

    async def send_notify(self, command: Command) -> dict[str, Any]:
        bad = command.text("bad", "notify_forged")
        if bad not in SPOILS:
            raise Refused(f"{bad} is no way to be bad", field="bad")
        order = self._sample(command)
        notice = self.notices.payment(order)
        fault = Fault("asked", "wechat_pay", bad, parameters={"seconds": -600})
        send = self.stage.deliveries.try_once
        return {
            "good": await send(notice.compose(None)),
            "bad": await send(notice.compose(fault)),
        }

    def _sample(self, command: Command) -> Order:
        """Return a paid order that is in no books."""
        merchant, now = self.gate.merchant, self.stage.clock.now()
        return Order(
            out_trade_no=command.text("out_trade_no", "SAMPLE-NOTIFY"),
            prepay_id="",
            ids={"appid": merchant.app_id, "mchid": merchant.mch_id},
            payer={"openid": "o" + "0" * 27},
            asked={},
            total_fen=command.integer("total_fen", 100),
            description="",
            attach="",
            notify_url=command.text("url"),
            created_at=now,
            prepaid_at=now,
            expires_at=now + timedelta(hours=1),
            state=TradeState.SUCCESS,
            transaction_id="4200" + "0" * 24,
            paid_at=now,
        )
