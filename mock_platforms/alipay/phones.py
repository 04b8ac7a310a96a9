"""Message templates, who subscribed to them, and what reached the citizens' phones, in order.

Inferred: the sub code of somebody who has not subscribed (the platform's documents have none), and
that a used-up one-time subscription reads as declined.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from mock_platforms.alipay.refusals import Refused

NOT_SUBSCRIBED = "USER_NOT_SUBSCRIBED"


class Kind(StrEnum):
    """What a template is for."""

    ONETIME = "onetime"  # one subscription, one message
    LONGTERM = "longterm"  # one subscription, many messages
    FORM = "form"  # answers a form or a payment, and names it
    CITY = "city"  # of the city service, named by a number
    ORDER = "order"  # an order card of the city service


SUBSCRIBED_TO = frozenset({Kind.ONETIME, Kind.LONGTERM})


@dataclass(frozen=True)
class Template:
    template_id: str
    kind: Kind
    fields: tuple[str, ...]  # `keyword1`, …, or the members of `ext_info`


@dataclass(frozen=True)
class Subscription:
    """What a citizen decided about a template, the last time."""

    accepted: bool = False
    left: int = 0  # messages of a one-time template that may still come


@dataclass(frozen=True)
class Arrived:
    """One message on a phone."""

    app_id: str
    user_id: str
    kind: Kind
    template_id: str
    values: Mapping[str, str]
    opens: str  # a page of the mini-program, or an address
    at: datetime
    number: str = ""  # `uuid` or `out_order_no`
    status: str = ""  # of an order card


@dataclass(frozen=True)
class CityMessage:
    """A message of the city service as it was first sent."""

    user_id: str
    content: Mapping[str, object]
    arrived: bool


@dataclass(frozen=True)
class OrderCard:
    user_id: str
    content: Mapping[str, object]  # of its newest state
    updated_at: datetime
    reasoned: bool  # a change was told, so that every later state tells it


@dataclass
class Phones:
    """By app, since people subscribe to one app's messages."""

    templates: dict[str, Template] = field(default_factory=dict)
    subscriptions: dict[tuple[str, str, str], Subscription] = field(default_factory=dict)
    arrived: list[Arrived] = field(default_factory=list)
    city_messages: dict[tuple[str, str], CityMessage] = field(default_factory=dict)
    order_cards: dict[tuple[str, str], OrderCard] = field(default_factory=dict)
    without_city_messages: set[str] = field(default_factory=set)  # user ids

    def template(self, template_id: str, *kinds: Kind) -> Template | None:
        template = self.templates.get(template_id)
        return template if template is not None and template.kind in kinds else None

    def subscription(self, app_id: str, user_id: str, template_id: str) -> Subscription:
        return self.subscriptions.get((app_id, user_id, template_id), Subscription())

    def decide(self, app_id: str, user_id: str, template: Template, *, accepted: bool) -> None:
        """The citizen answers the window; each yes to a one-time template is one message more."""
        before = self.subscription(app_id, user_id, template.template_id)
        once_more = accepted and template.kind is Kind.ONETIME
        left = before.left + 1 if once_more else before.left
        key = (app_id, user_id, template.template_id)
        self.subscriptions[key] = Subscription(accepted, left if accepted else 0)

    def spend(self, app_id: str, user_id: str, template: Template) -> None:
        """Use a subscription. Raises Refused when there is none."""
        held = self.subscription(app_id, user_id, template.template_id)
        if not held.accepted:
            raise Refused(NOT_SUBSCRIBED, "用户未订阅该消息")
        if template.kind is Kind.ONETIME:
            left = held.left - 1
            key = (app_id, user_id, template.template_id)
            self.subscriptions[key] = Subscription(left > 0, left)
