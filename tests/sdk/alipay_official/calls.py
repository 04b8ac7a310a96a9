"""What a merchant asks of Alipay, in the official SDK's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
from alipay.aop.api.domain.AlipayDataDataserviceBillDownloadurlQueryModel import (
    AlipayDataDataserviceBillDownloadurlQueryModel,
)
from alipay.aop.api.domain.AlipayEcoCityserviceMessageOrderCreateModel import (
    AlipayEcoCityserviceMessageOrderCreateModel,
)
from alipay.aop.api.domain.AlipayEcoCityserviceMessageQueryModel import (
    AlipayEcoCityserviceMessageQueryModel,
)
from alipay.aop.api.domain.AlipayEcoCityserviceMessageSendModel import (
    AlipayEcoCityserviceMessageSendModel,
)
from alipay.aop.api.domain.AlipayOpenAppMessagetemplateSubscribeQueryModel import (
    AlipayOpenAppMessagetemplateSubscribeQueryModel,
)
from alipay.aop.api.domain.AlipayOpenAppMiniTemplatemessageSendModel import (
    AlipayOpenAppMiniTemplatemessageSendModel,
)
from alipay.aop.api.domain.AlipayTradeCancelModel import AlipayTradeCancelModel
from alipay.aop.api.domain.AlipayTradeCloseModel import AlipayTradeCloseModel
from alipay.aop.api.domain.AlipayTradeCreateModel import AlipayTradeCreateModel
from alipay.aop.api.domain.AlipayTradeFastpayRefundQueryModel import (
    AlipayTradeFastpayRefundQueryModel,
)
from alipay.aop.api.domain.AlipayTradeQueryModel import AlipayTradeQueryModel
from alipay.aop.api.domain.AlipayTradeRefundModel import AlipayTradeRefundModel
from alipay.aop.api.request.AlipayDataDataserviceBillDownloadurlQueryRequest import (
    AlipayDataDataserviceBillDownloadurlQueryRequest,
)
from alipay.aop.api.request.AlipayEcoCityserviceMessageOrderCreateRequest import (
    AlipayEcoCityserviceMessageOrderCreateRequest,
)
from alipay.aop.api.request.AlipayEcoCityserviceMessageQueryRequest import (
    AlipayEcoCityserviceMessageQueryRequest,
)
from alipay.aop.api.request.AlipayEcoCityserviceMessageSendRequest import (
    AlipayEcoCityserviceMessageSendRequest,
)
from alipay.aop.api.request.AlipayOpenAppMessagetemplateSubscribeQueryRequest import (
    AlipayOpenAppMessagetemplateSubscribeQueryRequest,
)
from alipay.aop.api.request.AlipayOpenAppMiniTemplatemessageSendRequest import (
    AlipayOpenAppMiniTemplatemessageSendRequest,
)
from alipay.aop.api.request.AlipaySystemOauthTokenRequest import AlipaySystemOauthTokenRequest
from alipay.aop.api.request.AlipayTradeCancelRequest import AlipayTradeCancelRequest
from alipay.aop.api.request.AlipayTradeCloseRequest import AlipayTradeCloseRequest
from alipay.aop.api.request.AlipayTradeCreateRequest import AlipayTradeCreateRequest
from alipay.aop.api.request.AlipayTradeFastpayRefundQueryRequest import (
    AlipayTradeFastpayRefundQueryRequest,
)
from alipay.aop.api.request.AlipayTradeQueryRequest import AlipayTradeQueryRequest
from alipay.aop.api.request.AlipayTradeRefundRequest import AlipayTradeRefundRequest
from alipay.aop.api.request.AlipayUserInfoShareRequest import AlipayUserInfoShareRequest
from alipay.aop.api.response.AlipayDataDataserviceBillDownloadurlQueryResponse import (
    AlipayDataDataserviceBillDownloadurlQueryResponse,
)
from alipay.aop.api.response.AlipayEcoCityserviceMessageOrderCreateResponse import (
    AlipayEcoCityserviceMessageOrderCreateResponse,
)
from alipay.aop.api.response.AlipayEcoCityserviceMessageQueryResponse import (
    AlipayEcoCityserviceMessageQueryResponse,
)
from alipay.aop.api.response.AlipayEcoCityserviceMessageSendResponse import (
    AlipayEcoCityserviceMessageSendResponse,
)
from alipay.aop.api.response.AlipayOpenAppMessagetemplateSubscribeQueryResponse import (
    AlipayOpenAppMessagetemplateSubscribeQueryResponse,
)
from alipay.aop.api.response.AlipayOpenAppMiniTemplatemessageSendResponse import (
    AlipayOpenAppMiniTemplatemessageSendResponse,
)
from alipay.aop.api.response.AlipaySystemOauthTokenResponse import AlipaySystemOauthTokenResponse
from alipay.aop.api.response.AlipayTradeCancelResponse import AlipayTradeCancelResponse
from alipay.aop.api.response.AlipayTradeCloseResponse import AlipayTradeCloseResponse
from alipay.aop.api.response.AlipayTradeCreateResponse import AlipayTradeCreateResponse
from alipay.aop.api.response.AlipayTradeFastpayRefundQueryResponse import (
    AlipayTradeFastpayRefundQueryResponse,
)
from alipay.aop.api.response.AlipayTradeQueryResponse import AlipayTradeQueryResponse
from alipay.aop.api.response.AlipayTradeRefundResponse import AlipayTradeRefundResponse
from alipay.aop.api.response.AlipayUserInfoShareResponse import AlipayUserInfoShareResponse
from alipay.aop.api.util.SignatureUtils import get_sign_content, verify_with_rsa


@dataclass(frozen=True)
class Sdk:
    """The official client, and the few lines of glue its users write round it.

    Every answer is verified by the SDK, which raises ResponseException when it is not Alipay's.
    """

    client: DefaultAlipayClient
    charset: str
    alipay_public_key: str
    app_id: str

    def token(self, auth_code: str) -> AlipaySystemOauthTokenResponse:
        asked = {"grant_type": "authorization_code", "code": auth_code}
        request = _filled(AlipaySystemOauthTokenRequest(), asked)
        return self._execute(request, AlipaySystemOauthTokenResponse())

    def person(self, access_token: str) -> AlipayUserInfoShareResponse:
        request = AlipayUserInfoShareRequest()
        request.add_other_text_param("auth_token", access_token)
        return self._execute(request, AlipayUserInfoShareResponse())

    def create(self, notify_url: str, **asked: str) -> AlipayTradeCreateResponse:
        whole = {"product_code": "JSAPI_PAY", "op_app_id": self.app_id, **asked}
        request = AlipayTradeCreateRequest(_filled(AlipayTradeCreateModel(), whole))
        request.notify_url = notify_url
        return self._execute(request, AlipayTradeCreateResponse())

    def query(self, **number: str) -> AlipayTradeQueryResponse:
        request = AlipayTradeQueryRequest(_filled(AlipayTradeQueryModel(), number))
        return self._execute(request, AlipayTradeQueryResponse())

    def close(self, **number: str) -> AlipayTradeCloseResponse:
        request = AlipayTradeCloseRequest(_filled(AlipayTradeCloseModel(), number))
        return self._execute(request, AlipayTradeCloseResponse())

    def cancel(self, **number: str) -> AlipayTradeCancelResponse:
        request = AlipayTradeCancelRequest(_filled(AlipayTradeCancelModel(), number))
        return self._execute(request, AlipayTradeCancelResponse())

    def refund(self, **asked: str) -> AlipayTradeRefundResponse:
        request = AlipayTradeRefundRequest(_filled(AlipayTradeRefundModel(), asked))
        return self._execute(request, AlipayTradeRefundResponse())

    def refund_query(self, **asked: str) -> AlipayTradeFastpayRefundQueryResponse:
        model = _filled(AlipayTradeFastpayRefundQueryModel(), asked)
        request = AlipayTradeFastpayRefundQueryRequest(model)
        return self._execute(request, AlipayTradeFastpayRefundQueryResponse())

    def bill_address(self, **asked: str) -> AlipayDataDataserviceBillDownloadurlQueryResponse:
        model = _filled(AlipayDataDataserviceBillDownloadurlQueryModel(), asked)
        request = AlipayDataDataserviceBillDownloadurlQueryRequest(model)
        return self._execute(request, AlipayDataDataserviceBillDownloadurlQueryResponse())

    def send_message(self, **asked: str) -> AlipayOpenAppMiniTemplatemessageSendResponse:
        model = _filled(AlipayOpenAppMiniTemplatemessageSendModel(), asked)
        request = AlipayOpenAppMiniTemplatemessageSendRequest(model)
        return self._execute(request, AlipayOpenAppMiniTemplatemessageSendResponse())

    def subscriptions(self, **asked: Any) -> AlipayOpenAppMessagetemplateSubscribeQueryResponse:
        model = _filled(AlipayOpenAppMessagetemplateSubscribeQueryModel(), asked)
        request = AlipayOpenAppMessagetemplateSubscribeQueryRequest(model)
        return self._execute(request, AlipayOpenAppMessagetemplateSubscribeQueryResponse())

    def send_city_messages(self, **asked: Any) -> AlipayEcoCityserviceMessageSendResponse:
        model = _filled(AlipayEcoCityserviceMessageSendModel(), asked)
        request = AlipayEcoCityserviceMessageSendRequest(model)
        return self._execute(request, AlipayEcoCityserviceMessageSendResponse())

    def city_message(self, **asked: str) -> AlipayEcoCityserviceMessageQueryResponse:
        model = _filled(AlipayEcoCityserviceMessageQueryModel(), asked)
        request = AlipayEcoCityserviceMessageQueryRequest(model)
        return self._execute(request, AlipayEcoCityserviceMessageQueryResponse())

    def order_card(self, **asked: Any) -> AlipayEcoCityserviceMessageOrderCreateResponse:
        model = _filled(AlipayEcoCityserviceMessageOrderCreateModel(), asked)
        request = AlipayEcoCityserviceMessageOrderCreateRequest(model)
        return self._execute(request, AlipayEcoCityserviceMessageOrderCreateResponse())

    def callback(self, body: bytes) -> dict[str, str]:
        """Return a callback's parameters, verified by the SDK's own functions, or raise."""
        params = dict(parse_qsl(body.decode("ascii"), encoding=self.charset))
        sign = params.pop("sign")
        signed = {name: value for name, value in params.items() if name != "sign_type"}
        text = get_sign_content(signed).encode(self.charset)
        assert verify_with_rsa(self.alipay_public_key, text, sign)
        return params

    def _execute(self, request: Any, response: Any) -> Any:
        response.parse_response_content(self.client.execute(request))
        return response


def _filled(model: Any, fields: dict[str, Any]) -> Any:
    for name, value in fields.items():
        setattr(model, name, value)
    return model
