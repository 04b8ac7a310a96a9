"""The bank's one address, plugged into the stage; signed as the finance authority's are."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mock_platforms.bank.credits import FAULTS, LIST, Credit, Takings, credits_of, due_at, owed_by
from mock_platforms.commands import Command, ControlRoute
from mock_platforms.faults import Fault
from mock_platforms.routes import Route
from mock_platforms.signed_json import REPLY_FORGED, Refused, SignedDesk, forged
from mock_platforms.stage import Stage
from mock_platforms.stand_in import StandIn
from mock_platforms.wire import Request, Response

NAME = "bank"
LOOKED_BACK = 14  # days whose net below zero is still kept back
APP_ID = "gateway-330199"
SERIAL = "BANK330199-1"


def build(stage: Stage) -> StandIn:
    app_key, own_key = map(stage.keys.private_key, ("bank_app", "bank_platform"))
    signed = SignedDesk(stage, APP_ID, SERIAL, app_key.public_key(), own_key)
    counter = Counter(signed)
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
        trouble=signed.trouble,
        orders=lambda request: {counter.day_named(request)},
    )


@dataclass
class Counter:
    """Where calls come in. A day is booked once, when it is first looked at: it stays so then."""

    signed: SignedDesk
    booked: dict[date, list[Credit]] = field(default_factory=dict)

    @property
    def stage(self) -> Stage:
        return self.signed.stage

    def answer(self, request: Request) -> Response:
        try:
            self.signed.check(request)
            return self.signed.answer(200, self._credits(self._day(request)), request)
        except Refused as refused:
            return self.signed.refuse(refused, request)

    def list_booked(self, _: Command) -> list[dict[str, Any]]:
        return [
            {"day": day.isoformat(), **credit.as_json()}
            for day, credits in self.booked.items()
            for credit in credits
        ]

    def day_named(self, request: Request) -> str:
        try:
            return self._day(request).isoformat()
        except Refused:
            return ""

    def _day(self, request: Request) -> date:
        try:
            return date.fromisoformat(str(request.json().get("day")))
        except ValueError as error:
            raise Refused(
                "INVALID_REQUEST", "a day is needed, as 2026-01-31", field="day"
            ) from error

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
