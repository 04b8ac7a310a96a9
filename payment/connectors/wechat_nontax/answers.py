"""What we answer the non-tax platform, in its own errcodes. Pure.

Source: developers.weixin.qq.com, «获取缴费订单详情», errcode of `notify_detail`. That an answer
is the JSON of errcode and errmsg is inferred from the same page.
"""

import orjson

from channel_gateway.domain.errors import Forged, GatewayError, Malformed, NotFound
from channel_gateway.wire import Headers, HttpResponse
from payment.connectors.wechat_nontax.callbacks import DoesNotOpen
from payment.order import FactMismatch

WRONG_FORM, PAID, WRONG_BANK, CANNOT_OPEN, SYSTEM, WRONG_SIGNATURE = 210, 232, 236, 298, 299, 300
SAYS = {
    0: "ok",
    WRONG_FORM: "数据格式错误",
    PAID: "缴款通知书已缴费",
    WRONG_BANK: "不允许在该银行缴费",
    CANNOT_OPEN: "解密失败",
    SYSTEM: "系统错误",
    WRONG_SIGNATURE: "签名错误",
}
# The nearest kind that stands first.
WORDS: tuple[tuple[type[GatewayError], int], ...] = (
    (DoesNotOpen, CANNOT_OPEN),
    (FactMismatch, WRONG_FORM),  # true, and about another order than ours
    (Forged, WRONG_SIGNATURE),
    (Malformed, WRONG_FORM),
    (NotFound, WRONG_FORM),
)


def said(errcode: int, **more: object) -> HttpResponse:
    body = orjson.dumps({"errcode": errcode, "errmsg": SAYS[errcode], **more})
    return HttpResponse(200, Headers({"Content-Type": "application/json"}), body)


def refusal(error: GatewayError | None = None) -> HttpResponse:
    """With a reason its errcode; what is ours to mend is a 299, which asks for it again."""
    if isinstance(error, FactMismatch) and error.field == "merchant":
        return said(WRONG_BANK)
    fitting = (errcode for kind, errcode in WORDS if error is not None and isinstance(error, kind))
    return said(next(fitting, SYSTEM))


TAKEN = said(0)
