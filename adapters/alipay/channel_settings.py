"""The section of the channel: an application, and what Alipay's contact gave for its messages.

Codes, templates and words of city messages and order cards are handed out by Alipay's business
contact, so there are no defaults: an outlet is there when its settings are.
"""

from pydantic import Field, model_validator

from adapters.alipay.parcel_settings import ParcelSettings
from channel_gateway.domain.happenings import Happening

_CITY = ("city_app_code", "city_code", "city_industry_type", "city_target_url")
_ORDERS = ("order_industry_id", "order_scene_type", "order_statuses")


class ChannelSettings(ParcelSettings):
    """What `ParcelSettings` asks for, and what messages need."""

    landing_page: str = Field(
        default="", description="of the mini-program: opens when a message names no page"
    )
    not_subscribed_codes: tuple[str, ...] = Field(
        default=(),
        description="sub codes that refuse whoever has not subscribed: Alipay documents none",
    )
    subscription_messages: tuple[str, ...] = Field(
        default=(),
        description="`msg_method`s that tell of subscriptions: Alipay documents none",
    )
    city_app_code: str = ""
    city_code: str = Field(default="", description="of the civil affairs' list: 130900")
    city_industry_type: int = 0
    city_target_url: str = Field(default="", description="opens when a city message is tapped")
    order_industry_id: str = ""
    order_scene_type: str = Field(default="", description="how a number is taken")
    order_statuses: dict[str, str] = Field(
        default_factory=dict, description="what happened → the word for an order's status"
    )

    @model_validator(mode="after")
    def _whole(self) -> "ChannelSettings":
        if not self.has_city and any(getattr(self, name) for name in _CITY):
            raise ValueError(f"city messages need all of {', '.join(_CITY)}")
        if not self.has_orders and any(getattr(self, name) for name in _ORDERS):
            raise ValueError(f"order cards need all of {', '.join(_CITY + _ORDERS)}")
        unknown = sorted(self.order_statuses.keys() - set(Happening))
        if unknown:
            raise ValueError(f"order_statuses: nothing is called {unknown[0]}")
        return self

    @property
    def has_city(self) -> bool:
        return all(getattr(self, name) for name in _CITY)

    @property
    def has_orders(self) -> bool:
        return self.has_city and all(getattr(self, name) for name in _ORDERS)
