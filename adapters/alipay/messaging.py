"""What the channel offers for messages: outlets, and the callback of the application gateway."""

from adapters.alipay.channel_settings import ChannelSettings
from adapters.alipay.city_messages import CityService
from adapters.alipay.open_platform.client import OpenPlatform
from adapters.alipay.order_cards import OrderWords
from adapters.alipay.order_outlet import OrderOutlet
from adapters.alipay.outlets import CityOutlet, TemplateOutlet
from adapters.alipay.pushes import FAIL, Pushes
from channel_gateway.ports import MessageConsents, Outlet, Tools
from channel_gateway.service import Callback, Job, Table


def offer_messaging(
    table: Table, tools: Tools, settings: ChannelSettings, platform: OpenPlatform
) -> None:
    """City messages and order cards are offered where their settings are given."""
    template = TemplateOutlet(
        platform,
        channel=tools.name,
        id_mode=settings.id_mode,
        landing_page=settings.landing_page,
        not_subscribed=settings.not_subscribed_codes,
        consents_pushed=bool(settings.subscription_messages),
    )
    table.offer(Outlet, tools.name, template)
    if settings.has_city:
        _offer_city(table, tools, settings, platform)
    _receive(table, tools, settings, platform)


def _offer_city(
    table: Table, tools: Tools, settings: ChannelSettings, platform: OpenPlatform
) -> None:
    name, id_mode = tools.name, settings.id_mode
    service = CityService(
        settings.city_app_code,
        settings.city_code,
        settings.city_industry_type,
        settings.city_target_url,
    )
    city = CityOutlet(platform, service, channel=name, id_mode=id_mode)
    table.offer(Outlet, f"{name}_city", city)
    if not settings.has_orders:
        return
    words = OrderWords(
        settings.order_industry_id, settings.order_scene_type, settings.order_statuses
    )
    orders = OrderOutlet(
        platform, tools.store, tools.vault, service, words, channel=name, id_mode=id_mode
    )
    table.offer(Outlet, f"{name}_order", orders)
    table.jobs.append(Job(f"{name}_order_cards", 86400, orders.forget, "Forget old order cards"))


def _receive(table: Table, tools: Tools, settings: ChannelSettings, platform: OpenPlatform) -> None:
    pushes = Pushes(
        platform,
        tools.store,
        channel=tools.name,
        id_mode=settings.id_mode,
        subscription_messages=settings.subscription_messages,
        consents=lambda: table.offered(MessageConsents).values(),
    )
    table.callbacks.append(
        Callback(
            f"{tools.name}_messages",
            f"/{tools.name}/messages",
            pushes.receive,
            "Alipay's messages to the application gateway (应用网关)",
            refusal=FAIL,
            keeps_refused=True,
        )
    )
    table.jobs.append(
        Job(f"{tools.name}_messages", 3600, pushes.forget, "Forget which messages were heard")
    )
