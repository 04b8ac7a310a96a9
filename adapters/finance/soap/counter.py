"""What the platform asks of us: a payer's notices, one notice, and to hear that one is paid."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from adapters.finance.soap.envelope import (
    DONE,
    FAILED,
    Answer,
    Detail,
    Params,
    read_call,
    write_answer,
)
from adapters.finance.soap.kept import Kept, KeptNotices, State
from adapters.finance.soap.notices import detail_of, notice_no_of
from adapters.finance.soap.platform import read_paid
from channel_gateway.domain.days import beijing_day
from channel_gateway.domain.errors import GatewayError, Malformed, NotFound, Unavailable
from channel_gateway.wire import Headers, HttpRequest, HttpResponse

_XML = Headers({"Content-Type": "text/xml; charset=utf-8"})
_WORDS = {
    State.VOIDED: "该缴款单已作废",
    State.PAID: "该缴款单已缴款",
    State.SHORT: "该缴款单缴款金额不足，正在核实",
}
REFUSED = HttpResponse(400, _XML, write_answer("Error", {}, Answer(FAILED, "请求不能受理")))


class Counter:
    def __init__(self, channel_no: str, kept: KeptNotices) -> None:
        self._channel_no = channel_no
        self._kept = kept
        self._operations: dict[str, Callable[[Params, datetime], Awaitable[Answer]]] = {
            "Get_AppPay_Infos": self.of_payer,
            "Get_AppPay_Info": self.one,
            "GetPay_Info": self.hear,
        }

    async def receive(self, request: HttpRequest, now: datetime) -> HttpResponse:
        """The answer says 00 when it is done or kept; else 99, and why."""
        operation: str = "Error"
        params: Params = {}
        try:
            operation, params = read_call(request.body)
            if operation not in self._operations:
                raise Malformed("an operation that is not taken here", field="operation")
            answer = await self._operations[operation](params, now)
        except GatewayError as refusal:
            return _refused(operation, params, refusal)
        return HttpResponse(200, _XML, write_answer(operation, params, answer))

    async def of_payer(self, params: Params, now: datetime) -> Answer:
        """Get_AppPay_Infos: what a payer owes, by identity number."""
        id_number = params.get("PAYERSFZ", "")
        if not id_number:
            raise Malformed("no identity number", field="PAYERSFZ")
        owed = [
            each
            for each in await self._kept.of_person(id_number)
            if each.state is State.UNPAID and params.get("ENTERCODE", "") in ("", each.unit_code)
        ]
        return Answer(DONE, "成功", details=[await self._pulled(each, now) for each in owed])

    async def one(self, params: Params, now: datetime) -> Answer:
        """Get_AppPay_Info: one notice, while it can be paid."""
        kept = await self._kept.get(notice_no_of(params, self._channel_no))
        if kept.state is not State.UNPAID:
            return Answer(FAILED, _WORDS[kept.state])
        return Answer(DONE, "成功", details=[await self._pulled(kept, now)])

    async def hear(self, params: Params, now: datetime) -> Answer:
        """GetPay_Info: kept as something to ask about, for nothing of it is signed."""
        read_paid(params)
        await self._kept.ask_about(notice_no_of(params, self._channel_no), now)
        return Answer(DONE, "成功")

    async def _pulled(self, kept: Kept, now: datetime) -> Detail:
        """Its push may be lost: that it was pulled is what it is asked about by."""
        await self._kept.pulled(kept, beijing_day(now))
        return detail_of(
            kept, self._kept.opened(kept.payer_name), self._kept.opened(kept.id_number)
        )


def _refused(operation: str, params: Params, refusal: GatewayError) -> HttpResponse:
    words = "无此缴款单" if isinstance(refusal, NotFound) else "请求不能受理"
    status = 503 if isinstance(refusal, Unavailable) else 200
    body = write_answer(operation, params, Answer(FAILED, words))
    return HttpResponse(status, _XML, body, code=refusal.code)
