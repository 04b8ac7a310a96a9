"""The platform's own test of a department: it calls it twice, rightly signed and wrongly.

Source: developers.weixin.qq.com, «模拟支付结果通知» and «模拟查询应收信息». `good`, `bad` and the
errcodes beyond 0 are this stand-in's: the pages say no more than errcode and errmsg.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_platforms.routes import Route
from mock_platforms.wechat.errors import Errcode
from mock_platforms.wechat.nontax import fields
from mock_platforms.wechat.nontax.notices import Notices
from mock_platforms.wechat.nontax.sealing import errcode_of, opened_answer
from mock_platforms.wechat.platform import OpenPlatform
from mock_platforms.wire import Response, json_response

NOT_UNDERSTOOD, NOT_CHECKED = 298, 300
MOCK: Mapping[str, Any] = {
    "mock": 1,
    "order_no": "MOCK0001",
    "fee": 1,
    "region_code": "340000",
    "department_code": "065080906",
}


@dataclass(frozen=True, slots=True)
class SelfTest:
    platform: OpenPlatform
    notices: Notices

    def calls(self) -> list[Route]:
        posts = self.platform.whole_posts
        return [
            *posts("/nontax/mocknotification", self.notify, "nontax.mocknotification"),
            *posts("/nontax/mockqueryfee", self.query_fee, "nontax.mockqueryfee"),
        ]

    async def notify(self, body: Mapping[str, Any]) -> Response:
        good, bad = await self._both(body)
        return self._verdict(good, bad, understood=good["errcode"] == 0)

    async def query_fee(self, body: Mapping[str, Any]) -> Response:
        good, bad = await self._both(body)
        told = opened_answer(self.notices.keys, good["answer"])
        return self._verdict(good | {"data": told}, bad, understood=told is not None)

    async def _both(self, body: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        if body.get("appid") != self.platform.app_id:
            raise Errcode(40013)
        if fields.whole(body, "version") != 1:
            raise fields.wrong("version")
        url = fields.text(body, "url")
        return await self._called(url), await self._called(url, "nontax_forged")

    async def _called(self, url: str, spoil: str = "") -> dict[str, Any]:
        outgoing = self.notices.compose(url, MOCK, spoil)
        came = await self.notices.stage.deliveries.try_once(outgoing)
        return {**came, "errcode": errcode_of(came["answer"])}

    def _verdict(
        self, good: Mapping[str, Any], bad: Mapping[str, Any], *, understood: bool
    ) -> Response:
        errcode, errmsg = 0, "ok"
        if bad["errcode"] == 0:
            errcode, errmsg = NOT_CHECKED, "the signature is not checked"
        if not understood:
            errcode, errmsg = NOT_UNDERSTOOD, "the call was not understood"
        return json_response({"errcode": errcode, "errmsg": errmsg, "good": good, "bad": bad})
