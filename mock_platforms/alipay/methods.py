"""The methods played here, and those of the platform that are not."""

from base64 import b64encode
from collections.abc import Callable

from mock_platforms.alipay import (
    certify_methods,
    city_methods,
    message_methods,
    oauth,
    order_methods,
    trade_methods,
)
from mock_platforms.alipay.asked import Asked
from mock_platforms.alipay.bill_methods import bill_download_url
from mock_platforms.alipay.order_centre_methods import express_card, sync
from mock_platforms.alipay.refusals import Refused, success

Method = Callable[[Asked], dict[str, object]]
PageMethod = Callable[[Asked], certify_methods.Page]


def alipay_certificate(asked: Asked) -> dict[str, object]:
    """alipay.open.app.alipaycert.download: the platform's certificate of a serial number."""
    certificate = asked.books.alipay_certificates.get(asked.text("alipay_cert_sn"))
    if certificate is None:
        raise Refused("isv.alipay-cert-not-exist")
    return success(alipay_cert_content=b64encode(certificate.encode()).decode())


METHODS: dict[str, Method] = {
    "alipay.system.oauth.token": oauth.oauth_token,
    "alipay.user.info.share": oauth.user_info_share,
    "alipay.trade.create": trade_methods.create,
    "alipay.trade.query": trade_methods.query,
    "alipay.trade.close": trade_methods.close,
    "alipay.trade.cancel": trade_methods.cancel,
    "alipay.trade.refund": trade_methods.refund,
    "alipay.trade.fastpay.refund.query": trade_methods.refund_query,
    "alipay.data.dataservice.bill.downloadurl.query": bill_download_url,
    "alipay.merchant.order.sync": sync,
    "alipay.commerce.logistics.express.order.query": express_card,
    "alipay.open.app.alipaycert.download": alipay_certificate,
    "alipay.user.certify.open.initialize": certify_methods.initialize,
    "alipay.user.certify.open.query": certify_methods.query,
    "alipay.open.app.mini.templatemessage.send": message_methods.send,
    "alipay.open.app.messagetemplate.subscribe.query": message_methods.subscribed,
    "alipay.eco.cityservice.message.send": city_methods.send,
    "alipay.eco.cityservice.message.query": city_methods.query,
    "alipay.eco.cityservice.message.order.create": order_methods.create,
}

# Signed addresses that a citizen opens: they answer a browser, and no server.
PAGES: dict[str, PageMethod] = {"alipay.user.certify.open.certify": certify_methods.certify}

# These carry their parameters beside biz_content, and put their errors under `error_response`.
WITHOUT_BIZ_CONTENT = frozenset({"alipay.system.oauth.token", "alipay.user.info.share"})
ERRORS_APART = frozenset({"alipay.system.oauth.token"})

# The platform has these; the stand-in's apps have not signed up for them.
NOT_SIGNED_UP = frozenset(
    {
        "alipay.trade.app.pay",
        "alipay.trade.page.pay",
        "alipay.trade.pay",
        "alipay.trade.precreate",
        "alipay.trade.wap.pay",
        "alipay.trade.order.settle",
        "alipay.fund.trans.uni.transfer",
        "alipay.eco.cityservice.ext.order.sync",
        "alipay.user.certdoc.sync",
        "alipay.ebpp.industry.order.create",
        "alipay.ebpp.industry.order.query",
    }
)
