"""Samplebank as a payment method, for citizens who come from Samplebank."""

from channel_gateway.ports import Tools
from channel_gateway.service import Table
from payment.ports import PaymentMethod
from tests.sample_channel.adapters.samplebank import line
from tests.sample_channel.payment.connectors.samplebank_pay.method import SamplebankPay

__all__ = ["Settings", "build"]


class Settings(line.Settings):
    channel: str = "samplebank"  # whose citizens pay with it


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    method = SamplebankPay(
        line.Line(settings, tools),
        name=tools.name,
        channel=settings.channel,
        notify_url=f"{tools.public_url}/callbacks/{tools.name}",
    )
    table.offer(PaymentMethod, tools.name, method)
