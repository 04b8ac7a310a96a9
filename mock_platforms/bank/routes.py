"""The bank's one address, plugged into the stage; calls and answers are signed."""

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from mock_platforms.bank import signing
from mock_platforms.bank.credits import FAULTS, LIST, Credit, Takings, credits_of, due_at, owed_by
from mock_platforms.bank.signing import NotServed
from mock_platforms.commands import Command, ControlRoute
from mock_platforms.faults import CALL, Fault, FaultKind
from mock_platforms.routes import Route
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Request, Response

NAME = "bank"
LOOKED_BACK = 14  # days whose net below zero is still kept back
APP_ID = "gateway-330199"
SERIAL = "BANK330199-1"
REPLY_FORGED = FaultKind("reply_forged", "The answer's signature belongs to another text.", CALL)


def build(stage: Stage) -> StandIn:
    counter = Counter(stage)
    return StandIn(
        name=NAME,
        routes=[Route("POST", "/v1/credits/list", counter.answer, LIST)],
        describe=lambda base_url: {
            "base_url": base_url,
            "app_id": APP_ID,
            "app_key_file": str(stage.keys.path("bank_app.pem")),
            "bank_public_key_file": str(stage.keys.path("bank_platform_public.pem")),
            "bank_serial": SERIAL,
        },
        control=[
            ControlRoute(
                "GET",
                "/bank/credits",
                counter.list_booked,
                "Every credit that was booked, those still to come included.",
                answers='[{"reference", "day", "payer", "merchant", "amount_fen", "booked_at"}]',
            )
        ],
        faults=(*FAULTS, REPLY_FORGED),
        reply_faults={"reply_forged": forged},
        trouble=counter.trouble,
        orders=lambda request: {counter.day_named(request)},
    )


@dataclass
class Counter:
    """Where calls come in. A day is booked once, when it is first looked at: it stays so then."""

    stage: Stage
    booked: dict[date, list[Credit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._app_key = self.stage.keys.private_key("bank_app").public_key()
        self._own_key = self.stage.keys.private_key("bank_platform")

    def answer(self, request: Request) -> Response:
        try:
            signing.check_call(request, APP_ID, self._app_key, self.stage.signing_now())
            return self._say(200, self._credits(self._day(request)), request)
        except NotServed as refused:
            return self._say(refused.status, refused.answer(), request, why=refused.code)

    def list_booked(self, _: Command) -> list[dict[str, Any]]:
        return [
            {"day": day.isoformat(), **credit.as_json()}
            for day, credits in self.booked.items()
            for credit in credits
        ]

    def trouble(self, status: int, request: Request) -> Response:
        code = "TOO_MANY_REQUESTS" if status == 429 else "SYSTEM_BUSY"
        return self._say(status, NotServed(code).answer(), request)

    def day_named(self, request: Request) -> str:
        try:
            return self._day(request).isoformat()
        except NotServed:
            return ""

    def _day(self, request: Request) -> date:
        try:
            return date.fromisoformat(str(request.json().get("day")))
        except ValueError as error:
            raise NotServed("INVALID_REQUEST", "day") from error

    def _credits(self, day: date) -> dict[str, Any]:
        now = self.stage.clock.now()
        if day not in self.booked and now >= due_at(day):
            self._book(day)
        here = [each for each in self.booked.get(day, []) if each.booked_at <= now]
        return {
            "day": day.isoformat(),
            "count": len(here),
            "total_fen": sum(each.amount_fen for each in here),
            "credits": [each.as_json() for each in here],
        }

    def _book(self, day: date) -> None:
        takings = self._takings(day)

        def strike(kind: str, merchant: str) -> Fault | None:
            return self.stage.faults.take(NAME, kind, LIST, {day.isoformat(), merchant})

        if any(fen for of_merchants in takings.values() for fen in of_merchants.values()):
            before = (day - timedelta(days=back) for back in range(LOOKED_BACK, 0, -1))
            owed = owed_by(self._takings(each) for each in before)
            self.booked[day] = credits_of(day, takings, owed, strike)

    def _takings(self, day: date) -> Takings:
        return {name: each.takings(day) for name, each in self.stage.platforms.items()}

    def _say(
        self, status: int, content: Mapping[str, Any], request: Request, *, why: str = ""
    ) -> Response:
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signing.answer_headers(
            body,
            self._own_key,
            serial=SERIAL,
            now=self.stage.signing_now(),
            nonce=request.headers.get("X-Finance-Nonce", ""),
        )
        return Response(status, headers, body, why=why)


def forged(response: Response, _: Request, __: Fault) -> Response:
    signature = b64decode(response.headers["X-Finance-Signature"])
    other = b64encode(signature[::-1]).decode()
    return replace(response, headers=response.headers.but(X_Finance_Signature=other))
