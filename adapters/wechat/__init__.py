"""WeChat (微信) as a channel: logins, shared numbers, messages out and in, faces."""

from adapters.wechat.access_token import PLATFORM_TOKENS, AccessTokens
from adapters.wechat.channel import WechatChannel
from adapters.wechat.messaging import MESSAGE_COLLECTIONS, add_messages
from adapters.wechat.parcel_cards import WechatParcelCards
from adapters.wechat.real_names import WechatRealNames
from adapters.wechat.settings import Settings
from channel_gateway.ports import Channel, ParcelCards, RealNames, Tools
from channel_gateway.service import Table

__all__ = ["COLLECTIONS", "Settings", "build"]

COLLECTIONS = (PLATFORM_TOKENS, *MESSAGE_COLLECTIONS)


def build(table: Table, tools: Tools) -> None:
    settings = Settings.model_validate(tools.section)
    app = settings.app()
    tokens = AccessTokens(app, tools.store, tools.http, tools.clock, tools.randomness, tools.vault)
    table.offer(Channel, tools.name, WechatChannel(app, tokens, tools.http, name=tools.name))
    table.offer(
        RealNames,
        tools.name,
        WechatRealNames(app, tokens, tools.http, tools.clock, tools.randomness, name=tools.name),
    )
    add_messages(table, tools, settings, app, tokens)
    looks = settings.parcel_looks()
    if looks is not None:
        cards = WechatParcelCards(app, tokens, tools.http, looks, channel=tools.name)
        table.offer(ParcelCards, tools.name, cards)
