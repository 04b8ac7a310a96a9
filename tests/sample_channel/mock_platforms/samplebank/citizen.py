"""What the citizen does with the phone: control rows of the Samplebank stand-in."""

from collections.abc import Sequence
from typing import Any

from mock_platforms.commands import Command, ControlRoute, Refused
from mock_platforms.stage import Stage
from tests.sample_channel.mock_platforms.samplebank.calls import Calls
from tests.sample_channel.mock_platforms.samplebank.signing import Gate


def control_rows(stage: Stage, gate: Gate, calls: Calls) -> Sequence[ControlRoute]:
    def log_in(command: Command) -> dict[str, str]:
        openid = command.text("openid", "") or stage.randomness.text(28)
        return {"code": calls.give_code(openid), "openid": openid}

    def share_phone(command: Command) -> dict[str, str]:
        return {"code": calls.give_code(command.text("phone"))}

    def pay(command: Command) -> dict[str, Any]:
        prepay_id = command.parts["prepay_id"]
        timestamp, nonce, sign = (command.text(name) for name in page)
        if not gate.verifies(prepay_id, timestamp, nonce, b"", sign):
            raise Refused("the page's parameters are not signed", field="sign")
        found = [each for each in calls.orders.values() if each.prepay_id == prepay_id]
        if not found or found[0].state(stage.clock.now()) != "UNPAID":
            raise Refused("there is no such order to pay", field="prepay_id", status=409)
        calls.pay(found[0])
        return calls.shown(found[0])

    root = f"/{gate.name}"
    page = {name: "as the gateway gave it to the page" for name in ("timestamp", "nonce", "sign")}
    return (
        ControlRoute(
            "POST", f"{root}/login-codes", log_in, "A citizen opens it.", {"openid?": "whose"}
        ),
        ControlRoute(
            "POST", f"{root}/phone-codes", share_phone, "A citizen shares it.", {"phone": "number"}
        ),
        ControlRoute(
            "POST", f"{root}/orders/{{prepay_id}}/pay", pay, "A citizen pays an order.", page
        ),
    )
