"""Asking the platform whether a notice is paid: its own answer is what counts, not its push."""

from adapters.finance.soap.envelope import DONE, PLATFORM, Params, read_answer, write_call
from adapters.finance.soap.kept import Paid
from adapters.finance.soap.notices import keys_of
from adapters.finance.stamps import moment_of
from channel_gateway.domain.errors import Malformed, TooMany, Unavailable
from channel_gateway.domain.money import NOTHING, fen_from_yuan
from channel_gateway.wire import Headers, HttpRequest, HttpSender

SEARCH = "GetSearchPay_Info"
UNPAID = "01"  # inferred: the facts name 00 and 99 alone


class Platform:
    def __init__(self, base_url: str, channel_no: str, http: HttpSender) -> None:
        self._base_url = base_url
        self._channel_no = channel_no
        self._http = http

    async def payment_of(self, notice_no: str) -> Paid | None:
        """None: nobody has paid it. Raises `Unavailable`, `TooMany`, `Malformed`."""
        asked = keys_of(notice_no)
        body = write_call(PLATFORM, SEARCH, asked)
        headers = Headers({"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{SEARCH}"'})
        response = await self._http.send(HttpRequest("POST", self._base_url, headers, body))
        if response.status == 429:
            raise TooMany("the platform wants to be asked less often")
        if response.status != 200:
            raise Unavailable(f"the platform answered {response.status}")
        echoed, answer = read_answer(response.body, SEARCH)
        if any(echoed.get(name) != value for name, value in asked.items() if value):
            raise Unavailable("the platform's answer is about another notice")
        if answer.code == UNPAID:
            return None
        if answer.code != DONE:
            raise Unavailable(f"the platform answered {answer.code}")
        return read_paid(answer.params)


def read_paid(params: Params) -> Paid:
    """Raises `Malformed`, naming what is missing."""
    for name in ("TRADENO", "PAYMONEY", "PAYDATE", "PAYTIME"):
        if not params.get(name):
            raise Malformed("a payment that does not say all", field=name)
    amount_fen = fen_from_yuan(params["PAYMONEY"])
    if amount_fen <= NOTHING:
        raise Malformed("a payment of nothing", field="PAYMONEY")
    return Paid(
        params["TRADENO"],
        amount_fen,
        moment_of(params["PAYDATE"], params["PAYTIME"]),
        params.get("CERTIFICATENO", ""),
    )
