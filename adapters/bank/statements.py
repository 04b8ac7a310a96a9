"""What the bank has for a day's takings: asked, and held against the bank's own count and total."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field

from adapters.signed_json import Partner, ask
from channel_gateway.addresses import HttpAddress
from channel_gateway.domain.days import moment_from_rfc3339
from channel_gateway.domain.errors import Malformed, Refused, RefusedForNow
from channel_gateway.domain.money import Fen
from channel_gateway.pem_keys import rsa_private_key, rsa_public_key
from channel_gateway.ports import Credit, Tools
from channel_gateway.sections import Section

_PATH = "/v1/credits/list"


class Settings(Section):
    base_url: HttpAddress
    app_id: str
    app_key_file: Path
    bank_public_key_file: Path
    bank_serial: str
    payers: dict[str, str] = Field(
        {"wechat_pay": "wechat_pay", "alipay": "alipay_pay"},
        description="whose money it is, by what the bank calls who pays it in: a payment method; "
        "of a method that is not named the bank is not asked",
    )


class JsonBank:
    """Implements `BankStatements`."""

    def __init__(self, settings: Settings, tools: Tools) -> None:
        self._tools = tools
        self._payers = settings.payers
        self.methods = frozenset(settings.payers.values())
        self._partner = Partner(
            base_url=settings.base_url.rstrip("/"),
            app_id=settings.app_id,
            our_key=rsa_private_key("app_key_file", settings.app_key_file),
            their_key=rsa_public_key("bank_public_key_file", settings.bank_public_key_file),
            their_serial=settings.bank_serial,
        )

    async def credits(self, day: date) -> tuple[Credit, ...]:
        body = {"day": day.isoformat()}
        status, answer = await ask(self._partner, _PATH, body, self._tools)
        try:
            if status == 200:
                return read_credits(answer, day, self._payers)
            refusal = f"the bank answered {answer['code']}"
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed("the bank's answer cannot be read") from error
        raise (RefusedForNow if status == 401 else Refused)(refusal)


def read_credits(answer: Any, day: date, payers: Mapping[str, str]) -> tuple[Credit, ...]:
    """Raises `Malformed`: another day, a count or total that is not that of the credits."""
    credits = tuple(_read_credit(each, day, payers) for each in answer["credits"])
    if answer["day"] != day.isoformat():
        raise Malformed("the bank's answer is about another day", field="day")
    if answer["count"] != len(credits):
        raise Malformed("the bank counts other credits than it names", field="count")
    if answer["total_fen"] != sum(credit.amount_fen for credit in credits):
        raise Malformed("the bank's credits do not come to its total", field="total_fen")
    if len({credit.reference for credit in credits}) != len(credits):
        raise Malformed("the bank names one credit twice", field="reference")
    return credits


def _read_credit(said: Any, day: date, payers: Mapping[str, str]) -> Credit:
    if said["payer"] not in payers:
        raise Malformed("money of a payer that the settings do not name", field="payer")
    amount = said["amount_fen"]
    if type(amount) is not int or amount <= 0:
        raise Malformed("a credit is a whole number of fen, above nothing", field="amount_fen")
    return Credit(
        reference=str(said["reference"]),
        method=payers[said["payer"]],
        merchant=str(said["merchant"]),
        day=day,
        amount_fen=Fen(amount),
        booked_at=moment_from_rfc3339(said["booked_at"]),
    )
