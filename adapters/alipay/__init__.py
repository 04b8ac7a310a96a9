"""Alipay (支付宝) as a channel: login, shared phone numbers, certification, messages."""

from adapters.alipay.channel import LOGIN_CODES, AlipayChannel
from adapters.alipay.channel_settings import ChannelSettings as Settings
from adapters.alipay.messaging import offer_messaging
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.order_outlet import ORDER_CARDS
from adapters.alipay.parcel_cards import AlipayParcelCards, unnamed
from adapters.alipay.pushes import MESSAGES
from adapters.alipay.real_names import AlipayRealNames
from channel_gateway.ports import Channel, Courier, ParcelCards, RealNames, Tools
from channel_gateway.service import Job, Table

__all__ = ["COLLECTIONS", "Settings", "build"]

COLLECTIONS = (LOGIN_CODES, MESSAGES, ORDER_CARDS)


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    platform = OpenPlatform(settings.account(tools.clock.now()), tools.http, tools.clock)
    channel = AlipayChannel(
        platform, tools.store, tools.clock, tools.vault, name=tools.name, id_mode=settings.id_mode
    )
    table.offer(Channel, tools.name, channel)
    real_names = AlipayRealNames(
        platform, tools.clock, tools.randomness, tools.vault, name=tools.name
    )
    table.offer(RealNames, tools.name, real_names)
    offer_messaging(table, tools, settings, platform)
    template = settings.parcel_template()
    if template is not None:
        cards = AlipayParcelCards(
            platform, tools.clock, template, channel=tools.name, id_mode=settings.id_mode
        )
        table.offer(ParcelCards, tools.name, cards)
        table.late_remarks.append(lambda: unnamed(tools.name, template, table.offered(Courier)))
    table.jobs.append(
        Job(f"{tools.name}_codes", 3600, channel.forget_codes, "Forget expired login codes")
    )
