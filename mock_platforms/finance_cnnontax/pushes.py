"""Payments the finance node tells the unit's node of: 5996, until 8001 says that it was taken."""

from __future__ import annotations

from mock_platforms.deliveries import Notice as Delivery
from mock_platforms.faults import NOTICE, Fault, FaultKind
from mock_platforms.finance_cnnontax.books import Books
from mock_platforms.finance_cnnontax.desk import DONE, FINANCE_NODE, NAME, REGION, UNIT_NODE
from mock_platforms.finance_cnnontax.envelopes import BadEnvelope, elements, fold, unfold
from mock_platforms.finance_cnnontax.fields import BEIJING, today, yuan
from mock_platforms.finance_cnnontax.frames import BadFrame, length, put_together, take_apart
from mock_platforms.stage import Stage
from mock_platforms.wire import Headers, Outgoing, Response

PUSH = "payments.push"
UNIT_ADDRESS = "127.0.0.1:9596"  # unless it is told another
LADDER_S = (15, 30, 60, 300, 900, 1800, 3600, 3600, 3600, 21600)  # no public text has one: ours
SPOILS = ("notify_forged", "notify_wrong_node", "notify_wrong_length")
FAULTS = tuple(
    FaultKind(name, says, NOTICE)
    for name, says in zip(
        SPOILS,
        (
            "The pushed frame's MAC belongs to another text.",
            "The pushed frame is meant for another unit's node.",
            "The pushed frame says that it is longer than it is.",
        ),
        strict=True,
    )
)


class Pushes:
    def __init__(self, stage: Stage, books: Books, token: str) -> None:
        self.stage, self.books, self.token = stage, books, token
        self.address = UNIT_ADDRESS
        self.echoes = False  # whether the unit is told of what it told itself

    def paid(self, number: str) -> None:
        """Tell of a payment, if its notice asks for that."""
        payment = self.books.payments[number]
        if self.books.notice(payment.pay_code).values.get("Hold1") != "Y":
            return
        id = self.stage.randomness.digits(20)

        def compose(fault: Fault | None) -> Outgoing:
            frame = self._frame(number, id, fault.kind if fault else "")
            return Outgoing("TCP", f"tcp://{self.address}", Headers(), frame)

        def accepted(response: Response) -> bool:
            return self._is_taken(response.body, id)

        orders = {payment.pay_code, payment.transaction}
        delivery = Delivery(NAME, PUSH, orders, compose, accepted, LADDER_S, SPOILS)
        self.stage.deliveries.post(delivery)

    def echo(self, number: str) -> None:
        if self.echoes:
            self.paid(number)

    def _frame(self, number: str, id: str, spoil: str) -> bytes:
        payment = self.books.payments[number]
        notice, at = self.books.notice(payment.pay_code), payment.paid_at.astimezone(BEIJING)
        target = "K3206990009" if spoil == "notify_wrong_node" else UNIT_NODE
        head = {
            **{"APP": "CNNONTAX", "VER": "1.0", "SRC": FINANCE_NODE, "DES": target},
            **{"MsgNo": "5996", "MsgID": id, "MsgRef": id},
            **{"WorkDate": f"{today(self.stage.clock.now()):%Y%m%d}", "Reserve": ""},
        }
        values = {
            **{"AdmDivCode": REGION, "PayCode": payment.pay_code},
            **{"CfmDate": f"{at:%Y%m%d}", "CfmTime": f"{at:%H%M%S}"},
            "Amt": yuan(payment.amount_fen),
            **{"BankOutlet": "示例银行营业部", "Operator": "01", "PayMode": payment.mode},
            "TraNoBus": payment.transaction,
            "PayerName": notice.values["PayerName"],
            "Hold1": "" if payment.number == payment.transaction else payment.number,
        }
        frame = put_together("5996", fold(head, (elements(values),)), self.token)
        if spoil == "notify_forged":
            return frame[:-64] + frame[-64:][::-1]
        if spoil == "notify_wrong_length":
            return str(len(frame) + 9).ljust(8).encode() + frame[8:]
        return frame

    def _is_taken(self, raw: bytes, id: str) -> bool:
        try:
            if length(raw[:8]) != len(raw):
                return False
            parts = take_apart(raw, self.token)
            envelope = unfold(parts.xml)
        except (ValueError, BadFrame, BadEnvelope):
            return False
        said, head = envelope.voucher, envelope.head
        return (
            (parts.number, head["MsgRef"], head["SRC"]) == ("8001", id, UNIT_NODE)
            and (said.get("OriMsgNo"), said.get("Result")) == ("5996", DONE)
        )  # fmt: skip
