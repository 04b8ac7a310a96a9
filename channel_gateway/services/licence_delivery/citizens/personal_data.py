"""What deliveries keep about a person: handed out, forgotten, and the consents they rest on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from channel_gateway.domain.days import rfc3339
from channel_gateway.domain.errors import Unavailable
from channel_gateway.ports import Consent, Departments
from channel_gateway.services.licence_delivery.citizens.cancelling import cancel_asked
from channel_gateway.services.licence_delivery.citizens.consents import delivery_of, withdrawn
from channel_gateway.services.licence_delivery.deliveries import Deliveries
from channel_gateway.services.licence_delivery.delivery import (
    Attempt,
    Delivery,
    State,
    is_over,
)
from channel_gateway.services.licence_delivery.following import (
    CONSENT_WITHDRAWN,
    SHOW_CARD,
    SHOW_CARDS,
    is_shown,
    showing,
    showing_all,
)
from channel_gateway.services.licence_delivery.life import dropped, noted
from channel_gateway.services.licence_delivery.refusals import CancelledAtTheHall, FetchedAlready
from channel_gateway.services.licence_delivery.sealed import Sealed, in_clear
from channel_gateway.services.licence_delivery.views import Views

_MOST_EXPORTED = 1000
_KEPT = "寄送记录（如有；不含姓名、电话和地址，不能从您的账号查到）：供核对快递费用和寄送结果"
_STOPPED = "授权已撤回，寄送已取消，请到办事大厅领取或提交。"
_STOPPED_LATE = (
    "授权已撤回，寄送已取消，请到办事大厅领取或提交；"
    "快递公司如已收到您的姓名、电话和地址，由其依法处理。"
)
_STOPPING = "授权已撤回，正在向快递公司申请取消；已交给快递公司的姓名、电话和地址由其依法处理。"
_HANDED_OVER = (
    "授权已撤回。撤回前，您的姓名、电话和地址已提供给快递公司用于本次寄送，"
    "已完成的提供不受影响，今后不再提供。"
)


class DeliveryData:
    """`PersonalData` of deliveries."""

    def __init__(
        self,
        deliveries: Deliveries,
        sealed: Sealed,
        views: Views,
        departments: Callable[[], Departments | None],
    ) -> None:
        self._deliveries = deliveries
        self._sealed = sealed
        self._views = views
        self._departments = departments

    async def adopt(self, account: str, person: str, now: datetime) -> None:
        """The account's parcels are shown to all of the person's, and theirs to the account."""
        async for delivery in self._deliveries.all_of(person):
            await self._deliveries.change(
                delivery.id, lambda current: _shown_to(current, account, now), now
            )
        async for delivery in self._deliveries.all_of(account):
            await self._deliveries.change(
                delivery.id, lambda current: _adopted(current, account, person, now), now
            )

    async def export(self, person: str) -> dict[str, Any]:
        """The newest first, at most a thousand; `more` says whether there are others."""
        told: list[dict[str, Any]] = []
        async for delivery in self._deliveries.all_of(person):
            if len(told) == _MOST_EXPORTED:
                return {"deliveries": told, "more": True}
            told.append(self._exported(delivery))
        return {"deliveries": told, "more": False}

    async def open_matters(self, person: str) -> list[str]:
        return [
            f"未完成的寄送 {delivery.id}（{delivery.service_name}）"
            async for delivery in self._deliveries.all_of(person)
            if not is_over(delivery)
        ]

    async def erase(self, person: str, now: datetime) -> list[str]:
        """A department that heard of it is told first: told again, it knows already."""
        async for delivery in self._deliveries.all_of(person):
            if is_over(delivery) and delivery.created_at <= now:
                await self._tell_department(delivery, now)
                await self._deliveries.change(
                    delivery.id, lambda current: forgotten(current, person, now), now
                )
        return [_KEPT]

    async def consents(self, person: str) -> list[Consent]:
        return [
            consent async for each in self._deliveries.all_of(person) for consent in each.consents
        ]

    async def withdraw(self, person: str, consent_id: str, now: datetime) -> str | None:
        """Before a courier has the address nothing is sent; after, it says what was given away."""
        delivery = await self._deliveries.find(delivery_of(consent_id))
        if delivery is None or delivery.person != person:
            return None
        if all(each.id != consent_id for each in delivery.consents):
            return None
        changed = await self._deliveries.change(
            delivery.id, lambda current: without_consent(current, consent_id, now), now
        )
        attempt = changed.attempt
        if changed.state is State.CANCELLED:
            known = attempt is not None and attempt.placing_at is not None
            return _STOPPED_LATE if known else _STOPPED
        cancelling = attempt is not None and attempt.cancel_asked_at is not None
        return _STOPPING if cancelling else _HANDED_OVER

    def _exported(self, delivery: Delivery) -> dict[str, Any]:
        shown = self._views.detail(delivery).model_dump(mode="json")
        return shown | {
            "recipient": self._recipient(delivery),
            "consents": [each.told() for each in delivery.consents],
            "created_at": rfc3339(delivery.created_at),
        }

    def _recipient(self, delivery: Delivery) -> dict[str, str] | None:
        if not delivery.recipient:
            return None
        return in_clear(self._sealed.contact(delivery.recipient))

    async def _tell_department(self, delivery: Delivery, now: datetime) -> None:
        """Raises `Unavailable` where a department has heard of it and none is spoken with now."""
        if not delivery.hears:
            return
        departments = self._departments()
        if departments is None:
            raise Unavailable("no plug-in of the settings speaks with departments")
        gone: dict[str, Any] = {"appointment_ids": [], "delivery_ids": [delivery.id]}
        id = f"{delivery.id}-erased"
        await departments.tell(delivery.department, id, "data.erased", gone, now)


def forgotten(delivery: Delivery, person: str, now: datetime) -> Delivery:
    """Numbers and states stay; who and where do not. Pure."""
    if delivery.person != person or not is_over(delivery):
        return delivery
    return replace(
        dropped(delivery, (SHOW_CARDS, SHOW_CARD)),
        person=None,
        account=None,
        recipient="",
        tokens=(),
        attempts=tuple(_without_texts(each) for each in delivery.attempts),
        erased_at=now,
    )


def without_consent(delivery: Delivery, consent_id: str, now: datetime) -> Delivery:
    """Nothing is sent that rests on it. Pure."""
    (consent,) = [each for each in delivery.consents if each.id == consent_id]
    if consent.withdrawn_at is not None:
        return delivery
    consents = withdrawn(delivery.consents, consent_id, now)
    left = noted(replace(delivery, consents=consents), CONSENT_WITHDRAWN, now, consent.purpose)
    try:
        return cancel_asked(left, now)
    except (FetchedAlready, CancelledAtTheHall):
        return left


def _adopted(delivery: Delivery, account: str, person: str, now: datetime) -> Delivery:
    if delivery.person != account:
        return delivery
    theirs = replace(delivery, person=person)
    return showing_all(theirs, now) if _goes_on(theirs) else theirs


def _shown_to(delivery: Delivery, account: str, now: datetime) -> Delivery:
    return showing(delivery, [account], now) if _goes_on(delivery) else delivery


def _goes_on(delivery: Delivery) -> bool:
    """What is over is shown to who asks for it."""
    return is_shown(delivery) and not is_over(delivery)


def _without_texts(attempt: Attempt) -> Attempt:
    return replace(attempt, scans=tuple(replace(each, text="") for each in attempt.scans))
