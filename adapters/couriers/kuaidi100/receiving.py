"""The callback endpoint of pushes: verified, kept by whoever keeps parcels, then acknowledged.

Whatever is not the whole acknowledgement is pushed again: three times, 35 minutes apart. So a
repeated push and one of no parcel of ours are acknowledged, and a refused one comes again.
"""

import logging
import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

import orjson

from adapters.couriers.hearing import tell
from adapters.couriers.kuaidi100.account import Account
from adapters.couriers.kuaidi100.pushes import read_push
from channel_gateway.domain.errors import Forged, GatewayError, Unavailable
from channel_gateway.ports import CourierPush, Parcels
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

log = logging.getLogger(__name__)

_COM = re.compile("[a-z][a-z_]{0,31}[0-9]{0,4}")


def answer(return_code: str, message: str, *, status: int = 200, code: str = "") -> HttpResponse:
    """In kuaidi100's own words."""
    body = {"result": return_code == "200", "returnCode": return_code, "message": message}
    kind = Headers({"Content-Type": "application/json; charset=utf-8"})
    return HttpResponse(status, kind, orjson.dumps(body), code)


KEPT = answer("200", "成功")


def refusal(error: GatewayError) -> HttpResponse:
    if isinstance(error, Unavailable):
        return answer("500", "服务器错误", status=500, code=error.code)
    if isinstance(error, Forged):
        return answer("503", "验证签名失败", status=400, code=error.code)
    return answer("700", "数据存在错误", status=400, code=error.code)


class Receiving:
    def __init__(self, account: Account, parcels: Callable[[], Collection[Parcels]]) -> None:
        """`parcels`: looked up for each push, for plug-ins may still offer them."""
        self._account = account
        self._parcels = parcels

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        try:
            told = read_push(request.body, self._account)
            if told.stranger:
                named = {"action": "courier_unknown", "courier": _plain(told.stranger)}
                log.warning("kuaidi100 names a courier that carriers has not", extra=named)
            if told.push is not None:
                await tell(self._parcels(), _known_as(told.push), now)
        except GatewayError as error:
            why = {"action": "push_refused", "code": error.code, "field": error.field}
            log.warning("push of kuaidi100 refused", extra=why)
            return refusal(error)
        return KEPT


def _plain(com: str) -> str:
    """A code of kuaidi100's, and nothing else that may stand in its place."""
    return com if _COM.fullmatch(com) else "?"


def _known_as(push: CourierPush) -> list[CourierPush]:
    """Once it moved, a parcel is known under the right courier, while pushes name both."""
    moved = [replace(push, courier=push.moved_to, moved_to="")] if push.moved_to else []
    return [push, *moved]
