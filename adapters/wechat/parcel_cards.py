"""Parcels of citizens who paid through WeChat, shown in WeChat's own component."""

from adapters.wechat.access_token import AccessTokens
from adapters.wechat.app import App
from adapters.wechat.calls import call_with_token
from adapters.wechat.waybills import ParcelLooks, read_waybill_token, trace_waybill
from channel_gateway.domain.errors import Malformed, Unavailable
from channel_gateway.domain.people import OpenId
from channel_gateway.ports import ParcelCard
from channel_gateway.wire import HttpSender


class WechatParcelCards:
    """Implements `ParcelCards`. WeChat follows the courier by itself, so nothing moves by us."""

    def __init__(
        self, app: App, tokens: AccessTokens, http: HttpSender, looks: ParcelLooks, *, channel: str
    ) -> None:
        self.channel = channel
        self._app = app
        self._tokens = tokens
        self._http = http
        self._looks = looks

    async def show(self, to: OpenId, card: ParcelCard) -> str | None:
        """None: without a payment through WeChat it shows no parcel, and is not asked."""
        paid = card.payment
        if paid is None or paid.channel != self.channel:
            return None
        response = await call_with_token(
            self._tokens,
            self._http,
            lambda token: trace_waybill(self._app, token, to, card, paid.transaction, self._looks),
        )
        try:
            return read_waybill_token(response)
        except Malformed as error:
            raise Unavailable("WeChat took the parcel and gave no token") from error
